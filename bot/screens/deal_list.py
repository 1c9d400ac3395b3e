"""The list of deals, open or closed."""

from bot.html import Html, bold, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, go, pager
from bot.screens.deal import deal_state
from bot.screens.listing import number_row, numbered_lines, title
from bot.screens.subject_lines import NAME_LIMIT
from core.enums import DealStatus, FunctionalOption
from core.queries.deal_card import DealRow

screens = ScreenTable()

TITLE_LIMIT = 60


@screens.screen("deals", option=FunctionalOption.DEALS)
async def show_open_deals(reader: Reader, address: Address) -> Screen:
    """Open deals, the latest touched first."""
    return await _render(reader, address, is_open=True)


@screens.screen("closed_deals", option=FunctionalOption.DEALS)
async def show_closed_deals(reader: Reader, address: Address) -> Screen:
    """Closed deals, the latest touched first."""
    return await _render(reader, address, is_open=False)


async def _render(reader: Reader, address: Address, *, is_open: bool) -> Screen:
    page = await reader.services.views.deals(reader.caller, address.number(), is_open=is_open)
    here = f"{address.name}:{page.number}"
    row, choices = number_row([go(one.title, f"d:{one.id}:{here}") for one in page.rows])
    name = reader._("Deals") if is_open else reader._("Closed deals")
    empty = reader._("No open deals yet.") if is_open else reader._("No closed deals.")
    text = lines(
        title("💼", name, page.total, more=page.more),
        *(numbered_lines([_line(reader, one) for one in page.rows]) or [esc(empty)]),
    )
    keyboard = (
        row,
        pager(address.name, page.number, page.pages),
        (
            act(reader._("➕ New deal"), "deal", "new"),
            go(reader._("💼 Closed ones"), "closed_deals:1")
            if is_open
            else go(reader._("💼 Open ones"), "deals:1"),
        ),
        (go(reader._("‹ More"), "more"),),
    )
    return Screen(text, keyboard, choices)


def _line(reader: Reader, deal: DealRow) -> Html:
    name = esc(shorten(deal.title, TITLE_LIMIT))
    state = (
        None
        if deal.status is DealStatus.IN_PROGRESS
        else esc(deal_state(reader, deal.status, closed=deal.closed))
    )
    return join(
        " · ",
        bold(name) if deal.unreviewed else name,
        esc(shorten(deal.partner, NAME_LIMIT)) if deal.partner is not None else None,
        reader.money(deal.amount, deal.currency) if deal.amount is not None else None,
        state,
        reader.when(deal.last_interaction_at) if deal.last_interaction_at is not None else None,
        fill("/{ref}", ref=esc(f"d{deal.id}")),
    )
