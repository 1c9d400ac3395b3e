"""Plans that repeat (domain.md I3, I5, U5, S7): born once, moved, ended, over summer time and days off."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from core.enums import (
    CallResult,
    ContactKind,
    FunctionalOption,
    InteractionState,
    InteractionType,
    OffDayShift,
    ReminderState,
    RepeatBasis,
    SeriesState,
)
from core.errors import Invalid, StateForbids
from core.models import Contact, Interaction, OptionSwitch, Participant, Reminder, Series, SeriesTime
from core.queries.series import list_upcoming
from core.rules.repeats import Repeat
from core.rules.user_day import Span
from core.services.repeats import Repeats
from core.values import ContactId, InteractionDraft, InteractionId, ParticipantDraft, When
from tests.conftest import NOON
from tests.factories.core import Core

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
WEEKLY = Repeat("FREQ=WEEKLY;BYDAY=TU")
"""NOON is a Tuesday."""


async def plan(
    core: Core, type_: InteractionType = InteractionType.CALL, when: When | None = None
) -> InteractionId:
    draft = InteractionDraft(
        type=type_,
        state=InteractionState.PLANNED,
        when=when or When(NOON + HOUR),
        text="Ask for the order",
        place="Lenina 5",
        participants=(ParticipantDraft("John Smith"),),
    )
    return await core.capture.record(core.org.anna, draft)


async def series_of(core: Core) -> Series:
    async with core.org.database.reading() as session:
        return (await session.scalars(select(Series))).one()


async def born(core: Core) -> list[Interaction]:
    async with core.org.database.reading() as session:
        rows = await session.scalars(
            select(Interaction).where(Interaction.deleted_at.is_(None)).order_by(Interaction.id)
        )
        return list(rows)


async def test_s7_carried_out_the_next_one_is_born_with_people_subject_and_reminder(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    assert len(await born(core)) == 1
    await core.plans.carry_out(core.org.anna, one, text="Takes 20", result=CallResult.REACHED)
    first, second = await born(core)
    assert (second.type, second.state, second.text, second.place) == (
        InteractionType.CALL,
        InteractionState.PLANNED,
        "Ask for the order",
        "Lenina 5",
    )
    assert (second.happened_at, second.subject_id, second.parent_id) == (
        NOON + HOUR + WEEK,
        first.subject_id,
        first.id,
    )
    async with core.org.database.reading() as session:
        people = await session.scalars(
            select(Participant.presentation).where(Participant.interaction_id == second.id)
        )
        assert people.all() == ["John Smith"]
        reminders = await session.scalars(select(Reminder).where(Reminder.interaction_id == second.id))
        assert [one.state for one in reminders] == [ReminderState.WAITING]


async def test_undoing_takes_back_what_was_born_and_it_is_born_again(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    await core.plans.carry_out(core.org.anna, one)
    await core.undo.undo_last(core.org.anna)
    (first,) = await born(core)
    assert first.state is InteractionState.PLANNED
    assert (await series_of(core)).latest_id == one
    await core.plans.carry_out(core.org.anna, one)
    assert len(await born(core)) == 2
    assert (await series_of(core)).number == 2


async def test_cancelling_one_leaves_the_others(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    await core.plans.drop(core.org.anna, one)
    first, second = await born(core)
    assert (first.state, second.state) == (InteractionState.CANCELLED, InteractionState.PLANNED)


async def test_nobody_said_what_became_of_it_and_the_next_is_born_once_by_many(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    assert await core.repeats.carry_on() == 0
    core.org.clock.move(HOUR)
    others = [Repeats(core.org.works) for _ in range(3)]
    await asyncio.gather(*(each.carry_on() for each in (core.repeats, *others)))
    first, second = await born(core)
    assert (first.state, second.happened_at) == (InteractionState.PLANNED, NOON + HOUR + WEEK)
    assert await core.repeats.carry_on() == 0
    await core.plans.carry_out(core.org.anna, InteractionId(first.id))
    assert len(await born(core)) == 2


async def test_what_was_missed_is_not_caught_up_with(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, Repeat("FREQ=WEEKLY;BYDAY=TU", count=6))
    core.org.clock.move(3 * WEEK)
    await core.repeats.carry_on()
    _, second = await born(core)
    assert second.happened_at == NOON + HOUR + 3 * WEEK
    assert (await series_of(core)).number == 4


async def test_it_ends_with_its_last_time(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, Repeat("FREQ=WEEKLY;BYDAY=TU", count=2))
    await core.plans.carry_out(core.org.anna, one)
    _, second = await born(core)
    await core.plans.carry_out(core.org.anna, InteractionId(second.id))
    assert len(await born(core)) == 2
    series = await series_of(core)
    assert (series.state, series.look_at) == (SeriesState.ENDED, None)


async def test_i5_wall_time_stays_over_the_night_of_summer_time(core: Core) -> None:
    caller = core.org.anna
    berlin = type(caller)(
        caller.user_id, caller.role, caller.language, "Europe/Berlin", caller.country, caller.origin
    )
    core.org.clock.at = datetime(2026, 3, 25, 12, tzinfo=UTC)
    one = await core.capture.record(
        berlin,
        InteractionDraft(
            type=InteractionType.CALL,
            state=InteractionState.PLANNED,
            when=When(datetime(2026, 3, 28, 9, tzinfo=UTC)),
        ),
    )
    await core.repeats.repeat(berlin, one, Repeat("FREQ=DAILY"))
    await core.plans.carry_out(berlin, one)
    _, second = await born(core)
    assert second.happened_at == datetime(2026, 3, 29, 8, tzinfo=UTC)
    assert second.wall_time == "2026-03-29T10:00"


async def test_plans_of_a_day_alone_repeat_by_days(core: Core) -> None:
    day = When(NOON - 3 * HOUR, due_on=date(2026, 11, 24), time_known=False)
    one = await plan(core, when=day)
    await core.repeats.repeat(core.org.anna, one, Repeat("FREQ=DAILY", until=date(2026, 11, 25)))
    await core.plans.carry_out(core.org.anna, one)
    _, second = await born(core)
    assert (second.due_on, second.time_known) == (date(2026, 11, 25), False)
    core.org.clock.move(timedelta(days=2))
    await core.repeats.carry_on()
    assert len(await born(core)) == 2
    assert (await series_of(core)).state is SeriesState.ENDED


async def test_one_is_moved_and_the_rule_stays(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    await core.plans.move(core.org.anna, one, When(NOON + 3 * HOUR))
    await core.plans.carry_out(core.org.anna, one)
    _, second = await born(core)
    assert second.happened_at == NOON + HOUR + WEEK


async def test_all_that_follow_are_moved(core: Core) -> None:
    one = await plan(core, InteractionType.MEETING)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    await core.repeats.move_all(core.org.anna, one, When(NOON + timedelta(days=1, hours=3)))
    await core.plans.carry_out(core.org.anna, one)
    _, second = await born(core)
    assert second.happened_at == NOON + timedelta(days=8, hours=3)
    assert second.ends_at == second.happened_at + timedelta(minutes=30)


async def test_a_day_that_no_rule_can_be_told_for_changes_nothing(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, Repeat("FREQ=MONTHLY;BYDAY=-1TU"))
    with pytest.raises(Invalid):
        await core.repeats.move_all(core.org.anna, one, When(NOON + timedelta(days=1)))
    assert (await core.interaction(one)).happened_at == NOON + HOUR


async def test_those_that_follow_are_like_the_one_that_was_changed(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    await core.care.edit(core.org.anna, one, "place", "Here")
    await core.repeats.take_over(core.org.anna, one)
    await core.care.edit(core.org.anna, one, "goal", "Only now")
    await core.plans.drop(core.org.anna, one)
    _, second = await born(core)
    assert (second.place, second.goal) == ("Here", "")


async def test_dropping_all_cancels_and_ends(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    core.org.clock.move(2 * HOUR)
    await core.repeats.carry_on()
    await core.repeats.drop_all(core.org.anna, one, reason="They left")
    assert {row.state for row in await born(core)} == {InteractionState.CANCELLED}
    assert (await series_of(core)).state is SeriesState.ENDED
    await core.undo.undo_last(core.org.anna)
    assert (await series_of(core)).state is SeriesState.OPEN


async def test_stopping_leaves_the_plan(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    await core.repeats.stop(core.org.anna, one)
    await core.plans.carry_out(core.org.anna, one)
    assert len(await born(core)) == 1
    with pytest.raises(Invalid):
        await core.repeats.stop(core.org.anna, one)


async def test_what_is_done_cannot_repeat_and_what_cannot_be_is_refused(core: Core) -> None:
    one = await plan(core)
    with pytest.raises(Invalid):
        await core.repeats.repeat(core.org.anna, one, Repeat("FREQ=YEARLY;INTERVAL=1000"))
    await core.plans.carry_out(core.org.anna, one)
    with pytest.raises(StateForbids):
        await core.repeats.repeat(core.org.anna, one, WEEKLY)
    async with core.org.database.reading() as session:
        assert (await session.scalars(select(SeriesTime))).all() == []


async def test_six_weeks_after_the_last_contact(core: Core) -> None:
    """A contact in between puts it off; it is born from when the former one was carried out."""
    async with core.org.database.transaction() as session:
        john = Contact(kind=ContactKind.INDIVIDUAL, name="John", name_key="john", created_at=NOON)
        session.add(john)
        await session.flush()
        person = ParticipantDraft("John", contact_id=ContactId(john.id))
    draft = InteractionDraft(
        type=InteractionType.CALL,
        state=InteractionState.PLANNED,
        when=When(NOON + HOUR),
        participants=(person,),
    )
    one = await core.capture.record(core.org.anna, draft)
    rule = Repeat("FREQ=WEEKLY;INTERVAL=6", RepeatBasis.LAST_CONTACT, OffDayShift.NEXT)
    await core.repeats.repeat(core.org.anna, one, rule)
    core.org.clock.move(timedelta(days=2))
    await core.plans.carry_out(core.org.anna, one)
    _, second = await born(core)
    assert second.happened_at == datetime(2027, 1, 11, 13, tzinfo=UTC)  # The 7th is Christmas in Russia.
    assert await core.repeats.carry_on() == 0
    core.org.clock.move(timedelta(days=7))
    await core.capture.record(
        core.org.anna, InteractionDraft(type=InteractionType.CALL, participants=(person,))
    )
    assert await core.repeats.follow_contacts() == 0
    assert (await core.interaction(second.id)).happened_at == NOON + HOUR + timedelta(days=51)
    await core.plans.move(core.org.anna, InteractionId(second.id), When(NOON + timedelta(days=12)))
    await core.repeats.follow_contacts()
    assert (await core.interaction(second.id)).happened_at == NOON + timedelta(days=12)


async def test_o2_nothing_is_born_while_the_option_is_off(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    async with core.org.database.transaction() as session:
        session.add(OptionSwitch(name=FunctionalOption.OTHER_INTERACTIONS, is_on=False))
    core.org.clock.move(2 * HOUR)
    assert await core.repeats.carry_on() == 0
    assert not await core.repeats.has_over()
    assert len(await born(core)) == 1


async def test_a_span_tells_what_is_not_an_interaction_yet(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    async with core.org.database.reading() as session:
        span = Span(NOON, NOON + 3 * WEEK)
        found = await list_upcoming(session, core.org.anna.user_id, span)
        assert [(each.when.at, each.number, each.plan_id) for each in found] == [
            (NOON + HOUR + WEEK, 2, one),
            (NOON + HOUR + 2 * WEEK, 3, one),
        ]
        assert await list_upcoming(session, core.org.boris.user_id, span) == ()


async def test_what_was_ended_repeats_anew_and_undo_ends_it_again(core: Core) -> None:
    one = await plan(core)
    await core.repeats.repeat(core.org.anna, one, WEEKLY)
    await core.repeats.stop(core.org.anna, one)
    await core.repeats.repeat(core.org.anna, one, Repeat("FREQ=MONTHLY;BYDAY=-1FR"))
    async with core.org.database.reading() as session:
        states = list(await session.scalars(select(Series.state).order_by(Series.id)))
        time = await session.get_one(SeriesTime, one)
    assert states == [SeriesState.ENDED, SeriesState.OPEN]
    assert (time.series_id, time.number) == (2, 1)
    await core.plans.carry_out(core.org.anna, one)
    assert len(await born(core)) == 2
    await core.undo.undo_last(core.org.anna)
    await core.undo.undo_last(core.org.anna)
    assert (await series_of(core)).state is SeriesState.ENDED
    await core.undo.undo_last(core.org.anna)
    assert (await series_of(core)).state is SeriesState.OPEN
    await core.plans.carry_out(core.org.anna, one)
    assert len(await born(core)) == 2
