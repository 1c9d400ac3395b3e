"""What making a deal, claim or event of a chain would come to, before it is done (domain.md S6)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.formats import format_number, format_sum
from bot.html import Html, bold, esc, fill, join, lines, shorten
from bot.i18n import N_
from bot.promoting import PromotionDraft, read_draft
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, numbered, rows
from bot.screens.listing import back_row
from bot.screens.role_chips import role_choices
from bot.texts.kinds import SUBJECT_SIGNS
from core.enums import FunctionalOption, SubjectKind
from core.errors import Invalid
from core.queries.sales import KindView
from core.values import ContactId, InteractionId

if TYPE_CHECKING:
    from core.queries.promotion import ProposedDemand, ProposedSum
    from core.services.promotion_terms import PromotionPreview

screens = ScreenTable()

NAME_LIMIT = 40
PEOPLE_LIMIT = 8
COMPANIES_LIMIT = 8
TITLE_LIMIT = 200
LABEL_LIMIT = 24
ROLES_ASKED = 3
"""People whose roles are asked one after the other (conversation.md 3); the others get theirs on the card."""

QUESTIONS = {
    SubjectKind.DEAL: N_("A new deal?"),
    SubjectKind.CLAIM: N_("A new claim?"),
    SubjectKind.EVENT: N_("A new event?"),
}


@screens.screen("promote")
async def show_preview(reader: Reader, address: Address) -> Screen:
    """``promote:deal:12``: what would be made, with Create."""
    kind = _read_kind(reader, address)
    interaction_id = InteractionId(address.number(1))
    if kind is SubjectKind.DEAL:
        return await render_deal_preview(reader, read_draft(reader.user.dialog, interaction_id))
    ref = f"i{interaction_id}"
    preview = await reader.services.promotion.preview(reader.caller, interaction_id, kind)
    create = act(reader._("✅ Create"), "make", *await _lead(reader, kind, interaction_id))
    other = act(reader._("✏️ Another title"), "make_titled", kind, ref)
    text = lines(*_heading(reader, kind, preview.title), *_moving(reader, preview))
    return Screen(text, ((create,), (other,), back_row(reader, ref)), (create.data,))


async def render_deal_preview(reader: Reader, draft: PromotionDraft) -> Screen:
    """Title, company, kind, sum, people with roles, and what can be chosen otherwise.

    The buttons name the subject that was previewed, so that a second tap makes nothing more.
    """
    interaction_id = InteractionId(draft.interaction_id)
    ref = f"i{interaction_id}"
    preview = await reader.services.promotion.preview(reader.caller, interaction_id, SubjectKind.DEAL)
    lead = await _lead(reader, SubjectKind.DEAL, interaction_id)
    companies = await company_names(reader, preview.partner_ids)
    kinds = await reader.services.deal_kinds.list_kinds()
    has_amount = await proposes_amount(reader, preview)
    text = lines(
        *_heading(reader, SubjectKind.DEAL, draft.title or preview.title),
        _companies(reader, list(companies.values())),
        _kind(reader, kinds, draft),
        _amount(reader, preview.sum)
        if preview.sum is not None and has_amount and draft.with_amount
        else None,
        _demand(reader, preview.demand) if preview.demand and draft.with_demand else None,
        _source(reader, preview) if draft.with_event else None,
        *_moving(reader, preview, draft.roles),
    )
    creating = (
        [act(f"✅ {name}", "make", *lead, f"c{one}") for one, name in companies.items()]
        if len(companies) > 1
        else [act(reader._("✅ Create"), "make", *lead)]
    )
    keyboard, choices = numbered(creating) if len(creating) > 1 else (rows(creating), (creating[0].data,))
    others = rows(
        [
            act(reader._("✏️ Another title"), "make_titled", SubjectKind.DEAL, ref),
            go(reader._("💼 Another kind"), f"promote_kinds:{interaction_id}") if len(kinds) > 1 else None,
            go(reader._("👥 Roles"), f"promote_role:{interaction_id}:1") if preview.candidates else None,
            *_switches(reader, preview, draft, has_amount=has_amount),
        ]
    )
    return Screen(text, (*keyboard, *others, back_row(reader, ref)), choices)


async def proposes_amount(reader: Reader, preview: "PromotionPreview") -> bool:
    """Whether a sum was spoken of that a deal can have: one in a currency that is not on the list stays unread."""
    if preview.sum is None or preview.sum.currency is None:
        return preview.sum is not None
    return preview.sum.currency in {one.code for one in await reader.services.currencies.list_currencies()}


async def _lead(reader: Reader, kind: SubjectKind, interaction_id: InteractionId) -> tuple[str, str, str]:
    subject_id = await reader.services.views.subject_of(reader.caller, interaction_id)
    return kind, f"i{interaction_id}", f"s{subject_id}"


def _heading(reader: Reader, kind: SubjectKind, name: str) -> tuple[Html, Html]:
    question = fill(
        "{sign} {question}", sign=esc(SUBJECT_SIGNS[kind]), question=esc(reader._(QUESTIONS[kind]))
    )
    return question, bold(esc(shorten(name, TITLE_LIMIT)))


def _moving(
    reader: Reader, preview: "PromotionPreview", roles: Mapping[int, str] | None = None
) -> tuple[Html | None, Html]:
    count = reader.ngettext(
        "{n} interaction goes along", "{n} interactions go along", preview.interactions
    ).format(n=preview.interactions)
    named = {one.name: roles.get(one.contact_id, "") for one in preview.candidates} if roles else {}
    people = tuple(f"{one} ({named[one]})" if named.get(one) else one for one in preview.people)
    return _people(reader, people), esc(count)


def _kind(reader: Reader, kinds: Sequence[KindView], draft: PromotionDraft) -> Html | None:
    """The kind that the deal would be of; nothing to say where there is but one."""
    chosen = next((one for one in kinds if one.id == draft.kind_id), None)
    chosen = chosen or next((one for one in kinds if one.is_default), None)
    if chosen is None or len(kinds) < 2:
        return None
    return fill(reader._("Kind: {kind}"), kind=esc(chosen.name))


def _sum(reader: Reader, proposed: "ProposedSum") -> str:
    if proposed.currency is None:
        return format_number(proposed.amount, reader.tr)
    return format_sum(proposed.amount, proposed.currency, reader.tr)


def _amount(reader: Reader, proposed: "ProposedSum") -> Html:
    return fill(
        reader._("Sum: {sum} · as /{ref} says"),
        sum=esc(_sum(reader, proposed)),
        ref=esc(f"i{proposed.shown_by_id}"),
    )


def _demand(reader: Reader, proposed: "ProposedDemand") -> Html:
    return join(
        " · ",
        fill(reader._("Demand: {text}"), text=esc(shorten(proposed.text, TITLE_LIMIT))),
        esc(shorten(proposed.asked_by, NAME_LIMIT)) if proposed.asked_by is not None else None,
        fill(reader._("as /{ref} says"), ref=esc(f"i{proposed.asked_in_id}")),
    )


def _source(reader: Reader, preview: "PromotionPreview") -> Html | None:
    if preview.event is None:
        return None
    return fill(
        reader._("Source: 📣 {title} /{ref}"),
        title=esc(shorten(preview.event.title, NAME_LIMIT)),
        ref=esc(f"s{preview.event.subject_id}"),
    )


def _switches(
    reader: Reader, preview: "PromotionPreview", draft: PromotionDraft, *, has_amount: bool
) -> list[Button]:
    """One tap to leave out what is taken, or to take what is not."""
    found = []
    if has_amount and preview.sum is not None:
        taken = reader._("✖️ Without the sum")
        left = reader._("💰 With {sum}").format(sum=_sum(reader, preview.sum))
        found.append(_switch(draft, "amount", taken, left, is_on=draft.with_amount))
    if preview.demand is not None:
        taken = reader._("✖️ Without the demand")
        left = reader._("🎯 Demand: {text}").format(text=shorten(preview.demand.text, LABEL_LIMIT))
        found.append(_switch(draft, "demand", taken, left, is_on=draft.with_demand))
    if preview.event is not None:
        taken = reader._("✖️ Without the source")
        left = reader._("📣 From {title}").format(title=shorten(preview.event.title, LABEL_LIMIT))
        found.append(_switch(draft, "event", taken, left, is_on=draft.with_event))
    return found


def _switch(draft: PromotionDraft, name: str, taken: str, left: str, *, is_on: bool) -> Button:
    return act(taken if is_on else left, "draft", f"i{draft.interaction_id}", name, "off" if is_on else "on")


@screens.screen("promote_kinds", option=FunctionalOption.DEALS)
async def show_kinds(reader: Reader, address: Address) -> Screen:
    """``promote_kinds:12``: of which kind the deal would be."""
    interaction_id = address.number()
    kinds = await reader.services.deal_kinds.list_kinds()
    keyboard, choices = numbered(
        [act(one.name, "draft", f"i{interaction_id}", "kind", one.id) for one in kinds]
    )
    text = esc(reader._("Which kind of deal is it?"))
    return Screen(text, (*keyboard, back_row(reader, f"promote:deal:{interaction_id}")), choices)


@screens.screen("promote_role", option=FunctionalOption.DEALS)
async def show_roles(reader: Reader, address: Address) -> Screen:
    """``promote_role:12:1``: which part the first of the people has in the deal."""
    interaction_id, place = InteractionId(address.number()), address.number(1)
    preview = await reader.services.promotion.preview(reader.caller, interaction_id, SubjectKind.DEAL)
    if place > min(len(preview.candidates), ROLES_ASKED):
        return await render_deal_preview(reader, read_draft(reader.user.dialog, interaction_id))
    who = preview.candidates[place - 1]
    ref = f"i{interaction_id}"
    offered = await role_choices(reader, who.kind)
    buttons = [act(name, "draft", ref, "role", who.contact_id, key, place) for key, name in offered.items()]
    buttons.append(act(reader._("Without a role"), "draft", ref, "role", who.contact_id, "none", place))
    keyboard, choices = numbered(buttons)
    text = fill(
        reader._("Which part does <b>{name}</b> /{ref} have in the deal?"),
        name=esc(shorten(who.name, NAME_LIMIT)),
        ref=esc(f"c{who.contact_id}"),
    )
    return Screen(text, (*keyboard, back_row(reader, f"promote:deal:{interaction_id}")), choices)


def _read_kind(reader: Reader, address: Address) -> SubjectKind:
    word = address.words[0] if address.words else ""
    if word not in {kind.value for kind in QUESTIONS}:
        raise Invalid("kind", word)
    kind = SubjectKind(word)
    if kind is SubjectKind.DEAL and reader.lacks(FunctionalOption.DEALS):
        raise Invalid("kind", word)
    return kind


async def company_names(reader: Reader, ids: tuple[ContactId, ...]) -> dict[ContactId, str]:
    """The names of the first few companies."""
    return {one: (await reader.services.contacts.get(one)).name for one in ids[:COMPANIES_LIMIT]}


def _companies(reader: Reader, names: list[str]) -> Html:
    if not names:
        return esc(reader._("Company: not known yet"))
    if len(names) == 1:
        return fill(reader._("Company: {name}"), name=esc(shorten(names[0], NAME_LIMIT)))
    return esc(reader._("Several companies take part. Who is the client?"))


def _people(reader: Reader, people: tuple[str, ...]) -> Html | None:
    if not people:
        return None
    named = ", ".join(shorten(one, NAME_LIMIT) for one in people[:PEOPLE_LIMIT])
    more = " …" if len(people) > PEOPLE_LIMIT else ""
    return fill(reader._("People: {names}"), names=esc(named + more))
