"""What a change of time zone moved and what it did not; each opens its card, and all of it can be undone (U5)."""

from collections.abc import Sequence

from bot.formats import format_clock, zone_name
from bot.html import Html, bold, esc, fill, join, lines
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, go, pager
from bot.screens.interaction_line import interaction_line
from bot.screens.listing import cut, number_row
from bot.zones import local_time
from core.queries.rows import InteractionRow
from core.queries.zone_moves import MovedRow, ZoneMove

screens = ScreenTable()

ROWS = 8

Entry = MovedRow | InteractionRow
"""What moved, or an appointment that did not."""


@screens.screen("zone_moved")
async def show_zone_move(reader: Reader, address: Address) -> Screen:
    """``zone_moved:2``: the reader's last change of zone, a page of what moved with it."""
    move = await reader.services.people.last_zone_move(reader.caller)
    heading = fill(
        reader._("🕒 <b>{zone}</b>, it is {time} there"),
        zone=esc(zone_name(reader.user.timezone, reader.tr)),
        time=esc(local_time(reader.user.timezone, reader.now)),
    )
    to_settings = (go(reader._("‹ Settings"), "settings"),)
    if move is None:
        return Screen(heading, (to_settings,))
    entries: list[Entry] = [*move.moved, *move.kept]
    shown, page, pages = cut(entries, address.number(), ROWS)
    first = (page - 1) * ROWS + 1
    opened, choices = number_row([go("", f"i:{_row_of(one).id}:zone_moved:{page}") for one in shown])
    text = lines(heading, *_body(reader, move, shown, first))
    undo = (act(reader._("↩️ Undo"), "undo", move.undo_step),) if move.undo_step is not None else ()
    keyboard = (opened, pager("zone_moved", page, pages), undo, to_settings)
    return Screen(text, tuple(row for row in keyboard if row), choices)


def _row_of(entry: Entry) -> InteractionRow:
    return entry.row if isinstance(entry, MovedRow) else entry


def _body(reader: Reader, move: ZoneMove, shown: Sequence[Entry], first: int) -> list[Html]:
    if not (move.moved or move.kept):
        return [esc(reader._("Nothing was planned or put off, so nothing moved."))]
    body: list[Html] = []
    former: bool | None = None
    for number, entry in enumerate(shown, start=first):
        is_moved = isinstance(entry, MovedRow)
        if is_moved is not former:
            body.append(bold(esc(_heading(reader, is_moved=is_moved))))
            former = is_moved
        line = _moved_line(reader, entry) if isinstance(entry, MovedRow) else _kept_line(reader, entry, move)
        body.append(join(". ", esc(str(number - first + 1)), line))
    return body


def _heading(reader: Reader, *, is_moved: bool) -> str:
    if is_moved:
        return reader._("Kept on the wall clock, so moved:")
    return reader._("Appointments keep their moment; your clock shows:")


def _moved_line(reader: Reader, entry: MovedRow) -> Html:
    """A plan of a day with its day; a snooze, a wait or a reminder with the moment that it comes at now."""
    if entry.at is None:
        return interaction_line(reader, entry.row)
    return interaction_line(reader, entry.row, time=fill("⏰ {when}", when=reader.when(entry.at)))


def _kept_line(reader: Reader, row: InteractionRow, move: ZoneMove) -> Html:
    was = fill(reader._("was {time}"), time=esc(format_clock(row.happened_at, move.before)))
    return join(" · ", interaction_line(reader, row), was)
