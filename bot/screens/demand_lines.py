"""Words for what a client asks for: rows, sums, how far it was met."""

from bot.formats import format_number
from bot.html import Html, esc, fill, join, shorten
from bot.reader import Reader
from core.queries.deal_card import DealCard
from core.queries.deal_demand import DemandView
from core.rules.deal_outcomes import WHOLE, Settled

TEXT_LIMIT = 80
NAME_LIMIT = 40


def demand_line(reader: Reader, card: DealCard) -> Html | None:
    """The demand of a deal in one line; None for none."""
    rows = card.demand.rows
    if not rows:
        return None
    first = esc(shorten(latest_words(rows[0][0]), NAME_LIMIT))
    others = len(rows) - 1
    more = esc(reader.ngettext("{n} more", "{n} more", others).format(n=others)) if others else None
    return join(" · ", fill("🎯 {first}", first=first), more, settled_words(reader, card, card.demand.total))


def settled_words(reader: Reader, card: DealCard, settled: Settled) -> Html | None:
    """Asked, offered, sold, refused, as far as they are known; None where nothing is (pains.md 10)."""

    def word(template: str, name: str) -> Html | None:
        value = getattr(settled, name)
        return fill(template, sum=reader.money(value, card.currency)) if value is not None else None

    offered = word(reader._("offered {sum}"), "offered") if settled.offered != settled.asked else None
    text = join(
        " · ",
        word(reader._("asked {sum}"), "asked"),
        offered,
        word(reader._("sold {sum}"), "sold"),
        word(reader._("refused {sum}"), "refused"),
    )
    return text or None


def is_unsettled(row: DemandView) -> bool:
    """Whether it keeps its deal from closing: how far it was met, or why not wholly, is not said (domain.md D4)."""
    return row.met_percent is None or (row.met_percent < WHOLE and row.reason is None)


def latest_words(row: DemandView) -> str:
    """What is asked for by now."""
    return row.versions[-1].text if row.versions else row.text


def row_line(reader: Reader, card: DealCard, row: DemandView, settled: Settled) -> Html:
    """A row of demand: what, how much, how far met, and why not wholly."""
    quantity = row.versions[-1].quantity if row.versions else row.quantity
    return join(
        " · ",
        esc(shorten(latest_words(row), TEXT_LIMIT)),
        fill("× {number}", number=esc(format_number(quantity.normalize(), reader.tr)))
        if quantity is not None
        else None,
        settled_words(reader, card, settled),
        met_words(reader, row),
        fill("/{ref}", ref=esc(f"i{row.asked_in_id}")) if row.asked_in_id is not None else None,
        esc(shorten(row.asked_by, NAME_LIMIT)) if row.asked_by is not None else None,
    )


def met_words(reader: Reader, row: DemandView) -> Html | None:
    """How far a row was met; None while nobody said."""
    if row.met_percent is None:
        return None
    met = fill(reader._("met {percent} %"), percent=row.met_percent)
    return join(": ", met, esc(row.reason) if row.reason is not None else None)
