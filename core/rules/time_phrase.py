"""Reading words of time: what exactly was said, before it is settled which day that is.

`core.rules.time_words` is the door; the words themselves are in `core.rules.time_vocabulary`.
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from core.enums import InteractionState
from core.rules import time_vocabulary as words
from core.rules.user_day import to_local

_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_ISO_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[tT]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:[zZ]|[+-]\d{2}:?\d{2})?", re.ASCII
)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?\.?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::(\d{2}))?(am|pm)?", re.ASCII)
_HOUR = re.compile(r"(\d{1,2})(am|pm|h|ч)?", re.ASCII)
_RANGE = re.compile(r"(\d{1,2}:\d{2})[-\u2013\u2014](\d{1,2}:\d{2})", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|-?го|-?е)?", re.ASCII)
_YEAR = re.compile(r"(20\d{2}|19\d{2})г?\.?", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_NUMBER_UNIT = re.compile(r"(\d{1,4})([^\W\d]+)")


@dataclass(frozen=True, slots=True)
class Frame:
    """What words of time are understood against.

    Attributes:
        now: The aware instant of saying.
        timezone: The zone of the user's wall clock.
        morning_hour: The hour the user's day begins with: what "in the morning" and a day alone mean.
        state: Planned: the nearest such time ahead is meant; done: the nearest one back.
    """

    now: datetime
    timezone: str
    morning_hour: int
    state: InteractionState = InteractionState.PLANNED

    @property
    def is_ahead(self) -> bool:
        """Whether what is left open lies ahead."""
        return self.state is InteractionState.PLANNED

    @property
    def local(self) -> datetime:
        """What the user's wall clock shows, naive."""
        return to_local(self.now, self.timezone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What was said.

    Attributes:
        instant: A moment that needs nothing more: "in 2 hours", ISO with an offset.
        day: The day, where it is certain.
        weekday: Monday is 0; which of them is still open.
        weeks: 1 where the one of next week was asked for.
        clock: The time of day.
        ends: The end of a stretch such as 15:00-16:00.
        part: A part of the day: morning, afternoon, evening, night.
    """

    instant: datetime | None = None
    day: date | None = None
    weekday: int | None = None
    weeks: int = 0
    clock: time | None = None
    ends: time | None = None
    part: str = ""


def read_phrase(said: Sequence[str], frame: Frame) -> Phrase | None:
    """What these folded words say together; None when one of them is no word of time.

    Raises:
        ValueError: There is no such day or hour.
        OverflowError: It is out of the calendar.
    """
    reading = _Reading(list(said), frame)
    return reading.phrase if reading.take_all() else None


@dataclass(slots=True)
class _Reading:
    """One attempt to read all words as one time."""

    said: list[str]
    frame: Frame
    place: int = 0
    instant: datetime | None = None
    day: date | None = None
    weekday: int | None = None
    weeks: int = 0
    clock: time | None = None
    ends: time | None = None
    part: str = ""

    @property
    def today(self) -> date:
        """The day it is for the user."""
        return self.frame.local.date()

    @property
    def phrase(self) -> Phrase:
        """What was read."""
        return Phrase(self.instant, self.day, self.weekday, self.weeks, self.clock, self.ends, self.part)

    def take_all(self) -> bool:
        """Whether every word was understood and together they are a time."""
        while self.place < len(self.said):
            step = self._take_one()
            if step == 0:
                return False
            self.place += step
        has_day = self.day is not None or self.weekday is not None
        if self.instant is not None:
            return not has_day and self.clock is None and not self.part
        return has_day or self.clock is not None or bool(self.part)

    def _word(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.said[place] if place < len(self.said) else ""

    def _take_one(self) -> int:
        for take in (
            self._relative,
            self._day_word,
            self._week,
            self._weekday,
            self._date,
            self._clock,
            self._part,
        ):
            step = take()
            if step:
                return step
        is_last = self.place == len(self.said) - 1
        return 1 if self._word() in words.JOINERS and not is_last else 0

    def _set_day(self, day: date) -> bool:
        if self.day is not None or self.weekday is not None:
            return False
        self.day = day
        return True

    def _relative(self) -> int:
        """Reads "in 2 hours", "через неделю", "час назад", and "2h" by itself."""
        if self._word() in words.AHEAD:
            step = self._span(1, sign=1)
            return step + 1 if step else 0
        step = self._span(0, sign=-1, commit=False)
        if step and self._word(step) in words.AGO:
            self._span(0, sign=-1)
            return step + 1
        if self.said == [self._word()] and _NUMBER_UNIT.fullmatch(self._word()) and self.frame.is_ahead:
            return self._span(0, sign=1)
        return 0

    def _span(self, offset: int, *, sign: int, commit: bool = True) -> int:
        number, unit, step = self._amount(offset)
        if not step:
            return 0
        minutes, days, months = number * words.MINUTES.get(unit, 0), number * words.SPANS.get(unit, 0), 0
        if unit in words.HALVES:
            minutes = words.HALVES[unit]
        if unit in words.MONTH_UNITS:
            months = number
        if not commit:
            return step
        if minutes:
            if self.instant is not None:
                return 0
            self.instant = self.frame.now + sign * timedelta(minutes=minutes)
            return step
        day = _add_months(self.today, sign * months) + sign * timedelta(days=days)
        return step if self._set_day(day) else 0

    def _amount(self, offset: int) -> tuple[int, str, int]:
        """A number with its unit: how many, of what, in how many words; 0 words for none."""
        first, second = self._word(offset), self._word(offset + 1)
        if first == "полчаса":
            return 1, first, 1
        if first == "полтора":
            return (1, first, 2) if second == "часа" else (0, "", 0)
        glued = _NUMBER_UNIT.fullmatch(first)
        if glued is not None and _is_unit(glued[2]):
            return int(glued[1]), glued[2], 1
        return self._spoken_amount(first, second, self._word(offset + 2), self._word(offset + 3))

    def _spoken_amount(self, first: str, second: str, third: str, fourth: str) -> tuple[int, str, int]:
        """An amount in words of its own: "half an hour", "a couple of days", "two weeks", "week"."""
        if (first, second, third) == ("half", "an", "hour"):
            return 1, "полчаса", 3
        if (first, second, third) == ("a", "couple", "of") and _is_unit(fourth):
            return 2, fourth, 4
        number = _number(first)
        if number is not None and _is_unit(second):
            return number, second, 2
        return (1, first, 1) if _is_unit(first) else (0, "", 0)

    def _day_word(self) -> int:
        word = self._word()
        if (word, self._word(1), self._word(2)) == ("day", "after", "tomorrow"):
            return 3 if self._set_day(self.today + timedelta(days=2)) else 0
        if (word, self._word(1), self._word(2)) == ("day", "before", "yesterday"):
            return 3 if self._set_day(self.today - timedelta(days=2)) else 0
        if word not in words.DAYS or not self._set_day(self.today + timedelta(days=words.DAYS[word])):
            return 0
        self.part = words.PARTS.get(word, self.part)
        return 1

    def _week(self) -> int:
        """Reads "next week", "на следующей неделе": its Monday."""
        if self._word() in words.NEXT and self._word(1) in words.WEEK:
            return 2 if self._set_day(self.today + timedelta(days=7 - self.today.weekday())) else 0
        return 0

    def _weekday(self) -> int:
        is_next = self._word() in words.NEXT
        word = self._word(1 if is_next else 0)
        if word not in words.WEEKDAYS or self.day is not None or self.weekday is not None:
            return 0
        self.weekday, self.weeks = words.WEEKDAYS[word], int(is_next)
        return 2 if is_next else 1

    def _date(self) -> int:
        return self._numeric_date() or self._named_date()

    def _numeric_date(self) -> int:
        word = self._word()
        if _ISO_MOMENT.fullmatch(word):
            return 1 if self._set_moment(datetime.fromisoformat(word.upper())) else 0
        iso = _ISO_DATE.fullmatch(word)
        if iso is not None:
            return 1 if self._set_day(date(int(iso[1]), int(iso[2]), int(iso[3]))) else 0
        dotted = _DOTTED.fullmatch(word)
        if dotted is None or int(dotted[2]) not in range(1, 13) or self._follows_at():
            return 0
        year = _full_year(dotted[3]) if dotted[3] else None
        return 1 if self._set_day(self._nearest(int(dotted[1]), int(dotted[2]), year)) else 0

    def _set_moment(self, moment: datetime) -> bool:
        if moment.tzinfo is not None:
            self.instant = moment.astimezone(UTC)
            return True
        self.clock = moment.time()
        return self._set_day(moment.date())

    def _named_date(self) -> int:
        """Reads "1 December 2026", "December 1st", "1 декабря"."""
        number, month, ahead = self._word(), self._word(1), 2
        if number in words.MONTHS:
            number, month = month, number
        elif month == "of":
            month, ahead = self._word(2), 3
        match = _DAY.fullmatch(number)
        month = month.rstrip(".")
        if match is None or month not in words.MONTHS:
            return 0
        year = _YEAR.fullmatch(self._word(ahead))
        day = self._nearest(int(match[1]), words.MONTHS[month], int(year[1]) if year else None)
        if not self._set_day(day):
            return 0
        if year is None:
            return ahead
        return ahead + (2 if self._word(ahead + 1) in words.YEAR_WORDS else 1)

    def _nearest(self, day: int, month: int, year: int | None) -> date:
        """The day of that name, this year or the next (last) one if no year was said."""
        if year is not None:
            return date(year, month, day)
        step = 1 if self.frame.is_ahead else -1
        for candidate in range(self.today.year, self.today.year + 9 * step, step):
            if day > calendar.monthrange(candidate, month)[1]:
                continue
            found = date(candidate, month, day)
            if (found >= self.today) if self.frame.is_ahead else (found <= self.today):
                return found
        raise ValueError(day)

    def _follows_at(self) -> bool:
        return self.place > 0 and self.said[self.place - 1] in words.AT

    def _clock(self) -> int:
        if self.clock is not None:
            return 0
        word = self._word()
        if word in words.NOONS:
            self.clock = time(words.NOONS[word])
            return 1
        span = _RANGE.fullmatch(word)
        if span is not None:
            self.clock, self.ends = _clock_of(span[1]), _clock_of(span[2])
            return 1
        return self._exact_clock(word) or self._whole_hour(word)

    def _exact_clock(self, word: str) -> int:
        match = _CLOCK.fullmatch(word)
        if match is None or ("." in word and not self._follows_at()):
            return 0
        half, step = self._meridiem(match[4], 1)
        self.clock = time(_hour_of(int(match[1]), half), int(match[2]), int(match[3] or 0))
        return step

    def _whole_hour(self, word: str) -> int:
        match = _HOUR.fullmatch(word)
        if match is None:
            return 0
        step = 2 if self._word(1) in words.HOUR_WORDS else 1
        half, end = self._meridiem(match[2], step)
        if not (half or self._follows_at() or end > 1 or match[2]):
            return 0
        self.clock = time(_hour_of(int(match[1]), half))
        return end

    def _meridiem(self, glued: str | None, step: int) -> tuple[str, int]:
        """Which half of the day an hour is in, and how many words it all takes."""
        if glued in words.MERIDIEM:
            return words.MERIDIEM[glued], step
        word = self._word(step)
        if word in words.MERIDIEM:
            return words.MERIDIEM[word], step + 1
        if word in {"утра", "дня", "вечера", "ночи"}:
            return words.PARTS[word], step + 1
        if (word, self._word(step + 1)) == ("in", "the") and self._word(step + 2) in words.PARTS:
            return words.PARTS[self._word(step + 2)], step + 3
        return "", step

    def _part(self) -> int:
        if self._word() not in words.PARTS or self.part:
            return 0
        self.part = words.PARTS[self._word()]
        return 1


def _number(word: str) -> int | None:
    return int(word) if _NUMBER.fullmatch(word) else words.NUMBERS.get(word)


def _is_unit(word: str) -> bool:
    return word in words.MINUTES or word in words.SPANS or word in words.MONTH_UNITS


def _full_year(said: str) -> int:
    return int(said) if len(said) == 4 else 2000 + int(said)


def _clock_of(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


def _hour_of(hour: int, half: str) -> int:
    if not half:
        return hour
    if not 0 < hour <= 12:
        if half == "morning" or hour > 23:
            raise ValueError(hour)
        return hour
    if half == "morning" or (half == "night" and hour < 6):
        return hour % 12
    if half == "night" and hour == 12:
        return 0
    return hour % 12 + 12


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
