"""A change of time zone: appointments keep their instant, what is on the wall clock keeps its hour (domain.md U5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from core.enums import InteractionState, InteractionType, ReminderState
from core.models import Reminder, User
from core.rules.user_day import to_local
from core.services.people import People, UserChange
from core.values import InteractionDraft, InteractionId, When
from tests.conftest import NOON
from tests.factories.core import Core
from tests.factories.people import DEFAULTS

FRIDAY = date(2026, 11, 27)
ZONES = ["Etc/GMT+12", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Kiritimati"]


async def plan(core: Core, when: When, type_: InteractionType = InteractionType.CALL) -> InteractionId:
    draft = InteractionDraft(type=type_, topic="Samples", state=InteractionState.PLANNED, when=when)
    return await core.capture.record(core.org.anna, draft)


async def due_times(core: Core, interaction_id: int) -> list[datetime]:
    async with core.org.database.reading() as session:
        rows = await session.scalars(
            select(Reminder.due_at)
            .where(Reminder.interaction_id == interaction_id, Reminder.state == ReminderState.WAITING)
            .order_by(Reminder.due_at)
        )
        return list(rows)


async def plan_both(core: Core) -> tuple[InteractionId, InteractionId]:
    """A call at 14:00 on Friday, and something to do on that day."""
    timed = await plan(core, When(datetime(2026, 11, 27, 14, tzinfo=UTC)))
    nine = datetime(2026, 11, 27, 9, tzinfo=UTC)
    day = await plan(core, When(nine, due_on=FRIDAY, time_known=False), InteractionType.PLANNED)
    return timed, day


@pytest.mark.parametrize("zone", ZONES)
async def test_u5_appointments_keep_their_instant_days_and_snoozes_their_wall_time(
    core: Core, zone: str
) -> None:
    people, anna = People(core.org.works, DEFAULTS), core.org.anna
    timed, day = await plan_both(core)
    done = await core.capture.record(anna, InteractionDraft(type=InteractionType.CALL, topic="Price"))
    await core.review.snooze(anna, done, datetime(2026, 11, 26, 10, tzinfo=UTC))
    timed_due = await due_times(core, timed)
    await people.set_timezone(anna, zone)
    assert (await core.interaction(timed)).happened_at == datetime(2026, 11, 27, 14, tzinfo=UTC)
    assert await due_times(core, timed) == timed_due
    moved = await core.interaction(day)
    assert (moved.due_on, to_local(moved.happened_at, zone).hour) == (FRIDAY, 9)
    [due] = await due_times(core, day)
    assert (to_local(due, zone).date(), to_local(due, zone).hour) == (FRIDAY, 9)
    snooze = (await core.owners(done))[anna.user_id].review_after
    assert snooze is not None
    assert to_local(snooze, zone).isoformat()[:16] == "2026-11-26T10:00"


async def test_u5_it_lists_what_moved_and_is_undone_as_one_step(core: Core) -> None:
    people, anna = People(core.org.works, DEFAULTS), core.org.anna
    timed, day = await plan_both(core)
    before = [(await core.interaction(one)).happened_at for one in (timed, day)], await due_times(core, day)
    await people.set_timezone(anna, "Asia/Vladivostok")
    move = await people.last_zone_move(anna)
    assert move is not None
    assert (move.before, move.after) == ("UTC", "Asia/Vladivostok")
    assert [one.row.id for one in move.moved] == [day]
    assert [one.id for one in move.kept] == [timed]
    await core.undo.undo_last(anna, step_id=move.undo_step)
    after = [(await core.interaction(one)).happened_at for one in (timed, day)], await due_times(core, day)
    assert after == before
    async with core.org.database.reading() as session:
        assert (await session.get_one(User, anna.user_id)).timezone == "UTC"
    assert await people.last_zone_move(anna) is None


async def test_there_and_back_again_leaves_everything_as_it_was(core: Core) -> None:
    people, anna = People(core.org.works, DEFAULTS), core.org.anna
    _, day = await plan_both(core)
    at, due = (await core.interaction(day)).happened_at, await due_times(core, day)
    for zone in (*ZONES, "UTC"):
        await people.set_timezone(anna, zone)
    assert (await core.interaction(day)).happened_at == at
    assert await due_times(core, day) == due


async def test_later_changes_take_the_undo_away_but_not_the_list(core: Core) -> None:
    people, anna = People(core.org.works, DEFAULTS), core.org.anna
    await plan_both(core)
    await people.set_timezone(anna, "Asia/Tokyo")
    await plan(core, When(NOON + timedelta(days=2)))
    move = await people.last_zone_move(anna)
    assert move is not None
    assert (move.undo_step, len(move.moved)) == (None, 1)


async def test_whose_zone_an_administrator_sets_is_told(core: Core) -> None:
    people = People(core.org.works, DEFAULTS)
    _, day = await plan_both(core)
    await people.set_user(core.org.administrator, core.org.anna.user_id, UserChange(timezone="Asia/Tokyo"))
    move = await people.last_zone_move(core.org.anna)
    assert move is not None
    assert [one.row.id for one in move.moved] == [day]
    assert move.undo_step is None
