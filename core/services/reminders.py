"""Reminders come when they are due: the claim and the message to be sent are one commit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from core import failpoints
from core.enums import FunctionalOption, ReminderState
from core.repositories import reminders
from core.repositories.absences import load_roster
from core.repositories.options import load_off
from core.repositories.reminders import DueReminder
from core.rules import reminders as rules
from core.rules.absences import Roster
from core.services.standing_in import Recipient, find_recipient
from core.services.work import Work, Works

REMINDERS_AT_ONCE = 250
"""Most reminders in one transaction, so that the write lock is held shortly."""

LATE_AT_ONCE = 1000
"""Most late reminders that are gathered for their users in one transaction."""

MISSED_SHOWN = 20
"""Plans that one message about late reminders names; it counts them all."""


class Reminders:
    """Sends reminders of plans (domain.md I3, I5)."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def send_due(self, limit: int = REMINDERS_AT_ONCE) -> int:
        """Claim due reminders and write what is to be sent, in one transaction.

        A reminder of a plan that is gone is cancelled; one that has fallen into quiet time waits until that is over;
        one of somebody who is away goes to who stands in for them, or waits until they are back. What comes late
        is told each user in one message. While `other_interactions` is off nothing is sent, and what is due waits
        (domain.md O2). It is no change that a person made: no audit, and undo is not in its way.

        Returns:
            How many were claimed; there may be more, unless there was none.
        """
        now = self._works.clock.now()
        async with self._works.database.reading() as session:
            nearest = await reminders.find_next_due(session)
        if nearest is None or nearest > now:
            return 0
        async with self._works.begin(None, "remind") as work:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(work.session):
                return 0
            due = await _claim(work, limit)
            told = await _settle(work, due)
            _tell(work, told)
            ids = [one.id for one, _ in told]
            await reminders.mark(work.session, ids, ReminderState.SENT, work.now)
            for _ in told:
                failpoints.reach("reminder_claimed")
            return len(due)

    async def count_due(self) -> int:
        """How many wait although their time has come; none while the option is off."""
        async with self._works.database.reading() as session:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(session):
                return 0
            return await reminders.count_due(session, self._works.clock.now())

    async def next_due(self) -> timedelta | None:
        """How long it is until the nearest reminder is due, negative when that is past; None: none is to be sent."""
        async with self._works.database.reading() as session:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(session):
                return None
            nearest = await reminders.find_next_due(session)
        return None if nearest is None else nearest - self._works.clock.now()


async def _claim(work: Work, limit: int) -> list[DueReminder]:
    """What is due, nearest first; of users of whom something is late all of it, so that they are told once.

    Such users are held before any of their reminders is, so that no two processes tell one of them.
    """
    since = work.now - rules.LATE
    due: list[DueReminder] = []
    late = await reminders.list_users_due_before(work.session, since, limit)
    if late:
        held = await reminders.hold_users(work.session, late)
        due = await reminders.claim_due_of(work.session, held, work.now, LATE_AT_ONCE)
    claimed = [one.id for one in due]
    return due + await reminders.claim_due(work.session, since, work.now, claimed, limit)


async def _settle(work: Work, due: Iterable[DueReminder]) -> list[tuple[DueReminder, Recipient]]:
    """Which of these are to be told now, and whom; the others are cancelled or put off."""
    roster: Roster = await load_roster(work.session, work.now)
    told: list[tuple[DueReminder, Recipient]] = []
    gone: list[int] = []
    for one in due:
        if not one.is_wanted:
            gone.append(one.id)
            continue
        recipient = await find_recipient(work, roster, one.user_id, one.interaction_id)
        later = (
            roster.away[one.user_id].back_at
            if recipient is None
            else rules.due_at(work.now, one.kind, one.plan, one.quiet)
        )
        if recipient is None or later > work.now:
            await reminders.put_off(work.session, one.id, later)
            continue
        told.append((one, recipient))
    await reminders.mark(work.session, gone, ReminderState.CANCELLED)
    return told


def _tell(work: Work, told: Sequence[tuple[DueReminder, Recipient]]) -> None:
    """One message for each plan, however many of its reminders are due; one for all that is late."""
    on_time: dict[tuple[Recipient, int], list[DueReminder]] = defaultdict(list)
    late: dict[Recipient, list[DueReminder]] = defaultdict(list)
    for one, recipient in told:
        if rules.is_late(one.due_at, work.now):
            late[recipient].append(one)
        else:
            on_time[recipient, one.interaction_id].append(one)
    for recipient, ones in late.items():
        tell_late(work, recipient, [(one.id, one.interaction_id) for one in ones])
    for (recipient, interaction_id), ones in on_time.items():
        work.notify(
            recipient.user_id,
            f"reminder:{interaction_id}",
            note="reminder",
            key=f"reminder:{ones[0].id}",
            reminders=[one.id for one in ones],
            **recipient.about,
        )


def tell_late(
    work: Work, recipient: Recipient, late: Sequence[tuple[int, int]], *, again: bool = False
) -> None:
    """Tell somebody in one honest message what they were to be reminded of meanwhile.

    Args:
        work: The transaction.
        recipient: Whom.
        late: Reminder and interaction of each, the earliest first.
        again: Whether these were on their way once and did not arrive.
    """
    plans = list(dict.fromkeys(interaction_id for _, interaction_id in late))
    alone = len(plans) == 1
    shown = ":".join(str(one) for one in plans[:MISSED_SHOWN])
    work.notify(
        recipient.user_id,
        f"reminder:{shown}" if alone else f"missed:{shown}",
        note="reminder_late" if alone else "reminders_missed",
        key=f"reminder:{late[0][0]}" + (f":{work.now.isoformat()}" if again else ""),
        count=len(plans),
        reminders=[reminder_id for reminder_id, _ in late],
        **recipient.about,
    )
