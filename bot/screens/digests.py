"""Digests: the day ahead, the day behind, the week (conversation.md 10: silent, and nothing where there is nothing).

Each has an address of its own, so that cards lead back to it; the word ``told`` behind it is the notice's, which is
not sent when there is nothing to tell, or when its day is over by the time it could be.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from bot.errors import NothingToTell
from bot.formats import format_date_alone
from bot.html import Html, bold, esc, fill, join, lines
from bot.reader import Reader
from bot.screens.agenda import OTHER, render_agenda
from bot.screens.attention_digest import morning_lines, weekly_lines
from bot.screens.base import Address, Row, Screen, ScreenTable, act, go
from bot.screens.day_lines import day_of, day_word
from bot.screens.interaction_line import interaction_line
from bot.screens.listing import cut, numbered_lines, title
from bot.screens.row_actions import outcome_buttons, undo_after
from bot.texts.kinds import TYPE_SIGNS
from core.enums import FunctionalOption, InteractionType
from core.queries.week_summary import Ended, WeekSummary

screens = ScreenTable()

TOLD = "told"
"""The word of a notice's address."""

ANSWERS = 6
"""Meetings and calls that one evening asks about at once, each with buttons of its own."""

Lines = Callable[[Reader], Awaitable[Sequence[Html]]]

MORNING_LINES: tuple[Lines, ...] = (morning_lines,)
"""What else a morning tells, for example who has been silent for long; it is told for that alone, too."""

WEEKLY_LINES: tuple[Lines, ...] = (weekly_lines,)
"""What else a week tells, for example which promises are open."""


async def _gather(reader: Reader, sources: tuple[Lines, ...]) -> list[Html]:
    return [line for source in sources for line in await source(reader)]


@screens.screen("morning", option=OTHER)
async def show_morning(reader: Reader, address: Address) -> Screen:
    """``morning:1:20261125``: the day ahead, with what is overdue and what waits for review.

    Raises:
        NothingToTell: A notice that has nothing to tell, or comes on another day.
    """
    day = day_of(reader, _day_word(address))
    agenda = await reader.services.agenda_views.agenda(reader.caller, length=1, first=day)
    more = await _gather(reader, MORNING_LINES)
    if _is_notice(address) and (day != reader.today or (agenda.is_empty and not more)):
        raise NothingToTell
    here = f"morning:{address.number()}:{day:%Y%m%d}"
    is_now = day == reader.today
    name = (
        reader._("Good morning") if is_now else reader._("Morning of {day}").format(day=day_word(reader, day))
    )
    screen = render_agenda(reader, agenda, here, name, "☀️")
    inbox = go(reader._("📥 Inbox"), "inbox") if agenda.to_review else None
    overdue = go(reader._("⏳ Overdue {count}").format(count=agenda.overdue_total), "overdue")
    ways = (go(reader._("📅 Today"), "today"), overdue if agenda.overdue_total else None, inbox)
    keyboard = (*screen.keyboard, tuple(one for one in ways if one is not None), _setting_row(reader))
    return Screen(lines(screen.text, *more), keyboard, screen.choices)


def _day_word(address: Address) -> str:
    return address.words[1] if len(address.words) > 1 else ""


def _is_notice(address: Address) -> bool:
    return TOLD in address.words


def _setting_row(reader: Reader) -> Row:
    return (go(reader._("🔔 When to tell"), "digests"),)


@screens.screen("evening", option=OTHER)
async def show_evening(reader: Reader, address: Address) -> Screen:
    """``evening:1:20261125``: calls and meetings of the day of which nothing was said, each with its buttons.

    Raises:
        NothingToTell: A notice that has nothing to ask, or comes on another day.
    """
    day = day_of(reader, _day_word(address))
    rows = await reader.services.agenda_views.unanswered(reader.caller, day)
    if _is_notice(address) and (not rows or day != reader.today):
        raise NothingToTell
    shown, page, pages = cut(rows, address.number(), ANSWERS)
    here = f"evening:{page}:{day:%Y%m%d}"
    heading = title("🌙", reader._("What happened {day}?").format(day=day_word(reader, day)), len(rows))
    hint = (
        reader._("Tap, or reply in words, the number first: 1 held, takes 20 pallets, call on Friday")
        if rows
        else reader._("Everything of this day is answered.")
    )
    further = len(rows) - len(shown)
    more = fill(reader._("{count} more come when these are answered."), count=further) if pages > 1 else None
    return Screen(
        lines(heading, *numbered_lines([interaction_line(reader, row) for row in shown]), more, esc(hint)),
        (
            *(outcome_buttons(reader, row, here, number) for number, row in enumerate(shown, start=1)),
            await undo_after(reader, address, here),
            (go(reader._("📅 Today"), "today"), *_setting_row(reader)),
        ),
        tuple(f"show:i:{row.id}:{here}" for row in shown),
    )


@screens.screen("weekly", option=OTHER)
async def show_week_summary(reader: Reader, address: Address) -> Screen:
    """``weekly:1:20261127``: the week in numbers; on a Monday the one before.

    Raises:
        NothingToTell: A notice that has nothing to tell.
    """
    day = day_of(reader, _day_word(address))
    summary = await reader.services.agenda_views.week(reader.caller, day)
    more = await _gather(reader, WEEKLY_LINES)
    if _is_notice(address) and summary.is_empty and not more:
        raise NothingToTell
    step = timedelta(days=7)
    before = go(reader._("◀ Week before"), f"weekly:1:{summary.last - step:%Y%m%d}")
    after = go(reader._("Week after ▶"), f"weekly:1:{summary.last + step:%Y%m%d}")
    beside = (before, after) if summary.last < reader.today else (before,)
    text = lines(
        bold(
            fill(
                reader._("📈 Week {first} to {last}"),
                first=_date(reader, summary.first),
                last=_date(reader, summary.last),
            )
        ),
        *_summary_lines(reader, summary),
        *more,
    )
    overdue = (go(reader._("⏳ Overdue {count}").format(count=summary.overdue), "overdue"),)
    return Screen(
        text,
        (
            beside,
            (
                go(reader._("🗓 Week"), "week"),
                *(overdue if summary.overdue else ()),
                act(reader._("➕ Plan"), "plan"),
            ),
            _setting_row(reader),
        ),
    )


def _date(reader: Reader, day: date) -> Html:
    return esc(format_date_alone(day, reader.today, reader.tr))


def _summary_lines(reader: Reader, summary: WeekSummary) -> list[Html | None]:
    done = join(" · ", *(_counted(reader, type_, count) for type_, count in summary.done.items()))
    figures: list[Html | None] = [
        fill(reader._("Done: {done}"), done=done) if summary.done else esc(reader._("Nothing was recorded.")),
        fill(reader._("Ahead in seven days: {count}"), count=summary.planned) if summary.planned else None,
        fill(reader._("Overdue: {count}"), count=summary.overdue) if summary.overdue else None,
    ]
    if not reader.lacks(FunctionalOption.DEALS):
        figures.append(_ended(reader, reader._("🏆 Won: {count}"), summary.won))
        figures.append(_ended(reader, reader._("Lost: {count}"), summary.lost))
    return figures


def _counted(reader: Reader, type_: InteractionType, count: int) -> Html:
    forms = {
        InteractionType.CALL: reader.ngettext("{count} call", "{count} calls", count),
        InteractionType.MEETING: reader.ngettext("{count} meeting", "{count} meetings", count),
        InteractionType.EMAIL: reader.ngettext("{count} letter", "{count} letters", count),
        InteractionType.SMS: reader.ngettext("{count} SMS", "{count} SMS", count),
        InteractionType.PLANNED: reader.ngettext("{count} plan", "{count} plans", count),
    }
    return join(" ", esc(TYPE_SIGNS[type_]), fill(forms[type_], count=count))


def _ended(reader: Reader, text: str, ended: Ended) -> Html | None:
    if not ended.count:
        return None
    return join(", ", fill(text, count=ended.count), *_sums(reader, ended.sums))


def _sums(reader: Reader, sums: Mapping[str, Decimal]) -> list[Html]:
    return [reader.money(amount, currency) for currency, amount in sums.items()]
