"""Words of time in English and Russian, as `core.rules.time_words` compares them: case folded, ё as е."""

from collections.abc import Iterable


def _table(*rows: tuple[int, str]) -> dict[str, int]:
    return {word: value for value, words in rows for word in words.split()}


def _ordered(rows: Iterable[str], start: int) -> dict[str, int]:
    return _table(*enumerate(rows, start=start))


DAYS = _table(
    (-2, "позавчера"),
    (-1, "yesterday вчера"),
    (0, "today tonight сегодня"),
    (1, "tomorrow tmrw завтра"),
    (2, "послезавтра"),
)
"""Days counted from today."""

WEEKDAYS = _ordered(
    (
        "monday понедельник понедельника понедельнику mon пн",
        "tuesday вторник вторника вторнику tue вт",
        "wednesday среда среду среды среде wed ср",
        "thursday четверг четверга четвергу thu чт",
        "friday пятница пятницу пятницы пятнице fri пт",
        "saturday суббота субботу субботы субботе sat сб",
        "sunday воскресенье воскресенья воскресенью sun вс",
    ),
    0,
)
"""Monday is 0."""

MONTHS = _ordered(
    (
        "january january's jan января январь янв",
        "february feb февраля февраль фев",
        "march mar марта март мар",
        "april apr апреля апрель апр",
        "may мая май",
        "june jun июня июнь июн",
        "july jul июля июль июл",
        "august aug августа август авг",
        "september sep sept сентября сентябрь сен сент",
        "october oct октября октябрь окт",
        "november nov ноября ноябрь ноя нояб",
        "december dec декабря декабрь дек",
    ),
    1,
)
"""January is 1."""

NUMBERS = _table(
    (1, "a an one один одну одна"),
    (2, "two couple два две пару"),
    (3, "three три"),
    (4, "four четыре"),
    (5, "five пять"),
    (6, "six шесть"),
    (7, "seven семь"),
    (8, "eight восемь"),
    (9, "nine девять"),
    (10, "ten десять"),
    (12, "twelve двенадцать"),
    (15, "fifteen пятнадцать"),
    (20, "twenty двадцать"),
    (30, "thirty тридцать"),
)
"""Numbers in words, as far as people use them for times."""

MINUTES = _table(
    (1, "minute minutes min mins m минута минуту минуты минут мин"),
    (60, "hour hours hr hrs h час часа часов ч"),
)
"""Units that give a moment, in minutes."""

HALVES = _table((30, "полчаса"), (90, "полтора"))
"""Minutes said in one word; the second wants its "часа"."""

SPANS = _table(
    (1, "day days d день дня дней дн сутки суток"),
    (7, "week weeks неделя неделю недели недель нед"),
)
"""Units that give a day, in days."""

MONTH_UNITS = frozenset(["month", "months", "месяц", "месяца", "месяцев", "мес"])

AHEAD = frozenset(["in", "через"])
AGO = frozenset(["ago", "назад"])
NEXT = frozenset(["next", "следующий", "следующую", "следующее", "следующей", "следующего", "след"])
WEEK = frozenset(["week", "неделе", "неделю"])

AT = frozenset(["at", "@", "в", "во", "к", "by", "около"])
"""What stands before a time of day."""

JOINERS = frozenset(
    [
        "at",
        "@",
        "on",
        "the",
        "of",
        "in",
        "this",
        "в",
        "во",
        "к",
        "на",
        "by",
        "this",
        "эту",
        "этот",
        "это",
    ]
)
"""Words that mean nothing by themselves."""

PARTS = {
    "morning": "morning",
    "утром": "morning",
    "утра": "morning",
    "утро": "morning",
    "afternoon": "afternoon",
    "днем": "afternoon",
    "дня": "afternoon",
    "evening": "evening",
    "tonight": "evening",
    "вечером": "evening",
    "вечера": "evening",
    "вечер": "evening",
    "night": "night",
    "ночи": "night",
    "ночью": "night",
}
"""Parts of the day."""

PART_HOURS = {"afternoon": 14, "evening": 19, "night": 22}
"""What a part of the day means alone; the morning is the user's own."""

MERIDIEM = {
    "am": "morning",
    "a.m.": "morning",
    "a.m": "morning",
    "pm": "evening",
    "p.m.": "evening",
    "p.m": "evening",
}

NOONS = _table((12, "noon midday полдень"), (0, "midnight полночь"))
"""Hours with a name."""

HOUR_WORDS = frozenset(["час", "часа", "часов", "ч", "hours", "o'clock", "oclock"])
"""What may follow a whole hour."""

YEAR_WORDS = frozenset(["года", "год", "г", "г."])
"""What may follow a year."""
