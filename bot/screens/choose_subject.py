"""The question which of two real subjects a letter is about (domain.md M3): its card with numbered choices."""

from collections.abc import Mapping
from typing import Any

from bot.html import Html, bold, esc, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, numbered
from bot.screens.interaction_buttons import card_keyboard
from bot.screens.interaction_text import card_text
from bot.texts.kinds import SUBJECT_NAMES, SUBJECT_SIGNS
from core.enums import FunctionalOption, SubjectKind
from core.errors import NotFound
from core.queries.interaction_card import InteractionCard
from core.values import InteractionId, Ref, RefKind, SubjectId

screens = ScreenTable()

CHOOSE = "choose_subject"
"""The core's note for it."""

CHOICES = 5
TITLE_LIMIT = 40


def question_address(show: str, payload: Mapping[str, Any]) -> str:
    """The address of the question that a notice of the core asks for: ``choose:12:7:9``."""
    ref = Ref.parse(show)
    subjects = payload.get("subjects")
    if ref is None or ref.kind is not RefKind.INTERACTION or not isinstance(subjects, list):
        return show
    return ":".join(("choose", str(ref.id), *map(str, subjects[:CHOICES])))


@screens.screen("choose", option=FunctionalOption.MAIL_CLIENT)
async def show_question(reader: Reader, address: Address) -> Screen:
    """``choose:12:7:9``: the card of letter 12, and the subjects 7 and 9 to choose from."""
    card = await reader.services.views.interaction_card(reader.caller, InteractionId(address.number()))
    places = range(1, min(len(address.words), CHOICES + 1))
    offered = [await _choice(reader, card, SubjectId(address.number(place, default=0))) for place in places]
    buttons = [one for one in offered if one is not None]
    if card.deleted or len(buttons) < 2:
        return Screen(card_text(reader, card), card_keyboard(reader, card))
    keyboard, choices = numbered(buttons)
    question = bold(esc(reader._("Which of these is the letter about?")))
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
    words = f"{SUBJECT_SIGNS[subject.kind]} {reader._(SUBJECT_NAMES[subject.kind])}"
    label = f"{words}: {shorten(subject.title, TITLE_LIMIT)}"
    return act(label, "subject", f"i{card.id}", f"s{subject.id}")
