"""How a plan repeats, in words: "every Monday", "каждые 2 недели", "first working day of the month", or an RRULE.

What is left open is that of the plan itself: "every week" is its weekday, "monthly" its day of the month.
"""

import re
from dataclasses import replace
from datetime import date

from core.enums import OffDayShift, RepeatBasis
from core.errors import RepeatInvalid, TimeInvalid
from core.rules.repeats import WEEKDAYS, Repeat, month_day_rule
from core.rules.time_vocabulary import NUMBERS
from core.rules.time_vocabulary import WEEKDAYS as WEEKDAY_NUMBERS
from core.rules.time_words import Frame, read_when
from core.rules.user_day import user_day

MAX_TEXT = 200
_NO_TIME_OF_DAY = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_RRULE = re.compile(r"(?:rrule:)?(freq=[a-z0-9=;,+-]+)")
_TIMES = re.compile(r"\s*,?\s*(?:(?:for|всего)\s+)?(\d{1,9})\s+(?:times|time|раза?|повтор\w*)\s*$")
_UNTIL = re.compile(r"\s*,?\s+(?:until|till|to|до|по)\s+(?P<day>.+)$")
_OF_MONTH = re.compile(r"\s*(?:(?:of|in)?\s*(?:the|each|every)?\s*month|(?:каждого\s+)?месяца|в\s+месяце)$")
_EVERY = re.compile(r"(?:every|each|on|the|кажд\w+|раз|по|в|во|а)\s+")
_AFTER_CONTACT = re.compile(
    r"\s+(?:after|since|from|после|от|с)\s+(?:the\s+|our\s+)?(?:last|previous|последнего|прошлого)\s+"
    r"(?:contact|talk|interaction|time|контакта|разговора|общения|раза|взаимодействия)$"
)
_DAY_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th|-?го|-?е|-?ого)?(?:\s+(?:числа|число|day))?")
_PLACES = {
    1: "first 1st перв\\w+",
    2: "second 2nd втор\\w+",
    3: "third 3rd трет\\w+",
    4: "fourth 4th четверт\\w+",
    -1: "last последн\\w+",
}
_PLACE = {place: re.compile("|".join(words.split())) for place, words in _PLACES.items()}
_WORKING = re.compile(
    r"(?:working|work|business)[ -]?day|weekday|рабоч\w+ (?:день|дня|дням)|будн\w*(?: день)?"
)
_DAY = re.compile(r"day|день|число")
_UNITS = {
    "DAILY": re.compile(r"days?|день|дня|дней"),
    "WEEKLY": re.compile(r"weeks?|недел\w*"),
    "MONTHLY": re.compile(r"months?|месяц\w*"),
    "YEARLY": re.compile(r"years?|год\w*|лет"),
}
_ALONE = {
    "daily": "FREQ=DAILY",
    "ежедневно": "FREQ=DAILY",
    "weekly": "FREQ=WEEKLY",
    "еженедельно": "FREQ=WEEKLY",
    "biweekly": "FREQ=WEEKLY;INTERVAL=2",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
    "ежемесячно": "FREQ=MONTHLY",
    "quarterly": "FREQ=MONTHLY;INTERVAL=3",
    "ежеквартально": "FREQ=MONTHLY;INTERVAL=3",
    "yearly": "FREQ=YEARLY",
    "annually": "FREQ=YEARLY",
    "ежегодно": "FREQ=YEARLY",
}
_PLURAL_WEEKDAYS = {
    **{f"{name}s": number for name, number in WEEKDAY_NUMBERS.items() if name.isascii() and len(name) > 3},
    "понедельникам": 0,
    "вторникам": 1,
    "средам": 2,
    "четвергам": 3,
    "пятницам": 4,
    "субботам": 5,
    "воскресеньям": 6,
}


def read_repeat(text: str, first: date, frame: Frame) -> Repeat:
    """How a plan repeats.

    Args:
        text: The words.
        first: The day of the plan.
        frame: What the day of an end means.

    Raises:
        RepeatInvalid: The words are none of a repetition.
        TimeInvalid: The end cannot be read.
    """
    said = " ".join(text.casefold().replace("ё", "е").split())[: MAX_TEXT + 1].rstrip(" .!")
    if len(said) > MAX_TEXT:
        raise RepeatInvalid(text)
    said, count = _split_count(said)
    said, until = _split_until(said, frame)
    found = (
        _read_rrule(said)
        or _read_after_contact(said)
        or _read_calendar(_OF_MONTH.sub("", said), first)
        or _read_calendar(said, first)
    )
    if found is None:
        raise RepeatInvalid(text)
    return replace(found, count=count or found.count, until=until or found.until)


def _split_count(said: str) -> tuple[str, int | None]:
    match = _TIMES.search(said)
    return (said[: match.start()], int(match[1])) if match is not None else (said, None)


def _split_until(said: str, frame: Frame) -> tuple[str, date | None]:
    match = _UNTIL.search(said)
    if match is None:
        return said, None
    try:
        when = read_when(match["day"], frame)
    except TimeInvalid:
        if match[0].split()[0] in {"to", "по"}:
            return said, None
        raise
    return said[: match.start()], when.due_on or user_day(when.at, frame.timezone)


def _read_rrule(said: str) -> Repeat | None:
    """A rule as calendars write it; its end becomes ours. Rules by the hour are none of plans."""
    match = _RRULE.fullmatch(said)
    if match is None:
        return None
    parts = dict(part.split("=", 1) for part in match[1].upper().split(";") if "=" in part)
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    if parts.get("FREQ") not in _NO_TIME_OF_DAY or parts.keys() & {"BYHOUR", "BYMINUTE", "BYSECOND"}:
        raise RepeatInvalid(said)
    try:
        day = date.fromisoformat(until[:8]) if until else None
        number = int(count) if count else None
        if int(parts.get("INTERVAL", "1")) < 1:
            raise RepeatInvalid(said)
    except ValueError as error:
        raise RepeatInvalid(said) from error
    return Repeat(";".join(f"{name}={value}" for name, value in parts.items()), count=number, until=day)


def _read_after_contact(said: str) -> Repeat | None:
    match = _AFTER_CONTACT.search(said)
    if match is None:
        return None
    rule = _read_step(_EVERY.sub("", said[: match.start()], count=1))
    if rule is None:
        return None
    return Repeat(rule, RepeatBasis.LAST_CONTACT, OffDayShift.NEXT)


def _read_step(said: str) -> str | None:
    """Reads "2 weeks", "week", "other week", "3 месяца", "в две недели"."""
    words = [word for word in said.split() if word not in {"в", "раз", "every", "once", "a"}]
    if words[:1] in (["other"], ["second"]):
        words[0] = "2"
    number = 1
    if len(words) == 2:
        if not words[0].isdecimal() and words[0] not in NUMBERS:
            return None
        number = int(words[0]) if words[0].isdecimal() else NUMBERS[words[0]]
    if len(words) not in {1, 2} or not number:
        return None
    if words[-1] in {"quarter", "квартал"}:
        return f"FREQ=MONTHLY;INTERVAL={3 * number}"
    for name, unit in _UNITS.items():
        if unit.fullmatch(words[-1]):
            return f"FREQ={name}" + (f";INTERVAL={number}" if number > 1 else "")
    return None


def _read_calendar(said: str, first: date) -> Repeat | None:
    rest = said
    while (every := _EVERY.match(rest)) is not None:
        rest = rest[every.end() :]
    return (
        _read_working_days(rest)
        or _read_weekdays(rest)
        or _read_place(rest)
        or _read_month_day(said, rest)
        or _read_plain(rest, first)
    )


def _read_working_days(rest: str) -> Repeat | None:
    if _WORKING.fullmatch(rest) or rest in {"weekdays", "working days", "будням", "рабочим дням"}:
        return Repeat("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", off_days=OffDayShift.SKIP)
    return None


def _read_weekdays(rest: str) -> Repeat | None:
    """Reads "Monday", "Mon, Wed and Fri", "понедельникам и средам"; "2 weeks on Monday" too."""
    step, _, days = rest.rpartition(" on ") if " on " in rest else ("", "", rest)
    if not days or (not step and " по " in rest):
        step, _, days = rest.rpartition(" по ")
    numbers: set[int] = set()
    for word in re.split(r"[\s,]+", days.strip()):
        if word in {"and", "и", "в", "on", "по"}:
            continue
        number = WEEKDAY_NUMBERS.get(word, _PLURAL_WEEKDAYS.get(word))
        if number is None:
            return None
        numbers.add(number)
    rule = _read_step(step) if step else "FREQ=WEEKLY"
    if not numbers or rule is None or not rule.startswith("FREQ=WEEKLY"):
        return None
    return Repeat(f"{rule};BYDAY=" + ",".join(WEEKDAYS[number] for number in sorted(numbers)))


def _read_place(rest: str) -> Repeat | None:
    """Reads "first working day", "last Friday", "последняя пятница", "last day"."""
    word, _, what = rest.partition(" ")
    place = next((number for number, known in _PLACE.items() if known.fullmatch(word)), None)
    if place is None or not what:
        return None
    if _WORKING.fullmatch(what):
        if place not in {1, -1}:
            return None
        shift = OffDayShift.NEXT if place == 1 else OffDayShift.PREVIOUS
        return Repeat(f"FREQ=MONTHLY;BYMONTHDAY={place}", off_days=shift)
    if _DAY.fullmatch(what):
        return Repeat(f"FREQ=MONTHLY;BYMONTHDAY={place}") if place in {1, -1} else None
    number = WEEKDAY_NUMBERS.get(what)
    return Repeat(f"FREQ=MONTHLY;BYDAY={place}{WEEKDAYS[number]}") if number is not None else None


def _read_month_day(said: str, rest: str) -> Repeat | None:
    """Reads "monthly on the 5th", "every month on the 5th", "5 числа"."""
    match = re.fullmatch(r"(?:monthly|month|ежемесячно|месяц)\s*,?\s*(?:(?:on|the|в)\s+)*(.+)", rest)
    day = _DAY_NUMBER.fullmatch(match[1] if match is not None else rest)
    if day is None or (match is None and not re.search(r"\d(?:st|nd|rd|th|-?го)|числ", said)):
        return None
    if not 1 <= int(day[1]) <= 31:
        raise RepeatInvalid(said)
    return Repeat(month_day_rule(int(day[1])))


def _read_plain(rest: str, first: date) -> Repeat | None:
    """A step alone: its days are those of the plan."""
    rule = _ALONE.get(rest) or _read_step(rest)
    if rule is None:
        return None
    if rule.startswith("FREQ=WEEKLY"):
        return Repeat(f"{rule};BYDAY={WEEKDAYS[first.weekday()]}")
    if rule.startswith("FREQ=MONTHLY"):
        interval = re.search(r"INTERVAL=(\d+)", rule)
        return Repeat(month_day_rule(first.day, int(interval[1]) if interval else 1))
    return Repeat(rule)
