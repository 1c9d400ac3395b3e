"""The card of a deal."""

from bot.html import Html, bold, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Row, Screen, ScreenTable, act, go, rows
from bot.screens.deal_lines import load_deal
from bot.screens.deal_stages import next_button
from bot.screens.demand_lines import demand_line
from bot.screens.listing import back_row, back_to
from bot.screens.promise_lines import open_lines, record_line
from bot.screens.stage_lines import rest_line, stage_bar, tasks_line
from bot.screens.subject_lines import (
    NAME_LIMIT,
    TITLE_LIMIT,
    care_buttons,
    contact_line,
    people_line,
    recent_lines,
    team_line,
    undo_button,
)
from bot.texts.kinds import DEAL_STATES
from core.enums import DealStatus, FunctionalOption
from core.queries.deal_card import DealCard
from core.queries.promises import PromiseRecord
from core.values import ContactId, SubjectId

screens = ScreenTable()


@screens.screen("d", option=FunctionalOption.DEALS)
async def show_deal(reader: Reader, address: Address) -> Screen:
    """``d12``, or ``d:12:deals:2`` with the list it was opened from."""
    card = await load_deal(reader, address)
    record = (
        None
        if reader.lacks(FunctionalOption.OTHER_INTERACTIONS)
        else await reader.services.attention_views.record_of_deal(
            reader.caller,
            SubjectId(card.subject.id),
            ContactId(card.partner_id) if card.partner_id is not None else None,
        )
    )
    return render_deal(reader, card, back=back_to(address, 1), record=record)


def render_deal(
    reader: Reader, card: DealCard, *, back: str = "", record: PromiseRecord | None = None
) -> Screen:
    """The card of a deal."""
    text = lines(
        _title(reader, card),
        stage_bar(reader, card),
        _worth(reader, card) or None,
        people_line(card.subject.people, reader),
        contact_line(reader, card.subject),
        record_line(reader, record),
        *open_lines(reader, record),
        rest_line(reader, card),
        tasks_line(reader, card),
        demand_line(reader, card),
        _terms(reader, card) or None,
        _outcome(reader, card),
        join(" · ", esc(shorten(card.responsible, NAME_LIMIT)), team_line(reader, card.subject)),
        *recent_lines(reader, card.subject),
    )
    return Screen(text, (*_buttons(reader, card), back_row(reader, back)))


def deal_state(reader: Reader, status: DealStatus, *, closed: bool) -> str:
    """How a deal stands; closed is apart from its outcome (domain.md D1)."""
    word = reader._(DEAL_STATES[status])
    return f"{word}, {reader._('closed')}" if closed else word


def _title(reader: Reader, card: DealCard) -> Html:
    name = esc(shorten(card.subject.title, TITLE_LIMIT))
    state = deal_state(reader, card.status, closed=card.closed_at is not None)
    return fill(
        "💼 {title} · {state} · /{ref}",
        title=bold(name) if card.subject.unreviewed else name,
        state=esc(state),
        ref=esc(f"d{card.id}"),
    )


def _worth(reader: Reader, card: DealCard) -> Html:
    amount = reader.money(card.amount, card.currency) if card.amount is not None else None
    chance = esc(f"{card.probability} %") if card.probability is not None else None
    partner = (
        fill("🏢 {name} /{ref}", name=esc(shorten(card.partner, NAME_LIMIT)), ref=esc(f"c{card.partner_id}"))
        if card.partner is not None
        else None
    )
    return join(" · ", amount, chance, partner)


def _terms(reader: Reader, card: DealCard) -> Html:
    def money(template: str, name: str) -> Html | None:
        value = getattr(card, name)
        return fill(template, sum=reader.money(value, card.currency)) if value is not None else None

    expected = card.expected_close_on
    return join(
        " · ",
        money(reader._("agreed {sum}"), "agreed"),
        money(reader._("cost {sum}"), "cost"),
        money(reader._("benefit {sum}"), "benefit"),
        fill(reader._("close expected {day}"), day=reader.day(expected)) if expected is not None else None,
        fill(reader._("competitor: {name}"), name=esc(shorten(card.competitor, NAME_LIMIT)))
        if card.competitor
        else None,
        _source(reader, card),
    )


def _source(reader: Reader, card: DealCard) -> Html | None:
    """Where the deal came from; a marketing event opens with a tap."""
    if card.source is None:
        return None
    name = esc(shorten(card.source, NAME_LIMIT))
    if card.source_event_id is None:
        return fill(reader._("from: {source}"), source=name)
    return fill(reader._("from: 📣 {source} /{ref}"), source=name, ref=esc(f"s{card.source_event_id}"))


def _outcome(reader: Reader, card: DealCard) -> Html | None:
    if card.status is DealStatus.WON and card.committed_on is not None:
        return fill(reader._("{event}: {day}"), event=esc(card.commitment), day=reader.day(card.committed_on))
    if card.status is not DealStatus.LOST or card.loss_reason is None:
        return None
    shown = (
        esc(reader._("the client did not say"))
        if card.loss_shown_by_id is None
        else fill(reader._("shown by /{ref}"), ref=esc(f"i{card.loss_shown_by_id}"))
    )
    return fill(reader._("Lost: {reason} · {shown}"), reason=esc(card.loss_reason), shown=shown)


def _buttons(reader: Reader, card: DealCard) -> tuple[Row, ...]:
    closed = card.closed_at is not None
    history = reader._("📜 History {n}").format(n=card.subject.interactions)
    unproven = card.status is DealStatus.LOST and card.loss_shown_by_id is None and not closed
    return rows(
        [
            None if closed else next_button(card),
            *(
                [undo_button(reader, card.subject.undo_step)]
                if closed
                else care_buttons(reader, card.subject)
            ),
            go(history, f"trail:{card.subject.id}:1:d{card.id}"),
            go(reader._("👥 People"), f"deal_people:{card.id}"),
            go(reader._("🎯 Demand"), f"deal_demand:{card.id}"),
            None if closed else go(reader._("✏️ Edit"), f"deal_edit:{card.id}"),
            go(reader._("🏁 Close…") if not closed else reader._("🏁 Closed"), f"deal_end:{card.id}"),
            go(reader._("📎 What shows it?"), f"deal_proof:{card.id}") if unproven else None,
            go(reader._("🥊 Who won it?"), f"deal_choose:{card.id}:competitor")
            if card.status is DealStatus.LOST and card.competitor is None and not closed
            else None,
            act(reader._("✖️ Cancel plans {n}").format(n=card.subject.planned), "drop_plans", f"d{card.id}")
            if card.status is DealStatus.LOST and card.subject.planned and not closed
            else None,
            go(reader._("☰ More…"), f"deal_more:{card.id}"),
        ]
    )
