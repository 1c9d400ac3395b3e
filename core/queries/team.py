"""How the people of a team stand: what is planned, late, unread and unanswered, as who leads them may see it (U2).

What is private is neither listed nor counted. Each list reads a stretch of one index; nothing is counted beyond
`COUNT_LIMIT`, so that the cost does not grow with what has been.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.enums import CallResult, Direction, InteractionState, InteractionType, MailClass
from core.models import Interaction, InteractionOwner, MailMessage
from core.queries.agenda import Agenda, Stretch, falls_before, falls_on, load_agenda
from core.queries.people import UserView
from core.queries.rows import COUNT_LIMIT, InteractionRow
from core.repositories.access import Viewer, sees_interaction
from core.rules.absences import Roster
from core.rules.user_day import user_day
from core.rules.working_time import Hours

ANSWERED_WITHIN = timedelta(days=30)
"""What came in longer ago and was never answered is history."""

_MESSAGES = frozenset({InteractionType.EMAIL, InteractionType.SMS})


class TeamList(StrEnum):
    """What of somebody's work is listed."""

    TODAY = "today"
    OVERDUE = "overdue"
    REVIEW = "review"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """How one of the team stands now; each number at most `COUNT_LIMIT`.

    Attributes:
        is_away: Whether this is a day off for them.
    """

    user: UserView
    today: int
    overdue: int
    to_review: int
    unanswered: int
    is_away: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at whose work, and when."""

    viewer: Viewer
    user: UserView
    types: frozenset[InteractionType]
    now: datetime


async def load_standing(session: AsyncSession, look: Look, roster: Roster, *, review: bool) -> PersonStanding:
    """How somebody stands; `review`: whether anything is reviewed at all (domain.md O2)."""
    wanted = [one for one in TeamList if review or one is not TeamList.REVIEW]
    counts = [_counted(list_statement(look, one)) for one in wanted]
    found = dict(zip(wanted, (await session.execute(select(*counts))).one(), strict=True))
    return PersonStanding(
        user=look.user,
        today=found[TeamList.TODAY],
        overdue=found[TeamList.OVERDUE],
        to_review=found.get(TeamList.REVIEW, 0),
        unanswered=found[TeamList.UNANSWERED],
        is_away=look.user.id in roster.away,
    )


def _counted(statement: Select[int]) -> ColumnElement[int]:
    some = statement.order_by(None).limit(COUNT_LIMIT).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def list_statement(look: Look, what: TeamList) -> Select[int]:
    """The interactions of one list, in its order, as the viewer may see them."""
    seen = select(Interaction.id).where(
        Interaction.deleted_at.is_(None),
        Interaction.type.in_(look.types),
        sees_interaction(look.viewer),
    )
    if what is TeamList.REVIEW:
        return _to_review(seen, look)
    answers_for = seen.where(Interaction.responsible_id == look.user.id)
    if what is TeamList.UNANSWERED:
        return answers_for.where(_unanswered(look)).order_by(
            Interaction.happened_at.desc(), Interaction.id.desc()
        )
    planned = answers_for.where(Interaction.state == InteractionState.PLANNED)
    today, timezone = user_day(look.now, look.user.timezone), look.user.timezone
    is_today = what is TeamList.TODAY
    when = falls_on(today, today, timezone) if is_today else falls_before(today, timezone)
    return planned.where(when).order_by(Interaction.happened_at, Interaction.id)


def _to_review(seen: Select[int], look: Look) -> Select[int]:
    return (
        seen.join(InteractionOwner, InteractionOwner.interaction_id == Interaction.id)
        .where(
            InteractionOwner.user_id == look.user.id,
            InteractionOwner.reviewed.is_(False),
            or_(InteractionOwner.review_after.is_(None), InteractionOwner.review_after <= look.now),
        )
        .order_by(InteractionOwner.happened_at.desc(), InteractionOwner.interaction_id.desc())
    )


_later, _own, _mail = aliased(Interaction), aliased(InteractionOwner), aliased(MailMessage)


def _unanswered(look: Look) -> ColumnElement[bool]:
    """What people wrote to us, or called and nobody took it, and nothing of ours came after it on that subject.

    Not what whoever answers for it has reviewed: that needs nothing more. Not what machines send.
    """
    ours = exists().where(
        _later.subject_id == Interaction.subject_id,
        _later.happened_at > Interaction.happened_at,
        _later.state == InteractionState.DONE,
        _later.deleted_at.is_(None),
        or_(
            _later.direction == Direction.OUT,
            _later.type == InteractionType.MEETING,
            and_(_later.type == InteractionType.CALL, _later.result == CallResult.REACHED),
        ),
    )
    settled = exists().where(
        _own.interaction_id == Interaction.id, _own.user_id == look.user.id, _own.reviewed.is_(True)
    )
    automatic = exists().where(_mail.interaction_id == Interaction.id, _mail.mail_class != MailClass.NORMAL)
    missed = and_(Interaction.type == InteractionType.CALL, Interaction.result == CallResult.NOT_REACHED)
    return and_(
        Interaction.happened_at >= look.now - ANSWERED_WITHIN,
        Interaction.direction == Direction.IN,
        or_(Interaction.type.in_(_MESSAGES), missed),
        ~ours,
        ~settled,
        ~automatic,
    )


async def load_agenda_of(session: AsyncSession, look: Look, stretch: Stretch, hours: Hours) -> Agenda:
    """Somebody's days by their own calendar, without what the viewer may not see."""
    agenda = await load_agenda(session, stretch, hours, look.now)
    rows = [*agenda.overdue, *(row for day in agenda.days for row in day.rows)]
    seen = set(
        await session.scalars(
            select(Interaction.id).where(
                Interaction.id.in_([row.id for row in rows]), sees_interaction(look.viewer)
            )
        )
    )
    return replace(
        agenda,
        days=tuple(replace(day, rows=_only(day.rows, seen)) for day in agenda.days),
        overdue=_only(agenda.overdue, seen),
    )


def _only(rows: Sequence[InteractionRow], seen: set[int]) -> tuple[InteractionRow, ...]:
    return tuple(row for row in rows if row.id in seen)
