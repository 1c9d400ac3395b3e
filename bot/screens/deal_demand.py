"""What a client asked for at first, what it became, how far it was met (domain.md, Primary demand, D4)."""

from bot.html import esc, fill, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, numbered, rows
from bot.screens.deal_lines import load_deal, of_deal
from bot.screens.demand_lines import is_unsettled, latest_words, met_words, row_line, settled_words
from bot.screens.interaction_line import row_time
from bot.screens.listing import back_row, number_row, numbered_lines, title
from bot.screens.subject_lines import TITLE_LIMIT
from bot.texts.kinds import TYPE_SIGNS
from core.enums import DealStatus, FunctionalOption, SalesList
from core.errors import NotFound
from core.queries.deal_card import DealCard
from core.queries.deal_demand import DemandView
from core.rules.deal_outcomes import WHOLE, Settled

screens = ScreenTable()

DEALS = FunctionalOption.DEALS
PERCENTS = (100, 75, 50, 25, 0)
"""Chips; any other percentage can be typed."""


def find_row(card: DealCard, row_id: int) -> tuple[DemandView, Settled]:
    """A row of a deal's demand.

    Raises:
        NotFound: It has none with that number.
    """
    for row, settled in card.demand.rows:
        if row.id == row_id:
            return row, settled
    raise NotFound(f"demand {row_id}")


@screens.screen("deal_demand", option=DEALS)
async def show_demand(reader: Reader, address: Address) -> Screen:
    """The rows of demand; a number opens one."""
    card = await load_deal(reader, address)
    deal = f"d{card.id}"
    closed = card.closed_at is not None
    row, choices = number_row([go(one.text, f"demand_row:{card.id}:{one.id}") for one, _ in card.demand.rows])
    entries = numbered_lines([row_line(reader, card, one, settled) for one, settled in card.demand.rows])
    text = lines(
        title("🎯", card.subject.title, len(card.demand.rows)),
        *(entries or [esc(reader._("Nothing was written down of what the client asks for."))]),
        settled_words(reader, card, card.demand.total) if len(card.demand.rows) > 1 else None,
        None
        if closed
        else fill(
            reader._("Typed: {how}"), how=esc(reader._("/demand d3 Pallets; 20; 120 000").replace("d3", deal))
        ),
    )
    adding = (
        []
        if closed
        else [
            act(reader._("➕ Add"), "ask", "demand", deal),
            go(reader._("📎 From a message"), f"demand_from:{card.id}") if card.subject.recent else None,
        ]
    )
    closing = (
        None
        if closed or card.status is DealStatus.IN_PROGRESS
        else go(reader._("🏁 Close…"), f"deal_end:{card.id}")
    )
    buttons = [*adding, _settling(reader, card), closing]
    return Screen(text, (row if not closed else (), *rows(buttons), back_row(reader, deal)), choices)


def _settling(reader: Reader, card: DealCard) -> Button | None:
    """Settles all at once what keeps a won or lost deal from closing: as a rule all was met, or nothing."""
    unsettled = any(is_unsettled(one) for one, _ in card.demand.rows)
    if not unsettled or card.closed_at is not None or card.status is DealStatus.IN_PROGRESS:
        return None
    if card.status is DealStatus.WON:
        return act(reader._("✅ All met"), "rest_met", f"d{card.id}", WHOLE)
    return go(reader._("✖️ Nothing met…"), f"demand_none:{card.id}")


@screens.screen("demand_none", option=DEALS)
async def show_reasons_of_all(reader: Reader, address: Address) -> Screen:
    """``demand_none:3``: why nothing of the demand was met."""
    card = await load_deal(reader, address)
    reasons = await reader.services.sales_lists.list_items(SalesList.UNMET_REASONS)
    keyboard, choices = numbered([act(one.name, "rest_met", f"d{card.id}", 0, one.id) for one in reasons])
    text = of_deal(card, reader._("Why was nothing met of <b>{title}</b> /{ref}?"))
    return Screen(text, (*keyboard, back_row(reader, f"deal_demand:{card.id}")), choices)


@screens.screen("demand_from", option=DEALS)
async def show_sources(reader: Reader, address: Address) -> Screen:
    """In which message it was asked; then what."""
    card = await load_deal(reader, address)
    buttons = [
        act(
            f"{TYPE_SIGNS[row.type]} {row_time(reader, row)} · {', '.join(row.who) or row.title}",
            "ask",
            "demand",
            f"d{card.id}",
            f"i{row.id}",
        )
        for row in card.subject.recent
    ]
    keyboard, choices = numbered(buttons)
    text = of_deal(card, reader._("In which message of <b>{title}</b> was it asked?"))
    return Screen(text, (*keyboard, back_row(reader, f"deal_demand:{card.id}")), choices)


@screens.screen("demand_row", option=DEALS)
async def show_row(reader: Reader, address: Address) -> Screen:
    """``demand_row:3:5``: a row as it was first asked, its versions, how far it was met."""
    card = await load_deal(reader, address)
    row, settled = find_row(card, address.number(1))
    text = lines(
        fill(reader._("🎯 Asked first: <b>{text}</b>"), text=esc(shorten(row.text, TITLE_LIMIT))),
        *(
            fill(
                reader._("Then: {text} · {when}"),
                text=esc(shorten(one.text, TITLE_LIMIT)),
                when=reader.when(one.changed_at),
            )
            for one in row.versions
        ),
        settled_words(reader, card, settled),
        met_words(reader, row) or esc(reader._("How far was it met?")),
    )
    deal = f"d{card.id}"
    if card.closed_at is not None:
        return Screen(text, (back_row(reader, f"deal_demand:{card.id}"),))
    chips = [
        act(f"{percent} %", "row_met", deal, row.id, percent)
        if percent == WHOLE
        else go(f"{percent} %", f"demand_why:{card.id}:{row.id}:{percent}")
        for percent in PERCENTS
    ]
    others = [
        act(reader._("✏️ Change"), "ask", "row_change", deal, row.id),
        act(reader._("🗑 Remove"), "row_remove", deal, row.id),
    ]
    return Screen(text, (*rows(chips, width=5), *rows(others), back_row(reader, f"deal_demand:{card.id}")))


@screens.screen("demand_why", option=DEALS)
async def show_unmet_reasons(reader: Reader, address: Address) -> Screen:
    """``demand_why:3:5:50``: why a row was not wholly met."""
    card = await load_deal(reader, address)
    row, _ = find_row(card, address.number(1))
    percent = address.number(2, default=0)
    reasons = await reader.services.sales_lists.list_items(SalesList.UNMET_REASONS)
    deal = f"d{card.id}"
    buttons = [act(one.name, "row_met", deal, row.id, percent, one.id) for one in reasons]
    buttons.append(act(reader._("Not known yet"), "row_met", deal, row.id, percent))
    keyboard, choices = numbered(buttons)
    text = fill(
        reader._("“{text}” is met by {percent} %. Why not wholly?"),
        text=esc(shorten(latest_words(row), TITLE_LIMIT)),
        percent=percent,
    )
    return Screen(text, (*keyboard, back_row(reader, f"demand_row:{card.id}:{row.id}")), choices)
