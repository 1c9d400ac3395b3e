"""How a deal ends: won, lost with reason and proof, closed, reopened (domain.md D1, D2, D4)."""

from bot.html import esc, fill, lines
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, go, numbered, rows
from bot.screens.deal import deal_state
from bot.screens.deal_lines import load_deal, of_deal
from bot.screens.demand_lines import settled_words
from bot.screens.interaction_line import row_time
from bot.screens.listing import back_row
from bot.texts.kinds import TYPE_SIGNS
from core.enums import DealStatus, FunctionalOption, SalesList
from core.queries.deal_card import DealCard
from core.queries.sales import ListItemView
from core.rules.deal_outcomes import REOPENERS

screens = ScreenTable()


@screens.screen("deal_end", option=FunctionalOption.DEALS)
async def show_endings(reader: Reader, address: Address) -> Screen:
    """What can become of a deal as it stands."""
    card = await load_deal(reader, address)
    closed = card.closed_at is not None
    may_reopen = reader.user.role in REOPENERS
    ref = f"d{card.id}"
    going_on = card.status is DealStatus.IN_PROGRESS
    winnable = not closed and card.status is not DealStatus.WON
    buttons = [
        act(reader._("🏆 Won"), "won", ref) if winnable else None,
        act(reader._("📅 Won on another day"), "ask", "won", ref) if winnable else None,
        None
        if closed or card.status is DealStatus.LOST
        else go(reader._("❌ Lost…"), f"deal_loss:{card.id}"),
        None if closed or going_on else act(reader._("🔒 Close"), "close", ref),
        act(reader._("↩️ Reopen"), "reopen", ref) if may_reopen and not going_on else None,
    ]
    text = lines(
        of_deal(
            card,
            "🏁 <b>{title}</b> · {state} · /{ref}",
            state=esc(deal_state(reader, card.status, closed=closed)),
        ),
        fill(
            reader._("Won means: {event}, today. Another day: {how}"),
            event=esc(card.commitment),
            how=esc(f"/won {ref} 2026-11-20"),
        )
        if winnable
        else None,
        settled_words(reader, card, card.demand.total),
        esc(reader._("It is closed; a manager can reopen it.")) if closed and not may_reopen else None,
    )
    return Screen(text, (*rows(buttons), back_row(reader, ref)))


@screens.screen("deal_loss", option=FunctionalOption.DEALS)
async def show_reasons(reader: Reader, address: Address) -> Screen:
    """Why was it lost? The organisation's reasons."""
    card = await load_deal(reader, address)
    reasons = await reader.services.sales_lists.list_items(SalesList.LOSS_REASONS)
    buttons = [go(one.name, f"deal_proof:{card.id}:{one.id}") for one in reasons]
    keyboard, choices = numbered(buttons)
    text = of_deal(card, reader._("Why was <b>{title}</b> /{ref} lost?"))
    return Screen(text, (*keyboard, back_row(reader, f"deal_end:{card.id}")), choices)


@screens.screen("deal_proof", option=FunctionalOption.DEALS)
async def show_proofs(reader: Reader, address: Address) -> Screen:
    """Which message shows it? The latest interactions, or: the client did not say (domain.md D4)."""
    card = await load_deal(reader, address)
    reasons = await reader.services.sales_lists.list_items(SalesList.LOSS_REASONS)
    reason = _find_reason(card, reasons, address.number(1, default=0))
    if reason is None:
        return await show_reasons(reader, address)
    buttons = [
        act(
            f"{TYPE_SIGNS[row.type]} {row_time(reader, row)} · {', '.join(row.who) or row.title}",
            "lose",
            f"d{card.id}",
            reason.id,
            f"i{row.id}",
        )
        for row in card.subject.recent
    ]
    buttons.append(act(reader._("The client did not say"), "lose", f"d{card.id}", reason.id))
    keyboard, choices = numbered(buttons)
    text = of_deal(
        card, reader._("Lost: {reason}. Which message of <b>{title}</b> shows it?"), reason=esc(reason.name)
    )
    return Screen(text, (*keyboard, back_row(reader, f"deal_loss:{card.id}")), choices)


@screens.screen("deal_plans", option=FunctionalOption.DEALS)
async def show_plans(reader: Reader, address: Address) -> Screen:
    """``deal_plans:3:close`` or ``deal_plans:3:lose:2:5``: what is still planned, to be cancelled or kept."""
    card = await load_deal(reader, address)
    ref = f"d{card.id}"
    words = address.words[1:]
    end = ["close", ref]
    if words[:1] == ("lose",):
        proof = address.number(3, default=0)
        end = ["lose", ref, str(address.number(2, default=0)), *([f"i{proof}"] if proof else [])]
    buttons = (
        act(reader._("✖️ Cancel them"), *end, "cancel"),
        act(reader._("🗓 Keep them"), *end, "keep"),
    )
    text = of_deal(
        card,
        reader.ngettext(
            "{n} plan of <b>{title}</b> /{ref} is still open. Cancel it, or keep it?",
            "{n} plans of <b>{title}</b> /{ref} are still open. Cancel them, or keep them?",
            card.subject.planned,
        ),
        n=card.subject.planned,
    )
    return Screen(
        text, (buttons, back_row(reader, f"deal_end:{card.id}")), tuple(one.data for one in buttons)
    )


def _find_reason(card: DealCard, reasons: tuple[ListItemView, ...], reason_id: int) -> ListItemView | None:
    if reason_id:
        return next((one for one in reasons if one.id == reason_id), None)
    return next((one for one in reasons if one.name == card.loss_reason), None)
