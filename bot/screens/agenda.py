"""What is planned: today, and the week (domain.md I5, U5)."""

from collections.abc import Iterator

from bot.formats import format_clock
from bot.html import Html, bold, esc, join, lines
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, go, pager
from bot.screens.interaction_line import interaction_line
from bot.screens.listing import back_row, number_row, title
from core.enums import FunctionalOption
from core.queries.agenda import LIMIT, Agenda
from core.queries.rows import InteractionRow

screens = ScreenTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
PLANS = 8
"""Plans on one page (conversation.md 7)."""

WEEK = 7

Entry = tuple[Html, InteractionRow, Html | None]
"""A heading, a plan under it, and its time there: the clock for a day of its own, None for day and clock."""


@screens.screen("today", option=OTHER)
async def show_today(reader: Reader, address: Address) -> Screen:
    """``today``: what is overdue, and the plans of the reader's day."""
    agenda = await reader.services.views.agenda(reader.caller, length=1)
    screen = _render(reader, address, agenda, reader._("Today"))
    others = (go(reader._("🗓 Week"), "week"), act(reader._("➕ Plan"), "plan"))
    return Screen(screen.text, (*screen.keyboard, others), screen.choices)


@screens.screen("week", option=OTHER)
async def show_week(reader: Reader, address: Address) -> Screen:
    """``week``: the same for seven days from today on."""
    agenda = await reader.services.views.agenda(reader.caller, length=WEEK)
    screen = _render(reader, address, agenda, reader._("Week"))
    others = (go(reader._("📅 Today"), "today"), act(reader._("➕ Plan"), "plan"))
    return Screen(screen.text, (*screen.keyboard, others, back_row(reader, "more")), screen.choices)


def _render(reader: Reader, address: Address, agenda: Agenda, name: str) -> Screen:
    entries = list(_entries(reader, agenda))
    heading = title("🗓", name, len(entries), more=len(entries) >= LIMIT)
    if not entries:
        return Screen(lines(heading, esc(reader._("Nothing is planned."))))
    pages = -(-len(entries) // PLANS)
    number = min(address.number(), pages)
    start = (number - 1) * PLANS
    shown = entries[start : start + PLANS]
    here = f"{address.name}:{number}"
    row, choices = number_row([go(one.title, f"i:{one.id}:{here}") for _, one, _ in shown])
    return Screen(
        lines(heading, *_under_headings(reader, shown)),
        (row, pager(address.name, number, pages)),
        choices,
    )


def _entries(reader: Reader, agenda: Agenda) -> Iterator[Entry]:
    overdue = esc(reader._("Overdue"))
    for row in agenda.overdue:
        yield overdue, row, None
    for day in agenda.days:
        for row in day.rows:
            yield reader.day(day.day), row, _clock(reader, row)


def _clock(reader: Reader, row: InteractionRow) -> Html:
    """The time of day; empty where only the day was said."""
    if row.due_on is not None:
        return Html("")
    return esc(format_clock(row.happened_at, reader.user.timezone))


def _under_headings(reader: Reader, shown: list[Entry]) -> Iterator[Html]:
    former = ""
    for number, (heading, row, time) in enumerate(shown, start=1):
        if heading != former:
            yield bold(heading)
            former = heading
        yield join(". ", esc(str(number)), interaction_line(reader, row, time=time))
