"""Snoozes that end with an event: an answer, or the end of a planned interaction (domain.md R3).

They are snoozes like any other, counted and listed as such, with the longest snooze as review-after; what is waited
for only ends them sooner.
"""

from datetime import datetime

from core.enums import InteractionState, WaitPurpose, WaitState
from core.errors import StateForbids
from core.models import Interaction, Wait
from core.repositories import waits
from core.repositories.access import get_visible_interaction
from core.services.wait_settling import LONGEST_SNOOZE, SECOND_LOOK, over_at
from core.services.work import Work
from core.values import InteractionId, Ref, UserId


async def find_end(work: Work, of: Ref, other_id: InteractionId | None) -> datetime:
    """Until when at the latest it is snoozed.

    Raises:
        NotFound: The other interaction is not there for the caller.
        StateForbids: It is not planned (any more), is over, or is the snoozed one itself.
    """
    longest = work.now + LONGEST_SNOOZE
    if other_id is None:
        return longest
    other = await get_visible_interaction(work.session, work.caller, other_id)
    is_open = other.state is InteractionState.PLANNED and over_at(other) > work.now
    if not is_open or other.id == of.id:
        raise StateForbids(Ref(of.kind, other.id), other.state)
    return min(over_at(other), longest)


async def begin(
    work: Work, of: Ref, user_id: UserId, until: datetime, other_id: InteractionId | None
) -> None:
    """Wait for the event, in place of any that was waited for before."""
    await stop(work, of, user_id)
    interaction = await work.session.get_one(Interaction, of.id)
    wait = Wait(
        interaction_id=of.id,
        user_id=user_id,
        purpose=WaitPurpose.SNOOZE,
        until_id=other_id,
        since=work.now if other_id is not None else max(work.now, interaction.happened_at),
        due_at=until,
        look_at=min(work.now + SECOND_LOOK, until),
        state=WaitState.WAITING,
    )
    await work.add(wait, of=of)
    await work.session.flush()
    if other_id is None:
        await waits.write_keys(work.session, wait)


async def stop(work: Work, of: Ref, user_id: UserId) -> None:
    """Wait no longer for what was to end the snooze of a user."""
    wait = await waits.find_live(work.session, of.id, user_id, WaitPurpose.SNOOZE)
    if wait is not None:
        work.change(wait, of=of, state=WaitState.STOPPED, settled_at=work.now)
