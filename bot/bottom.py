"""The small keyboard at the bottom of the chat (conversation.md 12)."""

import re

from aiogram.types import KeyboardButton, ReplyKeyboardMarkup

from bot.i18n import N_, Catalogues
from bot.reader import Reader
from core.enums import FunctionalOption

MORE_THAN_COUNTED = 99

BOTTOM = (
    ("📥", N_("Inbox"), "inbox"),
    ("📅", N_("Today"), "today"),
    ("🔎", N_("Find"), "find"),
    ("☰", N_("More"), "more"),
)
"""Sign, word and verb of the keyboard at the bottom."""

_COUNTER = re.compile(r"\s+[0-9]+\+?$", re.ASCII)


def bottom_keyboard(reader: Reader, to_review: int) -> ReplyKeyboardMarkup:
    """The keyboard that stays at the bottom; the inbox carries its count."""
    labels = []
    for sign, word, verb in BOTTOM:
        if verb == "inbox" and reader.lacks(FunctionalOption.REVIEW_FLAGS):
            continue
        counted = verb == "inbox" and to_review > 0
        count = f" {to_review}" if to_review <= MORE_THAN_COUNTED else f" {MORE_THAN_COUNTED}+"
        labels.append(f"{sign} {reader._(word)}{count if counted else ''}")
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=label) for label in labels]], resize_keyboard=True, is_persistent=True
    )


class BottomLabels:
    """Recognises the labels of the bottom keyboard in every language, whatever counter they carry."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._verbs = {
            f"{sign} {label}": verb
            for sign, word, verb in BOTTOM
            for label in catalogues.in_every_language(word)
        }

    def verb_of(self, text: str) -> str | None:
        """The verb that a label stands for; None for any other text."""
        return self._verbs.get(_COUNTER.sub("", text.strip()))


async def present_bottom(reader: Reader) -> ReplyKeyboardMarkup:
    """The keyboard as it should look now."""
    if reader.lacks(FunctionalOption.REVIEW_FLAGS):
        return bottom_keyboard(reader, 0)
    return bottom_keyboard(reader, await reader.services.views.count_inbox(reader.caller))
