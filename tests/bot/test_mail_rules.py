"""In the chat: what is no business, leaving out senders, rules, sharing, the pool (domain.md U2, U3)."""

from datetime import timedelta

import pytest

from bot.screens.base import ROWS
from core.enums import MailFate, MailRouting, Role
from core.services.mail_folders import FolderCursor
from core.services.mail_rules import RuleDraft
from core.values import Caller, InteractionId, MailboxId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.bot.test_mailboxes import ADDRESS, ANNA, BORIS, MARIA, own_mailbox, post_of
from tests.conftest import NOON
from tests.factories.mail import Post, SightedLetter, letter, reply
from tests.factories.people import caller_of, make_department

OLD = NOON - timedelta(days=1)
"""Before the mailbox was added: no cards come."""


async def anna_with_a_letter(office: Office) -> tuple[Hand, Post, Caller, FolderCursor, InteractionId]:
    hand, post, anna, mailbox_id = await own_mailbox(office)
    inbox = await post.open(mailbox_id)
    one = await post.deliver(inbox, letter("a", sender="wife@home.example", topic="Dinner"))
    return hand, post, anna, inbox, one


async def test_not_business_takes_a_letter_away_and_offers_rules(office: Office) -> None:
    hand, post, _, inbox, one = await anna_with_a_letter(office)
    await hand.write(f"/i{one}")
    told = await hand.tap("Not business")
    assert told.splitlines()[0] == f"🚫 Not business · /i{one}"
    assert told.splitlines()[-1] == "Noted"
    preview = await hand.tap("Leave out all of home.example")
    assert preview.splitlines()[0] == "🚫 Leave out home.example?"
    listed = await hand.tap("Leave out")
    assert listed.splitlines()[0] == "📏 Rules 1"
    assert "1. home.example · left out" in listed
    outcomes = await post.capture(inbox, [SightedLetter(70, NOON, letter("b", sender="son@home.example"))])
    assert [each.fate for each in outcomes] == [MailFate.EXCLUDED]
    rule = await hand.tap("1")
    assert "They are left out." in rule
    assert (await hand.tap("Remove")).splitlines()[-1] == "The rule is removed"


async def test_not_business_is_taken_back_by_undo(office: Office) -> None:
    hand, post, anna, _, one = await anna_with_a_letter(office)
    await hand.write(f"/not_business i{one}")
    assert (await hand.write("/undo")).splitlines()[-1] == "Undone"
    assert await post.owners(one) == {anna.user_id: False}


async def test_an_exclusion_is_typed_with_a_preview_and_everything_is_refused(office: Office) -> None:
    hand, post, anna, inbox, _ = await anna_with_a_letter(office)
    (mailbox,) = await post.mailboxes.list_kept(anna)
    preview = await hand.write(f"/exclude m{mailbox.id} home.example")
    assert "Of the latest 1 letters here it would have left out 1." in preview
    assert "wife@home.example · Dinner" in preview
    assert "does not do" in await hand.write(f"/exclude m{mailbox.id} nonsense")
    batch = [SightedLetter(80 + n, OLD, letter(f"n{n}", sender="wife@home.example")) for n in range(10)]
    await post.capture(inbox, batch)
    assert "nothing would be left" in await hand.write(f"/exclude m{mailbox.id} home.example")
    refused = await hand.write(f"/exclude_now m{mailbox.id} home.example")
    assert "Nothing was changed" in refused
    assert await office.services.mail_rules.list_rules(anna, mailbox.id) == []


async def test_rules_are_listed_moved_and_applied(office: Office) -> None:
    hand, post, anna, _, one = await anna_with_a_letter(office)
    (mailbox,) = await post.mailboxes.list_kept(anna)
    rules = office.services.mail_rules
    await rules.add(anna, mailbox.id, RuleDraft("dinners", {"topic": "dinner"}, {"tags": ["food"]}))
    await rules.add(anna, mailbox.id, RuleDraft("home", {"domain": "home.example"}, {"reviewed": True}))
    await hand.write(f"/m{mailbox.id}")
    listed = await hand.tap("Rules")
    assert listed.splitlines()[2:4] == ["1. dinners · #food", "2. home"]
    await hand.tap("2")
    assert "1. home" in await hand.tap("Earlier")
    asked = await hand.tap("Apply to what is there…")
    assert asked.splitlines()[:3] == [
        "▶️ Apply the rules to what is there?",
        "Of the latest 1 letters here:",
        "home: 1",
    ]
    assert await post.owners(one) == {anna.user_id: False}
    await hand.tap("▶️ Apply")
    assert "Changed: 1." in hand.toast
    assert await post.owners(one) == {anna.user_id: True}
    assert "📏 Rules 2" in await hand.tap("‹ Rules")


async def test_rules_that_hold_for_nothing_there_are_not_applied(office: Office) -> None:
    hand, post, anna, _, _ = await anna_with_a_letter(office)
    (mailbox,) = await post.mailboxes.list_kept(anna)
    draft = RuleDraft("other", {"domain": "other.example"}, {"exclude": True})
    await office.services.mail_rules.add(anna, mailbox.id, draft)
    await hand.write(f"/rules m{mailbox.id}")
    assert "No rule holds for any of them." in await hand.tap("Apply to what is there…")
    assert "▶️ Apply" not in await hand.labels()


async def test_rules_are_applied_to_more_letters_than_one_transaction_takes(office: Office) -> None:
    hand, post, anna, inbox, _ = await anna_with_a_letter(office)
    (mailbox,) = await post.mailboxes.list_kept(anna)
    for start in (100, 150):
        await post.capture(inbox, [SightedLetter(start + n, OLD, letter(f"o{start + n}")) for n in range(50)])
    draft = RuleDraft("old", {"domain": "acme.example"}, {"tags": ["old"]})
    await office.services.mail_rules.add(anna, mailbox.id, draft)
    await hand.write(f"/apply_rules m{mailbox.id}")
    again = await office.services.rule_application.apply(anna, mailbox.id)
    assert (again.looked_at, again.changed) == (101, 0)


async def test_u2_a_thread_is_shared_with_a_colleague_and_made_private_again(office: Office) -> None:
    hand, post, _, inbox, one = await anna_with_a_letter(office)
    await office.add_user(BORIS, "Boris Orlov")
    colleague = Hand(office, BORIS)
    hidden = await colleague.write(f"/i{one}")
    assert "not yours to see" in hidden
    await hand.write(f"/i{one}")
    await hand.tap("More")
    assert "its letters are yours alone" in await hand.tap("Share…")
    assert "Make private" not in str(await hand.labels())
    await hand.tap("With a colleague")
    assert "is shared" in await hand.tap("Boris Orlov")
    assert (await colleague.write(f"/i{one}")).splitlines()[0].endswith(f"/i{one}")
    later = await post.deliver(inbox, reply("b", "a", sender="wife@home.example"))
    assert (await colleague.write(f"/i{later}")).splitlines()[0].endswith(f"/i{later}")
    await hand.write(f"/i{one}")
    await hand.tap("More")
    assert "Boris Orlov /u" in await hand.tap("Share…")
    assert (await hand.tap("Make private")).splitlines()[-1] == "Private again"
    assert "not yours to see" in await colleague.write(f"/i{later}")


async def test_u2_a_mailbox_is_shared_with_those_who_lead_its_owner(office: Office) -> None:
    post = await post_of(office)
    async with office.database.transaction() as session:
        department = await make_department(session, "East")
    anna = caller_of(await office.add_user(ANNA, department_id=department.id))
    await office.add_user(MARIA, role=Role.MANAGER, department_id=department.id)
    hand, manager = Hand(office, ANNA), Hand(office, MARIA)
    mailbox_id = await post.add(anna, ADDRESS)
    one = await post.deliver(await post.open(mailbox_id), letter("a"))
    assert "not yours to see" in await manager.write(f"/i{one}")
    await hand.write(f"/m{mailbox_id}")
    assert "yours alone" in await hand.tap("Sharing")
    assert "letters 1" in await hand.tap("With my managers")
    assert (await manager.write(f"/i{one}")).splitlines()[0].endswith(f"/i{one}")
    assert "yours alone" in await hand.tap("Make private")
    assert "not yours to see" in await manager.write(f"/i{one}")


async def test_u2_a_mailbox_is_shared_with_a_colleague_found_on_the_second_page(office: Office) -> None:
    hand, _, _, _, one = await anna_with_a_letter(office)
    for number in range(ROWS):
        await office.add_user(2000 + number, f"Colleague {number}")
    await office.add_user(BORIS, "Boris Orlov")
    mailboxes = await office.services.mailboxes.report(None)
    await hand.write(f"/m{mailboxes[0].id}")
    await hand.tap("Sharing")
    await hand.tap("With a colleague")
    await hand.tap("›")
    assert "Boris Orlov /u" in await hand.tap("Boris Orlov")
    assert (await Hand(office, BORIS).write(f"/i{one}")).splitlines()[0].endswith(f"/i{one}")
    assert "Whose" not in await hand.tap("With a colleague")
    assert "Boris Orlov /u" in await hand.tap("‹ Back")


@pytest.fixture
async def shared_mailbox(office: Office) -> tuple[Post, MailboxId]:
    """A department with two reps and a manager, and its mailbox."""
    post = await post_of(office)
    async with office.database.transaction() as session:
        department = await make_department(session, "East")
    anna = caller_of(await office.add_user(ANNA, department_id=department.id))
    await office.add_user(BORIS, department_id=department.id)
    await office.add_user(MARIA, role=Role.MANAGER, department_id=department.id)
    return post, await post.add(anna, "sales@zveno.example", owner_id=None, department_id=department.id)


async def test_u3_the_manager_sets_the_pool_and_the_first_to_take_has_the_letter(
    office: Office, shared_mailbox: tuple[Post, MailboxId]
) -> None:
    post, mailbox_id = shared_mailbox
    manager, anna, boris = Hand(office, MARIA), Hand(office, ANNA), Hand(office, BORIS)
    await manager.write(f"/rules m{mailbox_id}")
    assert "common pool" in await manager.tap("Common pool")
    one = await post.deliver(await post.open(mailbox_id), letter("a"))
    await boris.write(f"/i{one}")
    await anna.write(f"/i{one}")
    assert (await anna.tap("Take")).splitlines()[-1] == "It is yours now"
    assert len(await post.owners(one)) == 1
    await boris.tap("Take")
    assert len(await post.owners(one)) == 1
    assert "not yours to see" in await anna.write(f"/routing m{mailbox_id} {MailRouting.KEEPER}")
