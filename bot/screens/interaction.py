"""The card of an interaction: ``i5``, and its whole text in pages."""

from bot.html import Html, bold, esc, lines, units
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, go, pager
from bot.screens.interaction_buttons import card_keyboard
from bot.screens.interaction_text import card_text, head_line
from bot.screens.listing import back_to
from bot.screens.their_clock import their_clock
from core.queries.interaction_card import InteractionCard
from core.values import InteractionId

screens = ScreenTable()

PAGE_UNITS = 3600
"""Units of text on one page of a whole text; the rest of a message is for its first line."""


@screens.screen("i")
async def show_interaction(reader: Reader, address: Address) -> Screen:
    """The card as it is now; where it was opened from a list, with the way back there."""
    card = await reader.services.views.interaction_card(reader.caller, InteractionId(address.number()))
    clock = await their_clock(reader, card)
    keyboard = card_keyboard(reader, card, back_to(address, 1))
    text = card_text(reader, card)
    return Screen(lines(text, clock.line), (clock.row, *keyboard) if clock.row else keyboard)


@screens.screen("text")
async def show_text(reader: Reader, address: Address) -> Screen:
    """The whole text, a page at a time; of a letter what is new in it."""
    card = await reader.services.views.interaction_card(reader.caller, InteractionId(address.number()))
    return _page(reader, card, card.shown_text, address)


@screens.screen("whole")
async def show_letter(reader: Reader, address: Address) -> Screen:
    """All that a letter says, with quotations and signature."""
    card = await reader.services.views.interaction_card(reader.caller, InteractionId(address.number()))
    return _page(reader, card, card.text, address)


def _page(reader: Reader, card: InteractionCard, text: str, address: Address) -> Screen:
    pages = split_pages(text)
    number = min(address.number(1), len(pages))
    topic = bold(esc(card.topic)) if card.topic else None
    keyboard = (
        pager(f"{address.name}:{card.id}", number, len(pages)),
        (go(reader._("‹ Card"), f"i{card.id}"),),
    )
    shown = lines(head_line(reader, card), topic if number == 1 else None, Html(""), esc(pages[number - 1]))
    return Screen(shown, tuple(row for row in keyboard if row))


def split_pages(text: str) -> tuple[str, ...]:
    """A text in parts that fit a message, cut at a line break or blank where there is one; at least one part."""
    pages: list[str] = []
    rest = text.strip()
    while units(rest) > PAGE_UNITS:
        page = _fitting(rest)
        end = max(page.rfind("\n"), page.rfind(" "))
        end = end if end > len(page) // 2 else len(page)
        pages.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return (*pages, rest)


def _fitting(text: str) -> str:
    """The longest beginning that fits a page."""
    end = min(len(text), PAGE_UNITS)
    while units(text[:end]) > PAGE_UNITS:
        end -= max(1, (units(text[:end]) - PAGE_UNITS) // 2)
    return text[:end]
