"""The files of an interaction."""

from bot.formats import format_size
from bot.html import Html, esc, join, lines, shorten
from bot.outgoing_files import is_program, plain_name
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, pager
from bot.screens.interaction_text import head_line
from bot.screens.listing import back_row, number_row, numbered_lines, title
from core.values import InteractionId

screens = ScreenTable()

FILES = 8
"""On one page."""

NAME_LIMIT = 80


@screens.screen("files")
async def show_files(reader: Reader, address: Address) -> Screen:
    """``files:5``: the files of an interaction; a number sends one."""
    card = await reader.services.views.interaction_card(reader.caller, InteractionId(address.number()))
    files = () if card.deleted else card.attachments
    pages = max(1, -(-len(files) // FILES))
    number = min(address.number(1), pages)
    start = (number - 1) * FILES
    shown = files[start : start + FILES]
    row, choices = number_row(
        [
            act(plain_name(one.name), "file", f"i{card.id}", place)
            for place, one in enumerate(shown, start=start + 1)
        ]
    )
    entries = [
        join(
            " ",
            Html("⚠️") if is_program(one.name, one.content_type) else None,
            esc(shorten(plain_name(one.name), NAME_LIMIT)),
            esc(format_size(one.size, reader.tr)),
        )
        for one in shown
    ]
    text = lines(
        title("📎", reader._("Files"), len(files)), head_line(reader, card), *numbered_lines(entries)
    )
    return Screen(
        text, (row, pager(f"files:{card.id}", number, pages), back_row(reader, f"i{card.id}")), choices
    )
