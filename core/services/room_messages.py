"""What is said in the rooms of deals: kept for a short time, taken into the deal, forgotten (decisions/0032).

Words that nobody addressed to the bot lie sealed until somebody reacts to them, because a reaction names its message
by number alone; the stored update they came with is emptied at once.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.enums import LinkReason, UserState
from core.errors import Invalid
from core.models import OutboxItem, RoomMessage
from core.ports import SecretBox
from core.queries import deal_rooms as views
from core.queries.deal_rooms import Place
from core.repositories import deal_rooms, inbox
from core.repositories.users import find_user_of_account
from core.services.capture import record_in
from core.services.deal_rooms import records_in
from core.services.work import Work, Works
from core.values import (
    Caller,
    InteractionDraft,
    InteractionId,
    Origin,
    SubjectId,
    UserId,
)


@dataclass(frozen=True, slots=True)
class RoomWords:
    """What somebody said in a room.

    Attributes:
        chat_id: The group.
        message_id: The message.
        room_id: The room.
        account_id: Who wrote it; None for somebody without a name.
        name: What they are called there.
        text: The words.
        said_at: When.
        file: A file that came along, as the door describes it.
    """

    chat_id: int
    message_id: int
    room_id: int
    account_id: int | None
    name: str
    text: str
    said_at: datetime
    file: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """Words that are to become an interaction.

    Attributes:
        words: What was said.
        draft: What they say, read by the door.
        line: Whether a line answers in the room; else a reaction of the bot's does.
    """

    words: RoomWords
    draft: InteractionDraft
    line: bool


class RoomMessages:
    """The words of rooms."""

    def __init__(self, works: Works, secrets: SecretBox) -> None:
        self._works = works
        self._secrets = secrets

    async def find_place(self, chat_id: int, thread_id: int | None) -> Place:
        """What a chat and a topic in it are to us."""
        async with self._works.database.reading() as session:
            return await views.find_place(session, chat_id, thread_id)

    async def forget_update(self, row_id: int) -> None:
        """End an update of a group and keep nothing of what it said.

        Raises:
            AlreadyFinished: It was ended before.
        """
        async with self._works.begin(None, "forget_group_update", origin=Origin(update_id=row_id)) as work:
            await inbox.forget_body(work.session, row_id)

    async def keep(self, row_id: int, words: RoomWords) -> None:
        """Keep words in case somebody reacts to them; the update they came with is ended and emptied.

        Raises:
            AlreadyFinished: It was ended before.
        """
        async with self._works.begin(None, "keep_room_words", origin=Origin(update_id=row_id)) as work:
            await inbox.forget_body(work.session, row_id)
            found = await deal_rooms.find_room(work.session, words.room_id)
            if found is not None and await views.is_on(work.session):
                await deal_rooms.keep_words(work.session, self._seal(words, work.now))

    async def find(self, chat_id: int, message_id: int) -> RoomWords | None:
        """What is kept of a message; None: nothing, or it cannot be read any more."""
        async with self._works.database.reading() as session:
            kept = await deal_rooms.find_words(session, chat_id, message_id)
        return self._unseal(kept) if kept is not None else None

    async def take(self, caller: Caller, take: Take) -> InteractionId | None:
        """Make words an interaction of the room's deal, by whom they were said; the same message once.

        Who wrote it is the author where that is a user, else the caller. Somebody who does not work on the deal is
        told so in their own chat, once a room.

        Args:
            caller: Who addressed the bot, or reacted.
            take: The words.

        Returns:
            None: nothing was recorded.

        Raises:
            OptionOff: This type is switched off.
            TimeInvalid: The times contradict each other or are out of reach.
        """
        words = take.words
        async with self._works.begin(caller, "capture_in_room") as work:
            if caller.origin.update_id is not None:
                await inbox.forget_body(work.session, caller.origin.update_id)
            found = await deal_rooms.find_room(work.session, words.room_id)
            if found is None or not await views.is_on(work.session):
                return None
            if not await records_in(work, caller, found.deal, found.subject):
                await _tell_outsider(work, caller, found.room.id)
                return None
            if await deal_rooms.is_captured(work.session, words.chat_id, words.message_id):
                return None
            author = await _author_of(work, caller, words)
            draft = replace(take.draft, subject_id=SubjectId(found.subject.id), link_reason=LinkReason.CHOSEN)
            interaction = await record_in(work, author, draft)
            await deal_rooms.forget_words(work.session, words.chat_id, words.message_id)
            work.in_room(
                words.chat_id,
                "taken",
                thread=found.room.thread_id,
                message=words.message_id,
                interaction=interaction.id,
                type=interaction.type.value,
                line=take.line,
            )
            return InteractionId(interaction.id)

    async def purge(self, keep: timedelta) -> int:
        """Forget words that were kept for so long; returns how many messages'."""
        async with self._works.database.transaction() as session:
            return await deal_rooms.purge_words(session, self._works.clock.now() - keep)

    def _seal(self, words: RoomWords, now: datetime) -> RoomMessage:
        content = {
            "name": words.name,
            "text": words.text,
            "said_at": words.said_at.isoformat(),
            "file": dict(words.file) if words.file is not None else None,
        }
        return RoomMessage(
            chat_id=words.chat_id,
            message_id=words.message_id,
            room_id=words.room_id,
            account_id=words.account_id,
            sealed=self._secrets.seal(json.dumps(content)),
            kept_at=now,
        )

    def _unseal(self, kept: RoomMessage) -> RoomWords | None:
        try:
            content = json.loads(self._secrets.open(kept.sealed))
        except Invalid:  # sealed with a key that is gone: nobody can read it any more
            return None
        return RoomWords(
            chat_id=kept.chat_id,
            message_id=kept.message_id,
            room_id=kept.room_id,
            account_id=kept.account_id,
            name=content["name"],
            text=content["text"],
            said_at=datetime.fromisoformat(content["said_at"]),
            file=content["file"],
        )


async def _author_of(work: Work, caller: Caller, words: RoomWords) -> Caller:
    """The writer as the one who records, where they are a user; the message is the one whose edits are followed."""
    origin = Origin(message=(words.chat_id, words.message_id))
    user = (
        await find_user_of_account(work.session, words.account_id) if words.account_id is not None else None
    )
    if user is None or user.state is not UserState.ACTIVE or user.id == caller.user_id:
        return replace(caller, origin=origin)
    return Caller(UserId(user.id), user.role, user.language, user.timezone, user.country, origin)


async def _tell_outsider(work: Work, caller: Caller, room_id: int) -> None:
    """Say it kindly, in their own chat, once."""
    key = f"room_outsider:{room_id}:{caller.user_id}"
    if await work.session.scalar(select(OutboxItem.id).where(OutboxItem.key == key)) is None:
        work.notify(caller.user_id, "room_outsider", note="", key=key)
