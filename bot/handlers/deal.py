"""Care of deals: fields, outcome (domain.md D)."""

from dataclasses import replace

from bot.asking import ask
from bot.days import read_day
from bot.errors import UsageWrong
from bot.html import esc, fill, shorten
from bot.i18n import N_
from bot.screens.base import act, numbered
from bot.screens.found import found_label
from bot.texts.deal_fields import CHOSEN, LISTED, QUESTIONS, read_field
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import DealStatus, FunctionalOption, InteractionState, SalesList
from core.errors import DemandUnsettled, Invalid, OptionOff, StateForbids
from core.values import DealId, InteractionId, Ref, RefKind

verbs = VerbTable()

DEALS = FunctionalOption.DEALS
FOUND_LIMIT = 8
_SETTABLE = CHOSEN | {"probability"}
_CANCELLING = {"cancel": True, "отменить": True, "keep": False, "оставить": False}

verbs.question("won", N_("On which day? For example: yesterday, or 2026-11-20"))


def _deal(arguments: Arguments) -> DealId:
    """The deal, as ``d3`` or, where nothing else can be meant, as ``3``."""
    if arguments.peek().isdecimal():
        return DealId(arguments.integer())
    return DealId(arguments.ref(RefKind.DEAL).id)


@verbs.verb("deals", option=DEALS, usage=N_("/deals · /deals Proposal"), menu=N_("Deals"), menu_order=60)
async def show_deals(turn: Turn, arguments: Arguments) -> Reply:
    """The open deals, with the funnel above them; those of one stage where it is named."""
    if not arguments:
        return Show("deals")
    if turn.lacks(FunctionalOption.DEAL_MANAGEMENT):
        raise OptionOff(FunctionalOption.DEAL_MANAGEMENT)
    wanted = arguments.text().casefold()
    items = await turn.services.sales_lists.list_items(SalesList.STAGES, archived=True)
    stage = next((one for one in items if one.name.casefold() == wanted), None)
    if stage is None:
        raise Invalid("stage", wanted)
    return Show(f"stage_deals:{stage.id}:1")


@verbs.variant("edit", RefKind.DEAL, option=DEALS, usage=N_("/edit d3 amount 120 000"))
async def edit_deal(turn: Turn, arguments: Arguments) -> Reply | None:
    """Change a field; without a value it is asked for, without a field they are shown."""
    deal_id = _deal(arguments)
    if not arguments:
        return Show(f"deal_edit:{deal_id}")
    field = read_field(arguments.word())
    if not arguments:
        return _ask_field(turn, deal_id, field)
    value = arguments.text()
    if field == "partner" and Ref.parse(value) is None:
        return await _offer_partners(turn, deal_id, value)
    parsed = read_day(turn, value, InteractionState.PLANNED) if field == "expected_close_on" else value
    await turn.services.deals.edit(turn.caller, deal_id, field, parsed)
    return None


@verbs.verb("deal_field", option=DEALS)
async def ask_field(turn: Turn, arguments: Arguments) -> Reply:
    """Ask for the new value of a field."""
    return _ask_field(turn, _deal(arguments), arguments.word())


def _ask_field(turn: Turn, deal_id: DealId, field: str) -> Reply:
    if field == "partner":
        return ask(
            turn, "edit", f"d{deal_id} partner", turn._("Which company? Its name, or a reference like c4.")
        )
    if field not in QUESTIONS:
        raise Invalid("field", field)
    if field == "probability":
        return _ask_probability(turn, deal_id)
    return ask(turn, "edit", f"d{deal_id} {field}", turn._(QUESTIONS[field]))


def _ask_probability(turn: Turn, deal_id: DealId) -> Reply:
    """Ask; or let it follow the stage again (domain.md D3)."""
    question = ask(turn, "edit", f"d{deal_id} probability", turn._(QUESTIONS["probability"]))
    if not isinstance(question, Say) or turn.lacks(FunctionalOption.DEAL_MANAGEMENT):
        return question
    follow = act(turn._("📶 As the stage says"), "deal_set", f"d{deal_id}", "probability", "none")
    return replace(question, keyboard=((follow,), *question.keyboard))


@verbs.verb("deal_set", option=DEALS)
async def set_field(turn: Turn, arguments: Arguments) -> None:
    """Give a field a value of its list, by its number (a currency by its code), or none."""
    deal_id, field, key = _deal(arguments), arguments.word(), arguments.word()
    value = "" if key == "none" else key
    which = LISTED.get(field)
    if which is not None and value:
        items = await turn.services.sales_lists.list_items(which)
        found = next((one.name for one in items if str(one.id) == value), None)
        if found is None:
            raise Invalid(field, value)
        value = found
    elif field not in _SETTABLE:
        raise Invalid("field", field)
    await turn.services.deals.edit(turn.caller, deal_id, field, value)


async def _offer_partners(turn: Turn, deal_id: DealId, words: str) -> Reply:
    page = await turn.services.search.find(
        turn.caller, words, limit=FOUND_LIMIT, kinds=frozenset({RefKind.CONTACT})
    )
    if not page.rows:
        raise Invalid("partner", words)
    buttons = [act(found_label(turn, one), "edit", f"d{deal_id}", "partner", one.ref) for one in page.rows]
    keyboard, choices = numbered(buttons)
    return Say(fill(turn._("Which one is <i>{words}</i>?"), words=esc(shorten(words, 60))), keyboard, choices)


@verbs.verb("why", option=DEALS, usage=N_("/why d3"))
async def explain(_turn: Turn, arguments: Arguments) -> Reply:
    """Tell why the facts of a deal are as they are: who said so, and which interaction they come from."""
    return Show(f"deal_why:{_deal(arguments)}")


@verbs.verb("won", option=DEALS, usage=N_("/won d3 2026-11-20"))
async def win_deal(turn: Turn, arguments: Arguments) -> None:
    """Mark a deal won, today or on the day given."""
    deal_id = _deal(arguments)
    day = read_day(turn, arguments.text(), InteractionState.DONE) if arguments else None
    await turn.services.deals.win(turn.caller, deal_id, committed_on=day)


@verbs.verb("lost", option=DEALS, usage=N_("/lost d3 Price"))
async def lose_deal(turn: Turn, arguments: Arguments) -> Reply | None:
    """Mark a deal lost for a reason of the list, shown by an interaction if one follows."""
    deal_id = _deal(arguments)
    if not arguments:
        return Show(f"deal_loss:{deal_id}")
    reason, shown_by = _split_proof(arguments.text())
    reasons = await turn.services.sales_lists.list_items(SalesList.LOSS_REASONS)
    if reason.casefold() not in {one.name.casefold() for one in reasons}:
        return Show(f"deal_loss:{deal_id}", note="reason_unknown")
    await turn.services.deals.lose(turn.caller, deal_id, reason, shown_by=shown_by)
    return None


def _split_proof(text: str) -> tuple[str, InteractionId | None]:
    reason, _, last = text.strip().rpartition(" ")
    ref = Ref.parse(last)
    if reason and ref is not None and ref.kind is RefKind.INTERACTION:
        return reason.strip(), InteractionId(ref.id)
    return text.strip(), None


@verbs.verb("lose", option=DEALS)
async def lose_for_reason(turn: Turn, arguments: Arguments) -> Reply | None:
    """Mark a deal lost for a reason of the list by its number, shown by an interaction or not."""
    deal_id, reason_id = _deal(arguments), arguments.integer()
    proof = arguments.optional_ref(RefKind.INTERACTION)
    items = await turn.services.sales_lists.list_items(SalesList.LOSS_REASONS)
    reasons = {one.id: one.name for one in items}
    if reason_id not in reasons:
        raise Invalid("loss_reason", str(reason_id))
    shown_by = InteractionId(proof.id) if proof else None
    cancel = _read_cancel(arguments)
    if cancel is None and await _has_plans(turn, deal_id):
        return Show(f"deal_plans:{deal_id}:lose:{reason_id}:{shown_by or 0}")
    await turn.services.deals.lose(
        turn.caller, deal_id, reasons[reason_id], shown_by=shown_by, cancel_plans=bool(cancel)
    )
    return None


def _read_cancel(arguments: Arguments) -> bool | None:
    """Whether what is planned goes along; None: nobody said."""
    if not arguments:
        return None
    word = arguments.word().casefold()
    if word not in _CANCELLING:
        raise UsageWrong
    return _CANCELLING[word]


async def _has_plans(turn: Turn, deal_id: DealId) -> bool:
    card = await turn.services.views.deal_card(turn.caller, deal_id)
    return card.subject.planned > 0 and card.closed_at is None


@verbs.verb("close", option=DEALS, usage=N_("/close d3 · /close d3 cancel"))
async def close_deal(turn: Turn, arguments: Arguments) -> Reply | None:
    """Close a won or lost deal; what is still planned is asked about, demand that is not settled comes first."""
    deal_id = _deal(arguments)
    cancel = _read_cancel(arguments)
    card = await turn.services.views.deal_card(turn.caller, deal_id)
    may_close = card.status is not DealStatus.IN_PROGRESS and card.closed_at is None
    if cancel is None and may_close and card.subject.planned:
        return Show(f"deal_plans:{deal_id}:close")
    try:
        await turn.services.deals.close(turn.caller, deal_id, cancel_plans=bool(cancel))
    except DemandUnsettled:
        return Show(f"deal_demand:{deal_id}", note="demand_unsettled")
    return None


@verbs.verb("drop_plans", option=DEALS)
async def drop_plans(turn: Turn, arguments: Arguments) -> None:
    """Cancel what is still planned of a lost deal."""
    deal_id = _deal(arguments)
    card = await turn.services.views.deal_card(turn.caller, deal_id)
    if card.status is not DealStatus.LOST or card.loss_reason is None:
        raise StateForbids(Ref(RefKind.DEAL, deal_id), card.status)
    proof = InteractionId(card.loss_shown_by_id) if card.loss_shown_by_id is not None else None
    await turn.services.deals.lose(turn.caller, deal_id, card.loss_reason, shown_by=proof, cancel_plans=True)


@verbs.variant("reopen", RefKind.DEAL, option=DEALS, usage=N_("/reopen d3"))
async def reopen_deal(turn: Turn, arguments: Arguments) -> None:
    """Have work on a deal go on; managers only."""
    await turn.services.deals.reopen(turn.caller, _deal(arguments))
