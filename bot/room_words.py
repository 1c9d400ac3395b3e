"""What a message in a group says to the bot, and what an interaction it makes (decisions/0032)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from aiogram.types import Message, User

from bot.attached_files import file_of
from bot.capturing import read_words
from bot.reader import Reader
from bot.verbs import parse_command
from core.enums import Channel, Direction, InteractionState, InteractionType, ParticipantRole
from core.rules.times import default_when
from core.services.room_messages import RoomWords
from core.values import InteractionDraft, ParticipantDraft, Ref

KINDS = {
    "call": InteractionType.CALL,
    "meeting": InteractionType.MEETING,
    "plan": InteractionType.PLANNED,
    "sms": InteractionType.SMS,
    "email": InteractionType.EMAIL,
    "add": InteractionType.SMS,
}
"""Commands that make an interaction in a room; ``/add`` takes the message it answers as it is."""

ROOM = "room"
TEXT_LIMIT = 8000
NAME_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said to the bot.

    Attributes:
        kind: What it makes; None: it makes nothing.
        command: The command, for those that make nothing.
        text: The words, without command or mention.
        ref: A reference that was tapped.
    """

    kind: InteractionType | None
    text: str = ""
    command: str = ""
    ref: Ref | None = None


def text_of(message: Message) -> str:
    """The words of a message."""
    return (message.text or message.caption or "")[:TEXT_LIMIT]


def read_asked(message: Message, me: User) -> Asked | None:
    """What a message says to the bot; None: it is not for the bot.

    For it are commands, mentions of it and replies to it. What is written in a topic without answering anything comes
    as an answer to the topic's opening, which is the bot's: that is no reply.
    """
    text = text_of(message)
    command = parse_command(text)
    if command is not None:
        return _read_command(command.name, command.mention, command.arguments, me.username or "")
    mention = _mention_of(message, text, me.username or "")
    if mention is not None:
        return Asked(InteractionType.SMS, mention)
    former = message.reply_to_message
    is_reply = (
        former is not None
        and former.from_user is not None
        and former.from_user.id == me.id
        and former.forum_topic_created is None
    )
    return Asked(InteractionType.SMS, text.strip()) if is_reply else None


def _read_command(name: str, mention: str, arguments: str, me: str) -> Asked | None:
    if mention and mention.lower() != me.lower():
        return None
    ref = Ref.parse(name)
    if ref is not None:
        return Asked(None, ref=ref)
    if name in KINDS or name == ROOM or mention:
        return Asked(KINDS.get(name), arguments.strip(), name)
    return None


def _mention_of(message: Message, text: str, me: str) -> str | None:
    """The words around a mention of the bot; None: there is none."""
    for entity in message.entities or message.caption_entities or ():
        word = entity.extract_from(text)
        if entity.type == "mention" and word.lower() == f"@{me.lower()}":
            before, _, after = text.partition(word)
            return " ".join(f"{before.rstrip()} {after.lstrip(' ,:')}".split(" ")).strip()
    return None


def words_of(message: Message, room_id: int, text: str | None = None) -> RoomWords:
    """A message as it waits to be taken; `text` in the place of its own words where some are for the bot alone."""
    sender = message.from_user if message.sender_chat is None else None
    name = sender.full_name if sender is not None else getattr(message.sender_chat, "title", "") or ""
    file = file_of(message)
    return RoomWords(
        chat_id=message.chat.id,
        message_id=message.message_id,
        room_id=room_id,
        account_id=sender.id if sender is not None and not sender.is_bot else None,
        name=" ".join(name.split())[:NAME_LIMIT],
        text=text_of(message) if text is None else text,
        said_at=_instant(message.date),
        file=file.as_json() if file is not None and not file.is_too_big else None,
    )


def _instant(date: Any) -> datetime:
    return date if isinstance(date, datetime) else datetime.fromtimestamp(int(date), UTC)


def draft_of(reader: Reader, words: RoomWords, kind: InteractionType, *, is_ours: bool) -> InteractionDraft:
    """The interaction that words make, by the rules of the private chat; a talk among people is a message (I1).

    Args:
        reader: Who takes them: whose hours and country "tomorrow" and phone numbers are read by.
        words: What was said.
        kind: What it is; a command in the words says it better.
        is_ours: Whether a user wrote it; who is none of us takes part in it, and it came in.
    """
    command = parse_command(words.text)
    text = words.text
    if command is not None and command.name in KINDS:
        kind, text = KINDS[command.name], command.arguments
    draft = read_words(reader, kind, text)
    if draft.when is None and draft.state is not InteractionState.PLANNED:
        draft = replace(draft, when=default_when(draft.type, draft.state, min(words.said_at, reader.now)))
    if kind is not InteractionType.SMS:
        return draft
    sender = () if is_ours or not words.name else (ParticipantDraft(words.name, role=ParticipantRole.FROM),)
    return replace(
        draft,
        channel=Channel.TELEGRAM,
        direction=Direction.OUT if is_ours else Direction.IN,
        participants=(*sender, *draft.participants),
    )
