"""What hangs on a batch of interactions: one statement a kind of part."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import (
    Attachment,
    Comment,
    Interaction,
    InteractionOwner,
    InteractionTag,
    MailFolder,
    MailMessage,
    MailUid,
    Participant,
    ParticipantAddress,
    Subject,
    User,
)
from core.queries.export.shapes import JsonObject, group, instant, named
from core.rules.titles import title_of


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts by interaction id; subjects by their own."""

    owners: dict[int, list[InteractionOwner]]
    tags: dict[int, list[str]]
    comments: dict[int, list[JsonObject]]
    participants: dict[int, list[JsonObject]]
    attachments: dict[int, list[JsonObject]]
    mail: dict[int, JsonObject]
    subjects: dict[int, JsonObject]


async def load_parts(session: AsyncSession, rows: Sequence[Interaction]) -> Parts:
    """Everything that belongs to these interactions."""
    ids = [row.id for row in rows]
    owners = await session.scalars(
        select(InteractionOwner)
        .where(InteractionOwner.interaction_id.in_(ids))
        .order_by(InteractionOwner.interaction_id, InteractionOwner.user_id)
    )
    tags = await session.execute(
        select(InteractionTag.interaction_id, InteractionTag.tag)
        .where(InteractionTag.interaction_id.in_(ids))
        .order_by(InteractionTag.id)
    )
    return Parts(
        owners=group((owner.interaction_id, owner) for owner in owners),
        tags=group((row[0], row[1]) for row in tags),
        comments=await _load_comments(session, ids),
        participants=await _load_participants(session, ids),
        attachments=await _load_attachments(session, ids),
        mail=await _load_mail(session, ids),
        subjects=await _load_subjects(session, {row.subject_id for row in rows}),
    )


async def _load_comments(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[JsonObject]]:
    rows = await session.execute(
        select(Comment, User.name)
        .join(User, User.id == Comment.author_id)
        .where(Comment.interaction_id.in_(ids))
        .order_by(Comment.id)
    )
    return group(
        (
            comment.interaction_id,
            {"author": named(comment.author_id, name), "at": instant(comment.at), "text": comment.text},
        )
        for comment, name in rows
    )


async def _load_participants(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[JsonObject]]:
    rows = (
        await session.scalars(
            select(Participant)
            .where(Participant.interaction_id.in_(ids))
            .order_by(Participant.interaction_id, Participant.position, Participant.id)
        )
    ).all()
    addresses = await session.scalars(
        select(ParticipantAddress)
        .join(Participant, Participant.id == ParticipantAddress.participant_id)
        .where(Participant.interaction_id.in_(ids))
        .order_by(ParticipantAddress.id)
    )
    by_participant = group(
        (one.participant_id, {"kind": one.kind, "value": one.value, "original": one.original})
        for one in addresses
    )
    return group(
        (
            row.interaction_id,
            {
                "id": row.id,
                "role": row.role,
                "presentation": row.presentation,
                "addresses": by_participant.get(row.id, []),
                "contact_id": row.contact_id,
                "attendance": row.attendance,
            },
        )
        for row in rows
    )


async def _load_attachments(session: AsyncSession, ids: Sequence[int]) -> dict[int, list[JsonObject]]:
    rows = await session.scalars(
        select(Attachment)
        .where(Attachment.interaction_id.in_(ids))
        .order_by(Attachment.interaction_id, Attachment.position, Attachment.id)
    )
    return group(
        (
            row.interaction_id,
            {"name": row.name, "content_type": row.content_type, "size": row.size, "sha256": row.sha256},
        )
        for row in rows
    )


async def _load_mail(session: AsyncSession, ids: Sequence[int]) -> dict[int, JsonObject]:
    rows = await session.execute(
        select(
            MailUid.interaction_id, MailFolder.mailbox_id, MailFolder.name, MailUid.uidvalidity, MailUid.uid
        )
        .join(MailFolder, MailFolder.id == MailUid.folder_id)
        .where(MailUid.interaction_id.in_(ids))
        .order_by(MailUid.id)
    )
    sightings = group(
        (interaction_id, {"mailbox": mailbox, "folder": folder, "uidvalidity": validity, "uid": uid})
        for interaction_id, mailbox, folder, validity, uid in rows
    )
    letters = await session.scalars(select(MailMessage).where(MailMessage.interaction_id.in_(ids)))
    return {
        letter.interaction_id: {
            "message_id": letter.message_id,
            "in_reply_to": letter.in_reply_to,
            "references": letter.references,
            "class": letter.mail_class,
            "sent_on": instant(letter.sent_on),
            "size": letter.size,
            "raw_sha256": letter.raw_sha256,
            "duplicate_of": letter.duplicate_of_id,
            "seen_in": sightings.get(letter.interaction_id, []),
            "defects": letter.defects,
            "new_text": letter.new_text,
        }
        for letter in letters
    }


async def _load_subjects(session: AsyncSession, ids: Collection[int]) -> dict[int, JsonObject]:
    titles = await load_titles(session, ids)
    rows = await session.execute(select(Subject.id, Subject.kind).where(Subject.id.in_(ids)))
    return {row[0]: {"kind": row[1], "id": row[0], "title": titles[row[0]]} for row in rows}


async def load_titles(session: AsyncSession, subject_ids: Collection[int]) -> dict[int, str]:
    """Titles of subjects as they are, uncut: their own, or of a chain what its head is about."""
    rows = await session.execute(
        select(Subject.id, Subject.title, Interaction.topic, Interaction.text, Interaction.goal)
        .outerjoin(Interaction, Interaction.id == Subject.head_id)
        .where(Subject.id.in_(subject_ids))
    )
    return {
        subject_id: title or topic or title_of("", text or goal or "")
        for subject_id, title, topic, text, goal in rows
    }
