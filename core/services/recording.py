"""Writing a new interaction with everything that hangs on it: the one way in for every door.

The callers decide what it is and whom it concerns; here it gets its subject, its rows, its place in the
worklists, its counters, its place in the search index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.enums import InteractionState, LinkReason
from core.models import Attachment, Interaction, InteractionOwner, InteractionTag, Subject
from core.repositories import access, search, subjects
from core.rules import review, times
from core.services import participation, subject_moves
from core.services.work import Work
from core.values import InteractionDraft, Ref, RefKind, When


@dataclass(frozen=True, slots=True)
class OwnerDraft:
    """A user whose worklist the interaction goes on."""

    user_id: int
    predates_mailbox: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a door knows besides the draft.

    Attributes:
        responsible_id: Who answers for it.
        when: When it happened or is due; always told.
        owners: Whose worklists it goes on.
        author_id: Who recorded it; None for what came by itself.
        timezone: The zone whose wall clock a plan keeps.
        automatic: Automatic mail: starts reviewed, and its own subject is hidden (domain.md S1).
        private: A letter of a private mailbox (domain.md U2).
        chat_message: Chat and message it was captured from.
    """

    responsible_id: int
    when: When
    owners: tuple[OwnerDraft, ...]
    author_id: int | None
    timezone: str
    automatic: bool = False
    private: bool = False
    chat_message: tuple[int, int] | None = None


async def record_interaction(work: Work, draft: InteractionDraft, facts: Circumstances) -> Interaction:
    """Insert an interaction; flushed, so that it has an id.

    The subject is the draft's if it names one (checked for the caller's eyes), else that of its parent as it
    is now (domain.md S7), else a chain of its own (domain.md S1).

    Raises:
        NotFound: The subject or parent is not there for the caller.
    """
    subject, is_own = await _find_subject(work, draft, facts)
    interaction = _build(work, draft, facts, subject)
    await work.add(
        interaction,
        of=None,
        note={"type": draft.type, "state": draft.state, "subject_id": subject.id, "source": draft.source},
    )
    await work.session.flush()
    work.counters.expect(interaction)
    if is_own or subject_moves.lacks_head(subject):
        subject_moves.become_head(subject, interaction)
    if not is_own:
        subject_moves.show_chain(work, subject)
    await _add_owners(work, interaction, facts)
    participants = await participation.add_participants(work, interaction.id, draft.participants)
    _add_attachments(work, interaction, draft)
    _add_tags(work, interaction, draft.tags)
    await search.index_interaction(
        work.session,
        interaction.id,
        (
            draft.topic,
            draft.text,
            draft.goal,
            draft.place,
            *draft.tags,
            *(one.presentation for one in participants),
            *(address.value for one in draft.participants for address in one.addresses),
        ),
    )
    return interaction


async def _find_subject(work: Work, draft: InteractionDraft, facts: Circumstances) -> tuple[Subject, bool]:
    if draft.subject_id is not None:
        return await access.get_visible_subject(work.session, work.caller, draft.subject_id), False
    if draft.parent_id is not None:
        arrives_by_itself = work.caller is None
        parent = await access.get_visible_interaction(
            work.session, work.caller, draft.parent_id, deleted=arrives_by_itself
        )
        return await subjects.get_subject(work.session, parent.subject_id), False
    return await subject_moves.start_chain(work, hidden=facts.automatic), True


def _build(work: Work, draft: InteractionDraft, facts: Circumstances, subject: Subject) -> Interaction:
    own = draft.subject_id is None and draft.parent_id is None
    chat_id, message_id = facts.chat_message or (None, None)
    return Interaction(
        type=draft.type,
        direction=draft.direction,
        channel=draft.channel,
        state=draft.state,
        topic=draft.topic,
        text=draft.text,
        goal=draft.goal,
        place=draft.place,
        happened_at=facts.when.at,
        due_on=facts.when.due_on,
        ends_at=facts.when.ends_at,
        time_known=facts.when.time_known,
        wall_time=times.wall_time(facts.when, facts.timezone)
        if draft.state is InteractionState.PLANNED
        else None,
        timezone=facts.timezone,
        recorded_at=work.now,
        result=draft.result,
        duration_s=int(draft.duration.total_seconds()) if draft.duration is not None else None,
        author_id=facts.author_id,
        responsible_id=facts.responsible_id,
        importance=draft.importance,
        subject_id=subject.id,
        parent_id=draft.parent_id,
        link_reason=draft.link_reason or (LinkReason.OWN if own else LinkReason.CHOSEN),
        source=draft.source,
        source_key=draft.source_key,
        private=facts.private,
        chat_id=chat_id,
        message_id=message_id,
    )


async def _add_owners(work: Work, interaction: Interaction, facts: Circumstances) -> None:
    for owner in facts.owners:
        await add_owner(work, interaction, owner, automatic=facts.automatic)


async def add_owner(
    work: Work, interaction: Interaction, owner: OwnerDraft, *, automatic: bool = False
) -> InteractionOwner:
    """Put an interaction on a user's worklist, reviewed or not as domain.md R2 says."""
    reviewed = review.starts_reviewed(
        review.Arrival(
            type=interaction.type,
            state=interaction.state,
            direction=interaction.direction,
            result=interaction.result,
            source=interaction.source,
            author_id=interaction.author_id,
            owner_id=owner.user_id,
            predates_mailbox=owner.predates_mailbox,
            automatic=automatic,
        )
    )
    row = InteractionOwner(
        interaction_id=interaction.id,
        user_id=owner.user_id,
        reviewed=reviewed,
        review_after=_first_review_after(interaction, reviewed=reviewed),
        happened_at=interaction.happened_at,
    )
    await work.add(row, of=Ref(RefKind.INTERACTION, interaction.id))
    return row


def _first_review_after(interaction: Interaction, *, reviewed: bool) -> datetime | None:
    if reviewed or interaction.state is not InteractionState.PLANNED:
        return None
    return review.plan_review_after(interaction.happened_at, interaction.ends_at)


def _add_attachments(work: Work, interaction: Interaction, draft: InteractionDraft) -> None:
    work.session.add_all(
        Attachment(
            interaction_id=interaction.id,
            position=position,
            name=one.name,
            content_type=one.content_type,
            size=one.size,
            sha256=one.sha256,
        )
        for position, one in enumerate(draft.attachments)
    )


def _add_tags(work: Work, interaction: Interaction, tags: Sequence[str]) -> None:
    work.session.add_all(
        InteractionTag(interaction_id=interaction.id, tag=tag) for tag in dict.fromkeys(tags)
    )
