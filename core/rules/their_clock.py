"""What hour it is where the other side is, and when to call them instead (domain.md U5).

Nobody is called before eight or from nine in the evening on by their own clock, unless whoever plans it wants it so.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import phonenumbers
from phonenumbers import timezone as phone_zones

from core.rules.user_day import to_local
from core.rules.working_time import Hours

DAY_STARTS, DAY_ENDS = 8, 21
"""Whole hours of the other side's clock between which one calls."""

STEP = timedelta(minutes=30)
SEARCHED = timedelta(days=3)
"""How far around a moment a better one is looked for."""

_UNKNOWN = "Etc/Unknown"


def zone_of_phones(numbers: Iterable[str], at: datetime) -> str | None:
    """The zone that phone numbers tell: only where all that they may lie in show the same time at a moment.

    Args:
        numbers: E.164; a mobile number of a wide country lies in many zones, and so tells nothing.
        at: The moment.
    """
    zones: list[str] = []
    for number in numbers:
        try:
            parsed = phonenumbers.parse(number, None)
        except phonenumbers.NumberParseException:
            continue
        found = [one for one in phone_zones.time_zones_for_number(parsed) if one != _UNKNOWN]
        if show_same_time(found, at):
            zones.append(found[0])
    return zones[0] if show_same_time(zones, at) else None


def show_same_time(zones: Iterable[str], at: datetime) -> bool:
    """Whether there is a zone at all, and the clocks of all show the same at a moment."""
    return len({to_local(at, zone).utcoffset() for zone in zones}) == 1


def is_night(at: datetime, zone: str) -> bool:
    """Whether it is too early or too late there to be called."""
    return not DAY_STARTS <= to_local(at, zone).hour < DAY_ENDS


def better_time(at: datetime, zone: str, hours: Hours, now: datetime) -> datetime | None:
    """The moment nearest to one in their night that is day there and lies in the caller's working hours.

    Where their day and the caller's hours never meet, the nearest that is day there. None: none of the next days is.

    Args:
        at: What was planned.
        zone: Theirs.
        hours: When the caller works; days off are not asked, since the day was the caller's choice.
        now: Nothing before that.
    """
    base = at.astimezone(UTC).replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
    steps = int(SEARCHED / STEP)
    moments = (base + STEP * number for number in range(-steps, steps + 1))
    by_day = [one for one in moments if one > now and not is_night(one, zone)]
    both = [one for one in by_day if _is_at_work(one, hours)]
    return min(both or by_day, key=lambda one: (abs(one - at), one), default=None)


def _is_at_work(at: datetime, hours: Hours) -> bool:
    return hours.starts <= to_local(at, hours.timezone).hour < hours.ends
