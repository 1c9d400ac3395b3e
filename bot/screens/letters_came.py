"""Letters that came together, as one message (conversation.md 10): numbered rows, each a tap from its card."""

from bot.errors import NothingToTell
from bot.html import Html, bold, esc, fill, join, shorten
from bot.html import lines as join_lines
from bot.reader import Reader
from bot.screens.base import ROWS, Address, Screen, ScreenTable, go
from bot.screens.interaction_buttons import card_keyboard
from bot.screens.interaction_line import row_time
from bot.screens.interaction_text import card_text
from bot.screens.letter_people import who_words
from bot.screens.listing import number_row, numbered_lines, title
from core.enums import FunctionalOption, ParticipantRole
from core.errors import NotFound
from core.queries.interaction_card import InteractionCard
from core.values import InteractionId

screens = ScreenTable()

TOPIC_LIMIT = 70
INBOX_LIST = "inbox:1"


@screens.screen("letters", option=FunctionalOption.MAIL_CLIENT)
async def show_letters(reader: Reader, address: Address) -> Screen:
    """``letters:12:13:14``: those of these letters that the reader may see and has not reviewed meanwhile.

    One alone is shown as its card; those beyond a page are in the inbox.

    Raises:
        NothingToTell: There is none.
    """
    waiting = [address.number(place, default=0) for place in range(len(address.words))]
    cards: list[InteractionCard] = []
    while waiting and len(cards) < ROWS:
        if (card := await _find_card(reader, waiting.pop(0))) is not None:
            cards.append(card)
    if not cards:
        raise NothingToTell
    if len(cards) == 1:
        return Screen(card_text(reader, cards[0]), card_keyboard(reader, cards[0]))
    more = len(waiting)
    row, choices = number_row(
        [go(card.topic or f"i{card.id}", f"i:{card.id}:{INBOX_LIST}") for card in cards]
    )
    further = reader.ngettext("{n} more in the inbox", "{n} more in the inbox", more) if more > 0 else ""
    text = join_lines(
        title("✉️", reader._("Letters"), len(cards) + max(more, 0)),
        *numbered_lines([_line(reader, card) for card in cards]),
        esc(further.format(n=more)) if further else None,
    )
    inbox = () if reader.lacks(FunctionalOption.REVIEW_FLAGS) else (go(reader._("📥 Inbox"), INBOX_LIST),)
    return Screen(text, tuple(one for one in (row, inbox) if one), choices)


async def _find_card(reader: Reader, interaction_id: int) -> InteractionCard | None:
    try:
        card = await reader.services.views.interaction_card(reader.caller, InteractionId(interaction_id))
    except NotFound:
        return None
    return None if card.deleted or card.reviewed else card


def _line(reader: Reader, card: InteractionCard) -> Html:
    senders = [one for one in card.participants if one.role is ParticipantRole.FROM]
    who = esc(", ".join(who_words(reader, card, one) for one in senders))
    what = join(": ", who, esc(shorten(card.topic or card.shown_text, TOPIC_LIMIT)))
    marked = bold(what) if card.reviewed is False else what
    return join(" · ", marked, row_time(reader, card), fill("/{ref}", ref=esc(f"i{card.id}")))
