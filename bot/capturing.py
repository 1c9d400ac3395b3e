"""From words to what is recorded: ``WHO: TEXT``, coordinates, a time in front (interface.md, Conversation)."""

import re
from dataclasses import replace

from bot.reader import Reader
from bot.turn import Turn
from bot.verbs import parse_command
from core.enums import ContactKind, InteractionState, InteractionType
from core.errors import TimeInvalid
from core.queries.interaction_card import InteractionCard
from core.rules.participant_text import find_coordinates, participants_from_text
from core.rules.time_doubt import TimeDoubt, UnsaidTime, split_unread_time
from core.rules.time_words import Frame, read_when, split_leading_when
from core.rules.times import is_past
from core.rules.user_day import user_day
from core.values import (
    Address,
    AttachmentDraft,
    ContactId,
    InteractionDraft,
    InteractionId,
    ParticipantDraft,
    When,
)

WHO_LIMIT = 200
"""A longer beginning before a colon is a sentence, not people."""

_WHO = re.compile(r"(?P<who>[^:\r\n]+):(?=\s|$)\s*(?P<text>.*)", re.DOTALL)
_TIMED = frozenset({InteractionType.CALL, InteractionType.MEETING})
"""Types that may be planned as such (domain.md I3)."""


def frame_of(reader: Reader, state: InteractionState = InteractionState.PLANNED) -> Frame:
    """What words of time mean for this reader now."""
    return Frame(reader.now, reader.user.timezone, reader.user.day_starts, state)


def split_who(text: str) -> tuple[str, str]:
    """Who and what of ``WHO: TEXT``; nobody and all of it where no colon parts them."""
    match = _WHO.fullmatch(text.strip())
    if match is None or len(match["who"].strip()) > WHO_LIMIT or not match["who"].strip():
        return "", text.strip()
    return match["who"].strip(), match["text"].strip()


def read_people(who: str, text: str, country: str) -> tuple[ParticipantDraft, ...]:
    """Who was named, parted by semicolons; where nobody was, one for each coordinate that the text holds."""
    if who:
        return participants_from_text(who, country)
    unique: dict[tuple[str, str], Address] = {}
    for found in find_coordinates(text, country):
        unique.setdefault((found.address.kind, found.address.value), found.address)
    return tuple(ParticipantDraft(one.original, (one,)) for one in unique.values())


def read_words(reader: Reader, kind: InteractionType, text: str) -> InteractionDraft:
    """What a text said about an interaction of a kind.

    A plan may begin with its time. So may a call or meeting if the time means the same whether it is planned or
    done ("tomorrow 15:00", "yesterday"); one ahead makes it planned.
    """
    when, state, rest = _read_time(reader, kind, text)
    who, said = split_who(rest)
    return InteractionDraft(
        type=kind,
        state=state,
        text=said,
        when=when,
        participants=read_people(who, said, reader.user.country),
    )


def _read_time(reader: Reader, kind: InteractionType, text: str) -> tuple[When | None, InteractionState, str]:
    if kind is InteractionType.PLANNED:
        when, rest = split_leading_when(text, frame_of(reader))
        return when, InteractionState.PLANNED, rest
    if kind in _TIMED:
        ahead, rest = split_leading_when(text, frame_of(reader))
        back, _ = split_leading_when(text, frame_of(reader, InteractionState.DONE))
        if ahead is not None and back is not None and _is_same(ahead, back, reader.user.timezone):
            is_planned = ahead.at > reader.now
            return (
                (ahead, InteractionState.PLANNED, rest) if is_planned else (back, InteractionState.DONE, rest)
            )
    return None, InteractionState.DONE, text


def _is_same(ahead: When, back: When, timezone: str) -> bool:
    """Whether both readings mean the same time, or the same day."""
    if ahead.time_known:
        return ahead.at == back.at
    return ahead.due_on == user_day(back.at, timezone)


def read_ahead(reader: Reader, text: str) -> When:
    """The time that a text says for something to be planned.

    Raises:
        TimeInvalid: It is no time, or one that is over.
    """
    when = read_when(text, frame_of(reader))
    if is_past(when, reader.now, reader.user.timezone):
        raise TimeInvalid("when", when.at.isoformat())
    return when


def doubt_of(reader: Reader, kind: InteractionType, text: str) -> tuple[InteractionDraft, UnsaidTime | None]:
    """What a text said about an interaction, and the time of a plan that was said and cannot be.

    Nothing that was written is lost: such a plan is recorded at the time that is usual where none was said, with
    all its words.
    """
    draft = read_words(reader, kind, text)
    if draft.state is not InteractionState.PLANNED:
        return draft, None
    if draft.when is None:
        words, rest = split_unread_time(text)
        return (
            (_read_rest(reader, draft.type, words, rest), UnsaidTime(words, TimeDoubt.UNREAD))
            if words
            else (draft, None)
        )
    if not is_past(draft.when, reader.now, reader.user.timezone):
        return draft, None
    _, rest = split_leading_when(text, frame_of(reader))
    words = text.strip().removesuffix(rest).strip(" \t\r\n,;:.-")
    return _read_rest(reader, draft.type, words, rest), UnsaidTime(words, TimeDoubt.PAST)


def _read_rest(reader: Reader, kind: InteractionType, words: str, rest: str) -> InteractionDraft:
    who, said = split_who(rest)
    return InteractionDraft(
        type=kind,
        state=InteractionState.PLANNED,
        text=" ".join(part for part in (words, said) if part),
        participants=read_people(who, said, reader.user.country),
    )


async def record_words(
    turn: Turn,
    kind: InteractionType,
    text: str,
    *,
    continues: InteractionId | None = None,
    attachments: tuple[AttachmentDraft, ...] = (),
) -> None:
    """Record what a text said, with the files that came along; the service's confirmation shows the card."""
    draft, unsaid = doubt_of(turn, kind, text)
    draft = replace(draft, attachments=attachments)
    await turn.services.capture.record(turn.caller, draft, continues=continues, unsaid=unsaid)


async def record_answers(
    turn: Turn, draft: InteractionDraft, people: tuple[ParticipantDraft, ...], text: str
) -> None:
    """Record what a guided dialog has gathered; coordinates are looked for in the text where nobody was named."""
    found = people or read_people("", text, turn.user.country)
    await turn.services.capture.record(turn.caller, replace(draft, text=text.strip(), participants=found))


def outside_people(card: InteractionCard) -> tuple[ParticipantDraft, ...]:
    """The participants of an interaction for another one with the same people, without colleagues."""
    return tuple(
        ParticipantDraft(
            one.presentation,
            one.addresses,
            contact_id=ContactId(one.contact_id) if one.contact_id is not None else None,
        )
        for one in card.participants
        if one.contact_kind is not ContactKind.USER
    )


async def follow_edit(turn: Turn, message_id: int) -> bool:
    """Follow the edit of a message that something was captured from: a version of its text (domain.md I7).

    Who and when are read again as they were at first; a plan is moved to the time that the message now says.

    Returns:
        False when nothing was captured from it, or neither text nor time differ.
    """
    card = await turn.services.views.captured_from(turn.caller, turn.chat_id, message_id)
    if card is None:
        return False
    draft = _read_again(turn, card)
    return await turn.services.care.edit_from_chat(
        turn.caller, turn.chat_id, message_id, draft.text, when=draft.when
    )


def _read_again(turn: Turn, card: InteractionCard) -> InteractionDraft:
    """What the edited message says; words that were no command name people only if they did so before."""
    command = parse_command(turn.said)
    kind = InteractionType.PLANNED if card.state is InteractionState.PLANNED else card.type
    if command is not None:
        return read_words(turn, kind, command.arguments)
    draft = read_words(turn, kind, turn.said)
    known = {one.presentation for one in card.participants}
    if draft.participants and known.isdisjoint(one.presentation for one in draft.participants):
        return InteractionDraft(type=kind, text=turn.said.strip())
    return draft
