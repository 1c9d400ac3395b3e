"""The card of a chain, claim or event, and the history of any subject."""

from bot.html import Html, bold, esc, fill, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, pager, rows
from bot.screens.deal import render_deal
from bot.screens.interaction_line import interaction_line
from bot.screens.listing import back_row, back_to, title
from bot.screens.subject_lines import (
    TITLE_LIMIT,
    care_buttons,
    contact_line,
    count_line,
    people_line,
    recent_lines,
    team_line,
)
from bot.texts.kinds import SUBJECT_NAMES, SUBJECT_SIGNS, subject_state_word
from core.enums import FunctionalOption, SubjectKind, SubjectState
from core.queries.subject_card import SubjectCard
from core.values import SubjectId

screens = ScreenTable()

DEEPEST = 6
"""Steps of a tree that are indented; deeper ones would leave no room on a phone."""


@screens.screen("s")
async def show_subject(reader: Reader, address: Address) -> Screen:
    """``s7``; the subject of a deal opens the deal's card."""
    subject_id = SubjectId(address.number())
    deal_id = await reader.services.views.deal_of_subject(subject_id)
    back = back_to(address, 1)
    if deal_id is not None:
        deal = await reader.services.views.deal_card(reader.caller, deal_id)
        return render_deal(reader, deal, back=back)
    card = await reader.services.views.subject_card(reader.caller, subject_id)
    text = lines(
        _first_line(reader, card),
        _title(card),
        count_line(reader, card),
        people_line(card.people, reader),
        contact_line(reader, card),
        team_line(reader, card),
        *recent_lines(reader, card),
    )
    return Screen(text, (*rows(_buttons(reader, card)), back_row(reader, back)))


def _first_line(reader: Reader, card: SubjectCard) -> Html:
    return fill(
        "{sign} {kind} · {state} · /{ref}",
        sign=esc(SUBJECT_SIGNS[card.kind]),
        kind=esc(reader._(SUBJECT_NAMES[card.kind])),
        state=esc(subject_state_word(reader, card.kind, card.state, active=card.active)),
        ref=esc(f"s{card.id}"),
    )


def _title(card: SubjectCard) -> Html:
    name = esc(shorten(card.title, TITLE_LIMIT))
    return bold(name) if card.unreviewed else name


def _buttons(reader: Reader, card: SubjectCard) -> list[Button | None]:
    history = reader._("📜 History {n}").format(n=card.interactions)
    ref = f"s{card.id}"
    buttons: list[Button | None] = [go(history, f"trail:{card.id}:1:{ref}")]
    if not card.kind.is_real:
        return buttons + _promotions(reader, card) + care_buttons(reader, card)
    over = reader._("✅ Settled") if card.kind is SubjectKind.CLAIM else reader._("✅ Over")
    if card.state is SubjectState.OPEN:
        buttons.append(act(over, "settle", ref))
    else:
        buttons.append(act(reader._("↩️ Reopen"), "reopen", ref))
    return buttons + care_buttons(reader, card)


def _promotions(reader: Reader, card: SubjectCard) -> list[Button | None]:
    """What can be made of a chain, by one of its interactions that the reader sees."""
    seen = (*card.recent, *((card.next_plan,) if card.next_plan is not None else ()))
    if not seen:
        return []
    member = seen[0].id
    return [
        None
        if reader.lacks(FunctionalOption.DEALS)
        else go(reader._("💼 Make a deal"), f"promote:deal:{member}"),
        go(reader._("⚠️ New claim"), f"promote:claim:{member}"),
        go(reader._("📣 New event"), f"promote:event:{member}"),
    ]


@screens.screen("trail")
async def show_history(reader: Reader, address: Address) -> Screen:
    """``trail:7:2``: a page of a subject's interactions, newest first; behind it the card it was opened from."""
    subject_id = SubjectId(address.number())
    name, page = await reader.services.views.subject_history(reader.caller, subject_id, address.number(1))
    back = back_to(address, 2) or f"s{subject_id}"
    text = lines(
        title("📜", shorten(name, TITLE_LIMIT), page.total, more=page.more),
        *(interaction_line(reader, row) for row in page.rows),
    )
    keyboard = (
        pager(f"trail:{subject_id}", page.number, page.pages),
        (go(reader._("🌳 Tree"), f"tree:{subject_id}"),),
        back_row(reader, back),
    )
    return Screen(text, keyboard)


@screens.screen("tree")
async def show_tree(reader: Reader, address: Address) -> Screen:
    """``tree:7:2``: the same, each interaction below what it answers or continues (domain.md S3)."""
    subject_id = SubjectId(address.number())
    name, page = await reader.services.views.subject_tree(reader.caller, subject_id, address.number(1))
    text = lines(
        title("🌳", shorten(name, TITLE_LIMIT), page.total, more=page.more),
        *(Html(_indent(one.depth) + interaction_line(reader, one.row)) for one in page.rows),
    )
    keyboard = (
        pager(f"tree:{subject_id}", page.number, page.pages),
        (go(reader._("📜 By time"), f"trail:{subject_id}"),),
        back_row(reader, f"s{subject_id}"),
    )
    return Screen(text, keyboard)


def _indent(depth: int) -> str:
    return "\N{EM SPACE}" * (min(depth, DEEPEST) - 1) + "↳ " if depth else ""
