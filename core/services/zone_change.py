"""What a user's change of time zone moves (domain.md U5).

Appointments keep their instant. What was said in days or by the clock on the wall keeps its wall time: plans of a day
alone, snoozes, what is waited for until a moment, reminders, digests. Every table that holds such times has its mover
in `MOVERS`; one more table is one more line there.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Interaction, InteractionOwner, User
from core.repositories import zones
from core.rules.user_day import move_wall_time
from core.services import digest_times, planning
from core.services.work import Work
from core.values import InteractionId, Ref, RefKind


@dataclass(frozen=True, slots=True)
class Moved:
    """Interactions whose time moved with the zone."""

    plans: tuple[InteractionId, ...] = ()
    snoozes: tuple[InteractionId, ...] = ()


async def move_to_zone(work: Work, user: User, before: str) -> Moved:
    """Keep the wall times of a user in the zone they have now; all of it in the transaction that changed the zone."""
    plans = await zones.list_day_plans(work.session, user.id)
    snoozes = await zones.list_snoozes(work.session, user.id, work.now)
    for move in MOVERS:
        await move(work, user, before)
    return Moved(
        tuple(InteractionId(plan.id) for plan in plans),
        tuple(InteractionId(snooze.interaction_id) for snooze in snoozes),
    )


async def _move_day_plans(work: Work, user: User, before: str) -> None:
    """A plan of a day alone stays on that day, for everybody who has it on their list."""
    plans = await zones.list_day_plans(work.session, user.id)
    for plan in plans:
        at = move_wall_time(plan.happened_at, before, user.timezone)
        work.change(plan, of=_ref(plan.id), happened_at=at, timezone=user.timezone)
    for owner in await _owners_of(work.session, plans):
        at = move_wall_time(owner.happened_at, before, user.timezone)
        after = _moved(owner.review_after, before, user.timezone)
        work.change(owner, of=_ref(owner.interaction_id), happened_at=at, review_after=after)


async def _move_snoozes(work: Work, user: User, before: str) -> None:
    for snooze in await zones.list_snoozes(work.session, user.id, work.now):
        after = _moved(snooze.review_after, before, user.timezone)
        work.change(snooze, of=_ref(snooze.interaction_id), review_after=after)


async def _move_waits(work: Work, user: User, before: str) -> None:
    """What waits for an answer until a morning waits until that morning; the end of a meeting is a moment."""
    for wait in await zones.list_open_waits(work.session, user.id):
        due_at = move_wall_time(wait.due_at, before, user.timezone)
        look_at = due_at if wait.look_at == wait.due_at else wait.look_at
        work.change(wait, of=_ref(wait.interaction_id), due_at=due_at, look_at=look_at)


async def _move_promises(work: Work, user: User, before: str) -> None:
    """A promise of a day alone stays on that day."""
    for promise in await zones.list_day_promises(work.session, user.id):
        due_at = move_wall_time(promise.due_at, before, user.timezone)
        look_at = _moved(promise.look_at, before, user.timezone)
        work.change(promise, of=_ref(promise.interaction_id), due_at=due_at, look_at=look_at)


async def _move_reminders(work: Work, user: User, _before: str) -> None:
    """Moments that were named keep their wall time; what is bound to a plan follows the plan."""
    await work.session.flush()
    await planning.refresh_reminders_of(work, user)


async def _move_digests(work: Work, user: User, _before: str) -> None:
    await digest_times.follow_in(work, user)


MOVERS: tuple[Callable[[Work, User, str], Awaitable[None]], ...] = (
    _move_day_plans,
    _move_snoozes,
    _move_promises,
    _move_waits,
    _move_reminders,
    _move_digests,
)
"""Everything that holds wall times, each given the user as they are now and the zone before; plans come first."""


async def _owners_of(session: AsyncSession, plans: Sequence[Interaction]) -> Sequence[InteractionOwner]:
    return await zones.list_owner_rows(session, [plan.id for plan in plans])


def _moved(instant: datetime | None, before: str, after: str) -> datetime | None:
    return None if instant is None else move_wall_time(instant, before, after)


def _ref(interaction_id: int) -> Ref:
    return Ref(RefKind.INTERACTION, interaction_id)
