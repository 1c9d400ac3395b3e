"""Whatever order the messages about an event come in, its meeting is what the organiser said last (RFC 5546)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.enums import InteractionState, ReminderState
from core.itip import CalendarTime, ItipMessage, ItipMethod
from core.queries.recount import find_wrong_counters
from core.services.mail_folders import FolderCursor
from core.values import InteractionId
from tests.conftest import NOON, FixedClock, NewDatabase
from tests.factories.invitations import Desk, at, cancel, message
from tests.factories.mail import Post
from tests.factories.organisation import make_organisation

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Without shrinking, which takes minutes where every example has a database of its own."""

STARTS = tuple(f"2026-11-{day} {hour}:00" for day in (25, 27) for hour in (10, 16))


class Said(NamedTuple):
    """One word of the organiser."""

    cancels: bool
    sequence: int
    minute: int
    start: str

    @property
    def rank(self) -> tuple[int, int]:
        return (self.sequence, self.minute)

    def to_message(self) -> ItipMessage:
        make = cancel if self.cancels else message
        return make(
            sequence=self.sequence,
            dtstamp=NOON + timedelta(minutes=self.minute),
            starts=at(self.start),
            ends=None,
            summary=f"{self.sequence}.{self.minute} at {self.start}",
            location=self.start,
        )


WORDS = st.builds(Said, st.booleans(), st.integers(0, 3), st.integers(0, 3), st.sampled_from(STARTS))
STORIES = st.lists(WORDS, min_size=1, max_size=6, unique_by=lambda one: one.rank)


def expected_state(words: Sequence[Said]) -> tuple[InteractionState, str, datetime] | None:
    """What the organiser said last, told without any of the product's code."""
    asked = [one for one in words if not one.cancels]
    if not asked:
        return None
    last = max(asked, key=lambda one: one.rank)
    off = any(one.cancels and one.rank >= last.rank for one in words)
    state = InteractionState.CANCELLED if off else InteractionState.PLANNED
    start = datetime.fromisoformat(last.start).replace(tzinfo=UTC)
    return state, f"{last.sequence}.{last.minute} at {last.start}", start


async def check_meeting(desk: Desk, words: Sequence[Said]) -> None:
    expected, meetings = expected_state(words), await desk.meetings()
    if expected is None:
        assert meetings == []
        return
    (meeting,) = meetings
    assert (meeting.state, meeting.topic, meeting.happened_at) == expected
    assert meeting.ends_at == meeting.happened_at + timedelta(minutes=30)
    assert meeting.wall_time == f"{meeting.happened_at:%Y-%m-%dT%H:%M}"
    waiting = [one.due_at for one in await desk.reminders(meeting.id) if one.state is ReminderState.WAITING]
    is_planned = meeting.state is InteractionState.PLANNED
    assert waiting == ([meeting.happened_at - timedelta(minutes=15)] if is_planned else [])
    assert set((await desk.post.owners(InteractionId(meeting.id))).values()) == {not is_planned}


async def check_counters(desk: Desk) -> None:
    async with desk.post.works.database.reading() as session:
        assert await find_wrong_counters(session) == []


async def open_desk(new: Post) -> tuple[Desk, FolderCursor]:
    return Desk(new), await new.inbox_of(new.organisation.anna, "anna@zveno.example")


@settings(max_examples=30, phases=QUICK)
@given(words=STORIES, twice=st.booleans())
async def test_any_order_ends_in_the_organisers_last_word(
    new_database: NewDatabase, words: list[Said], *, twice: bool
) -> None:
    async with new_database() as database:
        desk, inbox = await open_desk(Post(await make_organisation(database, FixedClock())))
        for one in words * (2 if twice else 1):
            await desk.take(inbox, desk.post.organisation.anna, one.to_message())
        await check_meeting(desk, words)
        await check_counters(desk)


@settings(max_examples=20, phases=QUICK)
@given(
    words=st.lists(
        st.tuples(
            st.sampled_from(list(ItipMethod)),
            st.integers(0, 3),
            st.sampled_from((None, *STARTS)),
            st.sampled_from((None, *STARTS)),
            st.sampled_from(("", "FREQ=WEEKLY", "FREQ=DAILY;COUNT=2", "FREQ=NEVER")),
        ),
        min_size=1,
        max_size=7,
    )
)
async def test_any_messages_leave_counters_right_and_one_meeting_a_time(
    new_database: NewDatabase, words: list[tuple[ItipMethod, int, str | None, str | None, str]]
) -> None:
    """Series, exceptions, answers and proposals in any mixture."""
    async with new_database() as database:
        desk, inbox = await open_desk(Post(await make_organisation(database, FixedClock())))
        for method, sequence, start, exception, rule in words:
            said = message(
                method,
                sequence,
                starts=_time(start),
                ends=None,
                recurrence_id=_time(exception),
                rrule="" if exception else rule,
            )
            await desk.take(inbox, desk.post.organisation.anna, said)
        await check_counters(desk)
        meetings = await desk.meetings()
        assert len(meetings) <= 1 + len({exception for *_, exception, _ in words if exception})
        for meeting in meetings:
            waiting = [one for one in await desk.reminders(meeting.id) if one.state is ReminderState.WAITING]
            assert len(waiting) == (meeting.state is InteractionState.PLANNED)


def _time(text: str | None) -> CalendarTime | None:
    return at(text) if text is not None else None
