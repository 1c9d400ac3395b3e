"""Connecting a mailbox in the chat: the password typed once, the choices, the preview, the start (pains.md 25)."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from core.enums import FolderRole, Language, MailboxState, Role
from core.models import Base, ContactAddress, Mailbox
from core.services.import_progress import ImportProgress
from core.services.letter_batch import Checkpoint, ReceivedLetter
from core.services.letters import Letters
from core.services.mail_folders import MailFolders, ServerFolder, WantedFolder
from core.values import MailboxId
from simulator.mail_server import LocalMail, MailAccount
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.factories.mail import OpenBox

ANNA, BORIS, ADA = 1001, 1002, 1009
ACCOUNT = MailAccount("anna@zveno.example", "anna@zveno.example", "correct horse", "Anna")
PLAIN_LOGIN = MailAccount("boris@zveno.example", "boris", "battery staple", "Boris")


@pytest.fixture
async def server() -> AsyncIterator[LocalMail]:
    async with LocalMail([ACCOUNT, PLAIN_LOGIN]) as running:
        yield running


def letter_of(number: int, sender: str = "client@acme.example", *fields: str) -> bytes:
    """A letter to Anna, with further header fields."""
    head = [
        f"From: {sender}",
        f"To: {ACCOUNT.address}",
        f"Subject: Price {number}",
        f"Message-ID: <{number}@acme.example>",
        *fields,
    ]
    return "\r\n".join([*head, "", "How much?", ""]).encode()


async def everything_stored(office: Office) -> str:
    """All rows of all tables as text."""
    async with office.database.reading() as session:
        tables = [(await session.execute(select(table))).all() for table in Base.metadata.sorted_tables]
        words = (await session.execute(text("SELECT * FROM search_words"))).all()
    return repr((tables, words))


async def mailboxes_of(office: Office) -> list[Mailbox]:
    async with office.database.reading() as session:
        return list(await session.scalars(select(Mailbox).order_by(Mailbox.id)))


async def up_to_the_password(hand: Hand, server: LocalMail, address: str = ACCOUNT.address) -> str:
    """Settings, Mailboxes, Add; the domain is nobody's, so the server is asked for."""
    await hand.write("/settings")
    await hand.tap("📮")
    await hand.tap("➕")
    asked = await hand.write(address)
    assert address in asked
    return await hand.write(f"127.0.0.1:{server.imap_port} none")


async def connected(hand: Hand, server: LocalMail) -> str:
    """As far as the question since when."""
    await up_to_the_password(hand, server)
    return await hand.write("correct horse")


@pytest.mark.parametrize("language", list(Language))
async def test_five_taps_connect_a_mailbox_and_the_password_is_nowhere(
    office: Office, server: LocalMail, caplog: pytest.LogCaptureFixture, language: Language
) -> None:
    caplog.set_level(logging.DEBUG)
    for number in range(3):
        await server.deliver(letter_of(number), ACCOUNT.address)
    await office.add_user(ANNA, language=language)
    hand = Hand(office, ANNA)
    since = await connected(hand, server)
    assert since.splitlines()[0] == "📮 anna@zveno.example"
    (mailbox,) = await mailboxes_of(office)
    assert mailbox.state is MailboxState.PREPARING
    assert await office.services.mailboxes.list_watched() == {}, "nothing is taken before the start"
    month = {Language.EN: "A month", Language.RU: "Месяц"}[language]
    await hand.tap(month)
    assert [one for one in await hand.labels() if one.startswith("✅")] == ["✅ Sent", "✅ INBOX"]
    preview = await hand.tap("›")
    assert {Language.EN: "3 letters", Language.RU: "3 письма"}[language] in preview
    begun = await hand.tap("▶️")
    assert "⏳" in begun
    assert hand.taps == 5, "and three things typed: the address, the server, the password"
    (mailbox,) = await mailboxes_of(office)
    assert mailbox.state is MailboxState.ACTIVE
    assert mailbox.progress_message == hand.message_id
    stored = await everything_stored(office)
    assert "correct horse" not in stored
    assert OpenBox().seal("correct horse") in stored
    chat = await office.people.chat(ANNA)
    assert not [one for one in chat["messages"] if "correct horse" in str(one.get("text"))]
    ours = [one for one in caplog.records if not one.name.startswith("pymap")]
    assert not [one for one in ours if "correct horse" in one.getMessage()]


async def test_a_wrong_password_and_a_wrong_server_are_told_and_nothing_is_kept(
    office: Office, server: LocalMail
) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await up_to_the_password(hand, server)
    refused = await hand.write("wrong word")
    assert "does not accept the login or the password" in refused
    assert "the password was not kept" in refused
    assert await mailboxes_of(office) == []
    await hand.tap("Server")
    await hand.write("127.0.0.1:1 none")
    away = await hand.write("correct horse")
    assert "No mail server answers at 127.0.0.1:1." in away
    stored = await everything_stored(office)
    assert "wrong word" not in stored
    assert "correct horse" not in stored
    await hand.tap("Server")
    await hand.write(f"127.0.0.1:{server.imap_port} none")
    assert "The login works" in await hand.write("correct horse")


async def test_another_login_than_the_address(office: Office, server: LocalMail) -> None:
    await office.add_user(BORIS, "Boris")
    hand = Hand(office, BORIS)
    await up_to_the_password(hand, server, PLAIN_LOGIN.address)
    assert "does not accept" in await hand.write("battery staple")
    await hand.tap("Another login")
    await hand.write("boris")
    assert "The login works" in await hand.write("battery staple")
    (mailbox,) = await mailboxes_of(office)
    assert mailbox.login == "boris"


async def test_what_does_not_make_sense_is_asked_for_again(office: Office, server: LocalMail) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/mailbox add")
    assert "does not do for the e-mail address" in await hand.write("nobody")
    assert "Where is the mail of" in await hand.write(ACCOUNT.address)
    assert "does not do for the port" in await hand.write("imap.zveno.example:0")
    assert "does not do for the encryption" in await hand.write("imap.zveno.example tsl")
    assert "Password of" in await hand.write(f"127.0.0.1:{server.imap_port} none")
    assert await hand.write("/cancel") == "Cancelled. Nothing was saved."
    assert "It is written so" in await hand.write("/mailbox password"), "the dialog is over"
    assert await mailboxes_of(office) == []


async def test_a_known_provider_needs_no_server(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    asked = await hand.write("/mailbox add anna@yandex.ru")
    assert asked.splitlines()[0] == "Password of anna@yandex.ru?"
    assert "https://id.yandex.ru/security/app-passwords" in asked


async def test_the_preview_counts_people_and_newsletters_since_the_day(
    office: Office, server: LocalMail
) -> None:
    now = office.works.clock.now()
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("Called Ivan Petrov, ivan@acme.example, agreed on the price")
    for number, sender, days, fields in (
        (1, "ivan@acme.example", 2, ()),
        (2, "unknown@beta.example", 3, ()),
        (3, "news@gamma.example", 4, ("List-Unsubscribe: <https://gamma.example/off>",)),
        (4, "ivan@acme.example", 90, ()),
    ):
        raw = letter_of(number, sender, *fields)
        await server.deliver(raw, ACCOUNT.address, when=now - timedelta(days=days))
    async with office.database.reading() as session:
        known = (await session.scalars(select(ContactAddress.value))).all()
    await connected(hand, server)
    await hand.tap("A month")
    preview = await hand.tap("Next")
    people = 1 if "ivan@acme.example" in known else 0
    assert f"3 letters, {people} with people you know, 1 newsletter" in preview
    await hand.tap("Back")
    await hand.tap("Back")
    await hand.tap("Everything")
    assert "4 letters" in await hand.tap("Next")
    (mailbox,) = await mailboxes_of(office)
    assert (mailbox.state, mailbox.since) == (MailboxState.PREPARING, None)


async def test_a_day_is_typed_and_one_to_come_is_refused(office: Office, server: LocalMail) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await connected(hand, server)
    (mailbox,) = await mailboxes_of(office)
    await hand.tap("Another day")
    assert "Which folders?" in await hand.write("2026-01-31")
    (mailbox,) = await mailboxes_of(office)
    assert mailbox.since == datetime(2026, 1, 31, tzinfo=UTC)
    refused = await hand.write(f"/mailbox m{mailbox.id} since 2030-01-01")
    assert "Nothing was changed" in refused
    assert (await mailboxes_of(office))[0].since == datetime(2026, 1, 31, tzinfo=UTC)


async def test_folders_are_chosen_by_taps_and_never_none(office: Office, server: LocalMail) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await server.deliver(letter_of(1), ACCOUNT.address, "Archive")
    await connected(hand, server)
    await hand.tap("A month")
    await hand.tap("Archive")
    assert "✅ Archive" in await hand.labels()
    assert (await mailboxes_of(office))[0].wanted_folders == ["Sent", "INBOX", "Archive"]
    await hand.tap("Archive")
    assert (await mailboxes_of(office))[0].wanted_folders is None, "the usual ones again"
    await hand.tap("Sent")
    await hand.tap("INBOX")
    assert (await mailboxes_of(office))[0].wanted_folders == ["INBOX"]
    assert "does not do for the folder" in hand.toast


async def test_the_second_who_connects_the_same_mailbox_is_told(office: Office, server: LocalMail) -> None:
    anna = await office.add_user(ANNA)
    await office.add_user(BORIS, "Boris")
    first, second = Hand(office, ANNA), Hand(office, BORIS)
    await connected(first, server)
    await connected(second, server)
    assert len(await mailboxes_of(office)) == 2, "who is only about to connect it hinders nobody"
    await first.tap("A month")
    await first.tap("Next")
    await first.tap("Start")
    await second.tap("A month")
    await second.tap("Next")
    assert "has connected this mailbox already" in await second.tap("Start")
    states = {one.owner_id: one.state for one in await mailboxes_of(office)}
    assert states.pop(anna.id) is MailboxState.ACTIVE
    assert list(states.values()) == [MailboxState.PREPARING]
    assert "has connected this mailbox already" in await connected(second, server)
    assert "Password" not in await second.write("Just a note"), "the dialog is over"
    assert "You have connected this mailbox already" in await connected(first, server)


async def test_who_begins_again_goes_on_with_one_and_cancel_forgets_it(
    office: Office, server: LocalMail
) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await connected(hand, server)
    await connected(hand, server)
    states = [one.state for one in await mailboxes_of(office)]
    assert states == [MailboxState.REMOVED, MailboxState.PREPARING]
    (_, mailbox) = await mailboxes_of(office)
    card = await hand.write(f"/m{mailbox.id}")
    assert "being connected" in card
    await hand.tap("Go on")
    assert "nothing was taken" in await hand.tap("Cancel")
    assert {one.sealed_password for one in await mailboxes_of(office)} == {""}
    assert "No such" in await hand.write(f"/mailbox m{mailbox.id} start")


async def test_progress_is_told_in_the_message_that_began_it(office: Office, server: LocalMail) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await connected(hand, server)
    await hand.tap("Everything")
    await hand.tap("Next")
    await hand.tap("Start")
    (mailbox,) = await mailboxes_of(office)
    imports, began = ImportProgress(office.works), hand.message_id
    assert await imports.tell() == 0, "nothing is known yet"
    folders = MailFolders(office.works)
    (cursor,) = await folders.register(MailboxId(mailbox.id), [WantedFolder("INBOX", FolderRole.INBOX)])
    await folders.open(cursor.id, ServerFolder(7, 10_001, 10_000))
    letters = Letters(office.works)
    batch = [ReceivedLetter(uid, None, 100, excluded_by="since") for uid in range(1, 1_201)]
    await letters.receive(cursor.id, Checkpoint(7, 1_200), batch)
    assert await imports.tell() == 1
    await office.idle()
    assert "1,200 of 10,000" in await hand.see()
    assert await imports.tell() == 0, "the same is not told twice"
    paused = await hand.tap("Pause")
    assert "paused" in paused
    assert (await mailboxes_of(office))[0].state is MailboxState.PAUSED
    await hand.tap("Resume")
    batch = [ReceivedLetter(uid, None, 100, excluded_by="since") for uid in range(1_201, 10_001)]
    await letters.receive(cursor.id, Checkpoint(7, 10_000), batch)
    await office.services.mailboxes.mark_reached(MailboxId(mailbox.id))
    assert await imports.tell() == 1
    await office.idle()
    done = await hand.see()
    assert "The import is done" in done
    assert "excluded 10,000" in done
    assert hand.message_id == began
    assert await imports.tell() == 0


async def test_u2_only_owners_and_administrators_connect_and_disconnect(
    office: Office, server: LocalMail
) -> None:
    anna = await office.add_user(ANNA)
    await office.add_user(BORIS, "Boris")
    await office.add_user(ADA, "Ada", role=Role.ADMINISTRATOR)
    boris, ada = Hand(office, BORIS), Hand(office, ADA)
    assert "Your role does not include this" in await boris.write(
        f"/mailbox add anna@zveno.example u{anna.id}"
    )
    await ada.write(f"/mailbox add anna@zveno.example u{anna.id}")
    await ada.write(f"127.0.0.1:{server.imap_port} none")
    await ada.write("correct horse")
    (mailbox,) = await mailboxes_of(office)
    assert mailbox.owner_id == anna.id
    unseen = "No such interaction, or it is not yours to see."
    for words in ("since all", "folder 1", "preview", "start", "discard", "remove", "remove yes"):
        assert await boris.write(f"/mailbox m{mailbox.id} {words}") == unseen
    assert await boris.write(f"/certificate m{mailbox.id} off") == unseen
    await ada.write(f"/mailbox m{mailbox.id} start")
    assert "An administrator has connected your mailbox" in (await office.last(ANNA))["text"]
    hand = Hand(office, ANNA)
    await hand.write(f"/m{mailbox.id}")
    asked = await hand.tap("Disconnect")
    assert "What was captured stays here" in asked
    assert (await mailboxes_of(office))[0].state is MailboxState.ACTIVE
    assert "Removed; what was captured stays" in await hand.tap("Disconnect")
    (mailbox,) = await mailboxes_of(office)
    assert (mailbox.state, mailbox.sealed_password) == (MailboxState.REMOVED, "")


async def test_the_certificate_is_given_up_with_a_warning_and_taken_up_again(
    office: Office, server: LocalMail
) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await connected(hand, server)
    (mailbox,) = await mailboxes_of(office)
    await hand.write(f"/mailbox m{mailbox.id} start")
    await office.services.mailboxes.mark_stopped(MailboxId(mailbox.id), "certificate")
    await hand.write(f"/m{mailbox.id}")
    assert "read the password and every letter" in await hand.tap("Do not check it")
    off = await hand.tap("Do not check it")
    assert "certificate is not checked" in off
    (mailbox,) = await mailboxes_of(office)
    assert (mailbox.state, mailbox.verify_certificate) == (MailboxState.ACTIVE, False)
    assert not (await office.services.mailboxes.open(MailboxId(mailbox.id))).verify_certificate
    await hand.tap("Check the certificate")
    assert (await mailboxes_of(office))[0].verify_certificate
