"""What screens share that ask something of one interaction: which it is, the question, and the answer typed."""

from bot.html import Html, bold, esc, lines
from bot.reader import Reader
from bot.screens.base import Address, Button, act
from bot.screens.interaction_text import head_line, who_line
from core.enums import InteractionState
from core.errors import NotFound, StateForbids
from core.queries.interaction_card import InteractionCard
from core.values import InteractionId, Ref, RefKind


async def load_live(reader: Reader, address: Address) -> InteractionCard:
    """The card whose number an address begins with, for screens that change it.

    Raises:
        NotFound: There is none for the reader, or it is deleted.
    """
    interaction_id = InteractionId(address.number())
    card = await reader.services.views.interaction_card(reader.caller, interaction_id)
    if card.deleted:
        raise NotFound(Ref(RefKind.INTERACTION, interaction_id))
    return card


async def load_plan(reader: Reader, address: Address) -> InteractionCard:
    """The same where only a plan can be meant.

    Raises:
        NotFound: As `load_live`.
        StateForbids: It is no plan any more.
    """
    card = await load_live(reader, address)
    if card.state is not InteractionState.PLANNED:
        raise StateForbids(Ref(RefKind.INTERACTION, card.id), card.state)
    return card


def asked(reader: Reader, card: InteractionCard, question: str, *more: Html | None) -> Html:
    """What the interaction is and who takes part, what else is to be known, and the question."""
    return lines(head_line(reader, card), who_line(reader, card), *more, bold(esc(question)))


def type_it(reader: Reader, verb: str, *arguments: object) -> Button:
    """Answers in words what the chips offer."""
    return act(reader._("⌨️ Type it"), "ask", verb, *arguments)
