"""Who is to take something over."""

from bot.html import esc, fill, lines
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, go, numbered
from bot.screens.listing import back_row
from core.errors import NotFound
from core.values import Ref

screens = ScreenTable()

COLLEAGUES = 8
"""Shown on one page."""


@screens.screen("assign")
async def show_colleagues(reader: Reader, address: Address) -> Screen:
    """``assign:i5``: who is to answer for it; also for deals, contacts and chains."""
    ref = Ref.parse(address.words[0] if address.words else "")
    if ref is None:
        raise NotFound(address.rest)
    colleagues = [one for one in await reader.services.people.list_colleagues() if one.id != reader.user.id]
    number = address.number(1)
    shown = colleagues[(number - 1) * COLLEAGUES : number * COLLEAGUES]
    keyboard, choices = numbered([act(one.name, "assign", ref, f"u{one.id}") for one in shown])
    pages = max(1, -(-len(colleagues) // COLLEAGUES))
    question = fill(reader._("Who takes over /{ref}?"), ref=esc(str(ref)))
    text = question if colleagues else lines(question, esc(reader._("There is nobody else yet.")))
    turning = tuple(
        go(sign, f"assign:{ref}:{page}")
        for sign, page in (("‹", number - 1), ("›", number + 1))
        if 1 <= page <= pages
    )
    keyboard = (*keyboard, *((turning,) if pages > 1 else ()), back_row(reader, str(ref)))
    return Screen(text, keyboard, choices)
