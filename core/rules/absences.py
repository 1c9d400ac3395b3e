"""Who is told in the place of somebody who is away (domain.md U5).

Their substitute; the substitute's own, while that one is away too; where this leads back to somebody asked already,
to one who has left, or to one who is away with nobody in their place, the nearest leader who is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.errors import AwayInvalid, Invalid
from core.rules.user_day import at_hour

MOST_DAYS = 366
"""Longer than this nobody is away: the user is deactivated instead, which hands everything over."""


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who is away now.

    Attributes:
        absence_id: Which of their absences it is.
        back_at: When they are back, as `back_at` says.
        substitute_id: Who stands in for them; None: nobody, what comes due waits for the return.
        leaders: Who leads them, the nearest first.
    """

    absence_id: int
    back_at: datetime
    substitute_id: int | None
    leaders: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is away at one moment, each by the day of their own, and who cannot be told at all.

    Attributes:
        away: The absent ones.
        gone: Those named in somebody's place who work here no more, or whose chat takes no messages.
    """

    away: Mapping[int, Away] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()

    def route(self, user_id: int) -> int | None:
        """Whom to tell what is meant for a user; None: nobody now, it waits until they are back."""
        if user_id not in self.away:
            return user_id
        asked, one = {user_id}, self.away[user_id].substitute_id
        if one is None:
            return None
        while one is not None and one not in asked and one not in self.gone:
            if one not in self.away:
                return one
            asked.add(one)
            one = self.away[one].substitute_id
        return self._leader_there(user_id)

    def _leader_there(self, user_id: int) -> int | None:
        leaders: Sequence[int] = self.away[user_id].leaders
        there = (one for one in leaders if one not in self.away and one not in self.gone and one != user_id)
        return next(there, None)


def back_at(last_day: date, day_starts: int, timezone: str) -> datetime:
    """The moment at which somebody is back: the hour their day begins on the day after the last one."""
    return at_hour(last_day + timedelta(days=1), day_starts, timezone)


def check_days(first: date, last: date, today: date) -> None:
    """Make sure that these can be the days of an absence.

    Raises:
        AwayInvalid: They end before they begin, are over already, or are more than a year.
    """
    days = f"{first.isoformat()} - {last.isoformat()}"
    if last < first:
        raise AwayInvalid(days, "order")
    if last < today:
        raise AwayInvalid(days, "past")
    if (last - first).days >= MOST_DAYS:
        raise AwayInvalid(days, "long")


def check_substitute(user_id: int, substitute_id: int | None) -> None:
    """Nobody stands in for themselves.

    Raises:
        Invalid: They would.
    """
    if user_id == substitute_id:
        raise Invalid("substitute", f"u{user_id}")
