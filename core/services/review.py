"""Reviewed, to review, snoozed: each owner's own (domain.md R)."""

from datetime import datetime

from core.enums import FunctionalOption
from core.errors import NotAllowed, TimeInvalid
from core.models import Interaction, InteractionOwner
from core.repositories.access import get_visible_interaction
from core.repositories.options import require_option
from core.rules.times import HORIZON
from core.services.work import Work, Works
from core.values import Caller, InteractionId, Ref, RefKind

_NOTES = {"review": "reviewed", "unreview": "unreviewed", "snooze": "snoozed"}
"""What the confirmation of an action says."""


class Review:
    """Marks for the caller alone; what others have to review stays as it is."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def mark_reviewed(self, caller: Caller, interaction_id: InteractionId) -> bool:
        """Mark an interaction reviewed, which ends its snooze (domain.md R3); False when it was already.

        Raises:
            NotFound: No such interaction for the caller.
            NotAllowed: It is not on the caller's worklist.
            OptionOff: Review flags are switched off.
        """
        return await self._set(caller, interaction_id, "review", reviewed=True, review_after=None)

    async def mark_unreviewed(self, caller: Caller, interaction_id: InteractionId) -> bool:
        """Mark an interaction to be reviewed again; for outgoing mail and SMS that is "on control".

        Raises as `mark_reviewed`.
        """
        return await self._set(caller, interaction_id, "unreview", reviewed=False, review_after=None)

    async def snooze(self, caller: Caller, interaction_id: InteractionId, until: datetime) -> bool:
        """Keep an interaction unreviewed, and off the to-review list until a moment.

        Raises as `mark_reviewed`, and:
            TimeInvalid: The moment is past or out of reach.
        """
        now = self._works.clock.now()
        if until <= now or until - now > HORIZON:
            raise TimeInvalid("review_after", until.isoformat())
        return await self._set(caller, interaction_id, "snooze", reviewed=False, review_after=until)

    async def _set(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        action: str,
        *,
        reviewed: bool,
        review_after: datetime | None,
    ) -> bool:
        async with self._works.begin(caller, action) as work:
            await require_option(work.session, FunctionalOption.REVIEW_FLAGS)
            interaction, owner = await _get_own_row(work, caller, interaction_id)
            of = Ref(RefKind.INTERACTION, interaction_id)
            await work.counters.flip_review(interaction, owner, reviewed=reviewed)
            changed = work.change(owner, of=of, reviewed=reviewed, review_after=review_after)
            work.confirm(of, note=_NOTES[action] if changed else "")
            return changed


async def _get_own_row(
    work: Work, caller: Caller, interaction_id: InteractionId
) -> tuple[Interaction, InteractionOwner]:
    interaction = await get_visible_interaction(work.session, caller, interaction_id)
    owner = await work.session.get(InteractionOwner, (interaction.id, caller.user_id), with_for_update=True)
    if owner is None:
        raise NotAllowed("review")
    return interaction, owner
