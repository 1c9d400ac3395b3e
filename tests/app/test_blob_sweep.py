"""Bytes that nobody needs any more are let go, put aside and forgotten; bytes that anybody names never are."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.aside_blobs import ASIDE, AsideBlobs
from app.blobs import FileBlobs
from core.database import Database
from core.enums import MailFate
from core.errors import NotFound
from core.models import MailUid
from core.services.blob_sweep import ASIDE_FOR, PARTS, BlobSweep, Swept
from core.services.letter_batch import Checkpoint, ReceivedLetter
from core.services.mail_rules import MailRules
from core.services.quarantine import Quarantine
from core.values import MailboxId
from tests.conftest import FixedClock
from tests.factories.mail import UIDVALIDITY, Post, SightedLetter, letter
from tests.factories.organisation import make_organisation

KEEP = timedelta(days=30)
LONG = KEEP + timedelta(hours=1)


@dataclass
class House:
    """A post office whose letters have their bytes in a real store, and its sweep."""

    post: Post
    folder: Path
    blobs: FileBlobs
    sweeper: BlobSweep

    async def sweep(self) -> Swept:
        """Sweep all of the store."""
        done = Swept()
        for part in range(PARTS):
            one = await self.sweeper.sweep(part)
            done.released += one.released
            done.put_aside += one.put_aside
            done.brought_back += one.brought_back
            done.forgotten += one.forgotten
        return done

    def age(self, by: timedelta = LONG) -> None:
        """All files were written so long ago."""
        at = (datetime.now(UTC) - by).timestamp()
        for path in self.folder.rglob("*"):
            if path.is_file():
                os.utime(path, (at, at))

    async def receive(self, mailbox_id: MailboxId, uid: int, content: bytes) -> str:
        """A letter that waits for its capture."""
        digest = self.blobs.save(content)
        folder = await self.post.open(mailbox_id)
        one = ReceivedLetter(uid, raw_sha256=digest)
        await self.post.letters.receive(folder.id, Checkpoint(UIDVALIDITY, uid), [one])
        return digest

    async def names(self) -> set[str | None]:
        """The digests that sightings name."""
        async with self.post.works.database.reading() as session:
            return set(await session.scalars(select(MailUid.raw_sha256)))


@pytest.fixture
async def house(database: Database, clock: FixedClock, tmp_path: Path) -> House:
    post = Post(await make_organisation(database, clock))
    folder = tmp_path / "blobs"
    return House(post, folder, FileBlobs(folder), BlobSweep(post.works, AsideBlobs(folder), KEEP))


async def own(house: House) -> MailboxId:
    return await house.post.add(house.post.organisation.anna, "anna@zveno.example")


async def test_what_is_named_stays_however_old(house: House, clock: FixedClock) -> None:
    mailbox = await own(house)
    waiting = await house.receive(mailbox, 100, b"waits")
    stored = letter("a", content="a")
    house.blobs.save(b"raw a")
    await house.post.deliver(await house.post.open(mailbox), stored)
    house.age()
    clock.move(LONG)
    assert await house.sweep() == Swept()
    assert house.blobs.load(waiting) == b"waits"
    assert house.blobs.load(stored.raw_sha256) == b"raw a"


async def test_what_nothing_names_is_put_aside_and_forgotten_a_day_later(house: House) -> None:
    orphan = house.blobs.save(b"orphan")
    assert (await house.sweep()).put_aside == 0
    house.age()
    assert await house.sweep() == Swept(put_aside=1)
    assert not house.blobs.path(orphan).exists()
    assert await house.sweep() == Swept()
    house.age(ASIDE_FOR + timedelta(minutes=1))
    assert await house.sweep() == Swept(forgotten=1)
    with pytest.raises(NotFound):
        house.blobs.load(orphan)


async def test_a_letter_that_is_being_received_while_its_bytes_are_put_aside_keeps_them(house: House) -> None:
    digest = house.blobs.save(b"again")
    house.age()
    assert (await house.sweep()).put_aside == 1
    await house.receive(await own(house), 1, b"other")
    async with house.post.works.database.transaction() as session:  # Its bytes were kept before the sweep.
        await session.execute(update(MailUid).values(raw_sha256=digest))
    house.age()
    assert await house.sweep() == Swept(put_aside=1, brought_back=1)
    assert house.blobs.path(digest).read_bytes() == b"again"


async def test_bytes_that_lie_aside_are_read_at_once(house: House) -> None:
    digest = house.blobs.save(b"wanted")
    house.age()
    await house.sweep()
    assert house.blobs.load(digest) == b"wanted"
    assert house.blobs.path(digest).exists()


async def test_bytes_that_are_saved_again_are_young_again(house: House) -> None:
    house.blobs.save(b"twice")
    house.age()
    digest = house.blobs.save(b"twice")
    assert await house.sweep() == Swept()
    assert not AsideBlobs(house.folder).put_aside(digest, KEEP)


async def test_saving_what_lies_aside_makes_a_file_that_forgetting_leaves(house: House) -> None:
    digest = house.blobs.save(b"both")
    house.age()
    await house.sweep()
    house.blobs.save(b"both")
    os.utime(house.folder / ASIDE / digest, (0, 0))
    assert (await house.sweep()).forgotten == 1
    assert house.blobs.load(digest) == b"both"


async def test_m4_what_a_rule_left_out_lets_go_of_its_bytes_and_keeps_its_fate(
    house: House, clock: FixedClock
) -> None:
    mailbox = await own(house)
    await MailRules(house.post.works).add_exclusion(house.post.organisation.anna, mailbox, "spam.example")
    spam = letter("spam", sender="x@spam.example", content="spam")
    digest = house.blobs.save(b"raw spam")
    assert digest == spam.raw_sha256
    await house.post.capture(await house.post.open(mailbox), [SightedLetter(1, None, spam)])
    clock.move(KEEP - timedelta(minutes=1))
    assert await house.sweep() == Swept()
    clock.move(timedelta(hours=1))
    house.age()
    assert await house.sweep() == Swept(released=1, put_aside=1)
    assert await house.post.fates() == [(1, MailFate.EXCLUDED, "spam.example")]
    assert await house.names() == {None}


async def test_bytes_that_another_letter_has_too_stay(house: House, clock: FixedClock) -> None:
    mailbox = await own(house)
    spam = letter("spam", sender="x@spam.example", content="spam")
    house.blobs.save(b"raw spam")
    boris = house.post.organisation.boris
    await house.post.deliver(await house.post.inbox_of(boris, "boris@zveno.example"), spam)
    await MailRules(house.post.works).add_exclusion(house.post.organisation.anna, mailbox, "spam.example")
    await house.post.capture(await house.post.open(mailbox), [SightedLetter(1, None, spam)])
    clock.move(LONG)
    house.age()
    assert await house.sweep() == Swept(released=1)
    assert house.blobs.load(spam.raw_sha256) == b"raw spam"


async def test_a_removed_mailbox_lets_go_of_what_was_never_captured(house: House, clock: FixedClock) -> None:
    mailbox = await own(house)
    await house.receive(mailbox, 100, b"never captured")
    stored = letter("a", content="a")
    house.blobs.save(b"raw a")
    await house.post.deliver(await house.post.open(mailbox), stored)
    clock.move(LONG)
    await house.post.mailboxes.remove(house.post.organisation.anna, mailbox)
    house.age()
    assert await house.sweep() == Swept()
    clock.move(LONG)
    assert await house.sweep() == Swept(released=1, put_aside=1)
    assert house.blobs.load(stored.raw_sha256) == b"raw a"


async def test_a_dismissal_can_be_taken_back_for_as_long_as_bytes_are_kept(
    house: House, clock: FixedClock
) -> None:
    mailbox = await own(house)
    await house.receive(mailbox, 1, b"odd")
    async with house.post.works.database.transaction() as session:
        await session.execute(update(MailUid).values(fate=MailFate.QUARANTINED, rule="unparsable"))
    clock.move(LONG)
    await Quarantine(house.post.works, house.blobs).dismiss(house.post.organisation.anna, 1)
    house.age()
    assert await house.sweep() == Swept()
    clock.move(LONG)
    assert await house.sweep() == Swept(released=1, put_aside=1)


async def test_what_a_killed_process_left_unfinished_goes(house: House) -> None:
    place = house.blobs.path(house.blobs.save(b"whole")).parent
    (place / ".new-1-1").write_bytes(b"hal")
    (house.folder / "stray").write_bytes(b"not ours")
    house.age()
    await house.sweep()
    assert not (place / ".new-1-1").exists()
    assert (house.folder / "stray").exists()


async def test_the_store_is_swept_in_a_day_of_hours(house: House, clock: FixedClock) -> None:
    for number in range(40):
        house.blobs.save(bytes([number]))
    house.age()
    aside = 0
    for _ in range(PARTS):
        aside += (await house.sweeper.sweep_next()).put_aside
        clock.move(timedelta(hours=1))
    assert aside == 40


async def test_a_store_that_is_not_there_yet_is_swept_too(house: House) -> None:
    assert await house.sweep() == Swept()
