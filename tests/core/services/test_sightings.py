"""What is known of the UIDs of a folder (domain.md M1, M4)."""

from datetime import timedelta

import pytest

from core.database import Database
from core.errors import StateForbids
from core.rules.uid_ranges import UIDRange
from core.services.mail_folders import FolderCursor, FolderLook, ServerFolder
from core.services.sightings import EXCLUDED_BY_DRAFT, EXCLUDED_BY_EXPUNGED, LeftOut, Renumbered, Sightings
from tests.conftest import NOON, FixedClock
from tests.factories.mail import UIDVALIDITY, Post, letter
from tests.factories.organisation import make_organisation


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


@pytest.fixture
def sightings(post: Post) -> Sightings:
    return Sightings(post.works)


@pytest.fixture
async def inbox(post: Post) -> FolderCursor:
    """A folder with the letters 1, 2 and 3."""
    cursor = await post.inbox_of(post.organisation.anna, "anna@zveno.example")
    for name in "abc":
        await post.deliver(cursor, letter(name))
    return cursor


async def presence(sightings: Sightings, inbox: FolderCursor) -> tuple[set[int], set[int]]:
    known = await sightings.load_presence(inbox.id, UIDVALIDITY)
    return set(known.present), set(known.gone)


async def test_m4_what_vanishes_is_gone_and_what_is_back_is_there(
    sightings: Sightings, inbox: FolderCursor
) -> None:
    everything = [UIDRange(2, 2**32 - 1)]
    assert await sightings.note_vanished(inbox.id, UIDVALIDITY, everything) == 2
    assert await presence(sightings, inbox) == ({1}, {2, 3})
    assert await sightings.note_vanished(inbox.id, UIDVALIDITY, everything) == 0
    await sightings.note_back(inbox.id, UIDVALIDITY, [3])
    assert await presence(sightings, inbox) == ({1, 3}, {2})


async def test_m4_a_uid_keeps_the_fate_it_has(sightings: Sightings, inbox: FolderCursor) -> None:
    for rule in (EXCLUDED_BY_EXPUNGED, EXCLUDED_BY_DRAFT):
        await sightings.leave_out(inbox.id, UIDVALIDITY, rule, [LeftOut(1), LeftOut(9)])
    assert await presence(sightings, inbox) == ({1, 2, 3}, {9})
    assert await sightings.list_fateless(inbox.id, UIDVALIDITY, [1, 9, 10]) == {10}


async def test_m4_a_uid_wrongly_thought_expunged_has_no_fate_again(
    sightings: Sightings, inbox: FolderCursor
) -> None:
    await sightings.leave_out(inbox.id, UIDVALIDITY, EXCLUDED_BY_EXPUNGED, [LeftOut(9)])
    await sightings.note_back(inbox.id, UIDVALIDITY, [9])
    assert await presence(sightings, inbox) == ({1, 2, 3}, set())


async def test_m1_numbers_that_another_look_has_given_already_are_left_alone(
    post: Post, sightings: Sightings, inbox: FolderCursor
) -> None:
    await post.folders.open(inbox.id, ServerFolder(UIDVALIDITY + 1, None, 3))
    former = await sightings.list_former(inbox.id, UIDVALIDITY + 1)
    assert [one.uid for one in former] == [1, 2, 3]
    first = [Renumbered(former[0].id, 11, 100, NOON)]
    assert await sightings.renumber(inbox.id, UIDVALIDITY + 1, first) == {11}
    both = [Renumbered(former[1].id, 11, 100, NOON), Renumbered(former[2].id, 12, 100, NOON)]
    assert await sightings.renumber(inbox.id, UIDVALIDITY + 1, both) == {11, 12}
    await sightings.retire_former(inbox.id, UIDVALIDITY + 1)
    assert await presence(sightings, inbox) == (set(), {2})


async def test_m1_a_folder_numbered_anew_meanwhile_is_looked_at_anew(
    post: Post, sightings: Sightings, inbox: FolderCursor
) -> None:
    await post.folders.open(inbox.id, ServerFolder(UIDVALIDITY + 2, None, 3))
    with pytest.raises(StateForbids):
        await sightings.renumber(inbox.id, UIDVALIDITY + 1, [])


async def test_m4_each_growth_of_a_gap_is_told_and_each_time_once(post: Post, inbox: FolderCursor) -> None:
    told = []
    for gap in (0, 2, 2, 1, 3, None, 3):
        post.organisation.clock.at += timedelta(minutes=30)
        await post.folders.close(inbox.id, FolderLook(UIDVALIDITY, 3, 6, gap))
        told.append(len({one.payload["gap"] for one in await post.notices("mail_gap")}))
    assert told == [0, 1, 1, 1, 2, 2, 2]
