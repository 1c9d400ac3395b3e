"""The usual rhythm of a contact or a deal, and when it is quieter than that (pains.md, silence radar).

The rhythm is the median of the gaps between the days on which something happened, in working days, so that neither
a burst of letters nor one long holiday moves it. Who has too short a history gets the organisation's usual one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from statistics import median

from core.rules.user_day import at_hour, user_day
from core.rules.working_time import Hours, after_working_days, working_days_between

HISTORY = 30
"""The latest interactions that are looked at."""

LEAST_GAPS = 3
"""Fewer gaps are no rhythm."""

DEFAULT_DAYS = 10
"""Working days; what is usual where the organisation has no history either."""

LEAST_ORGANISATION = 20
"""Rhythms of its own that an organisation needs for a usual one."""

SLACK = 1.5
"""So many times the usual gap is still no silence."""

LEAST_QUIET = 3
"""Working days; nothing is silent sooner."""

MOST_OVER = 10.0
"""Who is quiet so many times longer than usual is not ranked higher by being quiet still longer."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual: working days between two contacts, and whether that was learned from its own history."""

    days: int
    is_own: bool


def usual_rhythm(days: Sequence[date], hours: Hours, default_days: int) -> Usual:
    """The median gap between these days, which may repeat and come in any order."""
    apart = sorted(set(days))
    gaps = [max(working_days_between(a, b, hours.days_off), 1) for a, b in pairwise(apart)]
    if len(gaps) < LEAST_GAPS:
        return Usual(default_days, is_own=False)
    return Usual(max(math.ceil(median(gaps)), 1), is_own=True)


def organisation_default(usual_days: Sequence[int]) -> int:
    """What is usual in an organisation: the median of the rhythms that were learned."""
    if len(usual_days) < LEAST_ORGANISATION:
        return DEFAULT_DAYS
    return max(math.ceil(median(usual_days)), 1)


def quiet_at(last_at: datetime, usual: Usual, hours: Hours) -> datetime:
    """From when on it is quieter than usual: the morning of a working day."""
    patience = max(math.ceil(usual.days * SLACK), usual.days + 1, LEAST_QUIET)
    day = after_working_days(user_day(last_at, hours.timezone), patience, hours.days_off)
    return at_hour(day, hours.starts, hours.timezone)


def silent_days(last_at: datetime, now: datetime, hours: Hours) -> int:
    """For how many working days nothing has happened."""
    return working_days_between(
        user_day(last_at, hours.timezone), user_day(now, hours.timezone), hours.days_off
    )


def urgency(silent: int, usual_days: int, stake: Decimal | None, *, is_deal: bool) -> float:
    """How much a silence matters: how far over the usual it is, and what is at stake, each digit of a sum counting."""
    over = min(silent / max(usual_days, 1), MOST_OVER)
    worth = math.log10(1 + float(stake)) if stake is not None and stake > 0 else 0.0
    return over * (1 + is_deal + worth / 2)
