"""Who is to take something over, the likeliest first and with the reason."""

from bot.html import Html, esc, fill, lines
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, numbered, pager
from bot.screens.listing import back_row, cut
from core.errors import NotFound
from core.queries.suggestions import Suggestion, SuggestionReason
from core.values import Ref, RefKind, UserId

screens = ScreenTable()

COLLEAGUES = 8
"""Shown on one page."""

REASONS = {
    SuggestionReason.STANDS_IN: N_("stands in"),
    SuggestionReason.CONTACT: N_("answers for the contact"),
    SuggestionReason.SUBJECT: N_("knows the chain"),
    SuggestionReason.DEPARTMENT: N_("same department"),
    SuggestionReason.AWAY: N_("🌴 away"),
}


@screens.screen("assign")
async def show_colleagues(reader: Reader, address: Address) -> Screen:
    """``assign:i5``: who is to answer for it; also for deals, contacts and chains, and for all overdue of a user."""
    ref = Ref.parse(address.words[0] if address.words else "")
    if ref is None:
        raise NotFound(address.rest)
    suggested = await reader.services.team_views.suggest_receivers(reader.caller, ref)
    others = [one for one in suggested if ref.kind is RefKind.USER or one.user_id != reader.user.id]
    shown, page, pages = cut(others, address.number(1), COLLEAGUES)
    keyboard, choices = numbered([_button(reader, ref, one) for one in shown])
    question = await _question(reader, ref)
    text = question if others else lines(question, esc(reader._("There is nobody else yet.")))
    back = f"person:{ref.id}" if ref.kind is RefKind.USER else str(ref)
    keyboard = (*keyboard, pager(f"assign:{ref}", page, pages), back_row(reader, back))
    return Screen(text, tuple(row for row in keyboard if row), choices)


def _button(reader: Reader, ref: Ref, one: Suggestion) -> Button:
    why = REASONS.get(one.reason)
    label = one.name if why is None else f"{one.name} · {reader._(why)}"
    return act(label, "assign", ref, f"u{one.user_id}")


async def _question(reader: Reader, ref: Ref) -> Html:
    if ref.kind is not RefKind.USER:
        return fill(reader._("Who takes over /{ref}?"), ref=esc(str(ref)))
    one = await reader.services.team_views.standing(reader.caller, UserId(ref.id))
    return fill(
        reader._("Who takes over all that is overdue of <b>{name}</b>: {count}?"),
        name=esc(one.user.name),
        count=one.overdue,
    )
