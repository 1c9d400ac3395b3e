"""The question which of several subjects something is about (domain.md M3, S8): its card with numbered choices."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.html import Html, bold, esc, lines, shorten, to_plain
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, numbered
from bot.screens.interaction_buttons import card_keyboard
from bot.screens.interaction_text import card_text
from bot.texts.kinds import SUBJECT_SIGNS
from core.enums import FunctionalOption, LinkReason, SubjectKind
from core.errors import NotFound
from core.queries.interaction_card import InteractionCard
from core.values import InteractionId, Ref, RefKind, SubjectId

screens = ScreenTable()

CHOICES = 5
TITLE_LIMIT = 40


def question_address(show: str, payload: Mapping[str, Any]) -> str:
    """The address of the question that the core asks with a card, ``choose:12:7:9``; else the card's own."""
    ref = Ref.parse(show)
    subjects = payload.get("subjects")
    if ref is None or ref.kind is not RefKind.INTERACTION or not isinstance(subjects, list):
        return show
    return ":".join(("choose", str(ref.id), *map(str, subjects[:CHOICES])))


@screens.screen("choose")
async def show_question(reader: Reader, address: Address) -> Screen:
    """``choose:12:7:9``: the card of interaction 12, and the subjects 7 and 9 to choose from."""
    card = await reader.services.views.interaction_card(reader.caller, InteractionId(address.number()))
    places = range(1, min(len(address.words), CHOICES + 1))
    asked = [SubjectId(address.number(place, default=0)) for place in places]
    buttons = [one for one in [await _choice(reader, card, one) for one in asked] if one is not None]
    if card.deleted or len(buttons) < 2 or _is_settled(card, asked):
        return Screen(card_text(reader, card), card_keyboard(reader, card))
    if card.link_reason is LinkReason.OWN:
        buttons.append(go(reader._("➕ A chain of its own"), f"i{card.id}"))
    keyboard, choices = numbered(buttons)
    question = bold(esc(reader._("Which of these does it belong to?")))
    text = lines(card_text(reader, card), Html(""), question)
    return Screen(text, (*keyboard, *card_keyboard(reader, card)), choices)


async def _choice(reader: Reader, card: InteractionCard, subject_id: SubjectId) -> Button | None:
    """A subject to choose; None for one that the reader cannot see or whose option is off."""
    try:
        subject = await reader.services.views.subject_card(reader.caller, subject_id)
    except NotFound:
        return None
    if subject.kind is SubjectKind.DEAL and reader.lacks(FunctionalOption.DEALS):
        return None
    title = f"{SUBJECT_SIGNS[subject.kind]} {shorten(subject.title, TITLE_LIMIT)}"
    last = subject.last_interaction_at
    met = reader._("last {when}").format(when=to_plain(reader.when(last))) if last is not None else ""
    return act(" · ".join(one for one in (title, met) if one), "subject", f"i{card.id}", f"s{subject.id}")


def _is_settled(card: InteractionCard, asked: Sequence[SubjectId]) -> bool:
    """Whether somebody has chosen since."""
    return card.link_reason is LinkReason.CHOSEN and card.subject.id in asked
