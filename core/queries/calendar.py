"""The appointments and plans of a user as a calendar program is told of them (RFC 5545)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState, InteractionType
from core.models import AuditChange, AuditStep, Interaction
from core.queries.agenda import Stretch
from core.queries.rows import load_names
from core.queries.series import list_upcoming
from core.rules.times import APPOINTMENTS
from core.rules.titles import title_of
from core.rules.user_day import Span
from core.values import Ref, RefKind

LIMIT = 2_000
"""Events of one feed: far more than anybody keeps, and still quickly written."""


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One event.

    Attributes:
        who: The outside participants' names, the first few.
        text: What is to be done and why; empty for what came in a private mailbox (domain.md U2).
        sequence: How often it was changed: grows with each change.
        series: Series and number of a time by the rule that is no interaction yet; `id` is then the plan before it.
        changed_at: When it was changed last.
    """

    id: int
    type: InteractionType
    state: InteractionState
    title: str
    who: tuple[str, ...]
    place: str
    text: str
    private: bool
    starts: datetime
    due_on: date | None
    ends: datetime | None
    duration_s: int | None
    created_at: datetime
    changed_at: datetime
    sequence: int
    series: tuple[int, int] | None = None

    @property
    def uid(self) -> str:
        """What a calendar program knows it by; it stays the same whatever changes."""
        if self.series is not None:
            return "series-{}-{}".format(*self.series)
        return f"interaction-{self.id}"

    @property
    def is_event(self) -> bool:
        """Whether it has a place in a calendar: letters and SMS that were sent have none."""
        return self.state is not InteractionState.DONE or self.type in APPOINTMENTS


async def load_events(session: AsyncSession, stretch: Stretch, span: Span) -> tuple[CalendarEvent, ...]:
    """What a user plans and cancelled within a span of time, and the calls and meetings there were; by time."""
    held = and_(
        Interaction.state == InteractionState.DONE, Interaction.type.in_(stretch.types & APPOINTMENTS)
    )
    return await _load(
        session,
        and_(
            Interaction.responsible_id == stretch.user_id,
            Interaction.happened_at >= span.start,
            Interaction.happened_at < span.end,
            Interaction.type.in_(stretch.types),
            or_(Interaction.state != InteractionState.DONE, held),
        ),
    )


async def load_upcoming(session: AsyncSession, stretch: Stretch, span: Span) -> tuple[CalendarEvent, ...]:
    """What repeats and will be planned within a span of time, by the rule."""
    found = await list_upcoming(session, stretch.user_id, span)
    names = await load_names(session, sorted({one.plan_id for one in found})) if found else {}
    return tuple(
        CalendarEvent(
            id=one.plan_id,
            type=one.type,
            state=InteractionState.PLANNED,
            title=title_of(one.title, ""),
            who=names.get(one.plan_id, ()),
            place=one.place,
            text="",
            private=False,
            starts=one.when.at,
            due_on=one.when.due_on,
            ends=one.when.ends_at,
            duration_s=None,
            created_at=one.created_at,
            changed_at=one.created_at,
            sequence=0,
            series=(one.series_id, one.number),
        )
        for one in found
        if one.type in stretch.types
    )


async def load_event(session: AsyncSession, interaction_id: int) -> CalendarEvent | None:
    """One interaction as an event; rights are the caller's matter."""
    found = await _load(session, Interaction.id == interaction_id)
    return found[0] if found else None


async def _load(session: AsyncSession, wanted: ColumnElement[bool]) -> tuple[CalendarEvent, ...]:
    rows: Sequence[Interaction] = (
        await session.scalars(
            select(Interaction)
            .where(wanted, Interaction.deleted_at.is_(None))
            .order_by(Interaction.happened_at, Interaction.id)
            .limit(LIMIT)
        )
    ).all()
    ids = [row.id for row in rows]
    names = await load_names(session, ids) if ids else {}
    changes = await _load_changes(session, ids)
    return tuple(_event(row, names.get(row.id, ()), changes.get(row.id)) for row in rows)


async def _load_changes(session: AsyncSession, ids: Collection[int]) -> Mapping[int, tuple[int, datetime]]:
    if not ids:
        return {}
    refs = {str(Ref(RefKind.INTERACTION, one)): one for one in ids}
    rows = await session.execute(
        select(AuditChange.object, func.count(), func.max(AuditStep.at))
        .join(AuditStep, AuditStep.id == AuditChange.step_id)
        .where(AuditChange.object.in_(refs))
        .group_by(AuditChange.object)
    )
    return {refs[object_]: (count, at) for object_, count, at in rows}


def _event(row: Interaction, who: tuple[str, ...], changes: tuple[int, datetime] | None) -> CalendarEvent:
    count, at = changes or (1, row.recorded_at)
    text = "\n\n".join(part for part in (row.goal, row.text) if part.strip())
    return CalendarEvent(
        id=row.id,
        type=row.type,
        state=row.state,
        title=title_of(row.topic, row.text or row.goal),
        who=who,
        place=row.place,
        text="" if row.private else text,
        private=row.private,
        starts=row.happened_at,
        due_on=row.due_on if row.state is not InteractionState.DONE else None,
        ends=row.ends_at,
        duration_s=row.duration_s,
        created_at=row.recorded_at,
        changed_at=max(at, row.recorded_at),
        sequence=count - 1,
    )
