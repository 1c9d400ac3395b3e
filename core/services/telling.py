"""Whom to tell of what is due, and whether now: absences and quiet time hold for everything that reminds (domain.md U5)."""

from datetime import datetime

from core.models import User
from core.repositories.days_off import load_hours
from core.rules.absences import Roster
from core.rules.reminders import Quiet
from core.services.standing_in import Recipient, find_recipient
from core.services.work import Work


async def find_listener(work: Work, roster: Roster, user: User, interaction_id: int) -> Recipient | datetime:
    """Whom to tell now of an interaction what is meant for a user, or when to try again.

    That is when their quiet time is over, or when they are back and nobody stands in.
    """
    quiet = Quiet(await load_hours(work.session, user.id), user.quiet_starts, user.quiet_ends)
    away = roster.away.get(user.id)
    if away is None:
        allowed = quiet.next_allowed(work.now)
        return allowed if allowed > work.now else Recipient(user.id)
    recipient = await find_recipient(work, roster, user.id, interaction_id)
    return away.back_at if recipient is None else recipient
