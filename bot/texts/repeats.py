"""How a plan repeats, in words."""

from babel.dates import get_day_names

from bot.html import Html, esc, fill, join
from bot.i18n import N_
from bot.reader import Reader
from core.enums import OffDayShift, RepeatBasis
from core.errors import RepeatInvalid
from core.rules.repeats import WEEKDAYS, Repeat, parts_of

WHY_NOT = {
    "words": N_(
        "How often is that: <i>{value}</i>? Nothing was changed; for example: every Monday, every 2 weeks, "
        "first working day of the month, every 6 weeks after the last contact, until 1 March, 10 times."
    ),
    "count": N_("So many times cannot be counted: <i>{value}</i>. Nothing was changed; from 2 to 1000 can."),
    "until": N_(
        "It cannot end then: <i>{value}</i>. Nothing was changed; "
        "the last day comes after the plan, within a hundred years."
    ),
    "rare": N_(
        "There would be no second time within reach. Nothing was changed; "
        "a plan repeats at least once in five years."
    ),
    "day": N_(
        "It repeats by a rule that has no such day: <i>{value}</i>. Nothing was moved; "
        "move this one alone, or say anew how it repeats."
    ),
    "none": N_("It does not repeat (any more). Nothing was changed."),
}
"""Why a plan cannot repeat so."""


EVERY = {
    "DAILY": N_("every day"),
    "WEEKLY": N_("every week"),
    "MONTHLY": N_("every month"),
    "YEARLY": N_("every year"),
}


def repeat_words(reader: Reader, repeat: Repeat) -> Html:
    """The rule with its end."""
    until = fill(reader._("until {day}"), day=reader.day(repeat.until)) if repeat.until is not None else None
    count = (
        esc(
            reader.ngettext("{count} time in all", "{count} times in all", repeat.count).format(
                count=repeat.count
            )
        )
        if repeat.count is not None
        else None
    )
    return join(", ", esc(_rule_words(reader, repeat)), until, count)


def _rule_words(reader: Reader, repeat: Repeat) -> str:
    parts = parts_of(repeat.rule)
    step = _step_words(reader, parts["FREQ"], int(parts.get("INTERVAL", "1")))
    if repeat.basis is RepeatBasis.LAST_CONTACT:
        return reader._("{step} after the last contact").format(step=step)
    if repeat.off_days is OffDayShift.SKIP:
        return reader._("every working day")
    days = _day_words(reader, repeat, parts)
    known = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH"}
    if not set(parts) <= known or days is None:
        return repeat.rule
    return f"{step}: {days}" if days else step


def _step_words(reader: Reader, frequency: str, number: int) -> str:
    if number == 1:
        return reader._(EVERY[frequency])
    words = {
        "DAILY": reader.ngettext("every {count} day", "every {count} days", number),
        "WEEKLY": reader.ngettext("every {count} week", "every {count} weeks", number),
        "MONTHLY": reader.ngettext("every {count} month", "every {count} months", number),
        "YEARLY": reader.ngettext("every {count} year", "every {count} years", number),
    }
    return words[frequency].format(count=number)


def _day_words(reader: Reader, repeat: Repeat, parts: dict[str, str]) -> str | None:
    """The days of a rule; empty where its step says all, None where there are no words for them."""
    names = get_day_names("wide", locale=str(reader.user.language))
    if "BYDAY" in parts and parts["FREQ"] == "WEEKLY":
        return ", ".join(names[WEEKDAYS.index(day)] for day in parts["BYDAY"].split(","))
    if "BYDAY" in parts:
        place, day = int(parts["BYDAY"][:-2] or 0), names[WEEKDAYS.index(parts["BYDAY"][-2:])]
        if "," in parts["BYDAY"] or "BYSETPOS" in parts or not place:
            return None
        if place == -1:
            return reader._("the last {weekday}").format(weekday=day)
        return reader._("{weekday} number {place}").format(weekday=day, place=place) if place > 0 else None
    if "BYMONTHDAY" in parts and parts["FREQ"] == "MONTHLY":
        return _month_day_words(reader, repeat, int(parts["BYMONTHDAY"].split(",")[-1]))
    return ""


def _month_day_words(reader: Reader, repeat: Repeat, day: int) -> str | None:
    if repeat.off_days is OffDayShift.NEXT and day == 1:
        return reader._("the first working day")
    if repeat.off_days is OffDayShift.PREVIOUS and day == -1:
        return reader._("the last working day")
    if day == -1:
        return reader._("the last day")
    return reader._("day {day}").format(day=day) if day > 0 else None


def repeat_invalid(reader: Reader, error: RepeatInvalid) -> Html:
    """Why a plan cannot repeat so, and what to do."""
    return fill(reader._(WHY_NOT[error.why]), value=esc(error.value[:60]))
