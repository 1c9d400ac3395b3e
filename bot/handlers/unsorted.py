"""Whatever was written or sent without saying what it is: kept, and offered as a note (conversation.md 6).

What waits for a decision lies in the dialog's row under its message, so that a restart or another message in
between loses nothing.
"""

from collections.abc import Mapping

from bot.attached_files import SentFile, fetch_all, file_of, read_file
from bot.capturing import follow_edit as follow_captured
from bot.capturing import record_words
from bot.html import Html, esc, fill, join, lines, shorten
from bot.i18n import N_
from bot.kinds import Content
from bot.screens.base import Button, act, numbered
from bot.turn import Reply, Say, Toast, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import (
    AddressKind,
    ContactKind,
    FunctionalOption,
    InteractionType,
)
from core.errors import Invalid
from core.rules.coordinates import parse_phone
from core.services.contacts import ContactDraft

verbs = VerbTable()

TEXT_LIMIT = 8000
"""Characters kept of one message; Telegram sends no longer ones."""

SHOWN = 120

_OTHER = FunctionalOption.OTHER_INTERACTIONS
NOTES: Mapping[str, tuple[str, InteractionType, FunctionalOption]] = {
    "call": (N_("📞 Call"), InteractionType.CALL, _OTHER),
    "meeting": (N_("🤝 Meeting"), InteractionType.MEETING, _OTHER),
    "plan": (N_("🗓 Plan"), InteractionType.PLANNED, _OTHER),
    "sms": (N_("💬 SMS"), InteractionType.SMS, _OTHER),
    "email": (N_("✉️ Letter"), InteractionType.EMAIL, FunctionalOption.MAIL_CLIENT),
}
"""Word in the buttons' data, label, and what a note is recorded as."""


@verbs.content(Content.TEXT)
async def offer_text(turn: Turn) -> Reply:
    """Offer to record a text as one of the kinds."""
    return _offer(turn, turn.said[:TEXT_LIMIT], fill("<i>{text}</i>", text=esc(shorten(turn.said, SHOWN))))


@verbs.content(Content.FILE)
async def offer_file(turn: Turn) -> Reply | None:
    """Offer to record a file with the words under it; the further files of an album join the first."""
    message = turn.message
    file = file_of(message) if message is not None else None
    if message is None or file is None:
        return _decline(turn)
    if file.is_too_big:
        return Say(
            esc(
                turn._(
                    "Nothing was saved: Telegram hands out no file above 20 MB. Words about it can be kept."
                )
            )
        )
    if message.media_group_id is not None and _join_album(turn, message.media_group_id, file):
        return None
    kept = {"text": turn.said[:TEXT_LIMIT], "files": [file.as_json()], "album": message.media_group_id}
    shown = join(" ", esc("📎"), esc(shorten(file.name, SHOWN)), esc(shorten(turn.said, SHOWN)))
    return _offer(turn, kept, shown)


def _join_album(turn: Turn, album: str, file: SentFile) -> bool:
    """Add a file to the kept one of the same album; False when there is none, or it is decided already."""
    for message_id, kept in turn.kept.items():
        if isinstance(kept, dict) and kept.get("album") == album:
            text = "\n".join(part for part in (str(kept["text"]), turn.said[:TEXT_LIMIT]) if part)
            turn.keep(int(message_id), {**kept, "text": text, "files": [*kept["files"], file.as_json()]})
            return True
    return False


@verbs.content(Content.CONTACT)
async def offer_contact(turn: Turn) -> Reply:
    """Offer to keep a shared contact."""
    shared = turn.message.contact if turn.message is not None else None
    if shared is None or turn.message is None:
        return _decline(turn)
    phone = parse_phone(shared.phone_number, turn.user.country)
    if phone is None:
        return Say(esc(turn._("Nothing was saved: that contact has no phone number that can be read.")))
    name = " ".join(f"{shared.first_name} {shared.last_name or ''}".split())
    turn.keep(turn.message.message_id, {"name": name, "phone": shared.phone_number})
    text = fill(turn._("Save <b>{name}</b>, {phone} as a contact?"), name=esc(name), phone=esc(phone.value))
    buttons = [
        act(turn._("👤 Save the contact"), "keep_contact", turn.message.message_id),
        act(turn._("Do not save"), "let_go", turn.message.message_id),
    ]
    keyboard, choices = numbered(buttons)
    return Say(text, keyboard, choices)


@verbs.content(Content.OTHER)
async def decline(turn: Turn) -> Reply:
    """Say that a sticker, a poll and the like cannot be kept."""
    return _decline(turn)


def _decline(turn: Turn) -> Reply:
    return Say(esc(turn._("Nothing was saved: this kind of message cannot be kept. Words can.")))


def _offer(turn: Turn, thing: object, shown: Html) -> Reply:
    message_id = turn.message.message_id if turn.message is not None else 0
    offered = [
        act(turn._(label), "keep", word, message_id)
        for word, (label, _, option) in NOTES.items()
        if not turn.lacks(option)
    ]
    if not offered:
        return Say(esc(turn._("Nothing was saved: recording is switched off in this organisation.")))
    turn.keep(message_id, thing)
    buttons: list[Button] = [*offered, act(turn._("Do not save"), "let_go", message_id)]
    keyboard, choices = numbered(buttons)
    return Say(lines(shown, esc(turn._("Save this as a note of…"))), keyboard, choices)


@verbs.verb("keep")
async def record_note(turn: Turn, arguments: Arguments) -> Reply | None:
    """Record a kept text, or a file with its words, as the kind that was chosen."""
    word, message_id = arguments.word(), arguments.integer()
    if word not in NOTES:
        raise Invalid("type", word)
    text, files = _read_kept(turn.kept.get(str(message_id)))
    if not text:
        return _gone(turn)
    attachments = await fetch_all(turn.bot, turn.services.blobs, files)
    turn.let_go(message_id)
    turn.caller.origin.message = (turn.chat_id, message_id)
    await record_words(turn, NOTES[word][1], text, attachments=attachments)
    return None


def _read_kept(kept: object) -> tuple[str, tuple[SentFile, ...]]:
    """Words and files of what was kept; a file without words is told by its name; no words: nothing is kept."""
    if isinstance(kept, str):
        return kept, ()
    if not isinstance(kept, dict) or "files" not in kept:
        return "", ()
    files = tuple(read_file(one) for one in kept["files"])
    return str(kept["text"]).strip() or ", ".join(one.name for one in files), files


@verbs.verb("keep_contact")
async def save_contact(turn: Turn, arguments: Arguments) -> Reply | None:
    """Save a kept contact as an individual."""
    message_id = arguments.integer()
    shared = turn.kept.get(str(message_id))
    if not isinstance(shared, dict) or "phone" not in shared:
        return _gone(turn)
    phone = parse_phone(str(shared["phone"]), turn.user.country)
    if phone is None or phone.kind is not AddressKind.PHONE:
        raise Invalid("phone", str(shared["phone"]))
    turn.let_go(message_id)
    draft = ContactDraft(ContactKind.INDIVIDUAL, str(shared["name"]) or phone.value, (phone,))
    await turn.services.contacts.create(turn.caller, draft)
    return None


@verbs.verb("let_go")
async def let_go(turn: Turn, arguments: Arguments) -> Reply:
    """Forget what was kept, because its author says so."""
    message_id = arguments.integer()
    if str(message_id) not in turn.kept:
        return _gone(turn)
    turn.let_go(message_id)
    return Say(esc(turn._("Not saved.")))


def _gone(turn: Turn) -> Reply:
    return Toast(turn._("This was decided before. Nothing was changed."))


@verbs.content("edited")
async def follow_edit(turn: Turn) -> Reply | None:
    """Follow the edit of a message: what is still kept, or a version of what was captured (domain.md I7)."""
    message = turn.message
    if message is None or not turn.said.strip():
        return None
    kept = turn.kept.get(str(message.message_id))
    if isinstance(kept, str):
        turn.keep(message.message_id, turn.said[:TEXT_LIMIT])
        return None
    if isinstance(kept, dict) and "files" in kept:
        turn.keep(message.message_id, {**kept, "text": turn.said[:TEXT_LIMIT]})
        return None
    await follow_captured(turn, message.message_id)
    return None
