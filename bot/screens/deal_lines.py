"""What the screens of deals share: how the deal is found, and how it is named."""

from bot.html import Html, esc, fill, shorten
from bot.reader import Reader
from bot.screens.base import Address
from bot.screens.subject_lines import TITLE_LIMIT
from core.queries.deal_card import DealCard
from core.values import DealId


async def load_deal(reader: Reader, address: Address) -> DealCard:
    """The deal whose number an address begins with."""
    return await reader.services.views.deal_card(reader.caller, DealId(address.number()))


def of_deal(card: DealCard, message: str, **values: Html | int) -> Html:
    """A (translated) message with the title and the reference of a deal filled in, and with the other values."""
    return fill(
        message, title=esc(shorten(card.subject.title, TITLE_LIMIT)), ref=esc(f"d{card.id}"), **values
    )
