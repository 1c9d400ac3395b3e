"""Removing the content of an interaction for good, with everything that repeats it (domain.md I8).

What stays is what keeps the rest whole: that there was an interaction, when and whose; the identity of a letter,
as hashes and Message-ID, so that it does not come back at the next poll; who did what in the audit, without
values. Who takes part in a deal stays the deal's.
"""

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import UpdateState
from core.models import (
    Attachment,
    AuditChange,
    Comment,
    DemandRow,
    DemandVersion,
    InboundUpdate,
    Interaction,
    InteractionTag,
    InteractionVersion,
    MailMessage,
    MailReference,
    MailUid,
    Participant,
    ParticipantAddress,
    Promise,
    User,
)
from core.repositories import search
from core.values import Ref, RefKind

ERASURE = "erasure"
"""The audit's entity for an erasing; what bears it stays deleted."""


async def list_digests(session: AsyncSession, interaction_id: int) -> list[str]:
    """The blobs of an interaction: attachments and the raw letter, in every mailbox it was seen in."""
    found: set[str] = set()
    for column, owner in (
        (Attachment.sha256, Attachment.interaction_id),
        (MailMessage.raw_sha256, MailMessage.interaction_id),
        (MailUid.raw_sha256, MailUid.interaction_id),
    ):
        found.update(
            one for one in await session.scalars(select(column).where(owner == interaction_id)) if one
        )
    return sorted(found)


async def is_kept_elsewhere(session: AsyncSession, digest: str) -> bool:
    """Whether another interaction or a letter in quarantine holds the same bytes."""
    used = or_(
        exists().where(Attachment.sha256 == digest),
        exists().where(MailMessage.raw_sha256 == digest),
        exists().where(MailUid.raw_sha256 == digest),
    )
    return bool(await session.scalar(select(used)))


async def is_erased(session: AsyncSession, interaction_id: int) -> bool:
    """Whether an interaction was erased for good."""
    marked = exists().where(
        AuditChange.object == str(Ref(RefKind.INTERACTION, interaction_id)), AuditChange.entity == ERASURE
    )
    return bool(await session.scalar(select(marked)))


async def remove_content(session: AsyncSession, interaction_id: int) -> None:
    """Blank the row, delete what hangs on it, and empty the trail and the stored updates of its content."""
    people = select(Participant.id).where(Participant.interaction_id == interaction_id)
    await session.execute(delete(ParticipantAddress).where(ParticipantAddress.participant_id.in_(people)))
    for model in (
        Participant,
        Attachment,
        InteractionTag,
        Comment,
        InteractionVersion,
        MailReference,
        Promise,
    ):
        await session.execute(delete(model).where(model.interaction_id == interaction_id))
    await session.execute(
        update(MailMessage)
        .where(MailMessage.interaction_id == interaction_id)
        .values(
            in_reply_to=[],
            references=[],
            defects=[],
            raw_sha256="",
            sent_on=None,
            new_text=None,
            original=None,
        )
    )
    await session.execute(
        update(MailUid).where(MailUid.interaction_id == interaction_id).values(raw_sha256=None)
    )
    await session.execute(
        update(Interaction)
        .where(Interaction.id == interaction_id)
        .values(topic="", text="", goal="", place="", source_key=None)
    )
    for demand in (DemandRow, DemandVersion):  # a client's words, kept with their message
        await session.execute(update(demand).where(demand.asked_in_id == interaction_id).values(text=""))
    await search.forget(session, Ref(RefKind.INTERACTION, interaction_id))
    await _empty_trail(session, interaction_id)
    await _empty_updates(session, interaction_id)


async def _empty_trail(session: AsyncSession, interaction_id: int) -> None:
    mine = AuditChange.object == str(Ref(RefKind.INTERACTION, interaction_id))
    for column in (AuditChange.before, AuditChange.after):
        await session.execute(update(AuditChange).where(mine, column.is_not(None)).values({column: {}}))


async def _empty_updates(session: AsyncSession, interaction_id: int) -> None:
    """Updates that are worked off are kept for a while to know them again; their words are not needed for that."""
    authors = select(User.telegram_id).join(Interaction, Interaction.author_id == User.id)
    groups = select(Interaction.chat_id).where(
        Interaction.id == interaction_id
    )  # they have lanes of their own
    await session.execute(
        update(InboundUpdate)
        .where(
            InboundUpdate.state == UpdateState.DONE,
            InboundUpdate.lane.in_(authors.where(Interaction.id == interaction_id).union(groups)),
        )
        .values(body={})
        .execution_options(synchronize_session=False)
    )
