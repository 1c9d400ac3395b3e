"""The participants of an interaction, and who one of them is (domain.md P1, P4)."""

from bot.contact_text import split_presentation
from bot.html import Html, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, numbered, rows
from bot.screens.listing import back_row, number_row, numbered_lines, title
from bot.texts.kinds import CONTACT_SIGNS
from core.enums import ContactKind
from core.queries.contact_card import ContactRow
from core.queries.interaction_people import ParticipantView
from core.values import InteractionId, ParticipantId

screens = ScreenTable()

NAME_LIMIT = 60
SHOWN = 20
LINKED_NOT = "❔"


@screens.screen("participants")
async def show_participants(reader: Reader, address: Address) -> Screen:
    """``participants:12``: everybody in an interaction; a number says who they are."""
    card = await reader.services.views.interaction_card(reader.caller, InteractionId(address.number()))
    ref = f"i{card.id}"
    shown = card.participants[:SHOWN]
    row, choices = number_row([go(one.name, f"who:{card.id}:{one.id}") for one in shown])
    number_rows = tuple(row[start : start + 7] for start in range(0, len(row), 7))
    text = lines(
        title("👥", reader._("Participants"), len(card.participants)),
        *numbered_lines([participant_line(one) for one in shown]),
        esc(reader._("A number says who somebody is.")) if shown else esc(reader._("Nobody yet.")),
    )
    adding = act(reader._("➕ Add"), "participant", ref, "add")
    return Screen(text, (*number_rows, (adding,), back_row(reader, ref)), choices)


def participant_line(participant: ParticipantView) -> Html:
    """A participant with coordinates and contact."""
    kind = participant.contact_kind
    sign = CONTACT_SIGNS[kind] if kind is not None else LINKED_NOT
    coordinates = ", ".join(one.original for one in participant.addresses)
    return join(
        " · ",
        esc(f"{sign} {shorten(participant.name, NAME_LIMIT)}"),
        esc(shorten(coordinates, NAME_LIMIT)),
        fill("/{ref}", ref=esc(f"c{participant.contact_id}")) if participant.contact_id is not None else None,
        esc(f"p{participant.id}"),
    )


@screens.screen("who")
async def show_candidates(reader: Reader, address: Address) -> Screen:
    """``who:12:3``: whom a participant may be: contacts, a new person, a new company."""
    interaction_id = InteractionId(address.number())
    found = await reader.services.views.link_candidates(
        reader.caller, interaction_id, ParticipantId(address.number(1, default=0))
    )
    one = found.participant
    lead = (f"i{interaction_id}", f"p{one.id}")
    back = back_row(reader, f"participants:{interaction_id}")
    if one.contact_id is not None:
        text = fill(
            reader._("<b>{presentation}</b> is {name} /{ref}."),
            presentation=esc(shorten(one.presentation, NAME_LIMIT)),
            name=esc(shorten(one.name, NAME_LIMIT)),
            ref=esc(f"c{one.contact_id}"),
        )
        buttons = [
            go(reader._("👤 Card"), f"c{one.contact_id}"),
            act(reader._("✂️ Not them"), "unlink", *lead),
        ]
        return Screen(text, (*rows(buttons), back))
    known = [act(_candidate(contact), "link", *lead, f"c{contact.id}") for contact in found.contacts]
    keyboard, choices = numbered([*known, *_new_ones(one, lead)])
    text = lines(
        fill(
            reader._("Who is <b>{presentation}</b>?"), presentation=esc(shorten(one.presentation, NAME_LIMIT))
        ),
        esc(", ".join(address.original for address in one.addresses)) if one.addresses else None,
        esc(reader._("Earlier letters and calls with the same phone or e-mail follow."))
        if one.addresses
        else None,
    )
    others = [
        act(reader._("🔎 Search"), "pick", "c", "link", *lead),
        act(reader._("✖️ Take off"), "participant", lead[0], "remove", lead[1]),
    ]
    return Screen(text, (*keyboard, *rows(others), back), choices)


def _candidate(contact: ContactRow) -> str:
    partner = f", {contact.partner}" if contact.partner else ""
    return f"{CONTACT_SIGNS[contact.kind]} {contact.name}{partner}"


def _new_ones(participant: ParticipantView, lead: tuple[str, str]) -> list[Button]:
    person, company = split_presentation(participant.presentation)
    return [
        act(f"➕ {CONTACT_SIGNS[ContactKind.PERSON]} {person}", "introduce", *lead, "person"),
        act(f"➕ {CONTACT_SIGNS[ContactKind.PARTNER]} {company}", "introduce", *lead, "company"),
    ]
