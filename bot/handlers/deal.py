"""Care of deals: fields, outcome, people, team (domain.md D)."""

from bot.asking import ask
from bot.days import read_day
from bot.errors import UsageWrong
from bot.html import esc, fill, shorten
from bot.i18n import N_
from bot.screens.base import act, numbered
from bot.screens.found import found_label
from bot.texts.deal_fields import QUESTIONS, read_field
from bot.texts.deal_roles import ROLES
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, InteractionState
from core.errors import Invalid
from core.values import ContactId, DealId, InteractionId, Ref, RefKind, UserId

verbs = VerbTable()

DEALS = FunctionalOption.DEALS
FOUND_LIMIT = 8


def _deal(arguments: Arguments) -> DealId:
    """The deal, as ``d3`` or, where nothing else can be meant, as ``3``."""
    if arguments.peek().isdecimal():
        return DealId(arguments.integer())
    return DealId(arguments.ref(RefKind.DEAL).id)


@verbs.verb("deals", option=DEALS, usage=N_("/deals"), menu=N_("Deals"), menu_order=60)
async def show_deals(_turn: Turn, _arguments: Arguments) -> Reply:
    """The open deals."""
    return Show("deals")


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
    return ask(turn, "edit", f"d{deal_id} {field}", turn._(QUESTIONS[field]))


async def _offer_partners(turn: Turn, deal_id: DealId, words: str) -> Reply:
    page = await turn.services.search.find(
        turn.caller, words, limit=FOUND_LIMIT, kinds=frozenset({RefKind.CONTACT})
    )
    if not page.rows:
        raise Invalid("partner", words)
    buttons = [act(found_label(turn, one), "edit", f"d{deal_id}", "partner", one.ref) for one in page.rows]
    keyboard, choices = numbered(buttons)
    return Say(fill(turn._("Which one is <i>{words}</i>?"), words=esc(shorten(words, 60))), keyboard, choices)


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
    known = {one.name.casefold() for one in await turn.services.deals.list_loss_reasons()}
    if reason.casefold() not in known:
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
async def lose_for_reason(turn: Turn, arguments: Arguments) -> None:
    """Mark a deal lost for a reason of the list by its number, shown by an interaction or not."""
    deal_id, reason_id = _deal(arguments), arguments.integer()
    proof = arguments.optional_ref(RefKind.INTERACTION)
    reasons = {one.id: one.name for one in await turn.services.deals.list_loss_reasons()}
    if reason_id not in reasons:
        raise Invalid("loss_reason", str(reason_id))
    await turn.services.deals.lose(
        turn.caller, deal_id, reasons[reason_id], shown_by=InteractionId(proof.id) if proof else None
    )


@verbs.verb("close", option=DEALS, usage=N_("/close d3"))
async def close_deal(turn: Turn, arguments: Arguments) -> None:
    """Close a won or lost deal."""
    await turn.services.deals.close(turn.caller, _deal(arguments))


@verbs.variant("reopen", RefKind.DEAL, option=DEALS, usage=N_("/reopen d3"))
async def reopen_deal(turn: Turn, arguments: Arguments) -> None:
    """Have work on a deal go on; managers only."""
    await turn.services.deals.reopen(turn.caller, _deal(arguments))


@verbs.verb("role", option=DEALS, usage=N_("/role d3 c4 decides"))
async def set_role(turn: Turn, arguments: Arguments) -> Reply | None:
    """Say which part a contact has in a deal; without a word the likely ones are offered."""
    deal_id, contact_id = _deal(arguments), ContactId(arguments.ref(RefKind.CONTACT).id)
    if not arguments:
        return Show(f"deal_role:{deal_id}:{contact_id}")
    await turn.services.deals.set_role(turn.caller, deal_id, contact_id, arguments.text())
    return None


@verbs.verb("role_as", option=DEALS)
async def set_known_role(turn: Turn, arguments: Arguments) -> None:
    """Give one of the likely roles, in the word of the reader's language."""
    deal_id, contact_id = _deal(arguments), ContactId(arguments.ref(RefKind.CONTACT).id)
    code = arguments.word()
    if code not in ROLES and code != "none":
        raise Invalid("role", code)
    word = turn._(ROLES[code]) if code in ROLES else ""
    await turn.services.deals.set_role(turn.caller, deal_id, contact_id, word)


@verbs.verb("role_words", option=DEALS)
async def ask_role(turn: Turn, arguments: Arguments) -> Reply:
    """Ask for a role in own words."""
    deal, contact = arguments.ref(RefKind.DEAL), arguments.ref(RefKind.CONTACT)
    return ask(turn, "role", f"{deal} {contact}", turn._("Which part do they have in the deal?"))


@verbs.variant("team", RefKind.DEAL, option=DEALS, usage=N_("/team d3 u2"))
async def join_team(turn: Turn, arguments: Arguments) -> Reply | None:
    """Let a user join the team of a deal; without one colleagues are offered."""
    deal_id = _deal(arguments)
    if not arguments:
        return Show(f"deal_team:{deal_id}")
    user = arguments.ref(RefKind.USER)
    if arguments:
        raise UsageWrong
    await turn.services.deals.add_to_team(turn.caller, deal_id, UserId(user.id))
    return None
