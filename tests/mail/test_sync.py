"""When is a mailbox done? (interface.md, wait-idle)."""

from sqlalchemy import select

from core.enums import Direction, MailFate
from core.models import Interaction, MailUid
from mail.sync import list_unsynced
from tests.factories.mail_world import ANNA, raw_letter
from tests.mail.scripted_mailbox import ScriptedMailbox


async def unsynced(mailbox: ScriptedMailbox) -> tuple[str, ...]:
    return await list_unsynced(mailbox.id, mailbox.world.services, mailbox.world.settings)


async def test_a_mailbox_never_looked_at_is_not_done(mailbox: ScriptedMailbox) -> None:
    assert await unsynced(mailbox) == ("INBOX",)


async def test_a_mailbox_is_done_when_its_cursor_is_at_the_servers_end(mailbox: ScriptedMailbox) -> None:
    mailbox.script.letters = {1: raw_letter("a")}
    await mailbox.sync()
    assert await unsynced(mailbox) == ()
    mailbox.script.letters[2] = raw_letter("b")
    assert await unsynced(mailbox) == ("INBOX",)


async def test_a_server_that_tells_no_uidnext_is_asked_for_letters(mailbox: ScriptedMailbox) -> None:
    mailbox.script.answers["STATUS"] = b"* STATUS INBOX (MESSAGES 1 UIDVALIDITY 1)\r\n%t OK\r\n"
    mailbox.script.letters = {1: raw_letter("a")}
    await mailbox.sync()
    assert await unsynced(mailbox) == ()
    mailbox.script.letters[2] = raw_letter("b")
    assert await unsynced(mailbox) == ("INBOX",)


async def test_numbers_of_no_validity_are_done_as_others(mailbox: ScriptedMailbox) -> None:
    mailbox.script.uidvalidity = 0
    mailbox.script.letters = {1: raw_letter("a")}
    await mailbox.sync()
    assert await unsynced(mailbox) == ()


async def test_a_folder_that_is_not_there_any_more_holds_nobody_up(mailbox: ScriptedMailbox) -> None:
    await mailbox.sync()
    mailbox.script.answers["STATUS"] = b"%t NO no such folder\r\n"
    assert await unsynced(mailbox) == ()


async def test_m2_at_gmail_all_mail_is_taken_and_own_letters_are_outgoing(mailbox: ScriptedMailbox) -> None:
    script = mailbox.script
    script.capabilities += b" X-GM-EXT-1"
    script.answers["LIST"] = (
        b'* LIST () "/" INBOX\r\n'
        b'* LIST (\\All) "/" "[Gmail]/All Mail"\r\n'
        b'* LIST (\\Sent) "/" "[Gmail]/Sent Mail"\r\n'
        b'* LIST (\\Junk) "/" "[Gmail]/Spam"\r\n%t OK\r\n'
    )
    script.letters = {
        1: raw_letter("theirs"),
        2: raw_letter("ours", sender=ANNA.address),
        3: raw_letter("not finished", sender=ANNA.address),
    }
    script.flags[3] = "\\Draft"
    await mailbox.sync()
    assert [one for one in script.heard if one.startswith("EXAMINE")] == ['EXAMINE "[Gmail]/All Mail"']
    async with mailbox.world.post.works.database.reading() as session:
        rows = await session.execute(select(Interaction.topic, Interaction.direction))
        directions = {row.topic: row.direction for row in rows}
    assert directions == {"theirs": Direction.IN, "ours": Direction.OUT}
    assert (await mailbox.report("[Gmail]/All Mail")).excluded == {"draft": 1}


async def test_a_letter_received_and_not_captured_yet_is_open(mailbox: ScriptedMailbox) -> None:
    mailbox.script.letters = {1: raw_letter("a")}
    cursor = await mailbox.sync()
    works = mailbox.world.post.works
    async with works.database.transaction() as session:
        session.add(
            MailUid(
                folder_id=cursor.id,
                uidvalidity=1,
                uid=2,
                fate=MailFate.RECEIVED,
                seen_at=mailbox.world.clock.now(),
            )
        )
    mailbox.script.uidnext = 2
    assert await unsynced(mailbox) == ("INBOX",)


async def test_a_server_that_cannot_be_asked_leaves_everything_open(mailbox: ScriptedMailbox) -> None:
    mailbox.script.greeting = b"* BYE not now\r\n"
    assert await unsynced(mailbox) == ("*",)
