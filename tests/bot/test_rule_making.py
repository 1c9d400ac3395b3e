"""In the chat: a rule is put together by taps or typed in one line, shown with what it would touch, then added."""

import pytest

from core.enums import Language
from core.services.mail_rules import RuleView
from core.values import Caller, MailboxId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.bot.test_mailboxes import ANNA, BORIS, own_mailbox
from tests.factories.mail import Post, letter
from tests.factories.people import caller_of

CLIENT = "vera@client.example"


async def with_letters(office: Office, **fields: object) -> tuple[Hand, Post, Caller, MailboxId]:
    """Anna with two letters of a client and one of somebody else."""
    hand, post, anna, mailbox_id = await own_mailbox(office, **fields)
    inbox = await post.open(mailbox_id)
    for name, sender in (("a", CLIENT), ("b", CLIENT), ("c", "ivan@other.example")):
        await post.deliver(inbox, letter(name, sender=sender))
    await office.idle()
    return hand, post, anna, mailbox_id


async def only_rule(office: Office, anna: Caller, mailbox_id: MailboxId) -> RuleView:
    (rule,) = await office.services.mail_rules.list_rules(anna, mailbox_id)
    return rule


async def test_a_tag_is_put_on_letters_of_a_domain_by_taps(office: Office) -> None:
    hand, _, anna, mailbox_id = await with_letters(office)
    await hand.write(f"/rules m{mailbox_id}")
    taps = hand.taps
    assert (await hand.tap("New rule")).startswith("For which letters?")
    asked = await hand.tap("client.example")
    assert "Of the latest 3 letters here it holds for 2." in asked
    assert "vera@client.example · Topic of b" in asked
    await hand.tap("Tag…")
    shown = await hand.write("clients")
    assert shown.splitlines()[:3] == ["📏 New rule", "For letters: client.example", "They get: #clients"]
    listed = await hand.tap("Add the rule")
    assert hand.taps - taps == 4
    assert "1. client.example tag clients · #clients" in listed
    assert listed.splitlines()[-1] == "The rule holds from now on"
    rule = await hand.tap("1")
    assert "Of the latest 3 letters here it holds for 2." in rule
    await hand.tap("Apply to what is there")
    assert "Changed: 2." in hand.toast
    assert (await only_rule(office, anna, mailbox_id)).actions.tags == ("clients",)


async def test_letters_are_given_to_a_colleague_and_start_reviewed(office: Office) -> None:
    hand, _, anna, mailbox_id = await with_letters(office)
    bruno = caller_of(await office.add_user(BORIS, "Bruno"))
    await hand.write(f"/rule m{mailbox_id}")
    await hand.write(CLIENT)
    await hand.tap("Give to…")
    assert f"Who answers for them: /u{bruno.user_id}" in await hand.tap("Bruno")
    both = await hand.tap("Reviewed")
    assert "They start reviewed." in both
    await hand.tap("Add the rule")
    actions = (await only_rule(office, anna, mailbox_id)).actions
    assert (actions.responsible_id, actions.reviewed) == (bruno.user_id, True)


async def test_letters_are_put_into_a_chain_that_words_find(office: Office) -> None:
    hand, post, anna, mailbox_id = await with_letters(office)
    inbox = await post.open(mailbox_id)
    wanted = await post.deliver(
        inbox, letter("palettes", sender="eva@third.example", topic="Palettes wanted")
    )
    await hand.write(f"/rule m{mailbox_id} client.example")
    await hand.tap("Belong to…")
    assert "Nothing was found" in await hand.write("zzzz")
    await hand.write("Palettes")
    shown = await hand.tap("1.")
    subject = await post.subject_of(wanted)
    assert f"They belong to /s{subject.id}" in shown
    await hand.tap("Add the rule")
    assert (await only_rule(office, anna, mailbox_id)).actions.subject_id == subject.id


@pytest.mark.parametrize(
    ("language", "words", "title"),
    [
        (Language.EN, 'topic="Topic of a" give u{bruno}', "📏 New rule"),
        (Language.RU, 'тема="Topic of a" передать u{bruno}', "📏 Новое правило"),
    ],
)
async def test_the_same_is_typed_shown_first_and_added(
    office: Office, language: Language, words: str, title: str
) -> None:
    hand, _, anna, mailbox_id = await with_letters(office, language=language)
    bruno = caller_of(await office.add_user(BORIS, "Bruno"))
    line = words.format(bruno=bruno.user_id)
    assert (await hand.write(f"/rule m{mailbox_id} {line}")).startswith(title)
    assert await office.services.mail_rules.list_rules(anna, mailbox_id) == []
    await hand.write(f"/rule_now m{mailbox_id} {line}")
    rule = await only_rule(office, anna, mailbox_id)
    assert (rule.condition, rule.actions.responsible_id) == ({"topic": "topic of a"}, bruno.user_id)


async def test_a_rule_that_was_added_is_taken_back_by_undo(office: Office) -> None:
    hand, _, anna, mailbox_id = await with_letters(office)
    await hand.write(f"/rule_now m{mailbox_id} client.example tag clients")
    assert "Undone" in await hand.write("/undo")
    assert await office.services.mail_rules.list_rules(anna, mailbox_id) == []


async def test_what_was_not_understood_leaves_the_question_open(office: Office) -> None:
    hand, _, _, mailbox_id = await with_letters(office)
    await hand.write(f"/rule m{mailbox_id}")
    assert "does not do" in await hand.write("nonsense")
    assert "What is done with them?" in await hand.write("client.example")
    await hand.write("tag")
    assert "They get: #clients" in await hand.write("tag clients")


async def test_u2_a_colleague_makes_no_rules_for_a_private_mailbox(office: Office) -> None:
    hand, _, _, mailbox_id = await with_letters(office)
    await office.add_user(BORIS, "Bruno")
    answer = await Hand(office, BORIS).write(f"/rule_now m{mailbox_id} client.example tag mine")
    assert "not yours to see" in answer
    assert hand.account_id == ANNA
