"""Who takes part in a deal, as what, and the team."""

from bot.html import Html, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, go, numbered, pager, rows
from bot.screens.coverage_lines import coverage_lines
from bot.screens.deal_lines import load_deal
from bot.screens.listing import back_row, cut, number_row, numbered_lines, title
from bot.screens.role_chips import role_choices
from bot.screens.subject_lines import NAME_LIMIT, team_line
from bot.texts.deal_roles import role_word
from bot.texts.kinds import CONTACT_SIGNS
from core.enums import FunctionalOption
from core.errors import NotFound
from core.queries.subject_card import SubjectPerson
from core.values import ContactId, Ref, RefKind

screens = ScreenTable()

UNLINKED = "❔"
"""The sign of a participant that is no contact (yet)."""


@screens.screen("deal_people", option=FunctionalOption.DEALS)
async def show_people(reader: Reader, address: Address) -> Screen:
    """The people of a deal, those who are contacts with a number that leads to their role."""
    card = await load_deal(reader, address)
    people = sorted(card.subject.people, key=lambda one: one.contact_id is None)
    shown, page, pages = cut(people, address.number(1))
    known = [one for one in shown if one.contact_id is not None]
    row, choices = number_row([go(one.name, f"deal_role:{card.id}:{one.contact_id}") for one in known])
    ref = f"d{card.id}"
    text = lines(
        title("👥", card.subject.title, len(people)),
        *numbered_lines([_line(reader, one) for one in known]),
        *(_line(reader, one) for one in shown if one.contact_id is None),
        team_line(reader, card.subject),
        *await coverage_lines(reader, card.id),
        esc(reader._("A number gives a role.")) if known and card.closed_at is None else None,
    )
    adding = (
        []
        if card.closed_at is not None
        else [
            act(reader._("➕ Person or company"), "pick", "c", "role", ref),
            go(reader._("➕ Colleague"), f"deal_team:{card.id}"),
        ]
    )
    keyboard = (
        row if card.closed_at is None else (),
        pager(f"deal_people:{card.id}", page, pages),
        *rows(adding),
        back_row(reader, ref),
    )
    return Screen(text, keyboard, choices if card.closed_at is None else ())


def _line(reader: Reader, person: SubjectPerson) -> Html:
    sign = CONTACT_SIGNS[person.kind] if person.kind is not None else UNLINKED
    return join(
        " · ",
        esc(f"{sign} {shorten(person.name, NAME_LIMIT)}"),
        esc(role_word(reader, person.role)),
        fill("/{ref}", ref=esc(f"c{person.contact_id}")) if person.contact_id is not None else None,
    )


@screens.screen("deal_role", option=FunctionalOption.DEALS)
async def show_roles(reader: Reader, address: Address) -> Screen:
    """The parts that a contact may have in a deal."""
    card = await load_deal(reader, address)
    contact_id = ContactId(address.number(1, default=0))
    if not contact_id:
        raise NotFound(Ref(RefKind.CONTACT, 0))
    contact = await reader.services.contacts.get(contact_id)
    deal, who = f"d{card.id}", f"c{contact.id}"
    offered = await role_choices(reader, contact.kind)
    buttons = [
        *(act(name, "role_as", deal, who, key) for key, name in offered.items()),
        act(reader._("Without a role"), "role_as", deal, who, "none"),
        act(reader._("✏️ In own words"), "role_words", deal, who),
    ]
    keyboard, choices = numbered(buttons)
    text = fill(
        reader._("Which part does <b>{name}</b> /{ref} have in {title}?"),
        name=esc(shorten(contact.name, NAME_LIMIT)),
        ref=esc(who),
        title=esc(shorten(card.subject.title, NAME_LIMIT)),
    )
    return Screen(text, (*keyboard, back_row(reader, f"deal_people:{card.id}")), choices)


@screens.screen("deal_team", option=FunctionalOption.DEALS)
async def show_colleagues(reader: Reader, address: Address) -> Screen:
    """Colleagues who could join the team."""
    card = await load_deal(reader, address)
    members = {one.id for one in card.subject.team}
    others = [one for one in await reader.services.people.list_colleagues() if one.id not in members]
    shown, page, pages = cut(others, address.number(1))
    buttons = [act(f"👤 {one.name}", "team", f"d{card.id}", f"u{one.id}") for one in shown]
    text = (
        fill(
            reader._("Who joins the team of <b>{title}</b>? They will see all of it."),
            title=esc(shorten(card.subject.title, NAME_LIMIT)),
        )
        if others
        else esc(reader._("All colleagues are in the team."))
    )
    keyboard = (
        *rows(buttons),
        pager(f"deal_team:{card.id}", page, pages),
        back_row(reader, f"deal_people:{card.id}"),
    )
    return Screen(text, keyboard)
