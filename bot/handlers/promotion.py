"""Making deals, claims and events of chains, or giving chains to existing ones (domain.md S6)."""

from bot.asking import ask
from bot.html import esc
from bot.i18n import N_
from bot.screens.base import act, numbered
from bot.screens.promotion import QUESTIONS, company_names
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, SubjectKind
from core.errors import Invalid, OptionOff, PartnerAmbiguous
from core.values import ContactId, DialogState, InteractionId, RefKind

verbs = VerbTable()

DEALS = FunctionalOption.DEALS
NEW_WORDS = frozenset({"new", "новая", "новый", "новое"})
FLOW = "promotion"
"""What the dialog's row holds while the client of a deal is asked for: the title that was typed."""


@verbs.verb("deal", option=DEALS, usage=N_("/deal i12 · /deal i12 d3 · /deal new Acme, 20 pallets"))
async def make_deal(turn: Turn, arguments: Arguments) -> Reply | None:
    """Make a deal of an interaction's chain, give the chain to a deal, or open one from nothing."""
    if not arguments:
        return Show("deals")
    if arguments.peek().casefold() not in NEW_WORDS:
        return await _promote(turn, SubjectKind.DEAL, arguments)
    arguments.word()
    if not arguments:
        return ask(turn, "deal", "new", turn._("What is the deal about?"))
    await turn.services.deals.create(turn.caller, arguments.text())
    return None


@verbs.verb("claim", usage=N_("/claim i12"))
async def make_claim(turn: Turn, arguments: Arguments) -> Reply | None:
    """Make a claim of an interaction's chain, or give the chain to one."""
    return await _promote(turn, SubjectKind.CLAIM, arguments)


@verbs.verb("event", usage=N_("/event i12"))
async def make_event(turn: Turn, arguments: Arguments) -> Reply | None:
    """Make a marketing event of an interaction's chain, or give the chain to one."""
    return await _promote(turn, SubjectKind.EVENT, arguments)


async def _promote(turn: Turn, kind: SubjectKind, arguments: Arguments) -> Reply | None:
    interaction_id = InteractionId(arguments.ref(RefKind.INTERACTION).id)
    target = arguments.optional_ref(RefKind.DEAL, RefKind.SUBJECT)
    if target is not None and not arguments:
        await turn.services.promotion.attach(turn.caller, interaction_id, target)
        return None
    title = arguments.rest or None
    if target is not None:
        title = f"{target} {title}"
    return await _create(turn, kind, interaction_id, title)


async def _create(
    turn: Turn, kind: SubjectKind, interaction_id: InteractionId, title: str | None
) -> Reply | None:
    try:
        await turn.services.promotion.promote(turn.caller, interaction_id, kind, title=title)
    except PartnerAmbiguous as error:
        return await _ask_client(turn, interaction_id, title, error.candidates)
    return None


async def _ask_client(
    turn: Turn, interaction_id: InteractionId, title: str | None, candidates: tuple[ContactId, ...]
) -> Reply:
    ref = f"i{interaction_id}"
    turn.set_dialog(
        DialogState(FLOW, SubjectKind.DEAL, {"interaction": interaction_id, "title": title or ""})
    )
    subject_id = await turn.services.views.subject_of(turn.caller, interaction_id)
    lead = (SubjectKind.DEAL, ref, f"s{subject_id}")
    names = await company_names(turn, candidates)
    keyboard, choices = numbered([act(f"🏢 {name}", "make", *lead, f"c{one}") for one, name in names.items()])
    others = act(turn._("🔎 Another"), "pick", "c", "make", *lead)
    text = turn._("Several companies take part. Nothing was created yet: who is the client?")
    return Say(esc(text), (*keyboard, (others, act(turn._("✖️ Cancel"), "cancel"))), choices)


@verbs.verb("make")
async def create(turn: Turn, arguments: Arguments) -> Reply | None:
    """Create what was previewed, with the client that was chosen and the title that was typed.

    Once the interaction belongs elsewhere, for example after a double tap, nothing is done.
    """
    kind = _read_kind(turn, arguments.word())
    interaction_id = InteractionId(arguments.ref(RefKind.INTERACTION).id)
    previewed = arguments.ref(RefKind.SUBJECT)
    if await turn.services.views.subject_of(turn.caller, interaction_id) != previewed.id:
        return Show(f"i{interaction_id}", note="subject_changed")
    partner = arguments.optional_ref(RefKind.CONTACT)
    title = None
    if turn.flow == FLOW and turn.answers.get("interaction") == interaction_id:
        title = str(turn.answers.get("title") or "") or None
        turn.set_dialog(None)
    if partner is None:
        return await _create(turn, kind, interaction_id, title)
    await turn.services.promotion.promote(
        turn.caller, interaction_id, kind, title=title, partner_id=ContactId(partner.id)
    )
    return None


@verbs.verb("make_titled")
async def ask_title(turn: Turn, arguments: Arguments) -> Reply:
    """Ask for another title than the proposed one; it is then created."""
    kind = _read_kind(turn, arguments.word())
    ref = arguments.ref(RefKind.INTERACTION)
    return ask(turn, kind, str(ref), turn._("What is it called?"))


def _read_kind(turn: Turn, word: str) -> SubjectKind:
    if word not in {kind.value for kind in QUESTIONS}:
        raise Invalid("kind", word)
    kind = SubjectKind(word)
    if kind is SubjectKind.DEAL and turn.lacks(DEALS):
        raise OptionOff(DEALS)
    return kind
