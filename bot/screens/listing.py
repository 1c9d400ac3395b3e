"""Lists: a title with its count, numbered rows, the row of their numbers, a way back (conversation.md 7).

A card that was opened from a list carries the list's address behind its own (``d:12:deals:2``), so that its
way back leads to the same page.
"""

from collections.abc import Sequence
from typing import TypeVar

from bot.html import Html, bold, esc, fill
from bot.reader import Reader
from bot.screens.base import ROWS, Address, Button, Row, go
from core.queries.rows import COUNT_LIMIT

Item = TypeVar("Item")

BACK_LIMIT = 32
"""Characters of an address to go back to; longer ones were forged."""


def back_to(address: Address, taken: int) -> str:
    """The address that follows the first `taken` words: where the reader came from; empty for nowhere."""
    back = ":".join(address.words[taken:])
    return back if len(back) <= BACK_LIMIT and back.isascii() else ""


def back_row(reader: Reader, back: str) -> Row:
    """The way back; no button where there is none."""
    return (go(reader._("‹ Back"), back),) if back else ()


def cut(items: Sequence[Item], number: int, size: int = ROWS) -> tuple[Sequence[Item], int, int]:
    """What is on a page, its number and how many pages there are; the last page for a number beyond it."""
    pages = max(1, -(-len(items) // size))
    page = min(number, pages)
    return items[(page - 1) * size : page * size], page, pages


def count_word(total: int, *, more: bool = False) -> str:
    """A count as titles show it: ``12``, ``99+``."""
    return f"{COUNT_LIMIT - 1}+" if more or total >= COUNT_LIMIT else str(total)


def title(sign: str, name: str, total: int, *, more: bool = False) -> Html:
    """The title of a list with its count."""
    return bold(esc(f"{sign} {name} {count_word(total, more=more)}"))


def numbered_lines(entries: Sequence[Html], start: int = 1) -> list[Html]:
    """Entries as lines with their numbers."""
    return [
        fill("{number}. {entry}", number=number, entry=entry)
        for number, entry in enumerate(entries, start=start)
    ]


def number_row(buttons: Sequence[Button]) -> tuple[Row, tuple[str, ...]]:
    """One row of numbers that open the entries, and the choices that ``/1``, ``/2`` … then mean."""
    row = tuple(Button(str(number), button.data) for number, button in enumerate(buttons, start=1))
    return row, tuple(button.data for button in buttons)
