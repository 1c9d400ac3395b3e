"""Carrying out what `core.rules.subjects` decides: starting chains, moving one interaction or a whole chain.

Whole chains move in a number of statements that does not depend on their length. Every move is recorded in a
way that `core.services.undo` takes back.
"""

from collections.abc import Sequence
from typing import Any

from core.enums import LinkReason, SubjectKind, SubjectState
from core.models import Interaction, Subject
from core.repositories import subjects
from core.repositories.audit import CHAIN_MOVE
from core.repositories.counters import move_subject_counters
from core.repositories.inserting import RowInsert, as_loaded
from core.rules.subjects import choose_head
from core.services.work import Work
from core.values import Ref, RefKind

_insert_subjects = RowInsert(Subject)


def _new_chain(work: Work, *, hidden: bool) -> dict[str, Any]:
    return {
        "kind": SubjectKind.NONE if hidden else SubjectKind.CHAIN,
        "title": "",
        "state": SubjectState.OPEN,
        "head_id": None,
        "author_id": None,
        "created_at": work.now,
        "interactions": 0,
        "unreviewed": 0,
        "planned": 0,
        "last_interaction_at": None,
    }


async def start_chains(work: Work, hidden: Sequence[bool]) -> list[int]:
    """New, still empty chains by id; their heads come with `subjects.set_heads` (domain.md S1).

    Args:
        work: The transaction.
        hidden: For each, whether it is automatic mail's: its own subject, but not shown as a chain.
    """
    return await _insert_subjects.with_keys(work.session, [_new_chain(work, hidden=one) for one in hidden])


async def start_chain(work: Work) -> Subject:
    """One new, still empty chain as if it were loaded."""
    values = _new_chain(work, hidden=False)
    (subject_id,) = await _insert_subjects.with_keys(work.session, [values])
    return as_loaded(work.session, Subject, {**values, "id": subject_id})


def lacks_head(subject: Subject) -> bool:
    """Whether a chain has lost all its members to deletion."""
    return not subject.kind.is_real and subject.head_id is None


def become_head(subject: Subject, interaction_id: int) -> None:
    """Let a new interaction head a chain without one; what the interaction is recorded with covers it."""
    subject.head_id = interaction_id


async def move_one(work: Work, interaction: Interaction, target: Subject, reason: LinkReason) -> None:
    """Give one interaction another subject; its former companions stay."""
    await work.touch(interaction.id)
    show_chain(work, target)
    work.change(
        interaction,
        of=Ref(RefKind.INTERACTION, interaction.id),
        subject_id=target.id,
        link_reason=reason,
    )


async def leave_alone(work: Work, interaction: Interaction) -> Subject:
    """Let one interaction start a chain of its own."""
    chain = await start_chain(work)
    work.change(chain, of=_ref_of(chain), head_id=interaction.id)
    await move_one(work, interaction, chain, LinkReason.OWN)
    return chain


async def move_chain(work: Work, source: Subject, target: Subject) -> None:
    """Give every interaction of a subject to another one; their counters travel as a whole (domain.md S4, S6)."""
    ids = await subjects.list_interaction_ids(work.session, source.id)
    work.record(
        CHAIN_MOVE,
        of=_ref_of(target),
        before={"subject_id": source.id, "head_id": source.head_id, "ids": list(ids)},
        after={"subject_id": target.id},
    )
    show_chain(work, target)
    await work.session.flush()
    await subjects.move_interactions(work.session, source.id, target.id)
    await move_subject_counters(work.session, source.id, target.id)
    work.counters.follow(source.id, target.id)
    source.head_id = None


async def merge_chain(work: Work, from_subject_id: int, to_subject_id: int) -> None:
    """Merge one subject's interactions into another by id (domain.md M3)."""
    if from_subject_id == to_subject_id:
        return
    source = await subjects.get_subject(work.session, from_subject_id)
    target = await subjects.get_subject(work.session, to_subject_id)
    await move_chain(work, source, target)


async def replace_head(work: Work, subject: Subject) -> None:
    """Choose a new head for a chain whose head is gone (domain.md S5). The deletion must be flushed."""
    member = await subjects.find_earliest_member(work.session, subject.id)
    head_id = choose_head([member] if member is not None else [])
    work.change(subject, of=_ref_of(subject), head_id=head_id)


def show_chain(work: Work, subject: Subject) -> None:
    """Make a hidden subject of automatic mail a chain, once something joins it (domain.md S1)."""
    if subject.kind is SubjectKind.NONE:
        work.change(subject, of=_ref_of(subject), kind=SubjectKind.CHAIN)


def _ref_of(subject: Subject) -> Ref:
    return Ref(RefKind.SUBJECT, subject.id)
