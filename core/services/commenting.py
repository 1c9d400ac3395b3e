"""Notes that people put on interactions (domain.md I1)."""

from core.models import Comment, Interaction
from core.repositories import search_texts
from core.services.work import Work
from core.values import Caller, Ref, RefKind


async def add_comment_in(work: Work, caller: Caller, interaction: Interaction, text: str) -> None:
    """Put a note on an interaction inside a transaction that does more."""
    comment = Comment(interaction_id=interaction.id, author_id=caller.user_id, at=work.now, text=text.strip())
    await work.add(comment, of=Ref(RefKind.INTERACTION, interaction.id))
    await search_texts.reindex_interaction(work.session, interaction.id)
