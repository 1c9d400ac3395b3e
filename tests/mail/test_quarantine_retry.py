"""A letter that is sent on its way again is fetched by the running engine, without anybody's further doing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from core.database import Database
from core.enums import MailFate
from core.models import MailUid
from core.services.quarantine import Quarantine
from core.values import MailboxId
from mail.engine import MailEngine
from mail.sync import sync_once
from tests.conftest import FixedClock
from tests.factories.mail_world import ANNA, MailWorld, open_mail_world, raw_letter
from tests.mail.waiting import until

LIMIT = 2048


@pytest.fixture
async def world(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[MailWorld]:
    async with open_mail_world(
        database, clock, tmp_path, max_bytes=LIMIT, poll=timedelta(hours=1)
    ) as running:
        yield running


async def letters_in_quarantine(world: MailWorld, mailbox: MailboxId) -> list[int]:
    quarantine = Quarantine(world.post.works, world.services.blobs)
    page = await quarantine.list_page(world.post.organisation.anna, mailbox)
    return [one.id for one in page.letters]


async def test_m4_a_letter_let_in_by_the_operator_is_fetched_by_itself_and_alone(world: MailWorld) -> None:
    mailbox = await world.add(ANNA, world.post.organisation.anna)
    quarantine = Quarantine(world.post.works, world.services.blobs)
    for topic in ("large", "larger"):
        await world.server.deliver(raw_letter(topic, body="x" * 2 * LIMIT), ANNA.address)
    await world.server.deliver(raw_letter("small"), ANNA.address)
    engine = MailEngine(world.services, world.settings)
    await engine.start()
    try:
        await until(lambda: world.has("small"))
        larger, large = await letters_in_quarantine(world, mailbox)
        world.clock.move(timedelta(seconds=1))
        await quarantine.retry(None, large, any_size=True)
        await until(lambda: world.has("small", "large"))
        assert await letters_in_quarantine(world, mailbox) == [larger]
        assert sorted(fate for _, fate, _ in await world.post.fates()) == [
            MailFate.QUARANTINED,
            MailFate.STORED,
            MailFate.STORED,
        ]
        (report,) = await world.services.mailboxes.report(None, mailbox)
        inbox = next(one for one in report.folders if one.name == "INBOX")
        assert (inbox.server, inbox.stored, inbox.quarantined, inbox.gap) == (3, 2, 1, 0)
    finally:
        await engine.stop()


async def test_a_dismissed_letter_stays_dismissed_through_a_new_look(world: MailWorld) -> None:
    mailbox = await world.add(ANNA, world.post.organisation.anna)
    quarantine = Quarantine(world.post.works, world.services.blobs)
    await world.server.deliver(raw_letter("large", body="x" * 2 * LIMIT), ANNA.address)
    await sync_once(mailbox, world.services, world.settings)
    (letter_id,) = await letters_in_quarantine(world, mailbox)
    await quarantine.dismiss(world.post.organisation.anna, letter_id)
    await world.server.deliver(raw_letter("later"), ANNA.address)
    await sync_once(mailbox, world.services, world.settings)
    assert await letters_in_quarantine(world, mailbox) == []
    fates = [(fate, rule) for _, fate, rule in await world.post.fates()]
    assert fates == [(MailFate.EXCLUDED, "dismissed"), (MailFate.STORED, None)]


async def test_m4_a_letter_whose_bytes_are_here_is_captured_from_them(world: MailWorld) -> None:
    mailbox = await world.add(ANNA, world.post.organisation.anna)
    quarantine = Quarantine(world.post.works, world.services.blobs)
    await world.server.deliver(raw_letter("small"), ANNA.address)
    await sync_once(mailbox, world.services, world.settings)
    async with world.post.works.database.transaction() as session:
        await session.execute(
            update(MailUid).values(fate=MailFate.QUARANTINED, rule="unparsable", attempts=6)
        )
    (letter_id,) = await letters_in_quarantine(world, mailbox)
    await quarantine.retry(world.post.organisation.anna, letter_id)
    await sync_once(mailbox, world.services, world.settings)
    assert [fate for _, fate, _ in await world.post.fates()] == [MailFate.KNOWN], (
        "it had been captured before"
    )
    assert await letters_in_quarantine(world, mailbox) == []
