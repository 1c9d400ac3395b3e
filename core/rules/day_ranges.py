"""Stretches of whole days as people say them: "1-14 December", "с 1 по 14 декабря", "until Friday", "next week".

Each end is read as any other time is (`core.rules.time_words`); this knows only how two of them are put together.
"""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from core.errors import TimeInvalid
from core.rules.time_words import Frame, read_when
from core.rules.user_day import to_instant, user_day

BACK = timedelta(days=60)
"""A stretch that has begun is meant where it began no longer ago than this."""

MOST_DAYS = 400

_DASH = r"\s*[-\u2013\u2014]\s*"
_ISO = r"\d{4}-\d{1,2}-\d{1,2}"
_DOTTED = r"\d{1,2}\.\d{1,2}(?:\.(?:\d{4}|\d{2}))?"
_PAIRS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<first>{_ISO}){_DASH}(?P<last>{_ISO})",
        r"(?:from|с|со)?\s*(?P<first>\S.*?)\s+(?:to|till|until|through|по|до)\s+(?P<last>\S.*)",
        rf"(?P<first>\d{{1,2}}){_DASH}(?P<last>\d{{1,2}}\s+\D.*)",
        rf"(?P<first>{_DOTTED}){_DASH}(?P<last>{_DOTTED})",
        r"(?P<first>\S.*?)\s+[-\u2013\u2014]\s+(?P<last>\S.*)",
        rf"(?P<first>[^\W\d]+){_DASH}(?P<last>[^\W\d]+)",
    )
)
_UNTIL = re.compile(r"(?:until|till|to|по|до)\s+(?P<last>\S.*)")
_LENGTH = re.compile(r"(\d{1,3})\s*(?:days?|дн(?:я|ей)|день)")
_THIS_WEEK = frozenset({"this week", "эта неделя", "эту неделю", "на этой неделе"})
_NEXT_WEEK = frozenset({"next week", "следующая неделя", "следующую неделю", "на следующей неделе"})


class Days(NamedTuple):
    """A stretch of days, both ends included."""

    first: date
    last: date


def read_days(text: str, frame: Frame) -> Days:
    """The days that a text says, one or several in a row.

    A stretch may have begun: "20-30 November" said on the 24th is this one.

    Raises:
        TimeInvalid: It says no days.
    """
    said = " ".join(text.casefold().replace("ё", "е").split())
    today = user_day(frame.now, frame.timezone)
    named = _named(said, today)
    if named is not None:
        return named
    until = _UNTIL.fullmatch(said)
    if until is not None:
        return Days(today, _day(until["last"], frame, text))
    pair = next((match for match in (one.fullmatch(said) for one in _PAIRS) if match is not None), None)
    if pair is None:
        day = _day(said, frame, text)
        return Days(day, day)
    return _between(pair["first"], pair["last"], frame, text)


def _named(said: str, today: date) -> Days | None:
    length = _LENGTH.fullmatch(said)
    if length is not None and 0 < int(length[1]) <= MOST_DAYS:
        return Days(today, today + timedelta(days=int(length[1]) - 1))
    sunday = today + timedelta(days=6 - today.weekday())
    if said in _THIS_WEEK:
        return Days(today, sunday)
    return Days(sunday + timedelta(days=1), sunday + timedelta(days=7)) if said in _NEXT_WEEK else None


def _between(first: str, last: str, frame: Frame, text: str) -> Days:
    if first.isdecimal():  # "1-14 December": the month was said once.
        _, _, month = last.partition(" ")
        first = f"{first} {month}"
    start = _day(first, frame, text)
    today = user_day(frame.now, frame.timezone)
    end = _day(last, frame, text)
    begun = _year_before(start)
    if begun is not None and today - BACK <= begun <= end < start:
        return Days(begun, end)
    if end < start and start >= today:
        end = _day(last, replace(frame, now=_morning(start, frame)), text)
    return Days(start, end)


def _day(said: str, frame: Frame, text: str) -> date:
    try:
        when = read_when(said, frame)
    except TimeInvalid as error:
        raise TimeInvalid("away", text) from error
    return when.due_on or user_day(when.at, frame.timezone)


def _year_before(day: date) -> date | None:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return None


def _morning(day: date, frame: Frame) -> datetime:
    return to_instant(datetime.combine(day, time(frame.morning_hour)), frame.timezone)
