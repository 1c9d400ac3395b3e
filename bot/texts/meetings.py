"""Words of meetings that others organise: who comes, what became of the time."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.html import Html, fill
from bot.i18n import N_
from bot.reader import Reader
from core.itip import Attendance

ANSWERS = {
    Attendance.ACCEPTED: N_("Will come: {names}"),
    Attendance.TENTATIVE: N_("May come: {names}"),
    Attendance.DECLINED: N_("Will not come: {names}"),
}

MEETING_NOTES = {
    "meeting_cancelled": N_("The organiser has cancelled it"),
    "meeting_changed": N_("The organiser has changed it"),
    "meeting_invited": N_("An invitation came"),
    "meeting_moved": N_("The organiser has moved it"),
    "meeting_revived": N_("It takes place after all"),
}
"""What letters brought about meetings, by the core's codes."""

MOVED = N_("The organiser has moved it: {before} → {after}")


def moved_word(reader: Reader, about: Mapping[str, Any]) -> Html | None:
    """From when to when a meeting was moved; None when the notice does not tell."""
    before, after = _time(reader, about.get("before")), _time(reader, about.get("after"))
    if before is None or after is None:
        return None
    return fill(reader._(MOVED), before=before, after=after)


def _time(reader: Reader, told: object) -> Html | None:
    """A time as the core writes it into a notice: an instant, and the day where only that was said."""
    if not isinstance(told, Mapping):
        return None
    if isinstance(told.get("due_on"), str):
        return reader.day(date.fromisoformat(told["due_on"]))
    at = told.get("at")
    return reader.when(datetime.fromisoformat(at)) if isinstance(at, str) else None
