"""The card of a contact, its history, what of it can be changed."""

from bot.html import Html, bold, code, esc, fill, join, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, pager, rows
from bot.screens.interaction_line import interaction_line
from bot.screens.listing import back_row, back_to, title
from bot.screens.promise_lines import open_lines, record_line
from bot.screens.subject_lines import undo_button
from bot.texts.contacts import ADDRESS_SIGNS
from bot.texts.kinds import CONTACT_NAMES, CONTACT_SIGNS
from core.enums import AddressKind, ContactKind, FunctionalOption
from core.queries.contact_card import ContactAddressView, ContactCard, RelatedContact
from core.values import ContactId

screens = ScreenTable()

NAME_LIMIT = 100
RELATED_LIMIT = 6
_COPIED = frozenset({AddressKind.MESSENGER, AddressKind.SITE, AddressKind.POST})

FIELDS = {
    "name": N_("Name"),
    "phone": N_("➕ Phone"),
    "email": N_("➕ E-mail"),
    "partner": N_("🏢 Works for…"),
    "tax_number": N_("Tax number"),
}


@screens.screen("c")
async def show_contact(reader: Reader, address: Address) -> Screen:
    """``c45``, or ``c:45:contacts:2`` with the list it was opened from."""
    card = await reader.services.views.contact_card(reader.caller, ContactId(address.number()))
    record = (
        None
        if reader.lacks(FunctionalOption.OTHER_INTERACTIONS)
        else await reader.services.attention_views.record_of_contact(reader.caller, ContactId(card.id))
    )
    text = lines(
        _first_line(reader, card),
        bold(esc(shorten(card.name, NAME_LIMIT))) if card.unreviewed else esc(shorten(card.name, NAME_LIMIT)),
        _merged(reader, card),
        *(_related(reader, one) for one in card.related[:RELATED_LIMIT]),
        *(_address(reader, one) for one in card.addresses),
        fill(reader._("Tax number {number}"), number=esc(card.tax_number)) if card.tax_number else None,
        _standing(reader, card) or None,
        record_line(reader, record),
        *open_lines(reader, record),
        *_deals(reader, card),
        *([esc("")] if card.recent else []),
        *(interaction_line(reader, row) for row in card.recent),
    )
    return Screen(text, (*rows(_buttons(reader, card)), back_row(reader, back_to(address, 1))))


def _first_line(reader: Reader, card: ContactCard) -> Html:
    return fill(
        "{sign} {kind} · /{ref}",
        sign=esc(CONTACT_SIGNS[card.kind]),
        kind=esc(reader._(CONTACT_NAMES[card.kind])),
        ref=esc(f"c{card.id}"),
    )


def _merged(reader: Reader, card: ContactCard) -> Html | None:
    if card.merged_into_id is None:
        return None
    return fill(reader._("Merged into /{ref}"), ref=esc(f"c{card.merged_into_id}"))


def _related(reader: Reader, one: RelatedContact) -> Html:
    former = reader._("until {day}").format(day=reader.day(one.until)) if one.until is not None else ""
    return join(
        " · ",
        fill("↔ {name} /{ref}", name=esc(shorten(one.name, NAME_LIMIT)), ref=esc(f"c{one.id}")),
        esc(former),
    )


def _address(reader: Reader, address: ContactAddressView) -> Html:
    """Phones and e-mail addresses are tappable as they are; the others are copied by a tap."""
    shown = esc(address.original if address.kind in _COPIED else address.value)
    line = fill(
        "{sign} {value}",
        sign=esc(ADDRESS_SIGNS[address.kind]),
        value=code(shown) if address.kind in _COPIED else shown,
    )
    if address.bounced_at is None:
        return line
    bounced = fill(reader._("⚠️ not delivered, {when}"), when=reader.when(address.bounced_at))
    return join(" · ", line, bounced)


def _standing(reader: Reader, card: ContactCard) -> Html:
    waiting = (
        reader.ngettext("{n} unreviewed", "{n} unreviewed", card.unreviewed).format(n=card.unreviewed)
        if card.unreviewed
        else ""
    )
    last = card.last_interaction_at
    return join(
        " · ",
        esc(card.responsible) if card.responsible else None,
        esc(waiting),
        fill(reader._("last contact {when}"), when=reader.when(last)) if last is not None else None,
    )


def _deals(reader: Reader, card: ContactCard) -> list[Html]:
    if reader.lacks(FunctionalOption.DEALS):
        return []
    return [
        fill("💼 {title} /{ref}", title=esc(shorten(one.title, NAME_LIMIT)), ref=esc(f"d{one.id}"))
        for one in card.deals
    ]


def _buttons(reader: Reader, card: ContactCard) -> list[Button | None]:
    ref = f"c{card.id}"
    history = go(reader._("📜 History"), f"met:{card.id}:1")
    if card.merged_into_id is not None:
        return [history, go(reader._("👤 The one kept"), f"c{card.merged_into_id}")]
    if card.kind is ContactKind.USER:
        return [
            history,
            go(reader._("👤 Colleague"), f"u{card.user_id}") if card.user_id is not None else None,
        ]
    return [
        history,
        go(reader._("✏️ Edit"), f"contact_edit:{card.id}"),
        go(reader._("👤 Hand over"), f"assign:{ref}"),
        act(reader._("🔀 Same as…"), "pick", "c", "contact_merge", ref),
        None if reader.lacks(FunctionalOption.DEALS) else act(reader._("💼 New deal"), "deal", ref),
        undo_button(reader, card.undo_step),
    ]


@screens.screen("contact_edit")
async def show_fields(reader: Reader, address: Address) -> Screen:
    """What of a contact can be changed; each asks for its value."""
    card = await reader.services.views.contact_card(reader.caller, ContactId(address.number()))
    ref = f"c{card.id}"
    left_out = {"partner"} if card.kind is ContactKind.PARTNER else {"tax_number"}
    buttons = [
        act(reader._(label), "contact_field", ref, field)
        for field, label in FIELDS.items()
        if field not in left_out
    ]
    buttons += [act(f"✖️ {one.original}", "contact_drop", ref, one.id) for one in card.addresses]
    text = fill(
        reader._("✏️ What to change of <b>{name}</b> /{ref}?"),
        name=esc(shorten(card.name, NAME_LIMIT)),
        ref=esc(ref),
    )
    return Screen(text, (*rows(buttons), back_row(reader, ref)))


@screens.screen("met")
async def show_history(reader: Reader, address: Address) -> Screen:
    """``met:45:2``: a page of the interactions with a contact, newest first."""
    contact_id = ContactId(address.number())
    card = await reader.services.views.contact_card(reader.caller, contact_id)
    page = await reader.services.views.contact_history(reader.caller, contact_id, address.number(1))
    text = lines(
        title("📜", shorten(card.name, NAME_LIMIT), page.total, more=page.more),
        *(interaction_line(reader, row) for row in page.rows),
    )
    keyboard = (pager(f"met:{card.id}", page.number, page.pages), back_row(reader, f"c{card.id}"))
    return Screen(text, keyboard)
