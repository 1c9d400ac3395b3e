"""Reminders follow what their plan, their user and the undo of both do (domain.md I3, I5, U5)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core.enums import InteractionState, InteractionType, ReminderKind, ReminderState
from core.errors import Invalid, NotFound, StateForbids, TimeInvalid
from core.models import Reminder, User
from core.services.people import People
from core.services.reminders import Reminders
from core.values import InteractionDraft, InteractionId, ReminderWish, When
from tests.conftest import NOON, FixedClock
from tests.factories.core import Core
from tests.factories.people import DEFAULTS

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MEETING, PLANNED = InteractionType.MEETING, InteractionType.PLANNED


async def plan(core: Core, when: When | None = None, type_: InteractionType = MEETING) -> InteractionId:
    draft = InteractionDraft(
        type=type_, state=InteractionState.PLANNED, when=when or When(NOON + 3 * HOUR), text="Samples"
    )
    return await core.capture.record(core.org.anna, draft)


async def rows(core: Core) -> list[Reminder]:
    async with core.org.database.reading() as session:
        return list(await session.scalars(select(Reminder).order_by(Reminder.id)))


async def waiting(core: Core) -> list[datetime]:
    return sorted(one.due_at for one in await rows(core) if one.state is ReminderState.WAITING)


async def send(core: Core) -> int:
    return await Reminders(core.org.works).send_due()


async def remind(core: Core, one: InteractionId, *wishes: tuple[ReminderKind, int]) -> None:
    for kind, minutes in wishes:
        await core.reminder_wishes.remind(core.org.anna, one, ReminderWish(kind, minutes))


class TestFollowing:
    async def test_all_that_is_bound_to_a_plan_moves_with_it_and_a_named_moment_stays(
        self, core: Core
    ) -> None:
        one = await plan(core)
        await remind(core, one, (ReminderKind.BEFORE, 60), (ReminderKind.AFTER, 30))
        named = ReminderWish(ReminderKind.AT, at=NOON + HOUR)
        await core.reminder_wishes.remind(core.org.anna, one, named)
        await core.plans.move(core.org.anna, one, When(NOON + DAY))
        quarter, half = timedelta(minutes=15), timedelta(minutes=30)
        ends = NOON + DAY + half  # A meeting keeps its half hour.
        assert await waiting(core) == [NOON + HOUR, NOON + DAY - HOUR, NOON + DAY - quarter, ends + half]

    async def test_undo_of_a_move_brings_back_what_was_sent_for_the_time_between(
        self, core: Core, clock: FixedClock
    ) -> None:
        one = await plan(core, When(NOON + DAY))
        await core.plans.move(core.org.anna, one, When(NOON + HOUR))
        clock.move(HOUR)
        assert await send(core) == 1
        assert await waiting(core) == []
        await core.undo.undo_last(core.org.anna)
        assert await waiting(core) == [NOON + DAY - timedelta(minutes=15)]

    async def test_undo_of_a_plan_dropped_brings_its_reminders_back(self, core: Core) -> None:
        one = await plan(core)
        before = await waiting(core)
        await core.plans.drop(core.org.anna, one)
        assert await waiting(core) == []
        await core.undo.undo_last(core.org.anna)
        assert await waiting(core) == before

    async def test_i8_a_plan_deleted_reminds_nobody_and_restored_it_does(
        self, core: Core, clock: FixedClock
    ) -> None:
        first, second = await plan(core), await plan(core, When(NOON + 5 * HOUR))
        await core.care.delete(core.org.anna, first)
        await core.care.delete(core.org.anna, second)
        clock.move(3 * HOUR)
        await send(core)
        await core.care.restore(core.org.anna, second)
        clock.move(2 * HOUR)
        await send(core)
        assert [one.state for one in await rows(core)] == [ReminderState.CANCELLED, ReminderState.SENT]

    async def test_i3_after_is_told_only_if_nothing_happened(self, core: Core, clock: FixedClock) -> None:
        first, second = await plan(core), await plan(core)
        for one in (first, second):
            await remind(core, one, (ReminderKind.AFTER, 30))
        await core.plans.carry_out(core.org.anna, first, text="takes 20 pallets")
        clock.move(4 * HOUR)
        await send(core)
        sent = [(one.interaction_id, one.kind) for one in await rows(core) if one.state is ReminderState.SENT]
        assert sent == [(second, ReminderKind.BEFORE), (second, ReminderKind.AFTER)]


class TestQuiet:
    async def test_u5_a_plan_of_a_day_off_is_reminded_of_on_the_next_working_day(self, core: Core) -> None:
        saturday = datetime(2026, 11, 28, tzinfo=UTC)
        await plan(core, When(saturday + 9 * HOUR, due_on=saturday.date(), time_known=False), PLANNED)
        assert await waiting(core) == [datetime(2026, 11, 30, 9, tzinfo=UTC)]

    async def test_u5_other_quiet_hours_move_what_waits_and_undo_moves_it_back(self, core: Core) -> None:
        one = await plan(core)
        await remind(core, one, (ReminderKind.AFTER, 6 * 60))
        assert await waiting(core) == [
            NOON + 3 * HOUR - timedelta(minutes=15),
            datetime(2026, 11, 25, 8, tzinfo=UTC),
        ]
        await core.reminder_wishes.set_quiet(core.org.anna, 0, 0)
        assert (await waiting(core))[1] == NOON + 9.5 * HOUR
        await core.undo.undo_last(core.org.anna)
        assert (await waiting(core))[1] == datetime(2026, 11, 25, 8, tzinfo=UTC)

    async def test_u5_what_became_quiet_since_waits_when_it_is_due(
        self, core: Core, clock: FixedClock
    ) -> None:
        one = await plan(core)
        await remind(core, one, (ReminderKind.AFTER, 60))
        await core.plans.move(core.org.anna, one, When(NOON + 2 * HOUR))
        clock.at = NOON + 11 * HOUR  # Nobody was there to send it until 23:00.
        await send(core)
        late = [one for one in await rows(core) if one.kind is ReminderKind.AFTER]
        assert [(one.state, one.due_at) for one in late] == [
            (ReminderState.WAITING, datetime(2026, 11, 25, 8, tzinfo=UTC))
        ]

    async def test_u5_in_another_zone_appointments_stay_and_named_moments_keep_the_wall(
        self, core: Core
    ) -> None:
        one = await plan(core)
        named = ReminderWish(ReminderKind.AT, at=NOON + 22 * HOUR)
        await core.reminder_wishes.remind(core.org.anna, one, named)
        async with core.org.database.reading() as session:
            former = (await session.get_one(User, core.org.anna.user_id)).timezone
        assert former == "UTC"
        await People(core.org.works, DEFAULTS).set_timezone(core.org.anna, "Asia/Tokyo")
        assert await waiting(core) == [NOON + 3 * HOUR - timedelta(minutes=15), NOON + 13 * HOUR]


class TestWishes:
    async def test_twice_the_same_minute_is_one(self, core: Core) -> None:
        one = await plan(core)
        await remind(
            core, one, (ReminderKind.BEFORE, 15), (ReminderKind.BEFORE, 60), (ReminderKind.BEFORE, 60)
        )
        assert len(await waiting(core)) == 2

    async def test_what_cannot_be_is_refused(self, core: Core) -> None:
        one = await plan(core)
        with pytest.raises(TimeInvalid):
            await remind(core, one, (ReminderKind.BEFORE, 4 * 60))
        with pytest.raises(TimeInvalid):
            await remind(core, one, (ReminderKind.AFTER, 10**9))
        with pytest.raises(TimeInvalid):
            await core.reminder_wishes.remind(core.org.anna, one, ReminderWish(ReminderKind.AT, at=NOON))
        await core.plans.carry_out(core.org.anna, one)
        with pytest.raises(StateForbids):
            await remind(core, one, (ReminderKind.AFTER, 60))

    async def test_a_reminder_is_taken_off_by_its_user_alone(self, core: Core) -> None:
        await plan(core)
        (reminder,) = await rows(core)
        with pytest.raises(NotFound):
            await core.reminder_wishes.take_off(core.org.boris, reminder.id)
        await core.reminder_wishes.take_off(core.org.anna, reminder.id)
        assert await waiting(core) == []
        await core.undo.undo_last(core.org.anna)
        assert len(await waiting(core)) == 1

    async def test_habits_are_the_users_and_the_types(self, core: Core) -> None:
        await core.reminder_wishes.set_default(core.org.anna, MEETING, (15, 60, 60))
        await plan(core)
        await plan(core, type_=PLANNED)
        quarter = timedelta(minutes=15)
        assert await waiting(core) == [NOON + 2 * HOUR, *[NOON + 3 * HOUR - quarter] * 2]
        habits = await core.reminder_wishes.habits(core.org.anna)
        assert (habits.minutes[MEETING], habits.minutes[PLANNED]) == ((60, 15), (15,))
        with pytest.raises(Invalid):
            await core.reminder_wishes.set_default(core.org.anna, MEETING, range(20))
        with pytest.raises(Invalid):
            await core.reminder_wishes.set_quiet(core.org.anna, 24, 8)
