"""What waits for its capture is captured, in whatever order it was received."""

from pathlib import Path

from core.database import Database
from core.enums import MailFate
from core.services.letter_batch import Checkpoint, ReceivedLetter
from core.services.letters import CAPTURED_AT_ONCE_BYTES
from core.services.mail_folders import FolderCursor
from mail.capturing import ALONE_AFTER, GIVEN_UP_AFTER, capture_waiting
from tests.conftest import NOON, FixedClock
from tests.factories.mail import UIDVALIDITY
from tests.factories.mail_world import ANNA, BORIS, MailWorld, open_mail_world, raw_letter

MEGABYTE = 1024 * 1024


async def receive(
    world: MailWorld, folder: FolderCursor, uid: int, topic: str, size: int | None = None
) -> None:
    digest = world.services.blobs.save(raw_letter(topic))
    letter = ReceivedLetter(uid, NOON, size, raw_sha256=digest)
    await world.services.letters.receive(folder.id, Checkpoint(UIDVALIDITY, uid), [letter])


async def test_m4_letters_of_two_mailboxes_received_by_turns_are_all_captured_by_one_look(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    async with open_mail_world(database, clock, tmp_path, captures=False) as world:
        org = world.post.organisation
        first = await world.post.open(await world.add(ANNA, org.anna))
        second = await world.post.open(await world.add(BORIS, org.boris))
        for number in range(1, 61):
            await receive(world, first, number, f"a{number}", MEGABYTE)  # So that it takes several batches.
            await receive(world, second, number, f"b{number}", MEGABYTE)
        await capture_waiting(world.services)
        assert await world.services.letters.list_waiting() == []
        assert len(await world.topics()) == 120


async def test_m4_a_process_that_dies_again_and_again_costs_no_innocent_letter(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    async with open_mail_world(database, clock, tmp_path, captures=False) as world:
        inbox = await world.post.open(await world.add(ANNA, world.post.organisation.anna))
        for number in range(1, 4):
            await receive(world, inbox, number, f"a{number}")
        for _ in range(3 * GIVEN_UP_AFTER):
            await world.services.letters.count_interrupted(ALONE_AFTER)
        await capture_waiting(world.services)
        assert await world.topics() == ["a1", "a2", "a3"]


async def test_m4_a_letter_that_the_process_dies_over_alone_is_quarantined_and_the_others_go_on(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    async with open_mail_world(database, clock, tmp_path, captures=False) as world:
        inbox = await world.post.open(await world.add(ANNA, world.post.organisation.anna))
        for number in range(1, 4):
            await receive(world, inbox, number, f"a{number}")
        poison = (await world.services.letters.list_waiting())[1].sighting_id
        for _ in range(GIVEN_UP_AFTER):
            await world.services.letters.count_attempt(poison)
        await capture_waiting(world.services)
        assert await world.topics() == ["a1", "a3"]
        assert (await world.post.fates())[1] == (2, MailFate.QUARANTINED, "capture_failed")


async def test_what_is_read_ahead_is_bounded_by_its_bytes_and_never_stuck_at_a_large_letter(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    async with open_mail_world(database, clock, tmp_path, captures=False) as world:
        inbox = await world.post.open(await world.add(ANNA, world.post.organisation.anna))
        await receive(world, inbox, 1, "huge", 2 * CAPTURED_AT_ONCE_BYTES)
        for number in range(2, 7):
            await receive(world, inbox, number, f"a{number}", CAPTURED_AT_ONCE_BYTES // 4)
        letters = world.services.letters
        (huge,) = await letters.list_waiting()
        following = await letters.list_waiting(after={inbox.id: huge.sighting_id})
        assert len(following) == 4
        await capture_waiting(world.services)
        assert len(await world.topics()) == 6
