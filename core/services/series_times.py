"""The next time of a repeated plan: born when the one before is carried out, cancelled or over, exactly once.

That and the end of the one before are one transaction, in which the series is locked; the number of each time is
there once. So neither a kill nor a second process can make two of it, and undoing the one undoes the other.
"""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from core.enums import InteractionState, LinkReason, RepeatBasis, SeriesState, SubjectState
from core.models import Contact, Interaction, Participant, Series, SeriesTime, Subject, User
from core.queries.interaction_people import load_participants
from core.repositories.days_off import load_hours
from core.repositories.series import find_open_series, repeat_of, when_of, zone_of
from core.rules import times
from core.rules.repeats import Time, next_time, step_of
from core.rules.user_day import day_bounds, to_local
from core.rules.working_time import Hours
from core.services import planning
from core.services.recording import Circumstances, OwnerDraft, record_interaction
from core.services.work import Work
from core.values import ContactId, InteractionDraft, InteractionId, ParticipantDraft, Ref, RefKind


async def carry_on_after(work: Work, plan: Interaction) -> Interaction | None:
    """Have the next time of a plan born if it is the latest of a series that goes on; None where nothing was."""
    series = await find_open_series(work.session, plan.id)
    if series is None or series.latest_id != plan.id:
        return None
    return await bear_next(work, series)


async def bear_next(work: Work, series: Series) -> Interaction | None:
    """Have the next time of a series born, with the people of the one before; where there is none, the series ends.

    What nobody could keep meanwhile is not caught up with. In a closed deal nothing is planned any more.
    """
    latest = await work.session.get_one(Interaction, series.latest_id)
    subject = await work.session.get_one(Subject, latest.subject_id)
    hours = await load_hours(work.session, latest.responsible_id)
    found = None
    if subject.state is not SubjectState.CLOSED:
        found = await _find_next(work, series, latest, hours)
    if found is None:
        end_in(work, series, latest)
        return None
    return await _bear(work, series, latest, found, hours)


def end_in(work: Work, series: Series, latest: Interaction) -> None:
    """End a series; what is planned already stays."""
    of = Ref(RefKind.INTERACTION, latest.id)
    work.change(series, of=of, state=SeriesState.ENDED, look_at=None)


def over_at(plan: Interaction, series: Series, timezone: str) -> datetime | None:
    """When a time of a series is over whatever becomes of it; what counts from the last contact waits for one."""
    if series.basis is RepeatBasis.LAST_CONTACT:
        return None
    if plan.due_on is not None:
        return day_bounds(plan.due_on, timezone).end
    return plan.ends_at or plan.happened_at


async def last_contact_at(work: Work, plan: Interaction) -> datetime | None:
    """When its people were last in touch: by what is recorded of them, or by the plan if it was carried out."""
    known = await work.session.scalar(
        select(func.max(Contact.last_interaction_at))
        .join(Participant, Participant.contact_id == Contact.id)
        .where(Participant.interaction_id == plan.id)
    )
    done = plan.happened_at if plan.state is InteractionState.DONE else None
    return max((one for one in (known, done) if one is not None), default=None)


async def _after_contact(work: Work, series: Series, plan: Interaction, timezone: str) -> datetime:
    """From what a series is counted that follows the last contact: that day at its time; today where that is past."""
    today = to_local(work.now, timezone).date()
    contact = await last_contact_at(work, plan)
    anchor = datetime.combine(to_local(contact, timezone).date() if contact else today, clock_of(series))
    return (
        anchor if (anchor + step_of(series.rule)).date() > today else datetime.combine(today, anchor.time())
    )


def clock_of(series: Series) -> time:
    """The time of day of a series; midnight for plans of a day alone."""
    return time.fromisoformat(series.clock) if series.clock is not None else time.min


async def _find_next(work: Work, series: Series, latest: Interaction, hours: Hours) -> Time | None:
    timezone = zone_of(series, hours.timezone)
    now = to_local(work.now, timezone).replace(tzinfo=None)
    if series.clock is None:
        now = datetime.combine(now.date() - timedelta(days=1), time.max)
    anchor = datetime.fromisoformat(series.anchor)
    if series.basis is RepeatBasis.LAST_CONTACT:
        anchor = await _after_contact(work, series, latest, timezone)
    return next_time(repeat_of(series), (anchor, series.number), max(now, anchor), hours.days_off)


async def _bear(work: Work, series: Series, latest: Interaction, found: Time, hours: Hours) -> Interaction:
    user = await work.session.get_one(User, latest.responsible_id)
    draft = InteractionDraft(
        type=series.type,
        state=InteractionState.PLANNED,
        topic=series.topic,
        text=series.text,
        goal=series.goal,
        place=series.place,
        importance=series.importance,
        participants=await _people_of(work, latest),
        parent_id=InteractionId(latest.id),
        link_reason=LinkReason.CONTINUES,
        direction=latest.direction,
        channel=latest.channel,
    )
    when = when_of(series, found.wall, hours)
    facts = Circumstances(
        responsible_id=latest.responsible_id,
        when=times.check_when(when, work.now),
        owners=(OwnerDraft(latest.responsible_id),),
        author_id=series.user_id,
        timezone=zone_of(series, user.timezone),
    )
    born = await record_interaction(work, draft, facts)
    await planning.add_default_reminder(work, born, user)
    of = Ref(RefKind.INTERACTION, latest.id)
    time_of_it = SeriesTime(interaction_id=born.id, series_id=series.id, number=found.number)
    await work.add(time_of_it, of=of)
    work.change(
        series,
        of=of,
        number=found.number,
        latest_id=born.id,
        anchor=found.anchor.isoformat(timespec="minutes"),
        look_at=over_at(born, series, user.timezone),
    )
    return born


async def _people_of(work: Work, plan: Interaction) -> tuple[ParticipantDraft, ...]:
    """Those who take part now: a contact that was merged away has become the one it was merged into."""
    return tuple(
        ParticipantDraft(
            one.presentation,
            one.addresses,
            one.role,
            ContactId(one.contact_id) if one.contact_id is not None else None,
        )
        for one in await load_participants(work.session, plan.id)
    )


def wall_of(plan: Interaction, timezone: str) -> datetime:
    """When a plan is to be, as the clock on the wall shows it; midnight for a day alone."""
    if plan.due_on is not None:
        return datetime.combine(plan.due_on, time.min)
    return to_local(plan.happened_at, timezone).replace(tzinfo=None, second=0, microsecond=0)


def likeness(plan: Interaction) -> dict[str, Any]:
    """What the times of a series have of a plan."""
    length = plan.ends_at - plan.happened_at if plan.ends_at is not None else None
    return {
        "type": plan.type,
        "topic": plan.topic,
        "text": plan.text,
        "goal": plan.goal,
        "place": plan.place,
        "importance": plan.importance,
        "length_s": int(length.total_seconds()) if length is not None else None,
    }
