"""Days on which somebody does not work though the week has them: public holidays and days off of their own (domain.md U5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from holidays import country_holidays

WORKING_DAYS = 5
"""Monday to Friday."""
WEEK = 7


def is_weekday(day: date) -> bool:
    """Whether it is Monday to Friday."""
    return day.weekday() < WORKING_DAYS


def weekdays_between(start: date, end: date) -> int:
    """How many Mondays to Fridays there are from a day on, before another; in one step, however far."""
    if end <= start:
        return 0
    weeks, rest = divmod((end - start).days, WEEK)
    return weeks * WORKING_DAYS + sum(is_weekday(start + timedelta(days=one)) for one in range(rest))


@lru_cache(maxsize=4096)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country in a year, moved ones included; of an unknown country there are none.

    Args:
        country: ISO 3166-1 alpha-2.
        year: Far years have none either, since nobody has decreed them.
    """
    try:
        return frozenset(country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


@dataclass(frozen=True, slots=True)
class DaysOff:
    """When somebody is off.

    Attributes:
        country: Whose public holidays they keep; None: they keep none.
        own: Their own days off, first and last day of each stretch; stretches may overlap.
    """

    country: str | None = None
    own: tuple[tuple[date, date], ...] = ()

    def is_off(self, day: date) -> bool:
        """Whether a day is a public holiday or one of their own days off."""
        return self._is_own(day) or self._is_public(day)

    def count_weekdays(self, start: date, end: date) -> int:
        """How many Mondays to Fridays from a day on, before another, are off.

        The cost grows with the years and with the stretches, not with the days.
        """
        own = sum(weekdays_between(first, after) for first, after in self._stretches(start, end))
        if self.country is None or end <= start:
            return own
        years = range(start.year, end.year + 1)
        holidays = (day for year in years for day in public_holidays(self.country, year))
        return own + sum(start <= day < end and is_weekday(day) and not self._is_own(day) for day in holidays)

    def _is_own(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.own)

    def _is_public(self, day: date) -> bool:
        return self.country is not None and day in public_holidays(self.country, day.year)

    def _stretches(self, start: date, end: date) -> Iterator[tuple[date, date]]:
        """Their own days off within bounds: from the first on, before the second, each day once."""
        reached = start
        for first, last in sorted(self.own):
            if first >= end:
                return
            if last >= reached:
                after = end if last >= end else last + timedelta(days=1)
                yield max(first, reached), after
                reached = after


NO_DAYS_OFF = DaysOff()
