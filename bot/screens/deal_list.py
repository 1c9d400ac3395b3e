"""The list of deals, open or closed, with the funnel above it."""

from bot.html import Html, bold, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Button, Row, Screen, ScreenTable, act, go, pager, rows
from bot.screens.deal import deal_state
from bot.screens.listing import number_row, numbered_lines, title
from bot.screens.subject_lines import NAME_LIMIT
from core.enums import DealStatus, FunctionalOption, SalesList
from core.queries.deal_card import DealRow
from core.queries.deal_views import FunnelRow
from core.queries.rows import Page

screens = ScreenTable()

TITLE_LIMIT = 60
FUNNEL_ROWS = 12


@screens.screen("deals", option=FunctionalOption.DEALS)
async def show_open_deals(reader: Reader, address: Address) -> Screen:
    """How many deals stand in each stage, and the open deals, the latest touched first."""
    page = await reader.services.views.deals(reader.caller, address.number(), is_open=True)
    funnel: tuple[FunnelRow, ...] = ()
    if not reader.lacks(FunctionalOption.DEAL_MANAGEMENT):
        funnel = await reader.services.deal_views.funnel(reader.caller)
    if all(one.stage_id is None for one in funnel):
        funnel = ()
    return _render(
        reader,
        address.name,
        page,
        title("💼", reader._("Deals"), page.total, more=page.more),
        *(_funnel_line(reader, one) for one in funnel[:FUNNEL_ROWS]),
        empty=reader._("No open deals yet."),
        onward=(
            *rows([_stage_button(reader, one) for one in funnel[:FUNNEL_ROWS]], width=3),
            (
                act(reader._("➕ New deal"), "deal", "new"),
                go(reader._("💼 Closed ones"), "closed_deals:1"),
            ),
            (go(reader._("‹ More"), "more"),),
        ),
    )


@screens.screen("closed_deals", option=FunctionalOption.DEALS)
async def show_closed_deals(reader: Reader, address: Address) -> Screen:
    """Closed deals, the latest touched first."""
    page = await reader.services.views.deals(reader.caller, address.number(), is_open=False)
    return _render(
        reader,
        address.name,
        page,
        title("💼", reader._("Closed deals"), page.total, more=page.more),
        empty=reader._("No closed deals."),
        onward=((go(reader._("💼 Open ones"), "deals:1"),), (go(reader._("‹ More"), "more"),)),
    )


@screens.screen("stage_deals", option=FunctionalOption.DEAL_MANAGEMENT)
async def show_deals_of_stage(reader: Reader, address: Address) -> Screen:
    """``stage_deals:7:1``: the deals that stand in a stage; 0: those in none."""
    words = address.words
    stage_id = 0 if words[:1] == ("0",) else address.number()
    page = await reader.services.views.deals(reader.caller, address.number(1), stage_id=stage_id)
    items = await reader.services.sales_lists.list_items(SalesList.STAGES, archived=True)
    name = next((one.name for one in items if one.id == stage_id), reader._("no stage yet"))
    return _render(
        reader,
        f"stage_deals:{stage_id}",
        page,
        title("💼", name, page.total, more=page.more),
        empty=reader._("No deals stand there."),
        onward=((go(reader._("‹ Deals"), "deals:1"),),),
    )


def _render(
    reader: Reader,
    name: str,
    page: Page[DealRow],
    *heading: Html,
    empty: str,
    onward: tuple[Row, ...],
) -> Screen:
    here = f"{name}:{page.number}"
    row, choices = number_row([go(one.title, f"d:{one.id}:{here}") for one in page.rows])
    text = lines(*heading, *(numbered_lines([_line(reader, one) for one in page.rows]) or [esc(empty)]))
    return Screen(text, (row, pager(name, page.number, page.pages), *onward), choices)


def _funnel_line(reader: Reader, row: FunnelRow) -> Html:
    return join(
        " · ",
        fill("▪️ {stage}: {count}", stage=esc(row.stage or reader._("no stage yet")), count=row.count),
        *(reader.money(amount, currency) for currency, amount in row.sums),
    )


def _stage_button(reader: Reader, row: FunnelRow) -> Button:
    name = row.stage or reader._("no stage yet")
    return go(f"{name} {row.count}", f"stage_deals:{row.stage_id or 0}:1")


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
        state or (esc(shorten(deal.stage, NAME_LIMIT)) if deal.stage is not None else None),
        reader.when(deal.last_interaction_at) if deal.last_interaction_at is not None else None,
        fill("/{ref}", ref=esc(f"d{deal.id}")),
    )
