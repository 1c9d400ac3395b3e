"""Stored letters of a mailbox as rules look at them: for previews, and for rules applied to what is there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import AddressKind, ParticipantRole
from core.models import (
    Attachment,
    Interaction,
    MailFolder,
    MailMessage,
    MailUid,
    Participant,
    ParticipantAddress,
)
from core.repositories.mail_rules import load_known_addresses, load_own_addresses
from core.rules.mail_rules import LetterFacts, outsiders_of


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A letter that was captured from a mailbox."""

    interaction_id: int
    happened_at: datetime
    facts: LetterFacts


async def list_stored(
    session: AsyncSession, mailbox_id: int, *, before_id: int | None, limit: int
) -> list[StoredLetter]:
    """Letters of a mailbox that are not deleted, the latest captured first.

    Args:
        session: The session.
        mailbox_id: Of which mailbox.
        before_id: Only interactions with lower ids; None: from the latest on.
        limit: At most so many.
    """
    seen = (
        select(MailUid.interaction_id.label("id"), func.min(MailFolder.name).label("folder"))
        .join(MailFolder, MailFolder.id == MailUid.folder_id)
        .where(MailFolder.mailbox_id == mailbox_id, MailUid.interaction_id.is_not(None))
        .group_by(MailUid.interaction_id)
    )
    if before_id is not None:
        seen = seen.where(MailUid.interaction_id < before_id)
    found = seen.subquery()
    rows = (
        await session.execute(
            select(
                Interaction.id,
                Interaction.happened_at,
                Interaction.topic,
                Interaction.text,
                MailMessage.mail_class,
                found.c.folder,
                select(Attachment.id)
                .where(Attachment.interaction_id == Interaction.id)
                .exists()
                .label("files"),
            )
            .join(found, found.c.id == Interaction.id)
            .join(MailMessage, MailMessage.interaction_id == Interaction.id)
            .where(Interaction.deleted_at.is_(None))
            .order_by(Interaction.id.desc())
            .limit(limit)
        )
    ).all()
    senders, recipients = await _load_addresses(session, [row.id for row in rows])
    everybody = {one for some in (*senders.values(), *recipients.values()) for one in some}
    own = await load_own_addresses(session, everybody)
    known = await load_known_addresses(session, everybody)
    return [
        StoredLetter(
            row.id,
            row.happened_at,
            _facts(row, frozenset(senders[row.id]), frozenset(recipients[row.id]), own, known),
        )
        for row in rows
    ]


def _facts(
    row: Row[Any],
    senders: frozenset[str],
    recipients: frozenset[str],
    own: frozenset[str],
    known: frozenset[str],
) -> LetterFacts:
    others = outsiders_of(senders, recipients, own)
    return LetterFacts(
        senders=senders,
        recipients=recipients,
        others=others,
        topic=row.topic,
        text=row.text,
        has_attachment=row.files,
        mail_class=row.mail_class,
        folder=row.folder,
        known=not others.isdisjoint(known),
    )


async def _load_addresses(
    session: AsyncSession, interaction_ids: Sequence[int]
) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """Senders and recipients by letter."""
    senders: dict[int, set[str]] = defaultdict(set)
    recipients: dict[int, set[str]] = defaultdict(set)
    rows = await session.execute(
        select(Participant.interaction_id, Participant.role, ParticipantAddress.value)
        .join(ParticipantAddress, ParticipantAddress.participant_id == Participant.id)
        .where(Participant.interaction_id.in_(interaction_ids), ParticipantAddress.kind == AddressKind.EMAIL)
    )
    for interaction_id, role, value in rows:
        (senders if role is ParticipantRole.FROM else recipients)[interaction_id].add(value)
    return senders, recipients
