"""Taking interactions back from a subject when their move is undone (domain.md S6)."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, update

from core.errors import CannotUndo
from core.models import AuditChange, AuditStep, Interaction, Subject
from core.repositories import audit, subjects
from core.repositories.audit import CHAIN_MOVE
from core.repositories.counters import move_subject_counters
from core.services import subject_moves
from core.services.work import Work
from core.values import Ref, RefKind

_CHUNK = 500


def home_of(changes: Sequence[AuditChange]) -> int | None:
    """The subject that what a step moved came from; what was captured since goes there too."""
    for change in changes:
        if change.before is None or "subject_id" not in change.before:
            continue
        if change.entity in {CHAIN_MOVE, Interaction.__tablename__}:
            return int(change.before["subject_id"])
    return None


async def move_back(work: Work, step: AuditStep, change: AuditChange, *, created: bool) -> None:
    """Move a chain back to the subject it came from.

    Args:
        work: The transaction of the undoing.
        step: The step undone.
        change: The recorded move.
        created: Whether the step created the target: then everything in it goes back.

    Raises:
        CannotUndo: Some of the chain, or something that came otherwise, was moved since.
    """
    before, after = change.before or {}, change.after or {}
    moved = {int(one) for one in before["ids"]}
    source = await subjects.get_subject(work.session, int(before["subject_id"]))
    target = await subjects.get_subject(work.session, int(after["subject_id"]))
    present = set(await subjects.list_interaction_ids(work.session, target.id))
    if gone := moved - present:
        raise CannotUndo(tuple(f"i{one}" for one in sorted(gone)[:3]))
    captured = await audit.list_captured_since(work.session, target.id, step.id)
    if created:
        if strangers := present - moved - captured:
            raise CannotUndo(tuple(f"i{one}" for one in sorted(strangers)[:3]))
        await _move_everything(work, target, source)
    else:
        going = moved | await _descendants(work, moved, captured)
        await _move_some(work, going, target, source)
    await _restore_head(work, source, before["head_id"])


async def empty_subject(work: Work, step: AuditStep, subject: Subject, home: int | None) -> None:
    """Send what was captured into a new subject since to where its first interaction went back.

    Raises:
        CannotUndo: Something came into it otherwise.
    """
    left = set(await subjects.list_interaction_ids(work.session, subject.id))
    if not left:
        return
    captured = await audit.list_captured_since(work.session, subject.id, step.id)
    if left - captured:
        raise CannotUndo(tuple(f"i{one}" for one in sorted(left - captured)[:3]))
    if home is None and not await subjects.are_all_deleted(work.session, left):
        raise CannotUndo(tuple(f"i{one}" for one in sorted(left)[:3]))
    target = (
        await subject_moves.start_chain(work)
        if home is None  # tasks of the first stage: they came with the deal and were taken back with it
        else await subjects.get_subject(work.session, home)
    )
    await _move_some(work, left, subject, target)


async def _descendants(work: Work, moved: Collection[int], captured: Collection[int]) -> set[int]:
    """Those captured since that answer or continue, however far removed, something that was moved."""
    rows = await work.session.execute(
        select(Interaction.id, Interaction.parent_id).where(
            Interaction.id.in_(captured), Interaction.parent_id.is_not(None)
        )
    )
    parents = {one: parent for one, parent in rows if parent is not None}
    family = set(moved)
    found: set[int] = set()
    for one in sorted(parents):
        if parents[one] in family:
            family.add(one)
            found.add(one)
    return found


async def _move_everything(work: Work, target: Subject, source: Subject) -> None:
    await work.session.flush()
    await subjects.move_interactions(work.session, target.id, source.id)
    await move_subject_counters(work.session, target.id, source.id)
    work.counters.follow(target.id, source.id)
    _record(work, target, source)


async def _move_some(work: Work, ids: Collection[int], target: Subject, source: Subject) -> None:
    await work.touch(*ids)
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        await work.session.execute(
            update(Interaction)
            .where(Interaction.id.in_(wanted[start : start + _CHUNK]), Interaction.subject_id == target.id)
            .values(subject_id=source.id)
            .execution_options(synchronize_session="fetch")
        )
    _record(work, target, source)


def _record(work: Work, target: Subject, source: Subject) -> None:
    work.record(
        CHAIN_MOVE,
        of=Ref(RefKind.SUBJECT, source.id),
        before={"subject_id": target.id, "head_id": None, "ids": []},
        after={"subject_id": source.id},
    )


async def _restore_head(work: Work, source: Subject, head_id: int | None) -> None:
    head = await work.session.get(Interaction, head_id) if head_id is not None else None
    if head is not None and head.deleted_at is None:
        source.head_id = head.id
        return
    await work.session.flush()
    await subject_moves.replace_head(work, source)
