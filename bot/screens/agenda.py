"""What is planned: a day and the days beside it, the week, what is overdue (domain.md I5, U5)."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.formats import format_clock
from bot.html import Html, bold, esc, fill, join, lines
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Row, Screen, ScreenTable, act, go, pager
from bot.screens.day_lines import day_of, day_word, free_line, to_review_line, upcoming_lines
from bot.screens.interaction_line import interaction_line
from bot.screens.listing import back_row, count_word, number_row, title
from bot.screens.row_actions import outcome_buttons, undo_after
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
    """``today:1``: what is overdue, and the plans of the reader's day."""
    agenda = await reader.services.agenda_views.agenda(reader.caller, length=1)
    return _day_screen(reader, agenda, f"today:{address.number()}", reader._("Today"), reader.today)


@screens.screen("day", option=OTHER)
async def show_day(reader: Reader, address: Address) -> Screen:
    """``day:1:20261125``: the same for another day; one that is over shows what took place."""
    day = day_of(reader, address.words[1] if len(address.words) > 1 else "")
    if day == reader.today:
        return await show_today(reader, address)
    agenda = await reader.services.agenda_views.agenda(reader.caller, length=1, first=day)
    here = f"day:{address.number()}:{day:%Y%m%d}"
    return _day_screen(reader, agenda, here, day_word(reader, day), day)


def _day_screen(reader: Reader, agenda: Agenda, here: str, name: str, day: date) -> Screen:
    screen = render_agenda(reader, agenda, here, name)
    beside = tuple(
        _day_button(reader, label, day + step)
        for label, step in ((N_("◀ {day}"), -timedelta(days=1)), (N_("{day} ▶"), timedelta(days=1)))
    )
    room = go(reader._("🕳 Free"), f"free:{day:%Y%m%d}") if day >= reader.today else None
    overdue = _overdue_button(reader, agenda)
    ways = (go(reader._("🗓 Week"), "week"), room, overdue, act(reader._("➕ Plan"), "plan"))
    keyboard = (*screen.keyboard, beside, tuple(one for one in ways if one is not None))
    return Screen(screen.text, keyboard, screen.choices)


def _day_button(reader: Reader, label: str, day: date) -> Button:
    address = "today" if day == reader.today else f"day:1:{day:%Y%m%d}"
    return go(reader._(label).format(day=day_word(reader, day)), address)


def _overdue_button(reader: Reader, agenda: Agenda) -> Button | None:
    if not agenda.overdue_total:
        return None
    return go(reader._("⏳ Overdue {count}").format(count=count_word(agenda.overdue_total)), "overdue")


@screens.screen("week", option=OTHER)
async def show_week(reader: Reader, address: Address) -> Screen:
    """``week:1:20261130``: the same for seven days, from today on where no day is named."""
    first = day_of(reader, address.words[1] if len(address.words) > 1 else "")
    agenda = await reader.services.agenda_views.agenda(reader.caller, length=WEEK, first=first)
    is_now = first == reader.today
    name = reader._("Week") if is_now else reader._("Week from {day}").format(day=day_word(reader, first))
    here = f"week:{address.number()}" + ("" if is_now else f":{first:%Y%m%d}")
    screen = render_agenda(reader, agenda, here, name)
    week = timedelta(days=WEEK)
    beside = (_week_button(reader, "◀", first - week), _week_button(reader, "▶", first + week))
    ways = (
        go(reader._("📅 Today"), "today"),
        _overdue_button(reader, agenda),
        act(reader._("➕ Plan"), "plan"),
    )
    others = (beside, tuple(one for one in ways if one is not None), back_row(reader, "more"))
    return Screen(screen.text, (*screen.keyboard, *others), screen.choices)


def _week_button(reader: Reader, sign: str, first: date) -> Button:
    return go(
        f"{sign} {day_word(reader, first)}", "week" if first == reader.today else f"week:1:{first:%Y%m%d}"
    )


def render_agenda(reader: Reader, agenda: Agenda, here: str, name: str, sign: str = "🗓") -> Screen:
    """An agenda under a name: its plans in pages, what waits for review, room in the first day.

    Args:
        reader: For whom.
        agenda: What there is.
        here: The screen's own address: name, page, and what else it needs; cards lead back to it.
        name: Its title.
        sign: What stands before it.
    """
    entries = list(_entries(reader, agenda))
    heading = title(sign, name, len(entries), more=len(entries) >= LIMIT)
    facts = (*upcoming_lines(reader, agenda), to_review_line(reader, agenda), free_line(reader, agenda))
    if not entries:
        return Screen(lines(heading, esc(reader._("Nothing is planned.")), *facts))
    screen_name, wanted, *rest = here.split(":")
    pages = -(-len(entries) // PLANS)
    number = min(max(int(wanted), 1), pages)
    start = (number - 1) * PLANS
    shown = entries[start : start + PLANS]
    back = ":".join((screen_name, str(number), *rest))
    row, choices = number_row([go(one.title, f"i:{one.id}:{back}") for _, one, _ in shown])
    return Screen(
        lines(heading, *_under_headings(reader, shown), *facts),
        (row, pager(screen_name, number, pages, ":".join(rest))),
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


@screens.screen("overdue", option=OTHER)
async def show_overdue(reader: Reader, address: Address) -> Screen:
    """``overdue:1``: plans of days before today, each with what may have become of it, one tap each."""
    page = await reader.services.agenda_views.overdue(reader.caller, address.number())
    here = f"overdue:{page.number}"
    heading = title("⏳", reader._("Overdue"), page.total, more=page.more)
    entries = [
        fill("{number}. {entry}", number=number, entry=interaction_line(reader, row))
        for number, row in enumerate(page.rows, start=1)
    ]
    buttons: tuple[Row, ...] = tuple(
        outcome_buttons(reader, row, here, number) for number, row in enumerate(page.rows, start=1)
    )
    return Screen(
        lines(heading, *(entries or [esc(reader._("Nothing is overdue."))])),
        (
            *buttons,
            pager("overdue", page.number, page.pages),
            await undo_after(reader, address, here),
            (go(reader._("‹ Today"), "today"),),
        ),
        tuple(f"show:i:{row.id}:{here}" for row in page.rows),
    )
