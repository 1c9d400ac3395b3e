"""Letters that come within a minute are told as one message, at its end; nothing is lost or held for longer."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import FolderRole, OutboxState
from core.models import OutboxItem
from core.ports import OutboxView
from core.services.gathered_letters import MINUTE
from core.services.mail_folders import FolderCursor
from core.services.outbox import Outbox
from core.services.review import Review
from core.values import Caller, InteractionId
from tests.conftest import NOON, FixedClock
from tests.factories.mail import Post, SightedLetter, letter, reply
from tests.factories.organisation import make_organisation


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock), MINUTE)


@pytest.fixture
async def inbox(post: Post) -> FolderCursor:
    return await post.inbox_of(post.organisation.anna, "anna@zveno.example")


@pytest.fixture
def outbox(database: Database, clock: FixedClock) -> Outbox:
    return Outbox(database, clock)


async def come(post: Post, inbox: FolderCursor, *names: str) -> list[InteractionId]:
    """Letters of strangers, each seen by a look of its own."""
    return [
        await post.deliver(inbox, letter(name, sender=f"{name}@stranger.example"), NOON) for name in names
    ]


async def rows(database: Database, user: Caller) -> list[OutboxItem]:
    async with database.reading() as session:
        found = await session.scalars(
            select(OutboxItem).where(OutboxItem.user_id == user.user_id).order_by(OutboxItem.id)
        )
        return list(found)


async def deliver(outbox: Outbox) -> list[str]:
    """What goes out now, by what it shows."""
    claimed: list[OutboxView] = await outbox.claim_due(50)
    await outbox.mark_sent([one.id for one in claimed])
    return [str(one.payload["show"]) for one in claimed]


async def test_the_first_is_told_at_once_and_what_comes_within_a_minute_at_its_end(
    post: Post, inbox: FolderCursor, outbox: Outbox, clock: FixedClock
) -> None:
    [first] = await come(post, inbox, "a")
    assert await deliver(outbox) == [f"i{first}"]
    clock.move(timedelta(seconds=20))
    [second] = await come(post, inbox, "b")
    clock.move(timedelta(seconds=20))
    [third] = await come(post, inbox, "c")
    clock.move(timedelta(seconds=19))
    assert await deliver(outbox) == []
    clock.move(timedelta(seconds=1))
    assert await deliver(outbox) == [f"letters:{second}:{third}"]
    assert await deliver(outbox) == []


async def test_one_alone_is_told_with_the_note_of_one(
    post: Post, inbox: FolderCursor, outbox: Outbox, clock: FixedClock, database: Database
) -> None:
    _, second = await come(post, inbox, "a", "b")
    held = (await rows(database, post.organisation.anna))[-1]
    assert held.payload == {"show": f"letters:{second}", "note": "letter"}
    assert (held.state, held.due_at) == (OutboxState.HELD, NOON + MINUTE)
    clock.move(MINUTE)
    assert (await deliver(outbox))[-1] == f"letters:{second}"


async def test_letters_of_one_look_join_what_is_held_in_their_order(
    post: Post, inbox: FolderCursor, outbox: Outbox, clock: FixedClock
) -> None:
    _, second = await come(post, inbox, "a", "b")
    batch = [SightedLetter(uid, NOON, letter(f"m{uid}", sender=f"{uid}@b.example")) for uid in (8, 9)]
    together = [one.interaction_id for one in await post.capture(inbox, batch)]
    clock.move(MINUTE)
    assert (await deliver(outbox))[-1] == f"letters:{second}:{together[0]}:{together[1]}"


async def test_what_was_told_at_the_end_of_a_minute_begins_the_next(
    post: Post, inbox: FolderCursor, outbox: Outbox, clock: FixedClock
) -> None:
    await come(post, inbox, "a", "b")
    clock.move(MINUTE + timedelta(seconds=5))
    await deliver(outbox)
    [third] = await come(post, inbox, "c")
    assert await deliver(outbox) == []
    clock.move(timedelta(seconds=55))
    assert await deliver(outbox) == [f"letters:{third}"]


async def test_after_a_quiet_minute_the_next_is_told_at_once(
    post: Post, inbox: FolderCursor, outbox: Outbox, clock: FixedClock
) -> None:
    await come(post, inbox, "a")
    await deliver(outbox)
    clock.move(MINUTE)
    [second] = await come(post, inbox, "b")
    assert await deliver(outbox) == [f"i{second}"]


async def test_an_answer_to_what_is_on_control_comes_at_once(
    post: Post, inbox: FolderCursor, outbox: Outbox
) -> None:
    anna = post.organisation.anna
    sent = await post.open((await post.mailboxes.report(None, None))[0].id, "Sent", FolderRole.SENT)
    mine = await post.deliver(sent, letter("mine", sender="anna@zveno.example", to=("john@acme.example",)))
    await Review(post.works).mark_unreviewed(anna, mine)
    await come(post, inbox, "a")
    await deliver(outbox)
    answer = await post.deliver(inbox, reply("answer", "mine"), NOON)
    assert await deliver(outbox) == [f"i{answer}"]


async def test_everybody_has_their_own_minute(post: Post, inbox: FolderCursor, outbox: Outbox) -> None:
    boris = await post.inbox_of(post.organisation.boris, "boris@zveno.example")
    await come(post, inbox, "a", "b")
    [his] = await come(post, boris, "c")
    assert (await deliver(outbox))[-1] == f"i{his}"


async def test_what_is_held_holds_nothing_else_back(
    post: Post, inbox: FolderCursor, outbox: Outbox, clock: FixedClock, database: Database
) -> None:
    anna = post.organisation.anna
    await come(post, inbox, "a", "b")
    await deliver(outbox)
    async with post.works.begin(None, "test") as work:
        work.notify(anna.user_id, "inbox", note="assigned")
    assert await outbox.list_waiting_users() == {anna.user_id}
    assert await deliver(outbox) == ["inbox"]
    assert await outbox.list_waiting_users() == set()
    clock.move(MINUTE)
    assert len(await deliver(outbox)) == 1
    assert {one.state for one in await rows(database, anna)} == {OutboxState.SENT}


async def test_what_is_on_its_way_takes_nothing_in_any_more(
    post: Post, inbox: FolderCursor, outbox: Outbox, clock: FixedClock
) -> None:
    _, second = await come(post, inbox, "a", "b")
    await deliver(outbox)
    clock.move(MINUTE)
    [under_way] = await outbox.claim_due(10)
    [third] = await come(post, inbox, "c")
    assert under_way.payload["show"] == f"letters:{second}"
    await outbox.mark_sent([under_way.id])
    clock.move(MINUTE)
    assert await deliver(outbox) == [f"letters:{third}"]


async def test_a_process_that_writes_and_delivers_claims_only_what_is_due(
    post: Post, inbox: FolderCursor, database: Database
) -> None:
    kicked: list[OutboxView] = []
    post.works.kick = kicked.extend
    first, _ = await come(post, inbox, "a", "b")
    assert [one.payload["show"] for one in kicked] == [f"i{first}"]
    states = [one.state for one in await rows(database, post.organisation.anna)]
    assert states == [OutboxState.SENDING, OutboxState.HELD]


async def test_whoever_waits_for_quiet_has_it_told_now_and_the_next_waits_a_minute_at_most(
    post: Post, inbox: FolderCursor, outbox: Outbox, clock: FixedClock
) -> None:
    _, second = await come(post, inbox, "a", "b")
    await deliver(outbox)
    clock.move(timedelta(seconds=5))
    await outbox.hasten_held()
    assert await deliver(outbox) == [f"letters:{second}"]
    [third] = await come(post, inbox, "c")
    assert await deliver(outbox) == []
    clock.move(MINUTE)
    assert await deliver(outbox) == [f"letters:{third}"]


async def test_a_clock_that_was_put_back_holds_nothing_for_longer(
    post: Post, inbox: FolderCursor, outbox: Outbox, clock: FixedClock
) -> None:
    await come(post, inbox, "a")
    await deliver(outbox)
    clock.move(-timedelta(days=1))
    [second] = await come(post, inbox, "b")
    clock.move(MINUTE)
    assert await deliver(outbox) == [f"letters:{second}"]
