"""What an interaction is found by, read back from its rows after a change."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Comment, Interaction, InteractionTag, Participant, ParticipantAddress
from core.repositories.search import index_interaction


async def reindex_interaction(session: AsyncSession, interaction_id: int) -> None:
    """Index an interaction anew: topic, text, goal, place, people with addresses, tags and comments."""
    await session.flush()
    interaction = await session.get_one(Interaction, interaction_id)
    names = await session.scalars(
        select(Participant.presentation).where(Participant.interaction_id == interaction_id)
    )
    addresses = await session.scalars(
        select(ParticipantAddress.value)
        .join(Participant, Participant.id == ParticipantAddress.participant_id)
        .where(Participant.interaction_id == interaction_id)
    )
    tags = await session.scalars(
        select(InteractionTag.tag).where(InteractionTag.interaction_id == interaction_id)
    )
    comments = await session.scalars(select(Comment.text).where(Comment.interaction_id == interaction_id))
    texts = (interaction.topic, interaction.text, interaction.goal, interaction.place)
    await index_interaction(session, interaction_id, (*texts, *names, *addresses, *tags, *comments))
