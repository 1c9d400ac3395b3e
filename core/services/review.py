"""Reviewed, to review, snoozed: each owner's own (domain.md R)."""

from datetime import datetime

from core.enums import FunctionalOption
from core.errors import TimeInvalid
from core.models import InteractionOwner
from core.repositories import review_marks
from core.repositories.options import require_option
from core.repositories.review_marks import ReviewMark
from core.rules.times import HORIZON
from core.services import snooze_waits
from core.services.work import Work, Works
from core.values import Caller, InteractionId, Ref, RefKind, UserId

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

    async def snooze_until_answer(self, caller: Caller, interaction_id: InteractionId) -> bool:
        """Snooze an interaction until somebody of it answers, 30 days at most.

        Raises as `mark_reviewed`.
        """
        return await self._snooze_until(caller, interaction_id, None)

    async def snooze_until_over(
        self, caller: Caller, interaction_id: InteractionId, other_id: InteractionId
    ) -> bool:
        """Snooze an interaction until another one that is planned is over, 30 days at most.

        Raises as `mark_reviewed`, and:
            NotFound: The other one is not there for the caller.
            StateForbids: It is not planned (any more).
        """
        return await self._snooze_until(caller, interaction_id, other_id)

    async def _snooze_until(
        self, caller: Caller, interaction_id: InteractionId, other_id: InteractionId | None
    ) -> bool:
        async with self._works.begin(caller, "snooze") as work:
            await require_option(work.session, FunctionalOption.REVIEW_FLAGS)
            mark = await review_marks.get_mark(work.session, caller, interaction_id)
            of = Ref(RefKind.INTERACTION, interaction_id)
            until = await snooze_waits.find_end(work, of, other_id)
            await _set_in(work, of, mark, mark._replace(reviewed=False, review_after=until))
            await snooze_waits.begin(work, of, caller.user_id, until, other_id)
            work.confirm(of, note=_NOTES["snooze"])
            return True

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
            mark = await review_marks.get_mark(work.session, caller, interaction_id)
            wanted = mark._replace(reviewed=reviewed, review_after=review_after)
            of = Ref(RefKind.INTERACTION, interaction_id)
            if wanted != mark:
                await _set_in(work, of, mark, wanted)
            work.confirm(of, note=_NOTES[action] if wanted != mark else "")
            return wanted != mark


async def _set_in(work: Work, of: Ref, mark: ReviewMark, wanted: ReviewMark) -> None:
    """Change the caller's mark; what a snooze waited for is waited for no longer."""
    if work.user_id is not None and mark != wanted:
        await _change(work, of, work.user_id, mark, wanted)


async def _change(work: Work, of: Ref, user_id: UserId, mark: ReviewMark, wanted: ReviewMark) -> None:
    """Counters first, then waits, then marks: the order of every transaction, so that no two wait for each other."""
    if mark.reviewed != wanted.reviewed:
        await work.counters.flip_review(of.id, user_id, mark.subject_id, reviewed=wanted.reviewed)
    if mark.review_after is not None:
        await snooze_waits.stop(work, of, user_id)
    await review_marks.set_mark(
        work.session, of.id, user_id, reviewed=wanted.reviewed, review_after=wanted.review_after
    )
    before, after = ({"reviewed": one.reviewed, "review_after": one.review_after} for one in (mark, wanted))
    changed = [name for name in after if before[name] != after[name]]
    work.record(
        InteractionOwner.__tablename__,
        key=f"{of.id}:{user_id}",
        of=of,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
