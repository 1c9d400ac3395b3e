"""Care of an interaction: edit, comment, tag, delete, restore (domain.md I7, I8)."""

from typing import Any

from sqlalchemy import select

from core.enums import (
    InteractionState,
)
from core.errors import ContentFixed, Invalid, StateForbids
from core.models import Interaction, InteractionTag, InteractionVersion, Subject
from core.repositories.access import get_visible_interaction
from core.repositories.erasing import is_erased
from core.repositories.mail_rules import forget_dismissals
from core.repositories.search_texts import reindex_interaction
from core.services import subject_moves
from core.services.commenting import add_comment_in
from core.services.interaction_edits import keeps, read_field, set_when
from core.services.plans import move_in
from core.services.work import Work, Works
from core.values import Caller, InteractionId, Ref, RefKind, When

MAX_TAG = 64


class Care:
    """Small changes of one interaction."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def edit(self, caller: Caller, interaction_id: InteractionId, field: str, value: Any) -> None:
        """Change one field.

        Args:
            caller: Who changes it.
            interaction_id: Which one.
            field: topic, text, goal, place, importance, direction, channel, result, duration (a timedelta) or
                when (a `When`). Direction and channel of a letter or SMS only if it was recorded by hand.
            value: Text, or the value of the field's own type.

        Raises:
            NotFound: No such interaction for the caller.
            ContentFixed: A sent or received message keeps its content (domain.md I7).
            Invalid: There is no such field, or the value is none of it.
        """
        async with self._works.begin(caller, "edit") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            of = Ref(RefKind.INTERACTION, interaction.id)
            if keeps(interaction, field):
                raise ContentFixed(of, field)
            if field == "when":
                await set_when(work, interaction, value)
            else:
                work.change(interaction, of=of, **read_field(interaction, field, value))
            await reindex_interaction(work.session, interaction.id)
            work.confirm(of, note="edited")

    async def edit_from_chat(
        self, caller: Caller | None, chat_id: int, message_id: int, text: str, *, when: When | None = None
    ) -> bool:
        """Follow the edit of a message that an interaction was captured from: a new version (domain.md I7).

        Args:
            caller: Who edited; None: somebody in a room who is no user.
            chat_id: The chat.
            message_id: The message.
            text: The text as it is now.
            when: The time that the message now says; a plan is moved to it.

        Returns:
            False when nothing was captured from that message, or neither text nor time differ.

        Raises:
            TimeInvalid: The plan's new time is past or cannot be.
        """
        async with self._works.begin(caller, "edit_from_chat") as work:
            interaction = (
                await work.session.scalars(
                    select(Interaction)
                    .where(
                        Interaction.chat_id == chat_id,
                        Interaction.message_id == message_id,
                        Interaction.deleted_at.is_(None),
                    )
                    .with_for_update()
                )
            ).one_or_none()
            if interaction is None:
                return False
            moves = when is not None and caller is not None and _is_another_time(interaction, when)
            if interaction.text == text and not moves:
                return False
            of = Ref(RefKind.INTERACTION, interaction.id)
            if interaction.text != text:
                await _add_version(work, interaction, text)
            if moves and when is not None and caller is not None:
                await move_in(work, interaction, when, caller.timezone)
            work.confirm(of, note="edited")
            return True

    async def comment(self, caller: Caller, interaction_id: InteractionId, text: str) -> None:
        """Put a note on an interaction (domain.md I1).

        Raises:
            NotFound: No such interaction for the caller.
            Invalid: The note is empty.
        """
        if not text.strip():
            raise Invalid("text", text)
        async with self._works.begin(caller, "comment") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            await add_comment_in(work, caller, interaction, text)
            work.confirm(Ref(RefKind.INTERACTION, interaction.id), note="commented")

    async def tag(self, caller: Caller, interaction_id: InteractionId, tag: str) -> None:
        """Put a word on an interaction; a second time changes nothing.

        Raises:
            NotFound: No such interaction for the caller.
            Invalid: The tag is empty or long.
        """
        word = _read_tag(tag)
        async with self._works.begin(caller, "tag") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            of = Ref(RefKind.INTERACTION, interaction.id)
            if await _find_tag(work, interaction.id, word) is None:
                await work.add(InteractionTag(interaction_id=interaction.id, tag=word), of=of)
                await reindex_interaction(work.session, interaction.id)
            work.confirm(of, note="tagged")

    async def untag(self, caller: Caller, interaction_id: InteractionId, tag: str) -> None:
        """Take a word off an interaction; taking off what is not there changes nothing.

        Raises:
            NotFound: No such interaction for the caller.
            Invalid: The tag is empty or long.
        """
        word = _read_tag(tag)
        async with self._works.begin(caller, "untag") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            of = Ref(RefKind.INTERACTION, interaction.id)
            row = await _find_tag(work, interaction.id, word)
            if row is not None:
                await work.remove(row, of=of)
                await reindex_interaction(work.session, interaction.id)
            work.confirm(of, note="untagged")

    async def delete(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Mark an interaction deleted: hidden, restorable, not to come back at the next poll (domain.md I8).

        Raises:
            NotFound: No such interaction for the caller.
        """
        async with self._works.begin(caller, "delete") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            await delete_in(work, interaction)
            work.confirm(Ref(RefKind.INTERACTION, interaction.id), note="deleted")

    async def restore(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Bring a deleted interaction back to the subject it has now.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not deleted, or erased for good.
        """
        async with self._works.begin(caller, "restore") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id, deleted=True)
            of = Ref(RefKind.INTERACTION, interaction.id)
            if interaction.deleted_at is None:
                raise StateForbids(of, "present")
            if await is_erased(work.session, interaction.id):
                raise StateForbids(of, "erased")
            await work.touch(interaction.id)
            work.change(interaction, of=of, deleted_at=None)
            await forget_dismissals(work.session, interaction.id, caller.user_id)
            subject = await work.session.get_one(Subject, interaction.subject_id, with_for_update=True)
            if not subject.kind.is_real and subject.head_id is None:
                work.change(subject, of=Ref(RefKind.SUBJECT, subject.id), head_id=interaction.id)
            work.confirm(of, note="restored")


async def _add_version(work: Work, interaction: Interaction, text: str) -> None:
    of = Ref(RefKind.INTERACTION, interaction.id)
    former = InteractionVersion(
        interaction_id=interaction.id,
        version=interaction.version,
        replaced_at=work.now,
        content={"topic": interaction.topic, "text": interaction.text},
    )
    await work.add(former, of=of)
    work.change(interaction, of=of, text=text, version=interaction.version + 1)
    await reindex_interaction(work.session, interaction.id)


def _is_another_time(interaction: Interaction, when: When) -> bool:
    """Whether a plan is to be moved; what has happened keeps its time."""
    if interaction.state is not InteractionState.PLANNED:
        return False
    return (interaction.happened_at, interaction.due_on) != (when.at, when.due_on)


async def delete_in(work: Work, interaction: Interaction) -> None:
    """Mark an interaction deleted inside a transaction that does more; its chain gets a new head (domain.md S5)."""
    await work.touch(interaction.id)
    work.change(interaction, of=Ref(RefKind.INTERACTION, interaction.id), deleted_at=work.now)
    await work.session.flush()
    subject = await work.session.get_one(Subject, interaction.subject_id, with_for_update=True)
    if subject.head_id == interaction.id:
        await subject_moves.replace_head(work, subject)


def _read_tag(tag: str) -> str:
    word = tag.strip().lstrip("#").casefold()
    if not word or len(word) > MAX_TAG or any(character.isspace() for character in word):
        raise Invalid("tag", tag)
    return word


async def _find_tag(work: Work, interaction_id: int, word: str) -> InteractionTag | None:
    return (
        await work.session.scalars(
            select(InteractionTag).where(
                InteractionTag.interaction_id == interaction_id, InteractionTag.tag == word
            )
        )
    ).one_or_none()
