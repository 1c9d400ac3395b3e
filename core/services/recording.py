"""Writing new interactions with everything that hangs on them: the one way in for every door.

The callers decide what they are and whom they concern; here they get their subjects, their rows, their places
in the worklists, their counters, their places in the search index. Many at once cost little more than one,
so that a mailbox of a hundred thousand letters comes in as fast as its server gives it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.enums import InteractionState, LinkReason
from core.models import Attachment, Interaction, InteractionOwner, InteractionTag, Subject
from core.repositories import access, search, subjects
from core.repositories.inserting import RowInsert, as_loaded
from core.rules import review, times
from core.services import participation, subject_moves
from core.services.work import Work
from core.values import InteractionDraft, When

_insert_interactions = RowInsert(Interaction)
_insert_owners = RowInsert(InteractionOwner)
_insert_attachments = RowInsert(Attachment)
_insert_tags = RowInsert(InteractionTag)

_NOTED = ("type", "state", "subject_id", "source")
"""What the audit shows of a new interaction."""


@dataclass(frozen=True, slots=True)
class OwnerDraft:
    """A user whose worklist the interaction goes on."""

    user_id: int
    predates_mailbox: bool = False
    reviewed: bool = False
    """Whether it starts reviewed whatever it is: a rule says so."""


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
        answers_id: What a letter answers, where its subject is decided apart from that (domain.md M3).
    """

    responsible_id: int
    when: When
    owners: tuple[OwnerDraft, ...]
    author_id: int | None
    timezone: str
    automatic: bool = False
    private: bool = False
    chat_message: tuple[int, int] | None = None
    answers_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """One interaction to be recorded."""

    draft: InteractionDraft
    facts: Circumstances


@dataclass(frozen=True, slots=True)
class Recorded:
    """An interaction that has been recorded.

    Attributes:
        values: Its row by column.
        unreviewed_by: The owners on whose to-review list it starts.
    """

    id: int
    subject_id: int
    values: Mapping[str, Any]
    unreviewed_by: frozenset[int]


async def record_interaction(work: Work, draft: InteractionDraft, facts: Circumstances) -> Interaction:
    """Insert one interaction, as `record_interactions`; the row as if it were loaded."""
    (recorded,) = await record_interactions(work, [Recording(draft, facts)])
    return as_loaded(work.session, Interaction, {**recorded.values, "id": recorded.id})


async def record_interactions(work: Work, recordings: Sequence[Recording]) -> list[Recorded]:
    """Insert interactions.

    The subject is the draft's if it names one (checked for the caller's eyes), else that of its parent as it
    is now (domain.md S7), else a chain of its own (domain.md S1).

    Raises:
        NotFound: The subject or parent is not there for the caller.
    """
    seats = await _find_subjects(work, recordings)
    own = iter(
        await subject_moves.start_chains(
            work, [one.facts.automatic for one, seat in zip(recordings, seats, strict=True) if seat is None]
        )
    )
    subject_ids = [seat.id if seat is not None else next(own) for seat in seats]
    rows = [_values(work, one, subject_id) for one, subject_id in zip(recordings, subject_ids, strict=True)]
    ids = await _insert_interactions.with_keys(work.session, rows)
    for interaction_id, row in zip(ids, rows, strict=True):
        work.bear(interaction_id, note={name: row[name] for name in _NOTED})
    await _take_seats(work, seats, subject_ids, ids)
    owners = [_owners(one, interaction_id) for one, interaction_id in zip(recordings, ids, strict=True)]
    await _insert_owners(work.session, [row for whose in owners for row in whose])
    await _add_what_hangs(work, ids, recordings)
    return [
        Recorded(
            interaction_id,
            row["subject_id"],
            row,
            frozenset(owner["user_id"] for owner in whose if not owner["reviewed"]),
        )
        for interaction_id, row, whose in zip(ids, rows, owners, strict=True)
    ]


async def _find_subjects(work: Work, recordings: Sequence[Recording]) -> list[Subject | None]:
    """The subjects they are recorded into, locked for change; None: a chain of its own."""
    if work.caller is None and all(one.draft.parent_id is None for one in recordings):
        wanted = {one.draft.subject_id for one in recordings if one.draft.subject_id is not None}
        found = await subjects.load_subjects(work.session, wanted)
        return [found[one.draft.subject_id] if one.draft.subject_id else None for one in recordings]
    return [await _find_subject(work, one.draft) for one in recordings]


async def _find_subject(work: Work, draft: InteractionDraft) -> Subject | None:
    if draft.subject_id is not None:
        return await access.get_visible_subject(work.session, work.caller, draft.subject_id)
    if draft.parent_id is not None:
        arrives_by_itself = work.caller is None
        parent = await access.get_visible_interaction(
            work.session, work.caller, draft.parent_id, deleted=arrives_by_itself
        )
        return await subjects.get_subject(work.session, parent.subject_id)
    return None


async def _take_seats(
    work: Work, seats: Sequence[Subject | None], subject_ids: Sequence[int], ids: Sequence[int]
) -> None:
    """Let interactions head the chains they start, and make themselves at home in those that were there."""
    heads: dict[int, int] = {}
    for seat, subject_id, interaction_id in zip(seats, subject_ids, ids, strict=True):
        if seat is None:
            heads[subject_id] = interaction_id
            continue
        if subject_moves.lacks_head(seat):
            subject_moves.become_head(seat, interaction_id)
        subject_moves.show_chain(work, seat)
    await subjects.set_heads(work.session, heads)


def _values(work: Work, recording: Recording, subject_id: int) -> dict[str, Any]:
    draft, facts = recording.draft, recording.facts
    own = draft.subject_id is None and draft.parent_id is None
    planned = draft.state is InteractionState.PLANNED
    chat_id, message_id = facts.chat_message or (None, None)
    return {
        "type": draft.type,
        "direction": draft.direction,
        "channel": draft.channel,
        "state": draft.state,
        "topic": draft.topic,
        "text": draft.text,
        "goal": draft.goal,
        "place": draft.place,
        "happened_at": facts.when.at,
        "due_on": facts.when.due_on,
        "ends_at": facts.when.ends_at,
        "time_known": facts.when.time_known,
        "wall_time": times.wall_time(facts.when, facts.timezone) if planned else None,
        "timezone": facts.timezone,
        "recorded_at": work.now,
        "result": draft.result,
        "duration_s": int(draft.duration.total_seconds()) if draft.duration is not None else None,
        "author_id": facts.author_id,
        "responsible_id": facts.responsible_id,
        "importance": draft.importance,
        "subject_id": subject_id,
        "parent_id": draft.parent_id if draft.parent_id is not None else facts.answers_id,
        "link_reason": draft.link_reason or (LinkReason.OWN if own else LinkReason.CHOSEN),
        "source": draft.source,
        "source_key": draft.source_key,
        "version": 1,
        "private": facts.private,
        "deleted_at": None,
        "chat_id": chat_id,
        "message_id": message_id,
    }


def _owners(recording: Recording, interaction_id: int) -> list[dict[str, Any]]:
    """The places on worklists, reviewed or not as domain.md R2 says."""
    draft, facts = recording.draft, recording.facts
    rows = []
    for owner in facts.owners:
        reviewed = owner.reviewed or review.starts_reviewed(
            review.Arrival(
                type=draft.type,
                state=draft.state,
                direction=draft.direction,
                result=draft.result,
                source=draft.source,
                author_id=facts.author_id,
                owner_id=owner.user_id,
                predates_mailbox=owner.predates_mailbox,
                automatic=facts.automatic,
            )
        )
        waits = not reviewed and draft.state is InteractionState.PLANNED
        rows.append(
            {
                "interaction_id": interaction_id,
                "user_id": owner.user_id,
                "reviewed": reviewed,
                "review_after": review.plan_review_after(facts.when.at, facts.when.ends_at)
                if waits
                else None,
                "happened_at": facts.when.at,
            }
        )
    return rows


async def _add_what_hangs(work: Work, ids: Sequence[int], recordings: Sequence[Recording]) -> None:
    drafts = {one: recording.draft for one, recording in zip(ids, recordings, strict=True)}
    await participation.insert_participants(
        work, [(one, draft.participants) for one, draft in drafts.items()]
    )
    await _insert_attachments(
        work.session,
        [
            {
                "interaction_id": one,
                "position": position,
                "name": file.name,
                "content_type": file.content_type,
                "size": file.size,
                "sha256": file.sha256,
                "inline": file.inline,
            }
            for one, draft in drafts.items()
            for position, file in enumerate(draft.attachments)
        ],
    )
    await _insert_tags(
        work.session,
        [
            {"interaction_id": one, "tag": tag}
            for one, draft in drafts.items()
            for tag in dict.fromkeys(draft.tags)
        ],
    )
    await search.index_new_interactions(
        work.session, {one: _words_of(draft) for one, draft in drafts.items()}
    )


def _words_of(draft: InteractionDraft) -> tuple[str, ...]:
    return (
        draft.topic,
        draft.text,
        draft.goal,
        draft.place,
        *draft.tags,
        *(one.presentation for one in draft.participants),
        *(address.value for one in draft.participants for address in one.addresses),
    )
