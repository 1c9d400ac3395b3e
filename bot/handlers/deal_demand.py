"""The primary demand of a deal: written down, changed, met (domain.md, Primary demand, D4)."""

from bot.errors import UsageWrong
from bot.i18n import N_
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, SalesList
from core.errors import Invalid
from core.services.deal_demand import DemandDraft
from core.values import ContactId, DealId, InteractionId, RefKind

verbs = VerbTable()

DEALS = FunctionalOption.DEALS
QUESTION = N_("What is asked for? Text; quantity; sum. For example: Pallets; 20; 120 000")
ALL = frozenset({"all", "все", "всё"})
verbs.question("demand", QUESTION)
verbs.question("row_change", QUESTION)


def _draft_of(arguments: Arguments) -> DemandDraft:
    """``i5 c4 Pallets; 20; 120 000``: an optional message and person, then what, how much, for how much.

    Of two parts the second is the sum.
    """
    asked_in = arguments.optional_ref(RefKind.INTERACTION)
    asked_by = arguments.optional_ref(RefKind.CONTACT)
    what, *numbers = (part.strip() for part in arguments.text().split(";"))
    if len(numbers) > 2:
        raise UsageWrong
    quantity = numbers[0] or None if len(numbers) > 1 else None
    amount = (numbers[-1] or None) if numbers else None
    return DemandDraft(
        text=what,
        quantity=quantity,
        amount=amount,
        asked_in_id=InteractionId(asked_in.id) if asked_in is not None else None,
        asked_by_id=ContactId(asked_by.id) if asked_by is not None else None,
    )


@verbs.verb("demand", option=DEALS, usage=N_("/demand d3 Pallets; 20; 120 000"))
async def add(turn: Turn, arguments: Arguments) -> Reply | None:
    """Write down what a client asks for; without words the demand is shown."""
    deal_id = DealId(arguments.ref(RefKind.DEAL).id)
    if not arguments:
        return Show(f"deal_demand:{deal_id}")
    turn.then_show(f"deal_demand:{deal_id}")
    await turn.services.deal_demand.add(turn.caller, deal_id, _draft_of(arguments))
    return None


async def _row_at(turn: Turn, deal_id: DealId, place: int) -> int:
    """The row that the list shows at a place, from 1."""
    card = await turn.services.views.deal_card(turn.caller, deal_id)
    if not 1 <= place <= len(card.demand.rows):
        raise Invalid("demand", str(place))
    return card.demand.rows[place - 1][0].id


@verbs.verb("row_change", option=DEALS)
async def change(turn: Turn, arguments: Arguments) -> None:
    """Write down what a row became."""
    deal_id, row_id = DealId(arguments.ref(RefKind.DEAL).id), arguments.integer()
    turn.then_show(f"demand_row:{deal_id}:{row_id}")
    await turn.services.deal_demand.change(turn.caller, row_id, _draft_of(arguments))


@verbs.verb("row_met", option=DEALS)
async def meet(turn: Turn, arguments: Arguments) -> None:
    """Say how far a row was met, and why not wholly, by the number of the reason."""
    deal_id, row_id = DealId(arguments.ref(RefKind.DEAL).id), arguments.integer()
    percent = arguments.integer()
    reason = await _read_reason(turn, arguments)
    turn.then_show(f"deal_demand:{deal_id}")
    await turn.services.deal_demand.meet(turn.caller, row_id, percent, reason=reason)


@verbs.verb("rest_met", option=DEALS)
async def meet_rest(turn: Turn, arguments: Arguments) -> None:
    """Say at once how far all rows were met that are not settled, and why not wholly."""
    deal_id, percent = DealId(arguments.ref(RefKind.DEAL).id), arguments.integer()
    reason = await _read_reason(turn, arguments)
    turn.then_show(f"deal_demand:{deal_id}")
    await turn.services.deal_demand.meet_rest(turn.caller, deal_id, percent, reason=reason)


async def _read_reason(turn: Turn, arguments: Arguments) -> str | None:
    """The reason of the list by its number, if one follows."""
    if not arguments:
        return None
    reason_id = arguments.integer()
    items = await turn.services.sales_lists.list_items(SalesList.UNMET_REASONS)
    reason = next((one.name for one in items if one.id == reason_id), None)
    if reason is None:
        raise Invalid("unmet_reason", str(reason_id))
    return reason


@verbs.verb("row_remove", option=DEALS)
async def remove(turn: Turn, arguments: Arguments) -> None:
    """Take a row away."""
    deal_id, row_id = DealId(arguments.ref(RefKind.DEAL).id), arguments.integer()
    turn.then_show(f"deal_demand:{deal_id}")
    await turn.services.deal_demand.remove(turn.caller, row_id)


@verbs.verb("met", option=DEALS, usage=N_("/met d3 1 50 Price · /met d3 all 100"))
async def meet_typed(turn: Turn, arguments: Arguments) -> None:
    """Say how far the row at a place, or all that are not settled, were met, and why not wholly."""
    deal_id = DealId(arguments.ref(RefKind.DEAL).id)
    is_all = arguments.peek().casefold() in ALL
    if is_all:
        arguments.word()
    row_id = 0 if is_all else await _row_at(turn, deal_id, arguments.integer())
    word = arguments.word().removesuffix("%")
    if not (word.isascii() and word.isdecimal()):
        raise Invalid("met_percent", word)
    if arguments.peek() == "%":
        arguments.word()
    turn.then_show(f"deal_demand:{deal_id}")
    demand, reason = turn.services.deal_demand, arguments.rest or None
    if is_all:
        await demand.meet_rest(turn.caller, deal_id, int(word), reason=reason)
    else:
        await demand.meet(turn.caller, row_id, int(word), reason=reason)


@verbs.verb("redemand", option=DEALS, usage=N_("/redemand d3 1 Pallets; 15; 90 000"))
async def change_typed(turn: Turn, arguments: Arguments) -> None:
    """Write down what the row at a place became; ``-`` takes it away."""
    deal_id = DealId(arguments.ref(RefKind.DEAL).id)
    row_id = await _row_at(turn, deal_id, arguments.integer())
    turn.then_show(f"deal_demand:{deal_id}")
    if arguments.rest == "-":
        await turn.services.deal_demand.remove(turn.caller, row_id)
        return
    await turn.services.deal_demand.change(turn.caller, row_id, _draft_of(arguments))
