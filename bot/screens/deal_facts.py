"""What is known of a deal, to be changed in place, and why it is so (domain.md D1, pains.md 9)."""

from datetime import date
from decimal import Decimal

from bot.html import Html, esc, fill, italic, join, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, numbered, rows
from bot.screens.deal_lines import load_deal, of_deal
from bot.screens.listing import back_row
from bot.screens.subject_lines import NAME_LIMIT, TITLE_LIMIT
from bot.texts.deal_fields import CHOSEN, FIELDS, LISTED, REQUIRABLE
from core.enums import DealKindType, DealStatus, FunctionalOption
from core.errors import Invalid
from core.queries.deal_card import DealCard
from core.queries.deal_facts import FIRST_CONTACT, OPENED, DealFact
from core.values import DealId

screens = ScreenTable()

DEALS = FunctionalOption.DEALS
CHOICES_LIMIT = 20
WORDS_LIMIT = 160
_CLEARED = {
    "source": N_("Without a source"),
    "competitor": N_("Without a competitor"),
}
_EXPLAINED = (*FIELDS, "stage", "responsible", "committed_on", "loss_reason")
"""Fields whose last change is told."""

_LABELS = {
    **REQUIRABLE,
    "stage": N_("Stage"),
    "responsible": N_("Responsible"),
    "loss_reason": N_("Reason of the loss"),
    FIRST_CONTACT: N_("First contact"),
}
_DAYS = frozenset({"expected_close_on", "committed_on"})
_SUMS = frozenset({"amount", "agreed", "cost"})


@screens.screen("deal_edit", option=DEALS)
async def show_fields(reader: Reader, address: Address) -> Screen:
    """The fields of a deal with their values; each asks for its new value."""
    card = await load_deal(reader, address)
    buttons = [
        field_button(card, field, reader._(label))
        for field, label in FIELDS.items()
        if not (field == "probability" and card.status is not DealStatus.IN_PROGRESS)
        and not (field == "kind" and card.status is DealStatus.LOST)
    ]
    text = lines(
        of_deal(card, reader._("✏️ What to change in <b>{title}</b> /{ref}?")),
        *(
            fill("{label}: {value}", label=esc(reader._(label)), value=value)
            for field, label in FIELDS.items()
            if (value := field_value(reader, card, field)) is not None
        ),
    )
    hand_over = go(reader._("👤 Hand over"), f"assign:d{card.id}")
    why = go(reader._("❔ Why so"), f"deal_why:{card.id}")
    return Screen(text, (*rows([*buttons, hand_over, why]), back_row(reader, f"d{card.id}")))


def field_button(card: DealCard, field: str, label: str) -> Button:
    """Changes a field: its values are offered, or it is asked for."""
    if field in CHOSEN:
        return go(label, f"deal_choose:{card.id}:{field}")
    return act(label, "deal_field", f"d{card.id}", field)


def field_value(reader: Reader, card: DealCard, field: str) -> Html | None:
    """The value of a field as the reader sees it; None where it has none."""
    if field == "title":
        return esc(shorten(card.subject.title, TITLE_LIMIT))
    value = getattr(card, field)
    if value is None:
        return None
    if field in _SUMS:
        return reader.money(value, card.currency)
    if field == "expected_close_on":
        return reader.day(value)
    if field == "probability":
        by_hand = reader._("by hand") if card.probability_by_hand else None
        return join(" · ", esc(f"{value} %"), esc(by_hand) if by_hand is not None else None)
    return esc(shorten(str(value), NAME_LIMIT))


@screens.screen("deal_choose", option=DEALS)
async def show_values(reader: Reader, address: Address) -> Screen:
    """``deal_choose:3:source``: the values that a field may have; others are typed where that makes sense."""
    card = await load_deal(reader, address)
    field = address.words[1] if len(address.words) > 1 else ""
    if field not in CHOSEN:
        raise Invalid("field", field)
    deal = f"d{card.id}"
    buttons = [act(name, "deal_set", deal, field, key) for key, name in await _values(reader, field)]
    if field == "source":
        buttons += [
            act(f"📣 {shorten(one.title, NAME_LIMIT)}", "edit", deal, field, f"s{one.subject_id}")
            for one in await reader.services.deal_views.open_events(reader.caller)
        ]
    if field in _CLEARED and getattr(card, field) is not None:
        buttons.append(act(reader._(_CLEARED[field]), "deal_set", deal, field, "none"))
    if field == "competitor":
        buttons.append(act(reader._("✏️ In own words"), "deal_field", deal, field))
    keyboard, choices = numbered(buttons)
    text = lines(
        of_deal(card, reader._("{label} of <b>{title}</b> /{ref}?"), label=esc(reader._(FIELDS[field]))),
        None if buttons else esc(reader._("The list is empty; an administrator fills it.")),
    )
    return Screen(text, (*keyboard, back_row(reader, f"deal_edit:{card.id}")), choices)


async def _values(reader: Reader, field: str) -> list[tuple[object, str]]:
    if field == "kind":
        plain_only = reader.lacks(FunctionalOption.DEAL_MANAGEMENT)
        return [
            (one.id, one.name)
            for one in await reader.services.deal_kinds.list_kinds()
            if not plain_only or one.type is DealKindType.PLAIN
        ]
    if field == "currency":
        found = await reader.services.currencies.list_currencies()
        return [(one.code, f"{one.code} {one.name}".strip()) for one in found]
    items = await reader.services.sales_lists.list_items(LISTED[field])
    return [(one.id, one.name) for one in items[:CHOICES_LIMIT]]


@screens.screen("deal_why", option=DEALS)
async def show_reasons(reader: Reader, address: Address) -> Screen:
    """Why each fact is as it is: who changed it last, when, and what it was before."""
    card = await load_deal(reader, address)
    facts = await reader.services.deal_views.facts(reader.caller, DealId(card.id), _EXPLAINED)
    shown_by = card.loss_shown_by_id
    text = lines(
        of_deal(card, reader._("❔ Why so: <b>{title}</b> /{ref}")),
        *(line for one in facts for line in _fact_lines(reader, card, one)),
        fill(reader._("Lost as /{ref} shows"), ref=esc(f"i{shown_by}")) if shown_by is not None else None,
        fill(
            reader._("Opened {when}; what is not named here is so since then."),
            when=reader.when(card.opened_at),
        ),
    )
    return Screen(text, (back_row(reader, f"d{card.id}"),))


def _fact_lines(reader: Reader, card: DealCard, fact: DealFact) -> list[Html]:
    """What it is and since when; below it the words of the interaction that it was taken from."""
    said = fact.words if fact.words != fact.after else ""
    words = italic(esc(shorten(said, WORDS_LIMIT))) if said else None
    return [_fact_line(reader, card, fact), *([words] if words is not None else [])]


def _fact_line(reader: Reader, card: DealCard, fact: DealFact) -> Html:
    before = _stored(reader, card, fact.field, fact.before)
    return join(
        " · ",
        esc(reader._(_LABELS[fact.field]))
        if fact.field == FIRST_CONTACT
        else fill(
            "{label}: {value}",
            label=esc(reader._(_LABELS[fact.field])),
            value=_stored(reader, card, fact.field, fact.after) or esc("—"),
        ),
        fill(reader._("as /{ref} says"), ref=esc(f"i{fact.shown_by_id}"))
        if fact.shown_by_id is not None
        else None,
        fill(reader._("before: {value}"), value=before) if before is not None else None,
        esc(shorten(fact.by, NAME_LIMIT)) if fact.by is not None else None,
        reader.when(fact.at) if fact.field == FIRST_CONTACT or fact.action != OPENED else None,
    )


def _stored(reader: Reader, card: DealCard, field: str, value: object) -> Html | None:
    """A value as the audit keeps it."""
    if value is None:
        return None
    if field in _SUMS:
        return reader.money(Decimal(str(value)), card.currency)
    if field == "probability":
        return esc(f"{value} %")
    if field in _DAYS:
        return reader.day(date.fromisoformat(str(value)))
    return esc(shorten(str(value), NAME_LIMIT))
