"""What waits for review: card after card, or as a list (domain.md R3)."""

from collections.abc import Sequence
from dataclasses import replace

from bot.html import Html, esc, fill, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go
from bot.screens.interaction_buttons import DONE, INBOX, own_rows, present_rows
from bot.screens.interaction_line import interaction_line
from bot.screens.interaction_text import card_text
from bot.screens.listing import title
from bot.screens.worklist import list_screen
from core.enums import FunctionalOption
from core.errors import NotFound
from core.queries.rows import InteractionRow, Page
from core.values import InteractionId

screens = ScreenTable()

REVIEW = FunctionalOption.REVIEW_FLAGS
AFTER = "after"
UNDO_LIMIT = 24
NAME_LIMIT = 40
NAMES = 4
FOLLOWING = 3
"""What comes next in the inbox is named below the card, so many of them."""


@screens.screen(INBOX, option=REVIEW)
async def show_inbox(reader: Reader, address: Address) -> Screen:
    """``inbox``: the first card; ``inbox:after:5``: the one behind 5; ``inbox:2``: a page of the list.

    ``inbox:done:5``: the first card, with the undo of what was just done with 5.
    """
    if address.words and address.words[0] not in {AFTER, DONE}:
        return await _show_list(reader, address.number())
    page = await reader.services.views.inbox(reader.caller, 1)
    wanted = await _find_wanted(reader, address, page)
    undoing = await _undo_of(reader, address)
    screen = _empty(reader) if wanted is None else await _show_card(reader, wanted, page)
    return replace(screen, keyboard=(*screen.keyboard, (undoing,))) if undoing is not None else screen


async def _undo_of(reader: Reader, address: Address) -> Button | None:
    """Take back what was just done with a card that is not shown any more."""
    if not address.words or address.words[0] != DONE:
        return None
    try:
        card = await reader.services.views.interaction_card(reader.caller, InteractionId(address.number(1)))
    except NotFound:
        return None
    if card.undo_step is None:
        return None
    label = reader._("↩️ Undo: {what}").format(what=shorten(card.topic or f"i{card.id}", UNDO_LIMIT))
    return act(label, "undo", card.undo_step)


async def _find_wanted(reader: Reader, address: Address, page: Page[InteractionRow]) -> InteractionId | None:
    if address.words and address.words[0] == AFTER:
        after = InteractionId(address.number(1))
        found = await reader.services.views.next_to_review(reader.caller, after)
        if found is not None:
            return found
    return InteractionId(page.rows[0].id) if page.rows else None


async def _show_card(reader: Reader, wanted: InteractionId, page: Page[InteractionRow]) -> Screen:
    card = await reader.services.views.interaction_card(reader.caller, wanted)
    following = _following(page, wanted)
    waiting = () if card.reviewed is False else await reader.services.views.waiting(reader.caller, wanted)
    text = lines(
        title("📥", reader._("Inbox"), page.total, more=page.more),
        Html(""),
        card_text(reader, card),
        _waiting_line(reader, waiting),
        *((Html(""), *(interaction_line(reader, row) for row in following)) if following else ()),
    )
    turning = [
        go(reader._("Next ›"), f"{INBOX}:{AFTER}:{card.id}") if page.total > 1 else None,
        go(reader._("☰ List"), f"{INBOX}:1"),
    ]
    return Screen(text, present_rows([*own_rows(reader, card, INBOX), turning]))


def _waiting_line(reader: Reader, names: Sequence[str]) -> Html | None:
    """Why it is in a manager's inbox who has nothing to do with it: whom it waits for (domain.md R1)."""
    if not names:
        return None
    shown = ", ".join(shorten(one, NAME_LIMIT) for one in names[:NAMES])
    more = len(names) - NAMES
    listed = (
        fill(reader._("{names} and {count} more"), names=esc(shown), count=more) if more > 0 else esc(shown)
    )
    return fill(reader._("👀 Not reviewed by {names}"), names=listed)


def _following(page: Page[InteractionRow], shown: int) -> list[InteractionRow]:
    """The rows behind the one that is shown, as far as they are on the first page."""
    ids = [row.id for row in page.rows]
    start = ids.index(shown) + 1 if shown in ids else 0
    return [row for row in page.rows[start : start + FOLLOWING] if row.id != shown]


def _empty(reader: Reader) -> Screen:
    text = lines(title("📥", reader._("Inbox"), 0), esc(reader._("Nothing waits for a look.")))
    return Screen(text, ((go(reader._("⏰ Put off"), "snoozed:1"), go(reader._("📜 Everything"), "list:1")),))


async def _show_list(reader: Reader, number: int) -> Screen:
    page = await reader.services.views.inbox(reader.caller, number)
    if not page.rows:
        return _empty(reader)
    screen = list_screen(reader, page, INBOX, title("📥", reader._("Inbox"), page.total, more=page.more))
    return Screen(screen.text, (*screen.keyboard, (go(reader._("▶️ One by one"), INBOX),)), screen.choices)
