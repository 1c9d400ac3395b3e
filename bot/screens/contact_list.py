"""The list of contacts, and pairs that may be one."""

from bot.html import Html, bold, esc, fill, join, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, go, numbered, pager
from bot.screens.listing import back_row, number_row, numbered_lines, title
from bot.texts.kinds import CONTACT_SIGNS
from core.queries.contact_card import ContactRow
from core.queries.merges import MergeReason

screens = ScreenTable()

NAME_LIMIT = 60
PAIRS = 6

REASONS = {
    MergeReason.COORDINATE: N_("same phone or e-mail"),
    MergeReason.NAME: N_("same name"),
}


@screens.screen("contacts")
async def show_contacts(reader: Reader, address: Address) -> Screen:
    """Contacts, those last in touch first."""
    page = await reader.services.views.contacts(reader.caller, address.number())
    row, choices = number_row([go(one.name, f"c:{one.id}:contacts:{page.number}") for one in page.rows])
    text = lines(
        title("👤", reader._("Contacts"), page.total, more=page.more),
        *(
            numbered_lines([contact_line(reader, one) for one in page.rows])
            or [esc(reader._("No contacts yet: they come with calls and letters, or by /contact new."))]
        ),
    )
    keyboard = (
        row,
        pager("contacts", page.number, page.pages),
        (act(reader._("➕ New contact"), "contact", "new"), go(reader._("🔀 Doubles"), "doubles")),
        (go(reader._("‹ More"), "more"),),
    )
    return Screen(text, keyboard, choices)


def contact_line(reader: Reader, contact: ContactRow) -> Html:
    """A contact as an entry of a list."""
    name = esc(shorten(contact.name, NAME_LIMIT))
    last = contact.last_interaction_at
    return join(
        " · ",
        fill(
            "{sign} {name}",
            sign=esc(CONTACT_SIGNS[contact.kind]),
            name=bold(name) if contact.unreviewed else name,
        ),
        esc(shorten(contact.partner, NAME_LIMIT)) if contact.partner else None,
        reader.when(last) if last is not None else None,
        fill("/{ref}", ref=esc(f"c{contact.id}")),
    )


@screens.screen("doubles")
async def show_doubles(reader: Reader, _address: Address) -> Screen:
    """Contacts that may be one; merged only by a tap, and by undo apart again (domain.md P5)."""
    pairs = await reader.services.merging.suggest_merges(PAIRS)
    buttons = [
        act(f"{one.keep_name} ← {one.away_name}", "contact_merge", f"c{one.keep_id}", f"c{one.away_id}")
        for one in pairs
    ]
    keyboard, choices = numbered(buttons)
    entries = [
        fill(
            "{keep} /{keep_ref} ← {away} /{away_ref} · {reason}",
            keep=esc(shorten(one.keep_name, NAME_LIMIT)),
            keep_ref=esc(f"c{one.keep_id}"),
            away=esc(shorten(one.away_name, NAME_LIMIT)),
            away_ref=esc(f"c{one.away_id}"),
            reason=esc(reader._(REASONS[one.reason])),
        )
        for one in pairs
    ]
    text = lines(
        title("🔀", reader._("May be the same"), len(pairs)),
        *(numbered_lines(entries) or [esc(reader._("No two contacts look alike."))]),
    )
    return Screen(text, (*keyboard, back_row(reader, "contacts:1")), choices)
