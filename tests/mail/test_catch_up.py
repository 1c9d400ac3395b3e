"""Taking letters from a server that changes its mind: UIDs given anew, letters that vanish or cannot be stored."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.database import Database
from core.enums import MailFate, MailSecurity
from core.queries.mailboxes import FolderReport
from core.rules.batches import cut_batches
from core.services.letter_batch import LetterOutcome, ReadSighting
from core.services.letters import Letters
from core.services.mailbox_drafts import MailServer
from core.values import FolderId, MailboxId
from mail.engine import MailEngine
from mail.imap_session import LetterSize
from mail.intake import BATCH_BYTES, BATCH_LETTERS
from mail.sync import sync_once
from tests.conftest import FixedClock
from tests.factories.mail_world import ANNA, MailWorld, open_mail_world, raw_letter
from tests.mail.scripted_imap import ScriptedIMAP, serve
from tests.mail.waiting import until


@pytest.fixture
async def world(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[MailWorld]:
    async with open_mail_world(database, clock, tmp_path, captures=False) as running:
        yield running


@pytest.fixture
async def script() -> AsyncIterator[ScriptedIMAP]:
    async with serve(ScriptedIMAP()) as serving:
        yield serving


async def add(world: MailWorld, script: ScriptedIMAP) -> MailboxId:
    server = MailServer("127.0.0.1", script.port, MailSecurity.NONE)
    return await world.add(ANNA, world.post.organisation.anna, imap=server)


async def report(world: MailWorld, mailbox: MailboxId) -> FolderReport:
    return (await world.services.mailboxes.report(None, mailbox))[0].folders[0]


async def sync(world: MailWorld, mailbox: MailboxId) -> int:
    return (await sync_once(mailbox, world.services, world.settings))[0].last_uid


async def test_m1_other_uidvalidity_brings_the_same_letters_as_known(
    world: MailWorld, script: ScriptedIMAP
) -> None:
    mailbox = await add(world, script)
    script.letters = {1: raw_letter("a"), 2: raw_letter("b")}
    assert await sync(world, mailbox) == 2
    script.uidvalidity, script.letters = 2, {5: raw_letter("b"), 6: raw_letter("a"), 7: raw_letter("c")}
    assert await sync(world, mailbox) == 7
    assert await world.has("a", "b", "c")
    now = await report(world, mailbox)
    assert (now.stored, now.known, now.gap) == (3, 0, 0)


async def test_m4_uidnext_that_goes_back_loses_no_letter(world: MailWorld, script: ScriptedIMAP) -> None:
    mailbox = await add(world, script)
    script.letters, script.uidnext = {1: raw_letter("a"), 2: raw_letter("b"), 3: raw_letter("c")}, 4
    await sync(world, mailbox)
    script.letters, script.uidnext = {1: raw_letter("a")}, 2
    await sync(world, mailbox)
    script.letters, script.uidnext = {1: raw_letter("a"), 2: raw_letter("d")}, 3
    assert await sync(world, mailbox) == 2
    assert await world.has("a", "b", "c", "d")


async def test_m4_a_hole_below_the_cursor_is_filled(world: MailWorld, script: ScriptedIMAP) -> None:
    mailbox = await add(world, script)
    script.letters = {1: raw_letter("a"), 5: raw_letter("e")}
    await sync(world, mailbox)
    script.letters[3] = raw_letter("late")
    assert await sync(world, mailbox) == 5
    assert await world.has("a", "e", "late")


async def test_the_cursor_passes_uids_that_are_gone(world: MailWorld, script: ScriptedIMAP) -> None:
    mailbox = await add(world, script)
    script.letters, script.uidnext = {1: raw_letter("a")}, 9
    assert await sync(world, mailbox) == 8


async def test_m4_a_letter_announced_and_not_delivered_is_a_gap(
    world: MailWorld, script: ScriptedIMAP
) -> None:
    mailbox = await add(world, script)
    script.letters = {1: raw_letter("a"), 2: raw_letter("b")}
    script.hidden_bodies.add(2)
    await sync(world, mailbox)
    assert (await report(world, mailbox)).gap == 1
    script.hidden_bodies.clear()
    await sync(world, mailbox)
    assert (await report(world, mailbox)).gap == 0
    assert await world.has("a", "b")


async def test_many_letters_are_taken_in_batches(world: MailWorld, script: ScriptedIMAP) -> None:
    mailbox = await add(world, script)
    script.letters = {uid: raw_letter(f"letter {uid}") for uid in range(1, 121)}
    await sync(world, mailbox)
    assert (await report(world, mailbox)).stored == 120
    assert sum("BODY.PEEK" in one for one in script.heard) == 2
    await sync(world, mailbox)
    assert sum("BODY.PEEK" in one for one in script.heard) == 2


class PickyLetters(Letters):
    """Stores everything but one letter, as a database does that cannot take a value of it."""

    async def capture(self, folder_id: FolderId, batch: Sequence[ReadSighting]) -> list[LetterOutcome]:
        if any(one.letter is not None and one.letter.topic == "bad" for one in batch):
            raise ValueError("this letter's own words")
        return await super().capture(folder_id, batch)


async def test_m4_a_letter_that_cannot_be_stored_is_quarantined_and_the_others_go_on(
    world: MailWorld, script: ScriptedIMAP, caplog: pytest.LogCaptureFixture
) -> None:
    services = replace(world.services, letters=PickyLetters(world.post.works))
    mailbox = await add(world, script)
    script.letters = {1: raw_letter("a"), 2: raw_letter("bad"), 3: raw_letter("c")}
    assert (await sync_once(mailbox, services, world.settings))[0].last_uid == 3
    assert await world.has("a", "c")
    assert await world.post.fates() == [
        (1, MailFate.STORED, None),
        (2, MailFate.QUARANTINED, "capture_failed"),
        (3, MailFate.STORED, None),
    ]
    assert "own words" not in caplog.text
    kept = {path.read_bytes() for path in world.services.blobs.path("x").parent.iterdir()}
    assert set(script.letters.values()) <= kept


@given(st.lists(st.integers(0, 3 * BATCH_BYTES), max_size=200))
def test_batches_hold_every_letter_once_in_order_and_are_bounded(sizes: list[int]) -> None:
    letters = [LetterSize(uid, size, None) for uid, size in enumerate(sizes, start=1)]
    batches = list(cut_batches(letters, most=BATCH_LETTERS, most_bytes=BATCH_BYTES))
    assert [one for batch in batches for one in batch] == letters
    for batch in batches:
        assert 1 <= len(batch) <= BATCH_LETTERS
        assert len(batch) == 1 or sum(one.size for one in batch) <= BATCH_BYTES


async def test_a_server_without_idle_is_polled(world: MailWorld, script: ScriptedIMAP) -> None:
    script.capabilities = b"IMAP4rev1"
    await add(world, script)
    engine = MailEngine(world.services, replace(world.settings, poll=timedelta(seconds=0.1)))
    await engine.start()
    try:
        script.letters = {1: raw_letter("a")}
        await until(lambda: world.has("a"))
        script.letters[2] = raw_letter("b")
        await until(lambda: world.has("a", "b"))
        assert "IDLE" not in script.heard
    finally:
        await engine.stop()
