"""Mailboxes in the chat: who sees them, pausing and resuming, the fate of letters, the question of two subjects."""

from dataclasses import replace
from typing import Any

import pytest

from core.enums import FolderRole, FunctionalOption, Language, MailboxState, MailClass, Role, SubjectKind
from core.services.letter_batch import Checkpoint
from core.services.mail_folders import ServerFolder, WantedFolder
from core.values import Caller, InteractionId, MailboxId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import NOON, FixedClock
from tests.factories.mail import UIDVALIDITY, Post, SightedLetter, letter, reply
from tests.factories.organisation import make_organisation
from tests.factories.people import caller_of, make_department

ANNA, BORIS, MARIA, ADA = 1001, 1002, 1003, 1009
ADDRESS = "anna@zveno.example"


async def post_of(office: Office) -> Post:
    """A post office in the office's database; its organisation's people have no chats."""
    clock = office.works.clock
    assert isinstance(clock, FixedClock)
    organisation = await make_organisation(office.database, clock)
    return Post(replace(organisation, works=office.works))


async def own_mailbox(office: Office, **fields: Any) -> tuple[Hand, Post, Caller, MailboxId]:
    """Anna with her chat and a mailbox of her own."""
    post = await post_of(office)
    anna = caller_of(await office.add_user(ANNA, **fields))
    return Hand(office, ANNA), post, anna, await post.add(anna, ADDRESS)


async def state_of(post: Post, mailbox_id: MailboxId) -> MailboxState:
    return (await post.mailboxes.report(None, mailbox_id))[0].state


async def test_settings_lead_to_ones_mailboxes_and_a_tap_pauses_and_resumes(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    await hand.write("/settings")
    listed = await hand.tap("Mailboxes")
    assert listed.splitlines()[:2] == ["📮 Mailboxes 1", f"1. {ADDRESS} · Anna · ▶️ watched · /m{mailbox}"]
    assert "➕ Add a mailbox" in await hand.labels()
    card = await hand.tap("1")
    assert card.splitlines()[0] == f"📮 {ADDRESS} · /m{mailbox}"
    paused = await hand.tap("Pause")
    assert paused.splitlines()[-1] == "Paused"
    assert "nothing is lost" in paused
    assert await state_of(post, mailbox) is MailboxState.PAUSED
    assert (await hand.tap("Resume")).splitlines()[-1] == "Watched again"
    assert await state_of(post, mailbox) is MailboxState.ACTIVE
    assert (await hand.tap("‹ Mailboxes")).startswith("📮 Mailboxes 1")
    assert (await hand.tap("‹ Settings")).startswith("⚙️ Settings")


async def test_the_same_is_typed_and_taken_back(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    assert (await hand.write("/mailboxes")).startswith("📮 Mailboxes 1")
    assert f"/m{mailbox}" in await hand.write("/1")
    await hand.write(f"/pause m{mailbox}")
    await hand.write(f"/pause m{mailbox}")
    assert await state_of(post, mailbox) is MailboxState.PAUSED
    assert (await hand.write("/undo")).splitlines()[-1] == "Undone"
    assert await state_of(post, mailbox) is MailboxState.ACTIVE
    assert "/pause m3" in await hand.write("/pause")
    assert "/resume m3" in await hand.write("/resume i5")


async def test_m4_the_card_tells_the_fate_of_every_letter_by_folder(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    inbox = await post.open(mailbox)
    content = letter("a", mail_class=MailClass.NEWSLETTER)
    batch = [
        SightedLetter(1, NOON, content),
        SightedLetter(2, NOON, content),
        SightedLetter(3, NOON, excluded_by="since"),
    ]
    await post.take(inbox.id, Checkpoint(UIDVALIDITY, 3), batch)
    (other,) = await post.folders.register(mailbox, [WantedFolder("A <b> & Co", FolderRole.OTHER)])
    await post.folders.open(other.id, ServerFolder(UIDVALIDITY, None, 7))
    await post.mailboxes.mark_reached(mailbox)
    shown = (await hand.write(f"/m{mailbox}")).splitlines()
    assert shown[2] == "▶️ watched · last look today 12:00"
    assert "stored 1 · known 1 · excluded 1 (older than wanted 1) · in quarantine 0 · missing 0" in shown
    assert "A <b> & Co · on the server: 7" in shown


async def test_many_folders_come_in_pages(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    await post.folders.register(mailbox, [WantedFolder(f"F{n}", FolderRole.OTHER) for n in range(1, 8)])
    first = await hand.write(f"/m{mailbox}")
    assert ("F5 " in first, "F6 " in first) == (True, False)
    second = await hand.tap("›")
    assert ("F5 " in second, "F7 " in second) == (False, True)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("unreachable", "could not be reached"),
        ("unexpected", "could not be used"),
        ("state", "could not be used"),
    ],
)
async def test_a_server_that_is_away_is_said_in_words(office: Office, reason: str, words: str) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    await post.mailboxes.mark_unreached(mailbox, reason)
    shown = await hand.write(f"/m{mailbox}")
    assert words in shown
    assert "letters stay on the server" in shown
    assert (await hand.labels())[:3] == ["🔄 Try again", "⏸ Pause", "👁 Mark as read: off"]


@pytest.mark.parametrize(
    ("reason", "command", "buttons"),
    [
        ("auth", "password", ["🔑 Ввести пароль", "🔄 Повторить"]),
        ("key", "password", ["🔑 Ввести пароль", "🔄 Повторить"]),
        ("certificate", "check", ["🔄 Повторить"]),
        ("encryption", "check", ["🔄 Повторить"]),
    ],
)
async def test_what_stopped_it_is_said_in_russian_with_the_next_step(
    office: Office, reason: str, command: str, buttons: list[str]
) -> None:
    hand, post, _, mailbox = await own_mailbox(office, language=Language.RU)
    await post.mailboxes.mark_stopped(mailbox, reason)
    await office.idle()
    shown = await hand.write(f"/m{mailbox}")
    assert f"zveno mailbox {command} {mailbox}" in shown
    assert "ничего не потеряно" in shown
    first = [*buttons, "▶️ Возобновить", "👁 Помечать прочитанным: нет"]
    assert (await hand.labels())[: len(first)] == first


async def test_u2_others_learn_nothing_and_change_nothing(office: Office) -> None:
    _, post, _, mailbox = await own_mailbox(office)
    await office.add_user(BORIS, "Boris")
    stranger = Hand(office, BORIS)
    unseen = "No such interaction, or it is not yours to see."
    assert await stranger.write(f"/m{mailbox}") == unseen
    assert await stranger.write("/m999") == unseen
    assert (await stranger.write("/mailboxes")).startswith("📮 Mailboxes 0")
    await stranger.forge(f"pause:m{mailbox}")
    assert stranger.toast == unseen
    await stranger.write("/settings")
    assert await stranger.forge("show:m:x") == unseen
    await stranger.forge("show:all_mailboxes")
    assert ADDRESS not in await stranger.see()
    assert await state_of(post, mailbox) is MailboxState.ACTIVE


async def test_u3_a_manager_sees_the_mailbox_of_the_department_and_cannot_stop_it(office: Office) -> None:
    post = await post_of(office)
    async with office.database.transaction() as session:
        shared = await make_department(session, "Shared")
    await office.add_user(MARIA, "Maria", role=Role.MANAGER, department_id=shared.id)
    mailbox = await post.add(
        post.organisation.administrator, "sales@zveno.example", owner_id=None, department_id=shared.id
    )
    hand = Hand(office, MARIA)
    assert "🏢 Shared" in await hand.write(f"/m{mailbox}")
    assert await hand.labels() == ["‹ Mailboxes"]
    await hand.forge(f"pause:m{mailbox}")
    assert "Your role does not include this" in await hand.said()
    assert await state_of(post, mailbox) is MailboxState.ACTIVE
    await post.mailboxes.mark_stopped(mailbox, "auth")
    await office.idle()
    assert (await office.last(MARIA))["text"].startswith("⚠️ A mailbox has stopped · 📮 sales@zveno.example")


async def test_administrators_find_every_mailbox_from_the_organisation(office: Office) -> None:
    _, post, _, mailbox = await own_mailbox(office)
    await office.add_user(ADA, "Ada", role=Role.ADMINISTRATOR)
    hand = Hand(office, ADA)
    await hand.write("/admin")
    assert ADDRESS in await hand.tap("Mailboxes")
    await hand.tap("1")
    await hand.tap("Pause")
    assert await state_of(post, mailbox) is MailboxState.PAUSED
    assert (await hand.tap("‹ Mailboxes")).startswith("📮 Mailboxes 1")
    assert (await hand.tap("‹ Organisation")).startswith("🏢 Organisation")
    assert (await hand.write("/mailboxes")).startswith("📮 Mailboxes 0"), "of one's own there is none"


async def test_o2_without_mail_nothing_of_it_is_there(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    ada = caller_of(await office.add_user(ADA, "Ada", role=Role.ADMINISTRATOR))
    await office.services.options.set(ada, FunctionalOption.MAIL_CLIENT, is_on=False)
    await hand.write("/settings")
    assert not [one for one in await hand.labels() if "Mailboxes" in one]
    for text in ("/mailboxes", f"/m{mailbox}", f"/pause m{mailbox}"):
        assert ADDRESS not in await hand.write(text)
    assert await state_of(post, mailbox) is MailboxState.ACTIVE
    administrator = Hand(office, ADA)
    await administrator.write("/admin")
    assert not [one for one in await administrator.labels() if "Mailboxes" in one]


async def test_who_takes_over_is_told_from_whom_and_how_much(office: Office) -> None:
    user = await office.add_user(ANNA, language=Language.RU)
    async with office.works.begin(None, "test") as work:
        work.notify(user.id, "inbox", note="handed_over", count=12, user=7)
    await office.idle()
    text = (await office.last(ANNA))["text"]
    assert text.endswith("Вам передана работа /u7, этот сотрудник больше не работает: 12")


async def _two_deals(office: Office, post: Post, anna: Caller, mailbox: MailboxId) -> tuple[int, int]:
    """Two answers to a letter that has not come yet, each in a deal of its own; then the letter comes.

    Returns:
        The subject that the letter is not in, and the letter.
    """
    inbox = await post.open(mailbox)
    answers = [await post.deliver(inbox, reply(name, "a"), NOON) for name in ("b", "c")]
    for one, title in zip(answers, ("Old <pumps>", "New pumps"), strict=True):
        await office.services.promotion.promote(
            anna, one, SubjectKind.DEAL, title=title, partner_id=post.organisation.acme
        )
    root = await post.deliver(inbox, letter("a"), NOON)
    await office.idle()
    subjects = {(await post.subject_of(one)).id for one in answers}
    (other,) = subjects - {(await post.subject_of(root)).id}
    return other, root


async def test_m3_two_deals_are_asked_about_on_the_letters_card_and_one_tap_decides(office: Office) -> None:
    hand, post, anna, mailbox = await own_mailbox(office)
    other, root = await _two_deals(office, post, anna, mailbox)
    asked = (await office.last(ANNA))["message_id"]
    hand.message_id = asked
    shown = await hand.see()
    assert shown.startswith("Two subjects claim this letter · ✉️ Letter")
    assert f"/i{root}" in shown.splitlines()[0]
    assert shown.splitlines()[-1] == "Which of these does it belong to?"
    labels = await hand.labels()
    assert {label[3:].partition(" · ")[0] for label in labels[:2]} == {"💼 Old <pumps>", "💼 New pumps"}
    place = (await hand.data()).index(f"subject:i{root}:s{other}")
    after = await hand.tap(labels[place])
    assert hand.taps == 1
    assert f"/i{root}" in after.splitlines()[0]
    assert (await post.subject_of(InteractionId(root))).id == other


async def test_m3_the_choice_is_typed_as_a_number(office: Office) -> None:
    hand, post, anna, mailbox = await own_mailbox(office)
    other, root = await _two_deals(office, post, anna, mailbox)
    hand.message_id = (await office.last(ANNA))["message_id"]
    place = (await hand.data()).index(f"subject:i{root}:s{other}")
    await hand.write(f"/{place + 1}")
    assert (await post.subject_of(InteractionId(root))).id == other


async def test_u2_a_subject_that_cannot_be_seen_is_not_offered(office: Office) -> None:
    hand, post, anna, mailbox = await own_mailbox(office)
    other, root = await _two_deals(office, post, anna, mailbox)
    await hand.write("/settings")
    shown = await hand.forge(f"show:choose:{root}:{other}:9999")
    assert f"/i{root}" in shown
    assert "Which of these" not in shown
    for forged in ("choose:0:1:2", "choose:x", "choose"):
        await hand.forge(f"show:{forged}")
