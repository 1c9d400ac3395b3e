"""Making deals, claims and events of chains, or giving chains to existing ones (domain.md S6)."""

from dataclasses import replace

from bot.asking import ask
from bot.html import esc
from bot.i18n import N_
from bot.promoting import FLOW, PromotionDraft, read_draft
from bot.screens.base import act, numbered
from bot.screens.promotion import (
    QUESTIONS,
    ROLES_ASKED,
    company_names,
    proposes_amount,
    render_deal_preview,
)
from bot.screens.role_chips import role_named
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import ContactKind, FunctionalOption, SubjectKind
from core.errors import Invalid, OptionOff, PartnerAmbiguous
from core.services.promotion_terms import DealTerms
from core.values import ContactId, DialogState, InteractionId, RefKind

verbs = VerbTable()

DEALS = FunctionalOption.DEALS
NEW_WORDS = frozenset({"new", "новая", "новый", "новое"})


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


@verbs.variant("deal", RefKind.CONTACT, option=DEALS, usage=N_("/deal c5 Spare parts"))
async def make_deal_with(turn: Turn, arguments: Arguments) -> Reply | None:
    """Open a deal with a contact; a person's only present company is the client."""
    contact_id = ContactId(arguments.ref(RefKind.CONTACT).id)
    if not arguments:
        return ask(turn, "deal", f"c{contact_id}", turn._("What is the deal about?"))
    card = await turn.services.views.contact_card(turn.caller, contact_id)
    is_person = card.kind is ContactKind.PERSON
    present = [one.id for one in card.related if one.until is None] if is_person else [card.id]
    await turn.services.deals.create(
        turn.caller,
        arguments.text(),
        partner_id=ContactId(present[0]) if len(present) == 1 else None,
        person_id=contact_id if is_person else None,
    )
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
    if kind is SubjectKind.DEAL:
        draft = replace(read_draft(turn.dialog, interaction_id), title=title or "")
        return await _create_deal(turn, draft)
    await turn.services.promotion.promote(turn.caller, interaction_id, kind, title=title)
    return None


async def _create_deal(
    turn: Turn, draft: PromotionDraft, partner_id: ContactId | None = None
) -> Reply | None:
    """Create a deal as it was drafted; where its client has to be chosen first, nothing is lost meanwhile."""
    interaction_id = InteractionId(draft.interaction_id)
    terms = await _terms_of(turn, draft)
    if turn.flow == FLOW:
        turn.set_dialog(None)
    try:
        await turn.services.promotion.promote(
            turn.caller,
            interaction_id,
            SubjectKind.DEAL,
            title=draft.title or None,
            partner_id=partner_id,
            terms=terms,
        )
    except PartnerAmbiguous as error:
        return await _ask_client(turn, draft, error.candidates)
    return None


async def _terms_of(turn: Turn, draft: PromotionDraft) -> DealTerms:
    """What was captured, as far as the draft takes it, and what was chosen."""
    interaction_id = InteractionId(draft.interaction_id)
    preview = await turn.services.promotion.preview(turn.caller, interaction_id, SubjectKind.DEAL)
    proposed = preview.sum if draft.with_amount and await proposes_amount(turn, preview) else None
    asked = preview.demand if draft.with_demand else None
    return DealTerms(
        kind_id=draft.kind_id,
        amount=f"{proposed.amount:f}" if proposed is not None else None,
        currency=proposed.currency if proposed is not None else None,
        amount_from_id=InteractionId(proposed.shown_by_id) if proposed is not None else None,
        demand=asked.text if asked is not None else None,
        asked_in_id=InteractionId(asked.asked_in_id) if asked is not None else None,
        asked_by_id=ContactId(asked.asked_by_id)
        if asked is not None and asked.asked_by_id is not None
        else None,
        event_id=preview.event.subject_id if preview.event is not None and draft.with_event else None,
        roles=draft.named_roles,
    )


async def _ask_client(turn: Turn, draft: PromotionDraft, candidates: tuple[ContactId, ...]) -> Reply:
    ref = f"i{draft.interaction_id}"
    turn.set_dialog(draft.as_dialog())
    subject_id = await turn.services.views.subject_of(turn.caller, InteractionId(draft.interaction_id))
    lead = (SubjectKind.DEAL, ref, f"s{subject_id}")
    names = await company_names(turn, candidates)
    keyboard, choices = numbered([act(f"🏢 {name}", "make", *lead, f"c{one}") for one, name in names.items()])
    others = act(turn._("🔎 Another"), "pick", "c", "make", *lead)
    text = turn._("Several companies take part. Nothing was created yet: who is the client?")
    return Say(esc(text), (*keyboard, (others, act(turn._("✖️ Cancel"), "cancel"))), choices)


@verbs.verb("make")
async def create(turn: Turn, arguments: Arguments) -> Reply | None:
    """Create what was previewed, with the client that was chosen and what else was.

    Once the interaction belongs elsewhere, for example after a double tap, nothing is done.
    """
    kind = _read_kind(turn, arguments.word())
    interaction_id = InteractionId(arguments.ref(RefKind.INTERACTION).id)
    previewed = arguments.ref(RefKind.SUBJECT)
    if await turn.services.views.subject_of(turn.caller, interaction_id) != previewed.id:
        return Show(f"i{interaction_id}", note="subject_changed")
    partner = arguments.optional_ref(RefKind.CONTACT)
    partner_id = ContactId(partner.id) if partner is not None else None
    if kind is SubjectKind.DEAL:
        return await _create_deal(turn, read_draft(turn.dialog, interaction_id), partner_id)
    await turn.services.promotion.promote(turn.caller, interaction_id, kind, partner_id=partner_id)
    return None


@verbs.verb("draft", option=DEALS)
async def choose(turn: Turn, arguments: Arguments) -> Reply:
    """Choose the kind, a role, or whether sum and demand are taken over; the preview then shows it."""
    interaction_id = arguments.ref(RefKind.INTERACTION).id
    draft = read_draft(turn.dialog, interaction_id)
    what = arguments.word()
    after = 0
    match what:
        case "kind":
            draft = replace(draft, kind_id=arguments.integer())
        case "amount":
            draft = replace(draft, with_amount=arguments.switch())
        case "demand":
            draft = replace(draft, with_demand=arguments.switch())
        case "event":
            draft = replace(draft, with_event=arguments.switch())
        case "role":
            contact_id = ContactId(arguments.integer())
            draft = draft.with_role(contact_id, await role_named(turn, contact_id, arguments.word()))
            after = arguments.integer()
        case _:
            raise Invalid("field", what)
    turn.set_dialog(draft.as_dialog())
    if 0 < after < ROLES_ASKED:
        preview = await turn.services.promotion.preview(
            turn.caller, InteractionId(interaction_id), SubjectKind.DEAL
        )
        if after < len(preview.candidates):
            return Show(f"promote_role:{interaction_id}:{after + 1}")
    screen = await render_deal_preview(turn, draft)
    return Say(screen.text, screen.keyboard, screen.choices)


@verbs.verb("make_titled")
async def ask_title(turn: Turn, arguments: Arguments) -> Reply:
    """Ask for another title than the proposed one; it is then created, with what else was chosen."""
    kind = _read_kind(turn, arguments.word())
    ref = arguments.ref(RefKind.INTERACTION)
    draft = read_draft(turn.dialog, ref.id)
    question = ask(turn, kind, str(ref), turn._("What is it called?"))
    asked = turn.caller.origin.dialog
    if kind is SubjectKind.DEAL and asked is not None:
        turn.set_dialog(DialogState(asked.flow, asked.step, {**draft.as_data(), **asked.data}))
    return question


def _read_kind(turn: Turn, word: str) -> SubjectKind:
    if word not in {kind.value for kind in QUESTIONS}:
        raise Invalid("kind", word)
    kind = SubjectKind(word)
    if kind is SubjectKind.DEAL and turn.lacks(DEALS):
        raise OptionOff(DEALS)
    return kind
