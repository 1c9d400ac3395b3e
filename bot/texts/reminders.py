"""The words of reminders: what they are bound to, and how long ahead people are reminded."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.html import Html, esc, fill, shorten
from bot.i18n import Translator
from bot.reader import Reader
from core.enums import ReminderKind
from core.queries.reminders import Habits, ReminderView
from core.rules.reminders import DAY

HOUR = 60
NAME_LIMIT = 60


def span_words(tr: Translator, minutes: int) -> str:
    """A span as short as it can be said: ``15 min``, ``2 h``, ``1 day``."""
    days, rest = divmod(minutes, DAY)
    if days and not rest:
        return tr.ngettext("{n} day", "{n} days", days).format(n=days)
    hours, rest = divmod(minutes, HOUR)
    if hours and not rest:
        return tr._("{n} h").format(n=hours)
    return tr._("{n} min").format(n=minutes)


def ahead_words(tr: Translator, minutes: Sequence[int]) -> str:
    """How long ahead, all of them: ``1 h, 15 min before``; a word for none."""
    if not minutes:
        return tr._("no reminder")
    if tuple(minutes) == (0,):
        return tr._("at its time")
    spans = ", ".join(span_words(tr, one) if one else tr._("at its time") for one in minutes)
    return tr._("{spans} before").format(spans=spans)


def bound_words(tr: Translator, kind: ReminderKind, minutes: int) -> str:
    """What a reminder is bound to; empty for a moment that was named."""
    if kind is ReminderKind.AT:
        return ""
    if kind is ReminderKind.AFTER:
        return tr._("{span} after, if nothing happened").format(span=span_words(tr, minutes))
    return ahead_words(tr, (minutes,))


def reminder_line(reader: Reader, one: ReminderView) -> Html:
    """A reminder: when it comes, what it is bound to, and whether it has to wait for that."""
    bound = bound_words(reader.tr, one.kind, one.minutes)
    waits = esc(reader._("after your quiet time")) if one.due_at > one.wanted_at else None
    parts = [esc(bound) if bound else None, waits]
    told = [part for part in parts if part is not None]
    if not told:
        return reader.when(one.due_at)
    return fill("{when} ({why})", when=reader.when(one.due_at), why=Html(", ".join(told)))


def reminder_word(reader: Reader, note: str, about: Mapping[str, Any]) -> Html | None:
    """What stands above a reminder that says more than that it is one: how many come late, in whose place."""
    count, instead_of = about.get("count"), about.get("instead_of")
    name = esc(shorten(instead_of, NAME_LIMIT)) if isinstance(instead_of, str) else None
    if note == "reminders_missed" and isinstance(count, int):
        if name is not None:
            text = reader._("⏰ While I was away, in place of {name}: {count}")
            return fill(text, name=name, count=count)
        return fill(reader._("⏰ While I was away: {count}"), count=count)
    if note in {"reminder", "reminder_late"} and name is not None:
        return fill(reader._("⏰ Reminder in place of {name}"), name=name)
    return None


def quiet_words(habits: Habits) -> str:
    """Quiet hours as they are written: ``21-8``; empty for none."""
    return f"{habits.quiet_starts}-{habits.quiet_ends}" if habits.has_quiet_hours else ""
