"""Waits end in the transaction that captures what they wait for: an answer, another try, the end of a meeting.

`settle_waits` is called at the end of every work with the interactions that it touched. What a work cannot see,
because it was committed at the same moment by another, is found by the look that each wait gets soon after it began
and again when it is due (`core.services.waits`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.enums import InteractionState, WaitPurpose, WaitState
from core.models import Interaction, InteractionOwner, User, Wait
from core.repositories import promises, waits
from core.repositories.access import load_viewer
from core.repositories.days_off import load_hours
from core.rules.answers import is_answer, is_try, wait_working_days
from core.values import Ref, RefKind

if TYPE_CHECKING:  # the work calls this module at its end
    from core.services.work import Work

SECOND_LOOK = timedelta(minutes=1)
"""So long after a wait began it is looked for what was captured at the same moment."""

PORTION = 500
"""Interactions asked about in one statement."""

LONGEST_SNOOZE = timedelta(days=30)
"""What never happens wakes nobody: after so long a snooze ends anyway."""


async def settle_waits(work: "Work", interaction_ids: Sequence[int]) -> None:
    """End or move the waits that these interactions concern, once they are written."""
    for start in range(0, len(interaction_ids), PORTION):
        await _settle_portion(work, interaction_ids[start : start + PORTION])


async def follow_counterparts(work: "Work", interaction_ids: Sequence[int]) -> None:
    """Let promises know with whom they were made, after participants were linked, unlinked or merged."""
    for start in range(0, len(interaction_ids), PORTION):
        portion = interaction_ids[start : start + PORTION]
        for promise in await promises.list_of_interactions(work.session, portion):
            interaction = await work.session.get_one(Interaction, promise.interaction_id)
            contact_id = await promises.find_counterpart(work.session, interaction)
            work.change(promise, of=Ref(RefKind.INTERACTION, interaction.id), contact_id=contact_id)


async def _settle_portion(work: "Work", interaction_ids: Sequence[int]) -> None:
    touched = set(interaction_ids)
    for wait in await waits.list_concerned(work.session, interaction_ids):
        if wait.until_id is not None:
            await follow_meeting(work, wait)
            continue
        if wait.interaction_id in touched:
            await waits.write_keys(work.session, wait)
        await look_for_answer(work, wait, among=() if wait.interaction_id in touched else interaction_ids)


async def look_for_answer(work: "Work", wait: Wait, *, among: Sequence[int] = ()) -> bool:
    """End a wait that was answered, start one anew whose user tried again; False when nothing happened."""
    user = await work.session.get_one(User, wait.user_id)
    viewer = await load_viewer(work.session, user.id, user.role)
    later = await waits.list_later(work.session, wait, viewer, among)
    answer = next((one for one in later if is_answer(one.what)), None)
    if answer is not None:
        await settle(work, wait, by_id=answer.id)
        return True
    tries = [one for one in later if is_try(one.what) and one.responsible_id == wait.user_id]
    if wait.purpose is not WaitPurpose.FOLLOW_UP or not tries:
        return False
    await _start_anew(work, wait, tries[-1].id, tries[-1].happened_at)
    return True


async def follow_meeting(work: "Work", wait: Wait) -> None:
    """A snooze until an interaction is over ends when it is held, cancelled or deleted, and moves with it."""
    other = await work.session.get_one(Interaction, wait.until_id, populate_existing=True)
    is_open = other.state is InteractionState.PLANNED and other.deleted_at is None
    due_at = min(over_at(other), wait.since + LONGEST_SNOOZE)
    if not is_open or due_at <= work.now:
        await settle(work, wait, by_id=other.id)
        return
    work.change(wait, of=ref_of(wait), due_at=due_at, look_at=due_at)
    owner = await _snoozed(work, wait)
    if owner is not None:
        work.change(owner, of=ref_of(wait), review_after=due_at)


def over_at(interaction: Interaction) -> datetime:
    """When a planned interaction is over."""
    return interaction.ends_at or interaction.happened_at


async def settle(work: "Work", wait: Wait, *, by_id: int | None) -> None:
    """End a wait: what was waited for happened, or the longest snooze is over; a snoozed interaction comes back."""
    work.change(wait, of=ref_of(wait), state=WaitState.ANSWERED, settled_at=work.now, settled_by_id=by_id)
    if wait.purpose is not WaitPurpose.SNOOZE:
        return
    owner = await _snoozed(work, wait)
    if owner is None:
        return
    work.change(owner, of=ref_of(wait), review_after=None)
    work.notify(wait.user_id, ref_of(wait), note="awake", key=f"awake:{wait.id}")


async def _snoozed(work: "Work", wait: Wait) -> InteractionOwner | None:
    """The mark of the wait's user, if the interaction still is snoozed for them."""
    owner = await work.session.get(
        InteractionOwner,
        (wait.interaction_id, wait.user_id),
        populate_existing=True,
        with_for_update=True,
    )
    return owner if owner is not None and not owner.reviewed and owner.review_after is not None else None


async def _start_anew(work: "Work", wait: Wait, interaction_id: int, since: datetime) -> None:
    """Wait as long again, from the next try on."""
    patience = wait_working_days(since, wait.working_days, await load_hours(work.session, wait.user_id))
    work.change(
        wait,
        of=Ref(RefKind.INTERACTION, interaction_id),
        interaction_id=interaction_id,
        since=since,
        due_at=patience.due_at,
        look_at=min(work.now + SECOND_LOOK, patience.due_at),
        state=WaitState.WAITING,
    )
    await work.session.flush()
    await waits.write_keys(work.session, wait)


def ref_of(wait: Wait) -> Ref:
    """The interaction that people know a wait by."""
    return Ref(RefKind.INTERACTION, wait.interaction_id)
