"""Contacts: new ones, their fields, two that are one (domain.md P5)."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.asking import ask
from bot.contact_text import read_contact
from bot.errors import UsageWrong
from bot.html import esc, fill, shorten
from bot.i18n import N_
from bot.screens.base import act, numbered
from bot.screens.found import found_label
from bot.screens.preferences import zone_label
from bot.texts.contacts import read_contact_field
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable
from bot.zones import find_zones
from core.enums import AddressKind, ContactKind
from core.errors import Invalid, NotFound
from core.rules.coordinates import parse_address
from core.services.contacts import ContactDraft, Partnership
from core.values import Address, ContactId, Ref, RefKind

verbs = VerbTable()

NEW_WORDS = frozenset({"new", "новый", "новая", "новое"})
MERGE_WORDS = frozenset({"merge", "объединить", "слить"})
CLEAR_WORDS = frozenset({"-", "none", "нет"})
FOUND_LIMIT = 8

QUESTIONS = {
    "name": N_("What is the name?"),
    "phone": N_("Which phone number?"),
    "email": N_("Which e-mail address?"),
    "messenger": N_("Which name in the messenger? For example: @john_smith"),
    "site": N_("Which site?"),
    "post": N_("Which postal address?"),
    "tax_number": N_("Which tax number?"),
    "partner": N_("Which company? Its name, or a reference like c4."),
    "timezone": N_("Where are they? A city, a country, or +3; none: as their phone number tells."),
}


def _contact(arguments: Arguments) -> ContactId:
    return ContactId(arguments.ref(RefKind.CONTACT).id)


@verbs.verb("contacts", usage=N_("/contacts"), menu=N_("Contacts"), menu_order=65)
async def show_contacts(_turn: Turn, _arguments: Arguments) -> Reply:
    """The contacts."""
    return Show("contacts")


@verbs.verb(
    "contact", usage=N_("/contact new John Smith, +7 916 123-45-67 company c4 · /contact merge c4 c5")
)
async def care_for_contacts(turn: Turn, arguments: Arguments) -> Reply | None:
    """Make a contact, or make one of two."""
    if not arguments:
        return Show("contacts")
    if Ref.parse(arguments.peek()) is not None:
        return await edit_contact(turn, arguments)
    word = arguments.word().casefold()
    if word in MERGE_WORDS:
        return await merge(turn, arguments)
    if word not in NEW_WORDS:
        raise UsageWrong
    if not arguments:
        question = turn._("Who? A name, with phone or e-mail; for a company add the word company.")
        return ask(turn, "contact", "new", question)
    said = read_contact(arguments.text(), turn.user.country)
    draft = ContactDraft(said.kind, said.name, said.addresses, said.partner_id)
    await turn.services.contacts.create(turn.caller, draft)
    return None


@verbs.verb("contact_merge")
async def merge(turn: Turn, arguments: Arguments) -> Reply | None:
    """Make two contacts one: the first stays."""
    keep, away = _contact(arguments), _contact(arguments)
    await turn.services.merging.merge(turn.caller, keep, away)
    return None


@verbs.variant("edit", RefKind.CONTACT, usage=N_("/edit c4 phone +7 916 123-45-67"))
async def edit_contact(turn: Turn, arguments: Arguments) -> Reply | None:
    """Change a field; without a value it is asked for, without a field they are shown."""
    contact_id = _contact(arguments)
    if not arguments:
        return Show(f"contact_edit:{contact_id}")
    field = read_contact_field(arguments.word())
    if not arguments:
        return _ask_field(turn, contact_id, field)
    value = arguments.text()
    if field == "partner" and Ref.parse(value) is None:
        return await _offer_companies(turn, contact_id, value)
    if field == "timezone":
        return await _set_zone(turn, contact_id, value)
    if field in set(AddressKind):
        await _add_address(turn, contact_id, AddressKind(field), value)
        return None
    edit = _EDITORS.get(field)
    if edit is None:
        raise Invalid("field", field)
    await edit(turn, contact_id, value)
    return None


@verbs.verb("contact_field")
async def ask_field(turn: Turn, arguments: Arguments) -> Reply:
    """Ask for the value of a field."""
    return _ask_field(turn, _contact(arguments), arguments.word())


def _ask_field(turn: Turn, contact_id: ContactId, field: str) -> Reply:
    if field not in QUESTIONS:
        raise Invalid("field", field)
    return ask(turn, "edit", f"c{contact_id} {field}", turn._(QUESTIONS[field]))


@verbs.verb("contact_drop")
async def drop_address(turn: Turn, arguments: Arguments) -> None:
    """Take a coordinate from a contact."""
    contact_id, address_id = _contact(arguments), arguments.integer()
    card = await turn.services.views.contact_card(turn.caller, contact_id)
    found = next((one for one in card.addresses if one.id == address_id), None)
    if found is None:
        raise NotFound(Ref(RefKind.CONTACT, contact_id))
    address = Address(found.kind, found.value, found.original)
    await turn.services.contacts.remove_address(turn.caller, contact_id, address)


async def _add_address(turn: Turn, contact_id: ContactId, kind: AddressKind, value: str) -> None:
    address = parse_address(kind, value, turn.user.country)
    if address is None:
        raise Invalid(kind, value)
    await turn.services.contacts.add_address(turn.caller, contact_id, address)


async def _offer_companies(turn: Turn, contact_id: ContactId, words: str) -> Reply:
    page = await turn.services.search.find(
        turn.caller, words, limit=FOUND_LIMIT, kinds=frozenset({RefKind.CONTACT})
    )
    companies = [one for one in page.rows if one.kind is ContactKind.PARTNER]
    if not companies:
        raise Invalid("partner", words)
    buttons = [act(found_label(turn, one), "edit", f"c{contact_id}", "partner", one.ref) for one in companies]
    keyboard, choices = numbered(buttons)
    return Say(fill(turn._("Which one is <i>{words}</i>?"), words=esc(shorten(words, 60))), keyboard, choices)


async def _set_zone(turn: Turn, contact_id: ContactId, words: str) -> Reply | None:
    if words.casefold() in CLEAR_WORDS:
        await turn.services.contacts.set_timezone(turn.caller, contact_id, None)
        return None
    zones = await asyncio.to_thread(find_zones, words, turn.now)
    if not zones:
        raise Invalid("timezone", words)
    if len(zones) == 1:
        await turn.services.contacts.set_timezone(turn.caller, contact_id, zones[0])
        return None
    buttons = [act(zone_label(turn, one), "edit", f"c{contact_id}", "timezone", one) for one in zones]
    keyboard, choices = numbered(buttons)
    return Say(esc(turn._("Which of these?")), keyboard, choices)


async def _rename(turn: Turn, contact_id: ContactId, value: str) -> None:
    await turn.services.contacts.rename(turn.caller, contact_id, value)


async def _set_tax_number(turn: Turn, contact_id: ContactId, value: str) -> None:
    number = None if value.casefold() in CLEAR_WORDS else value
    await turn.services.contacts.set_tax_number(turn.caller, contact_id, number)


async def _set_partner(turn: Turn, contact_id: ContactId, value: str) -> None:
    ref = Ref.parse(value)
    if ref is None or ref.kind is not RefKind.CONTACT:
        raise Invalid("partner", value)
    await turn.services.contacts.set_partner(turn.caller, Partnership(contact_id, ContactId(ref.id)))


_EDITORS: dict[str, Callable[[Turn, ContactId, str], Awaitable[None]]] = {
    "name": _rename,
    "tax_number": _set_tax_number,
    "partner": _set_partner,
}
