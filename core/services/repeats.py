"""Plans that repeat: set, changed for one or for all that follow, ended (domain.md I3, U5)."""

from datetime import date, datetime

from core.enums import FunctionalOption, InteractionState, SeriesState
from core.errors import RepeatInvalid
from core.models import Interaction, Series, SeriesTime
from core.repositories.access import get_visible_interaction
from core.repositories.days_off import load_hours
from core.repositories.options import load_off
from core.repositories.series import (
    find_open_series,
    has_over,
    list_bound_to_contacts,
    list_over,
    repeat_of,
    when_of,
    zone_of,
)
from core.rules.repeats import Repeat, check_repeat, moved, next_time
from core.rules.user_day import to_local
from core.services.plans import drop_in, get_plan, move_in, note_reason
from core.services.series_times import (
    bear_next,
    clock_of,
    end_in,
    last_contact_at,
    likeness,
    over_at,
    wall_of,
)
from core.services.work import Work, Works
from core.values import Caller, InteractionId, Ref, RefKind, When

AT_ONCE = 50
"""Most series that go on in one transaction."""


class Repeats:
    """What becomes of plans that repeat."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def repeat(self, caller: Caller, interaction_id: InteractionId, repeat: Repeat) -> None:
        """Have a plan repeat from now on; one that repeats already gets another rule for all that follow.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not planned (any more).
            RepeatInvalid: The rule gives no second time, or none within a century.
        """
        async with self._works.begin(caller, "repeat") as work:
            plan = await get_plan(work, interaction_id)
            now = to_local(work.now, caller.timezone).replace(tzinfo=None)
            first = wall_of(plan, caller.timezone)
            check_repeat(repeat, first, now)
            series = await find_open_series(work.session, plan.id)
            if series is None:
                await _start(work, caller, plan, repeat)
            else:
                _change_rule(work, plan, series, repeat)
            work.confirm(f"repeat:{plan.id}", note="repeat_set")

    async def stop(self, caller: Caller, interaction_id: InteractionId) -> None:
        """End a series; the plan itself stays.

        Raises:
            NotFound: No such interaction for the caller.
            RepeatInvalid: It does not repeat.
        """
        async with self._works.begin(caller, "stop_repeating") as work:
            plan = await get_visible_interaction(work.session, caller, interaction_id)
            end_in(work, await _get_series(work, plan), plan)
            work.confirm(Ref(RefKind.INTERACTION, plan.id), note="repeat_stopped")

    async def take_over(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Have those that follow be like this plan: its words, place, goal, kind and time of day.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not planned (any more).
            RepeatInvalid: It does not repeat, or its day is none that the rule could move to.
        """
        async with self._works.begin(caller, "repeat_like_this") as work:
            plan = await get_plan(work, interaction_id)
            series = await _get_series(work, plan)
            _follow_time(work, caller, series, plan, _scheduled_day(series, plan, caller.timezone))
            work.change(series, of=Ref(RefKind.INTERACTION, plan.id), **likeness(plan))
            work.confirm(f"repeat:{plan.id}", note="repeat_set")

    async def move_all(self, caller: Caller, interaction_id: InteractionId, when: When) -> None:
        """Move a plan and all that follow it: to another time of day, or another day where the rule has one.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not planned (any more).
            TimeInvalid: The new time is past or cannot be.
            RepeatInvalid: It does not repeat, or no rule can be told for the new day.
        """
        async with self._works.begin(caller, "move_all") as work:
            plan = await get_plan(work, interaction_id)
            series = await _get_series(work, plan)
            before = _scheduled_day(series, plan, caller.timezone)
            await move_in(work, plan, when, caller.timezone)
            _follow_time(work, caller, series, plan, before)
            work.confirm(Ref(RefKind.INTERACTION, plan.id), note="plan_moved")

    async def drop_all(self, caller: Caller, interaction_id: InteractionId, *, reason: str = "") -> None:
        """Cancel a plan and end its series.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not planned (any more).
            RepeatInvalid: It does not repeat.
        """
        async with self._works.begin(caller, "drop_all") as work:
            plan = await get_plan(work, interaction_id)
            series = await _get_series(work, plan)
            latest = await work.session.get_one(Interaction, series.latest_id, with_for_update=True)
            end_in(work, series, plan)
            for one in {plan.id: plan, latest.id: latest}.values():
                if one.state is InteractionState.PLANNED and one.deleted_at is None:
                    await drop_in(work, one)
            await note_reason(work, caller, plan, reason)
            work.confirm(Ref(RefKind.INTERACTION, plan.id), note="plan_dropped")

    async def carry_on(self, limit: int = AT_ONCE) -> int:
        """Have the next time born of series whose latest is over though nobody said what became of it.

        While `other_interactions` is off nothing is planned, and what is over waits (domain.md O2).

        Returns:
            How many series were looked at; `limit` means that there may be more.
        """
        async with self._works.database.reading() as session:
            if not await has_over(session, self._works.clock.now()):
                return 0
        async with self._works.begin(None, "repeat") as work:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(work.session):
                return 0
            over = await list_over(work.session, work.now, limit)
            for series in over:
                await bear_next(work, series)
            return len(over)

    async def has_over(self) -> bool:
        """Whether a series waits for its next time; none while the option is off."""
        async with self._works.database.reading() as session:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(session):
                return False
            return await has_over(session, self._works.clock.now())

    async def follow_contacts(self, after_id: int = 0, limit: int = AT_ONCE) -> int:
        """Put off what is due so long after the last contact where there was one since.

        Returns:
            The number of the last series looked at, for the next call; 0 when there are no more.
        """
        async with self._works.begin(None, "repeat") as work:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(work.session):
                return 0
            found = await list_bound_to_contacts(work.session, after_id, limit)
            for series in found:
                await _follow_contact(work, series)
            return found[-1].id if len(found) == limit else 0


async def _get_series(work: Work, plan: Interaction) -> Series:
    series = await find_open_series(work.session, plan.id)
    if series is None:
        raise RepeatInvalid(f"i{plan.id}", "none")
    return series


async def _start(work: Work, caller: Caller, plan: Interaction, repeat: Repeat) -> None:
    of = Ref(RefKind.INTERACTION, plan.id)
    wall = wall_of(plan, caller.timezone)
    series = Series(
        user_id=caller.user_id,
        rule=repeat.rule,
        basis=repeat.basis,
        off_days=repeat.off_days,
        until=repeat.until,
        count=repeat.count,
        timezone=caller.timezone,
        clock=None if plan.due_on is not None else f"{wall:%H:%M}",
        latest_id=plan.id,
        anchor=wall.isoformat(timespec="minutes"),
        created_at=work.now,
        state=SeriesState.OPEN,
        **likeness(plan),
    )
    series.look_at = over_at(plan, series, caller.timezone)
    await work.add(series, of=of)
    await work.session.flush()
    of_ended = await work.session.get(SeriesTime, plan.id)
    if of_ended is None:
        await work.add(SeriesTime(interaction_id=plan.id, series_id=series.id, number=1), of=of)
    else:
        work.change(of_ended, of=of, series_id=series.id, number=1)


def _change_rule(work: Work, plan: Interaction, series: Series, repeat: Repeat) -> None:
    """Counted anew from the latest one, which is the first under the new rule."""
    work.change(
        series,
        of=Ref(RefKind.INTERACTION, plan.id),
        rule=repeat.rule,
        basis=repeat.basis,
        off_days=repeat.off_days,
        until=repeat.until,
        count=repeat.count + series.number - 1 if repeat.count is not None else None,
    )
    work.change(series, of=Ref(RefKind.INTERACTION, plan.id), look_at=over_at(plan, series, series.timezone))


def _scheduled_day(series: Series, plan: Interaction, timezone: str) -> date:
    """The day that a plan was to be on by the rule, wherever it was moved to since."""
    if series.latest_id == plan.id:
        return datetime.fromisoformat(series.anchor).date()
    return wall_of(plan, timezone).date()


def _follow_time(work: Work, caller: Caller, series: Series, plan: Interaction, before: date) -> None:
    """Let a series follow the time that a plan of it has now.

    Raises:
        RepeatInvalid: No rule can be told for the new day.
    """
    wall = wall_of(plan, caller.timezone)
    repeat = moved(repeat_of(series), before, wall.date())
    if repeat is None:
        raise RepeatInvalid(wall.date().isoformat(), "day")
    of = Ref(RefKind.INTERACTION, plan.id)
    clock = None if plan.due_on is not None else f"{wall:%H:%M}"
    work.change(series, of=of, rule=repeat.rule, timezone=caller.timezone, clock=clock)
    work.change(series, of=of, length_s=likeness(plan)["length_s"])
    if series.latest_id == plan.id:
        over = over_at(plan, series, caller.timezone)
        work.change(series, of=of, anchor=wall.isoformat(timespec="minutes"), look_at=over)


async def _follow_contact(work: Work, series: Series) -> None:
    """Put the latest one off where its people were in touch since; one that is gone makes room for the next."""
    plan = await work.session.get_one(Interaction, series.latest_id, with_for_update=True)
    if plan.state is not InteractionState.PLANNED or plan.deleted_at is not None:
        await bear_next(work, series)
        return
    contact = await last_contact_at(work, plan)
    if contact is None:
        return
    hours = await load_hours(work.session, plan.responsible_id)
    timezone = zone_of(series, hours.timezone)
    since = datetime.combine(to_local(contact, timezone).date(), clock_of(series))
    found = next_time(repeat_of(series), (since, series.number - 1), since, hours.days_off)
    if found is None or found.anchor <= datetime.fromisoformat(series.anchor):
        return
    if found.wall <= wall_of(plan, timezone):
        return
    await move_in(work, plan, when_of(series, found.wall, hours), timezone)
    anchor = found.anchor.isoformat(timespec="minutes")
    work.change(series, of=Ref(RefKind.INTERACTION, plan.id), anchor=anchor)
