"""What lies below a mailbox leads back the way one came: its page, its list and the page of that (conversation.md 7)."""

from typing import Any

from core.enums import Role
from core.services.mail_rules import RuleDraft
from core.values import Caller, MailboxId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.bot.test_mailboxes import ANNA, post_of
from tests.factories.mail import Post, letter
from tests.factories.people import caller_of

MAILBOXES = 9
"""More than a page of the list."""


async def on_the_second_page(office: Office, **fields: Any) -> tuple[Hand, Post, Caller, MailboxId]:
    """Anna before the second page of her mailboxes, and one that is on it."""
    post = await post_of(office)
    anna = caller_of(await office.add_user(ANNA, **fields))
    found = [await post.add(anna, f"anna{number}@zveno.example") for number in range(MAILBOXES)]
    hand = Hand(office, ANNA)
    await hand.write("/mailboxes")
    await hand.tap("›")
    return hand, post, anna, found[-1]


async def test_a_mailbox_leads_back_to_its_page_of_the_list_after_an_action_too(office: Office) -> None:
    hand, _, _, _ = await on_the_second_page(office)
    await hand.tap("2")
    await hand.tap("Pause")
    await hand.tap("‹ Mailboxes")
    assert "2/2" in await hand.labels()


async def test_rules_lead_back_to_the_mailbox_and_from_there_to_the_list(office: Office) -> None:
    hand, _, anna, last = await on_the_second_page(office)
    rules = office.services.mail_rules
    for number in range(MAILBOXES):
        await rules.add(anna, last, RuleDraft(f"r{number}", {"topic": f"t{number}"}, {"reviewed": True}))
    await hand.tap("2")
    await hand.tap("Rules")
    await hand.tap("›")
    assert "📏 r8" in await hand.tap("2")
    await hand.tap("Earlier")
    assert "2/2" in await hand.labels()
    await hand.tap("1")
    await hand.tap("‹ Rules")
    assert "2/2" in await hand.labels()
    assert f"/m{last}" in (await hand.tap("‹ Mailbox")).splitlines()[0]
    await hand.tap("‹ Mailboxes")
    assert "2/2" in await hand.labels()


async def test_sharing_leads_back_to_the_mailbox_and_from_there_to_the_list(office: Office) -> None:
    hand, _, _, last = await on_the_second_page(office)
    await hand.tap("2")
    await hand.tap("Sharing")
    await hand.tap("With my managers")
    await hand.tap("Make private")
    assert f"/m{last}" in (await hand.tap("‹ Mailbox")).splitlines()[0]
    await hand.tap("‹ Mailboxes")
    assert "2/2" in await hand.labels()


async def test_an_administrator_comes_back_to_the_list_of_all(office: Office) -> None:
    hand, _, _, _ = await on_the_second_page(office, role=Role.ADMINISTRATOR)
    await hand.write("/admin")
    await hand.tap("Mailboxes")
    await hand.tap("1")
    await hand.tap("Rules")
    await hand.tap("‹ Mailbox")
    assert "show:all_mailboxes:1" in await hand.data()


async def test_leaving_out_a_sender_leads_back_to_what_was_said_of_the_letter(office: Office) -> None:
    hand, post, _, last = await on_the_second_page(office)
    one = await post.deliver(await post.open(last), letter("a", sender="x@spam.example"))
    await hand.write(f"/i{one}")
    told = await hand.tap("Not business")
    await hand.tap("Leave out all of")
    assert (await hand.tap("‹ Back")).splitlines()[0] == told.splitlines()[0]
    assert (await hand.tap("Inbox")).startswith("📥 Inbox")


async def test_sharing_a_thread_leads_back_to_more(office: Office) -> None:
    hand, post, _, last = await on_the_second_page(office)
    one = await post.deliver(await post.open(last), letter("a", sender="x@spam.example"))
    await hand.write(f"/i{one}")
    more = await hand.tap("More")
    await hand.tap("Share…")
    assert await hand.tap("‹ Back") == more


async def test_a_screen_that_was_typed_leads_to_its_mailbox(office: Office) -> None:
    hand, _, _, last = await on_the_second_page(office)
    await hand.write(f"/rules m{last}")
    assert f"show:m{last}" in await hand.data()
    await hand.tap("‹ Mailbox")
    assert "show:mailboxes" in await hand.data()


async def test_what_lies_below_a_card_leads_back_to_it_and_from_there_to_its_list(office: Office) -> None:
    hand, post, _, last = await on_the_second_page(office)
    inbox = await post.open(last)
    for number in range(MAILBOXES):
        await post.deliver(inbox, letter(f"l{number}", sender=f"x{number}@spam.example"))
    await office.idle()
    await hand.write("/list")
    await hand.tap("›")
    card = (await hand.tap("1")).splitlines()[0]
    await hand.tap("More")
    await hand.tap("Share…")
    await hand.tap("‹ Back")
    assert (await hand.tap("‹ Back")).splitlines()[0] == card
    await hand.tap("Belongs to…")
    assert (await hand.tap("‹ Back")).splitlines()[0] == card
    await hand.tap("‹ Back")
    assert "2/2" in await hand.labels()


async def test_an_action_below_a_card_keeps_the_way_to_its_list(office: Office) -> None:
    hand, post, _, last = await on_the_second_page(office)
    await post.deliver(await post.open(last), letter("a", sender="x@spam.example"))
    await office.idle()
    await hand.write("/list")
    await hand.tap("1")
    await hand.tap("More")
    await hand.tap("People")
    await hand.tap("‹ Back")
    assert "show:list:1" in await hand.data()
    await hand.tap("Later")
    await hand.tap("In 1 hour")
    assert "show:list:1" in await hand.data()
