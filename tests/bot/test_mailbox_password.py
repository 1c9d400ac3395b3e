"""Reconnecting a mailbox from the chat: the password is typed once, tried, kept sealed, and nowhere else."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.pulse import PATIENCE_SECONDS
from core.enums import Language, MailboxState, MailSecurity, Role
from core.models import Base, InboundUpdate
from core.services.mailbox_drafts import MailServer
from core.values import MailboxId
from simulator.mail_server import LocalMail, MailAccount
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import FixedClock
from tests.factories.mail import OpenBox, Post
from tests.factories.organisation import make_organisation
from tests.factories.people import caller_of

ANNA, BORIS, ADA = 1001, 1002, 1009
ACCOUNT = MailAccount("anna@zveno.example", "anna", "correct horse", "Anna")


@pytest.fixture
async def server() -> AsyncIterator[LocalMail]:
    async with LocalMail([ACCOUNT]) as running:
        yield running


async def stopped_mailbox(
    office: Office, server: LocalMail, reason: str = "auth", **fields: Any
) -> tuple[Hand, Post, MailboxId]:
    """Anna's mailbox on a server, stopped; the notice is before her."""
    clock = office.works.clock
    assert isinstance(clock, FixedClock)
    organisation = await make_organisation(office.database, clock)
    anna = caller_of(await office.add_user(ANNA, **fields))
    post = Post(organisation)
    post.mailboxes = office.services.mailboxes
    imap = MailServer("127.0.0.1", server.imap_port, MailSecurity.NONE)
    mailbox = await post.add(anna, ACCOUNT.address, imap=imap, login=ACCOUNT.login, password="old")
    await post.mailboxes.mark_stopped(mailbox, reason)
    await office.idle()
    hand = Hand(office, ANNA, int((await office.last(ANNA))["message_id"]))
    return hand, post, mailbox


async def state_of(post: Post, mailbox_id: MailboxId) -> tuple[MailboxState, str | None]:
    (one,) = await post.mailboxes.report(None, mailbox_id)
    return one.state, one.state_reason


async def everything_stored(office: Office) -> str:
    """All rows of all tables as text."""
    async with office.database.reading() as session:
        tables = [(await session.execute(select(table))).all() for table in Base.metadata.sorted_tables]
        words = (await session.execute(text("SELECT * FROM search_words"))).all()
    return repr((tables, words))


def is_ours(record: logging.LogRecord) -> bool:
    """Whether the product wrote it: the mail server of the tests logs what it hears."""
    return not record.name.startswith("pymap")


async def own_messages(office: Office) -> list[str]:
    chat = await office.people.chat(ANNA)
    return [str(one.get("text")) for one in chat["messages"]]


async def test_two_taps_and_a_password_bring_a_stopped_mailbox_back(
    office: Office, server: LocalMail, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hand, post, mailbox = await stopped_mailbox(office, server)
    assert "does not accept the login or the password" in await hand.see()
    asked = await hand.tap("Enter the password")
    assert asked.splitlines()[0] == "Password of anna@zveno.example?"
    shown = await hand.write("correct horse")
    assert hand.taps == 1
    assert shown.splitlines()[0] == f"📮 anna@zveno.example · /m{mailbox}"
    assert shown.splitlines()[-1] == "The password is set"
    assert await state_of(post, mailbox) == (MailboxState.ACTIVE, None)
    assert (await post.mailboxes.open(mailbox)).password == "correct horse"
    assert "correct horse" not in await everything_stored(office)
    assert OpenBox().seal("correct horse") in await everything_stored(office)
    assert "correct horse" not in await own_messages(office)
    assert not [one for one in caplog.records if is_ours(one) and "correct horse" in one.getMessage()]


async def test_a_refused_password_is_not_kept_and_asked_for_once_more(
    office: Office, server: LocalMail
) -> None:
    hand, post, mailbox = await stopped_mailbox(office, server, language=Language.EN)
    await hand.tap("Enter the password")
    refused = await hand.write("wrong word")
    assert "does not accept" in refused
    assert "not kept" in refused
    assert await state_of(post, mailbox) == (MailboxState.STOPPED, "auth")
    assert (await post.mailboxes.open(mailbox)).password == "old"
    await hand.write("correct horse")
    assert await state_of(post, mailbox) == (MailboxState.ACTIVE, None)
    stored = await everything_stored(office)
    assert "wrong word" not in stored
    assert "correct horse" not in stored


async def test_a_password_that_looks_like_a_command_or_a_reply_is_taken_as_one(
    office: Office, server: LocalMail
) -> None:
    hand, _, mailbox = await stopped_mailbox(office, server)
    for secret in ("/swordfish", "/17", "/i5"):
        await server.change_password(ACCOUNT.address, secret)
        await hand.write(f"/password m{mailbox}")
        assert "The password is set" in await hand.write(secret)
        assert secret not in await own_messages(office)
    await server.change_password(ACCOUNT.address, "in reply")
    await hand.write(f"/password m{mailbox}")
    card = next(one for one in await office.people.bot_messages(ANNA) if one.get("text"))
    await office.people.send(ANNA, "in reply", reply_to=int(card["message_id"]))
    await office.idle()
    assert "The password is set" in (await office.last(ANNA))["text"]
    assert "in reply" not in await everything_stored(office)


async def test_a_command_that_exists_still_leads_out_of_the_question(
    office: Office, server: LocalMail
) -> None:
    hand, post, mailbox = await stopped_mailbox(office, server)
    await hand.write(f"/password m{mailbox}")
    assert await hand.write("/cancel") == "Cancelled. Nothing was saved."
    assert await state_of(post, mailbox) == (MailboxState.STOPPED, "auth")
    await hand.write(f"/password m{mailbox}")
    assert (await hand.tap("Cancel")).startswith("📮 anna@zveno.example")
    assert "does not accept" not in await hand.write("Just a note")


async def test_typed_in_one_line_it_works_too_and_is_hidden_as_well(
    office: Office, server: LocalMail
) -> None:
    hand, post, mailbox = await stopped_mailbox(office, server, reason="key")
    shown = await hand.write(f"/password m{mailbox} correct horse")
    assert "The password is set" in shown
    assert await state_of(post, mailbox) == (MailboxState.ACTIVE, None)
    assert "correct horse" not in await everything_stored(office)
    assert not [one for one in await own_messages(office) if "correct horse" in one]


async def test_u2_nobody_else_can_try_passwords(office: Office, server: LocalMail) -> None:
    _, post, mailbox = await stopped_mailbox(office, server)
    await office.add_user(BORIS, "Boris")
    stranger = Hand(office, BORIS)
    unseen = "No such interaction, or it is not yours to see."
    assert await stranger.write(f"/password m{mailbox}") == unseen
    assert await stranger.write(f"/password m{mailbox} correct horse") == unseen
    assert await stranger.write(f"/retry m{mailbox}") == unseen
    assert await state_of(post, mailbox) == (MailboxState.STOPPED, "auth")
    assert "correct horse" not in await everything_stored(office), "not even where it was refused"
    await office.add_user(ADA, "Ada", role=Role.ADMINISTRATOR)
    assert "The password is set" in await Hand(office, ADA).write(f"/password m{mailbox} correct horse")


async def test_a_message_that_cannot_be_deleted_is_pointed_out(office: Office, server: LocalMail) -> None:
    hand, post, mailbox = await stopped_mailbox(office, server)
    await hand.write(f"/password m{mailbox}")
    await office.people.add_fault("400", method="deleteMessage", description="message can't be deleted")
    said = [one["text"] for one in await office.write(ANNA, "correct horse")]
    assert [one for one in said if "please delete it yourself" in one]
    assert await state_of(post, mailbox) == (MailboxState.ACTIVE, None)
    assert "correct horse" not in await everything_stored(office)


async def test_try_again_tells_what_is_wrong_or_resumes(office: Office, server: LocalMail) -> None:
    hand, post, mailbox = await stopped_mailbox(office, server, reason="certificate")
    await hand.tap("Try again")
    assert "does not accept" in await hand.said()
    assert (await state_of(post, mailbox))[0] is MailboxState.STOPPED
    await server.change_password(ACCOUNT.address, "old")
    assert (await hand.tap("Try again")).splitlines()[-1] == "Watched again"
    assert await state_of(post, mailbox) == (MailboxState.ACTIVE, None)


async def test_what_a_slow_try_or_a_typed_one_found_out_stands_below_the_card(
    office: Office, server: LocalMail
) -> None:
    """The tap is answered within the second; the server takes longer to say no."""

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(PATIENCE_SECONDS + 0.3)
        writer.close()

    hand, post, mailbox = await stopped_mailbox(office, server)
    port = server.imap_port
    await server.stop()
    async with await asyncio.start_server(hang_up, "127.0.0.1", port):
        await post.mailboxes.mark_unreached(mailbox, "unreachable")
        said = (await hand.tap("Try again")).splitlines()[-1]
        assert (said, hand.toast) == ("The mail server could not be reached the last time.", "")
        assert (await hand.write(f"/retry m{mailbox}")).splitlines()[-1] == said


async def test_a_process_that_died_with_a_password_in_hand_finds_nothing_to_do(
    office: Office, server: LocalMail
) -> None:
    _, post, mailbox = await stopped_mailbox(office, server)
    async with office.database.transaction() as session:
        row = InboundUpdate(
            bot_id=1,
            update_id=9,
            lane=ANNA,
            body={"message": {"text": "correct horse"}},
            received_at=office.works.clock.now(),
        )
        session.add(row)
    await office.services.inbox.forget_body(row.id)
    async with office.database.reading() as session:
        assert (await session.get_one(InboundUpdate, row.id)).body == {"update_id": 9}
    await office.services.inbox.settle([row.id])
    assert await state_of(post, mailbox) == (MailboxState.STOPPED, "auth")


async def test_the_mark_of_read_letters_is_switched_on_and_off(office: Office, server: LocalMail) -> None:
    hand, post, mailbox = await stopped_mailbox(office, server)
    await hand.write(f"/m{mailbox}")
    on = await hand.tap("Mark as read: off")
    assert on.splitlines()[-1] == "Reviewed letters are marked as read on the mail server"
    assert (await post.mailboxes.open(mailbox)).mirror_seen
    off = await hand.tap("Mark as read: on")
    assert off.splitlines()[-1] == "The mail server is left alone"
    assert "Nothing else is ever written there" in await hand.write(f"/mirror m{mailbox}")
    await hand.tap("Mark as read")
    assert (await post.mailboxes.open(mailbox)).mirror_seen
    await office.add_user(BORIS, "Boris")
    await Hand(office, BORIS).write(f"/mirror m{mailbox} off")
    assert (await post.mailboxes.open(mailbox)).mirror_seen
