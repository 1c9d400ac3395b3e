"""How a day is named, and what stands beside its plans: what waits for review, where there is room."""

from datetime import date, datetime

from bot.formats import format_clock, format_day
from bot.html import Html, esc, fill, join, shorten
from bot.reader import Reader
from bot.screens.interaction_line import TITLE_LIMIT
from bot.screens.listing import count_word
from bot.texts.kinds import TYPE_SIGNS
from core.queries.agenda import Agenda
from core.rules.times import HORIZON
from core.rules.user_day import Span

SHOWN_FREE = 4
"""Stretches of room in one line."""

UPCOMING = 5
"""Times by a rule that are told below the plans."""


def day_of(reader: Reader, word: str) -> date:
    """The day that an address names as ``20261125``; today where it names none that can be."""
    try:
        day = datetime.strptime(word, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return reader.today
    return day if abs(day - reader.today) <= HORIZON else reader.today


def day_word(reader: Reader, day: date) -> str:
    """A day as buttons and titles name it: "today", "Fri 27 Nov"."""
    return format_day(day, reader.today, reader.tr)


def span_word(reader: Reader, span: Span) -> str:
    """A stretch of a day by the clock: ``11:00-13:30``."""
    zone = reader.user.timezone
    return f"{format_clock(span.start, zone)}-{format_clock(span.end, zone)}"


def free_line(reader: Reader, agenda: Agenda) -> Html | None:
    """Where the first day has room; None where it has none, or the agenda is one of several days."""
    if not agenda.free or len(agenda.days) > 1:
        return None
    shown = join(", ", *(esc(span_word(reader, one)) for one in agenda.free[:SHOWN_FREE]))
    return fill(reader._("🕳 Free: {spans}"), spans=shown)


def to_review_line(reader: Reader, agenda: Agenda) -> Html | None:
    """How many wait for review."""
    if not agenda.to_review:
        return None
    return fill(reader._("📥 To review: {count}"), count=esc(count_word(agenda.to_review)))


def upcoming_lines(reader: Reader, agenda: Agenda) -> list[Html]:
    """What repeats and will be planned for these days, with the plan that it follows."""
    shown = [
        fill(
            "🔁 {sign} {title} · {when} · /{ref}",
            sign=esc(TYPE_SIGNS[one.type]),
            title=esc(shorten(one.title, TITLE_LIMIT)),
            when=reader.day(one.when.due_on) if one.when.due_on is not None else reader.when(one.when.at),
            ref=esc(f"i{one.plan_id}"),
        )
        for one in agenda.upcoming[:UPCOMING]
    ]
    more = len(agenda.upcoming) - UPCOMING
    if more > 0:
        shown.append(esc(reader._("🔁 and {count} more that repeat").format(count=more)))
    return shown
