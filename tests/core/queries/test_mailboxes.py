"""The report of a mailbox accounts for every letter, whatever has happened (domain.md M4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from core.database import Database
from core.enums import MailFate
from core.models import MailFolder, MailUid
from core.queries.mailboxes import FolderReport, find_wrong_tallies
from core.services.letter_batch import Checkpoint
from core.services.mail_folders import FolderCursor, FolderLook, ServerFolder
from core.values import MailboxId
from tests.conftest import NOON, FixedClock, NewDatabase
from tests.factories.mail import UIDVALIDITY, Post, SightedLetter, letter
from tests.factories.organisation import make_organisation

ADDRESS = "anna@zveno.example"


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


async def inbox_report(post: Post) -> FolderReport:
    ((folder,),) = [one.folders for one in await post.mailboxes.report()]
    return folder


async def put(post: Post, folder: FolderCursor, *fates: tuple[int, MailFate, str | None]) -> None:
    """Sightings as any door may write them, under the folder's first UIDVALIDITY."""
    async with post.works.database.transaction() as session:
        session.add_all(
            MailUid(folder_id=folder.id, uidvalidity=UIDVALIDITY, uid=uid, fate=fate, rule=rule, seen_at=NOON)
            for uid, fate, rule in fates
        )


async def test_m4_every_fate_has_its_place_and_what_is_on_its_way_is_a_part_of_the_gap(post: Post) -> None:
    folder = await post.inbox_of(post.organisation.anna, ADDRESS)
    await post.folders.close(folder.id, FolderLook(UIDVALIDITY, 9, 12, 1))
    fates = [
        (1, MailFate.STORED, None),
        (2, MailFate.KNOWN, None),
        (3, MailFate.EXCLUDED, "since"),
        (4, MailFate.EXCLUDED, "since"),
        (5, MailFate.EXCLUDED, "dismissed"),
        (6, MailFate.QUARANTINED, "too_large"),
        (7, MailFate.RECEIVED, None),
        (8, MailFate.RECEIVED, None),
    ]
    await put(post, folder, *fates)
    found = await inbox_report(post)
    assert (found.server, found.stored, found.known, found.quarantined) == (12, 1, 1, 1)
    assert found.excluded == {"since": 2, "dismissed": 1}
    assert (found.gap, found.missing, found.backlog, found.left) == (6, 1, 5, 0)


async def test_m4_what_left_the_server_stands_apart(post: Post) -> None:
    folder = await post.inbox_of(post.organisation.anna, ADDRESS)
    await post.folders.close(folder.id, FolderLook(UIDVALIDITY, 4, 2, 0))
    await put(
        post, folder, *((uid, MailFate.STORED, None) for uid in (1, 2, 3)), (4, MailFate.RECEIVED, None)
    )
    async with post.works.database.transaction() as session:
        await session.execute(update(MailUid).where(MailUid.uid.in_([1, 4])).values(gone_at=NOON))
    found = await inbox_report(post)
    assert (found.server, found.stored, found.gap, found.left) == (2, 2, 0, 1)
    assert found.backlog == 1, "its bytes are here, so it will be captured"


async def test_m4_fates_under_a_former_uidvalidity_do_not_count(post: Post) -> None:
    folder = await post.inbox_of(post.organisation.anna, ADDRESS)
    await put(post, folder, (1, MailFate.STORED, None), (2, MailFate.QUARANTINED, "no_body"))
    await post.folders.open(folder.id, ServerFolder(UIDVALIDITY + 1, 3, 2))
    found = await inbox_report(post)
    assert (found.server, found.stored, found.quarantined, found.gap, found.left) == (2, 0, 0, 2, 0)


async def test_m4_more_letters_seen_than_told_of_count_as_on_the_server(post: Post) -> None:
    folder = await post.inbox_of(post.organisation.anna, ADDRESS)
    await post.deliver(folder, letter("a"))
    found = await inbox_report(post)
    assert (found.server, found.stored, found.gap) == (1, 1, 0)


async def test_the_tallies_follow_the_capture_of_a_batch(post: Post) -> None:
    folder = await post.inbox_of(post.organisation.anna, ADDRESS)
    same = letter("a")
    batch = [
        SightedLetter(1, NOON, same),
        SightedLetter(2, NOON, same),
        SightedLetter(3, NOON, excluded_by="since"),
        SightedLetter(4, NOON, quarantined="unparsable"),
    ]
    for _ in range(2):
        await post.take(folder.id, Checkpoint(UIDVALIDITY, 4), batch)
    found = await inbox_report(post)
    assert (found.stored, found.known, found.excluded, found.quarantined) == (1, 1, {"since": 1}, 1)


async def test_a_wrong_tally_is_found(post: Post) -> None:
    folder = await post.inbox_of(post.organisation.anna, ADDRESS)
    await put(post, folder, (1, MailFate.STORED, None))
    async with post.works.database.reading() as session:
        assert await find_wrong_tallies(session) == []
    async with post.works.database.transaction() as session:
        await session.execute(update(MailFolder).values(gap=0))
        await (await session.connection()).exec_driver_sql("UPDATE mail_tallies SET letters = 5")
    async with post.works.database.reading() as session:
        assert await find_wrong_tallies(session) == [folder.id]


class Event(StrEnum):
    """What can happen to a folder."""

    LOOK = "look"
    SIGHT = "sight"
    FATE = "fate"
    LEAVE = "leave"
    BACK = "back"
    FORGET = "forget"
    RENUMBER = "renumber"


@dataclass(frozen=True)
class Happening:
    """An event with a number that says how many letters, or which, and a fate."""

    event: Event
    number: int
    fate: MailFate
    rule: str | None


HISTORIES = st.lists(
    st.builds(
        Happening,
        st.sampled_from(Event),
        st.integers(0, 12),
        st.sampled_from(MailFate),
        st.sampled_from([None, "since", "too_large"]),
    ),
    max_size=30,
)


async def let_happen(post: Post, folder_id: int, one: Happening) -> None:
    """Let one thing happen, as the engine, the capture and the keeper's decisions do."""
    async with post.works.database.transaction() as session:
        folder = await session.get_one(MailFolder, folder_id)
        here = (MailUid.folder_id == folder_id) & (MailUid.uidvalidity == folder.uidvalidity)
        some = here & (MailUid.uid % 3 == one.number % 3)
        match one.event:
            case Event.LOOK:
                folder.server_count, folder.gap = one.number, one.number // 3
            case Event.SIGHT:
                uids = (await session.scalars(select(MailUid.uid).where(here))).all()
                first = max(uids, default=0) + 1
                session.add_all(
                    MailUid(
                        folder_id=folder_id,
                        uidvalidity=folder.uidvalidity,
                        uid=uid,
                        fate=one.fate,
                        rule=one.rule,
                        seen_at=NOON,
                    )
                    for uid in range(first, first + one.number)
                )
            case Event.FATE:
                await session.execute(update(MailUid).where(some).values(fate=one.fate, rule=one.rule))
            case Event.LEAVE:
                await session.execute(update(MailUid).where(some).values(gone_at=NOON))
            case Event.BACK:
                await session.execute(update(MailUid).where(some).values(gone_at=None, attempts=1))
            case Event.FORGET:
                await session.execute(delete(MailUid).where(some))
            case Event.RENUMBER:
                folder.uidvalidity = (folder.uidvalidity or 0) + 1


async def account_for_all(post: Post) -> None:
    found = await inbox_report(post)
    fated = found.stored + found.known + sum(found.excluded.values()) + found.quarantined
    assert found.server == fated + found.gap
    assert min(found.gap, found.missing, found.backlog, found.left, *found.excluded.values(), 0) == 0
    assert found.missing <= found.gap
    async with post.works.database.reading() as session:
        assert await find_wrong_tallies(session) == []


@given(history=HISTORIES)
async def test_m4_the_sum_holds_through_any_history(
    new_database: NewDatabase, history: Sequence[Happening]
) -> None:
    async with new_database() as database:
        clock = FixedClock()
        post = Post(await make_organisation(database, clock))
        folder = await post.open(MailboxId(await post.add(post.organisation.anna, ADDRESS)))
        for one in history:
            await let_happen(post, folder.id, one)
            clock.move(timedelta(minutes=1))
            await account_for_all(post)
