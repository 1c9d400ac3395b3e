"""What a user's change of time zone moves (domain.md U5).

Appointments keep their instant. What was said in days or by the clock on the wall keeps its wall time: plans of
a day alone with their reminders, and snoozes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Interaction, InteractionOwner, User
from core.repositories import zones
from core.rules.user_day import move_wall_time
from core.services.work import Work
from core.values import InteractionId, Ref, RefKind


@dataclass(frozen=True, slots=True)
class Moved:
    """Interactions whose time moved with the zone, for the list that the user is shown."""

    plans: tuple[InteractionId, ...] = ()
    snoozes: tuple[InteractionId, ...] = ()


async def move_to_zone(work: Work, user: User, before: str) -> Moved:
    """Keep the wall time of a user's date-only plans, their reminders, and snoozes, in the zone they have now."""
    session = work.session
    plans = await zones.list_day_plans(session, user.id)
    snoozes = await zones.list_snoozes(session, user.id, work.now)
    for plan in plans:
        at = move_wall_time(plan.happened_at, before, user.timezone)
        work.change(plan, of=_ref(plan.id), happened_at=at, timezone=user.timezone)
    for owner in await _owners_of(session, plans):
        at = move_wall_time(owner.happened_at, before, user.timezone)
        after = _moved(owner.review_after, before, user.timezone)
        work.change(owner, of=_ref(owner.interaction_id), happened_at=at, review_after=after)
    for reminder in await zones.list_waiting_reminders(session, user.id, [plan.id for plan in plans]):
        due = move_wall_time(reminder.due_at, before, user.timezone)
        work.change(reminder, of=_ref(reminder.interaction_id), due_at=due)
    for snooze in snoozes:
        after = _moved(snooze.review_after, before, user.timezone)
        work.change(snooze, of=_ref(snooze.interaction_id), review_after=after)
    return Moved(
        tuple(InteractionId(plan.id) for plan in plans),
        tuple(InteractionId(snooze.interaction_id) for snooze in snoozes),
    )


async def _owners_of(session: AsyncSession, plans: Sequence[Interaction]) -> Sequence[InteractionOwner]:
    return await zones.list_owner_rows(session, [plan.id for plan in plans])


def _moved(instant: datetime | None, before: str, after: str) -> datetime | None:
    return None if instant is None else move_wall_time(instant, before, after)


def _ref(interaction_id: int) -> Ref:
    return Ref(RefKind.INTERACTION, interaction_id)
