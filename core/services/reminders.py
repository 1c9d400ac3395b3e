"""Reminders come when they are due: the claim and the message to be sent are one commit."""

from core import failpoints
from core.enums import FunctionalOption, ReminderState
from core.repositories import reminders
from core.repositories.absences import load_roster
from core.repositories.options import load_off
from core.services.standing_in import find_recipient
from core.services.work import Works
from core.values import Ref, RefKind

REMINDERS_AT_ONCE = 100
"""Most reminders in one transaction, so that the write lock is held shortly."""


class Reminders:
    """Sends reminders of plans (domain.md I3, I5)."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def send_due(self, limit: int = REMINDERS_AT_ONCE) -> int:
        """Claim due reminders and write what is to be sent, in one transaction.

        A reminder of a plan that is gone is cancelled; one of somebody who is away goes to who stands in for them,
        or waits until they are back. While `other_interactions` is off nothing is sent, and
        what is due waits (domain.md O2). It is no change that a person made: no audit, and undo is not in its way.

        Returns:
            How many were claimed; `limit` means that there may be more.
        """
        database = self._works.database
        async with database.reading() as session:
            if not await reminders.has_due(session, self._works.clock.now()):
                return 0
        async with self._works.begin(None, "remind") as work:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(work.session):
                return 0
            due = await reminders.claim_due(work.session, work.now, limit)
            roster = await load_roster(work.session, work.now)
            for reminder, wanted in due:
                if not wanted:
                    reminder.state = ReminderState.CANCELLED
                    continue
                told = await find_recipient(work, roster, reminder.user_id, reminder.interaction_id)
                if told is None:
                    reminder.due_at = roster.away[reminder.user_id].back_at
                    continue
                reminder.state, reminder.sent_at = ReminderState.SENT, work.now
                work.notify(
                    told.user_id,
                    Ref(RefKind.INTERACTION, reminder.interaction_id),
                    note="reminder",
                    key=f"reminder:{reminder.id}",
                    **told.about,
                )
                failpoints.reach("reminder_claimed")
            return len(due)

    async def count_due(self) -> int:
        """How many wait although their time has come; none while the option is off."""
        async with self._works.database.reading() as session:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(session):
                return 0
            return await reminders.count_due(session, self._works.clock.now())
