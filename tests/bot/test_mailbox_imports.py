"""The first import of a mailbox that was connected in the chat: its progress, its result, its end half-way (pains.md 25)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.enums import FolderRole, Language, MailboxState
from core.models import MailMessage
from core.services.import_progress import ImportProgress
from core.services.letter_batch import Checkpoint, ReceivedLetter
from core.services.letters import Letters
from core.services.mail_folders import MailFolders, ServerFolder, WantedFolder
from core.services.seen_mirror import SeenMirror
from core.services.sightings import Sightings
from core.values import MailboxId
from mail.engine import MailEngine
from mail.settings import MailServices, MailSettings
from simulator.errors import JsonObject
from simulator.mail_server import LocalMail
from tests.bot.connecting import (
    ACCOUNT,
    ANNA,
    PLAIN_LOGIN,
    connected,
    letter_of,
    mailboxes_of,
)
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.factories.mail import FolderBlobs
from tests.factories.mail_world import HereReading
from tests.mail.waiting import until


@pytest.fixture
async def server() -> AsyncIterator[LocalMail]:
    async with LocalMail([ACCOUNT, PLAIN_LOGIN]) as running:
        yield running


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


@asynccontextmanager
async def capturing(office: Office, folder: Path) -> AsyncIterator[None]:
    """The product's mail engine on the office's database."""
    works, blobs = office.works, FolderBlobs(folder)
    services = MailServices(
        office.services.mailboxes,
        MailFolders(works),
        Letters(works),
        blobs,
        Sightings(works),
        SeenMirror(works),
        lambda: HereReading(blobs),
    )
    quick = MailSettings(
        poll=timedelta(seconds=0.5), look_every=timedelta(seconds=0.05), patience=timedelta(seconds=5)
    )
    engine = MailEngine(services, quick)
    await engine.start()
    try:
        yield
    finally:
        await engine.stop()


async def captured(office: Office) -> int:
    async with office.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(MailMessage)) or 0


@pytest.mark.parametrize("language", list(Language))
async def test_a_mailbox_connected_in_the_chat_is_imported_and_the_result_is_told(
    office: Office, server: LocalMail, tmp_path: Path, language: Language
) -> None:
    now = office.works.clock.now()
    for number, days in ((1, 1), (2, 2), (3, 400)):
        when = now - timedelta(days=days)
        await server.deliver(letter_of(number), ACCOUNT.address, when=when)
    await office.add_user(ANNA, language=language)
    hand = Hand(office, ANNA)
    async with capturing(office, tmp_path):
        await connected(hand, server)
        await hand.tap({Language.EN: "A year", Language.RU: "Год"}[language])
        await hand.tap("›")
        assert await captured(office) == 0
        await hand.tap("▶️")
        imports, began = ImportProgress(office.works), hand.message_id

        async def is_done() -> bool:
            await imports.tell()
            return (await mailboxes_of(office))[0].import_began_at is None

        await until(is_done)
        await office.idle()
    done = (await office.message(ANNA, began))["text"]
    assert {Language.EN: "The import is done", Language.RU: "Загрузка закончена"}[language] in done
    assert {Language.EN: "stored 2", Language.RU: "сохранено 2"}[language] in done
    assert await captured(office) == 2


def is_asked(message: JsonObject) -> bool:
    return "Disconnect" in str(message.get("reply_markup"))


async def test_a_mailbox_removed_while_it_imports_keeps_what_it_has(
    office: Office, server: LocalMail, tmp_path: Path
) -> None:
    for number in range(60):
        await server.deliver(letter_of(number), ACCOUNT.address)
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await connected(hand, server)
    await hand.tap("Everything")
    await hand.tap("Next")
    await hand.tap("Start")
    (mailbox,) = await mailboxes_of(office)

    async def has_some() -> bool:
        return await captured(office) > 0

    async with capturing(office, tmp_path):
        await until(has_some)
        asked = [one for one in await office.write(ANNA, f"/mailbox m{mailbox.id} remove") if is_asked(one)]
        hand.message_id = asked[0]["message_id"]  # Letters may come below the question.
        assert "what was captured stays" in await hand.tap("Disconnect")
        kept = await captured(office)
    assert kept > 0
    assert await captured(office) >= kept
    assert await ImportProgress(office.works).tell() == 0
    assert (await mailboxes_of(office))[0].state is MailboxState.REMOVED
    assert len(await server.letters(ACCOUNT.address)) == 60, "nothing is touched on the server"
