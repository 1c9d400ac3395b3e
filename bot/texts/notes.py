"""The line above a card that says what has just happened: codes of the core's confirmations and notices."""

from bot.html import Html, esc, fill
from bot.i18n import N_
from bot.reader import Reader

NOTES = {
    "captured": N_("Recorded"),
    "letter": N_("A letter came"),
    "answer": N_("An answer came"),
    "reminder": N_("⏰ Reminder"),
    "option_on": N_("Switched on"),
    "option_off": N_("Switched off"),
}
"""Code and what is said. New codes of services belong here."""

SOUNDING = frozenset({"reminder", "answer"})
"""What may make a sound: reminders, and a client's answer to what the user waits for (conversation.md 10)."""


def note_line(reader: Reader, note: str) -> Html | None:
    """The line of a code; None for none and for codes of a newer version."""
    message = NOTES.get(note)
    return fill("<i>{note}</i>", note=esc(reader._(message))) if message is not None else None
