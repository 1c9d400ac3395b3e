"""Taking back the last change of a user, as one step, while nothing later builds on it (interface.md, /undo).

Every change of a row is in the audit trail with what it was; undo puts that back after checking that the row
still is as the step left it. Two things need more than that: a new interaction is marked deleted rather than
removed, and a chain that was promoted goes back with what was merely captured into its subject since
(domain.md S6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, DateTime, Enum, Numeric, TypeDecorator, inspect
from sqlalchemy.exc import IntegrityError

from core.errors import CannotUndo, NothingToUndo
from core.models import AuditChange, AuditStep, Base, Contact, Interaction, Reminder, Subject
from core.repositories import audit, search
from core.repositories.audit import CHAIN_MOVE
from core.repositories.search_texts import reindex_interaction
from core.services import planning, undo_moves
from core.services.care import delete_in
from core.services.linking import reindex_contact
from core.services.undo_deals import refuse_broken
from core.services.undo_shares import SHARES, undo_share
from core.services.work import Work, Works
from core.values import Caller, Ref, RefKind

FINAL = frozenset({"erase", "deactivate_user", "accept_invitation"})
"""Actions that are not taken back."""

_SCREENS = {"set_timezone": "settings", "assign_overdue": "team"}
"""What is shown where a step touched much, and its first object says little."""

_MODELS: dict[str, type[Base]] = {
    mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers
}


@dataclass(frozen=True, slots=True)
class UndoneStep:
    """What was taken back: the audit's word for it, and the objects it had changed."""

    action: str
    objects: tuple[str, ...]


class Undo:
    """Takes back steps."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def undo_last(self, caller: Caller, *, step_id: int | None = None) -> UndoneStep:
        """Take back the caller's last change.

        Args:
            caller: Whose.
            step_id: The step that is meant, as `InteractionCard.undo_step` names it, so that a second tap
                takes nothing more back; None: whichever is the last.

        Raises:
            NothingToUndo: There is none, or the step meant is undone already.
            CannotUndo: Later changes build on it, or there are later ones; they are named.
        """
        async with self._works.begin(caller, "undo") as work:
            step = await audit.find_last_step(work.session, caller.user_id)
            if step is None:
                raise NothingToUndo
            if step_id is not None and step.id != step_id:
                await _refuse_other(work, step, step_id)
            if step.action in FINAL:
                raise CannotUndo((step.action,))
            changes = await audit.list_changes(work.session, step.id)
            objects = _objects(changes)
            try:
                await _take_back(work, step, changes)
            except IntegrityError as error:  # The session is broken: nothing can be read through it any more.
                raise CannotUndo(objects) from error
            step.undone = True
            work.step.undoes_id = step.id
            work.confirm(
                _SCREENS.get(step.action) or _screen_after(changes), note="undone", action=step.action
            )
            return UndoneStep(step.action, _objects(changes))


async def _refuse_other(work: Work, last: AuditStep, step_id: int) -> None:
    meant = await work.session.get(AuditStep, step_id)
    if meant is None or meant.user_id != last.user_id or meant.undone:
        raise NothingToUndo
    raise CannotUndo(_objects(await audit.list_changes(work.session, last.id)))


def _objects(changes: Sequence[AuditChange]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(change.object for change in changes if change.object))


def _screen_after(changes: Sequence[AuditChange]) -> str:
    for change in changes:
        if change.entity == CHAIN_MOVE and change.before and change.before["ids"]:
            return f"i{change.before['ids'][0]}"
    shown = [change.object for change in changes if change.object.startswith("i")]
    created = {change.object for change in changes if change.before is None}
    objects = shown or [one for one in _objects(changes) if one not in created and Ref.parse(one) is not None]
    return objects[0] if objects else "more"


async def _take_back(work: Work, step: AuditStep, changes: Sequence[AuditChange]) -> None:
    await _refuse_if_built_on(work, step, changes)
    touched = _ids_of(RefKind.INTERACTION, changes)
    await work.touch(*touched)
    home = undo_moves.home_of(changes)
    for change in reversed(changes):
        if change.entity == CHAIN_MOVE:
            await undo_moves.move_back(work, step, change, created=_creates_subject(changes))
        elif change.entity in SHARES:
            await undo_share(work, change)
        elif change.before is None:
            await _take_back_insert(work, step, change, home)
        elif change.after is None:
            await _put_back(work, change)
        else:
            await _restore_fields(work, step, change)
        await work.session.flush()
    await refuse_broken(work, _ids_of(RefKind.DEAL, changes))
    await planning.put_right(work, touched)
    for interaction_id in touched:
        await reindex_interaction(work.session, interaction_id)
    for contact_id in _ids_of(RefKind.CONTACT, changes):
        contact = await work.session.get(Contact, contact_id)
        if contact is not None:
            await reindex_contact(work, contact)


def _ids_of(kind: RefKind, changes: Sequence[AuditChange]) -> list[int]:
    refs = (Ref.parse(reference) for reference in _objects(changes))
    return sorted({ref.id for ref in refs if ref is not None and ref.kind is kind})


def _creates_subject(changes: Sequence[AuditChange]) -> bool:
    return any(change.entity == Subject.__tablename__ and change.before is None for change in changes)


async def _refuse_if_built_on(work: Work, step: AuditStep, changes: Sequence[AuditChange]) -> None:
    """An object that the step created must not have been changed since, by anybody."""
    created = [
        change.object
        for change in changes
        if change.before is None and change.entity in {"interactions", "subjects", "deals", "contacts"}
    ]
    later = await audit.list_later_changes(work.session, created, step.id) if created else []
    if later:
        raise CannotUndo(tuple(dict.fromkeys(change.object for _, change in later)))


async def _take_back_insert(work: Work, step: AuditStep, change: AuditChange, home: int | None) -> None:
    row = await _load(work, change)
    if row is None:
        return
    if isinstance(row, Interaction):
        if row.subject_id != (change.after or {}).get("subject_id", row.subject_id):
            raise CannotUndo((f"s{row.subject_id}",))
        await delete_in(work, row)
        return
    if isinstance(row, Subject):
        await undo_moves.empty_subject(work, step, row, home)
        await search.forget(work.session, Ref(RefKind.SUBJECT, row.id))
    elif change.entity == "contacts":
        await search.forget(work.session, Ref(RefKind.CONTACT, int(change.key)))
    await _refuse_if_row_changed(work, step, change)
    await work.remove(row, of=_ref(change))


async def _refuse_if_row_changed(work: Work, step: AuditStep, change: AuditChange) -> None:
    later = await audit.list_later_changes(work.session, [change.object], step.id)
    own = [one for _, one in later if (one.entity, one.key) == (change.entity, change.key)]
    if own:
        raise CannotUndo((change.object,))


async def _put_back(work: Work, change: AuditChange) -> None:
    model = _MODELS[change.entity]
    await work.add(model(**_decode(model, change.before or {})), of=_ref(change))


async def _restore_fields(work: Work, step: AuditStep, change: AuditChange) -> None:
    row = await _load(work, change)
    if row is None:
        raise CannotUndo((change.object,))
    model = type(row)
    expected = _decode(model, change.after or {})
    if isinstance(row, Reminder):  # When it comes may have been put off since, which nobody did by hand.
        expected.pop("due_at", None)
    if any(getattr(row, name) != value for name, value in expected.items()):
        later = await audit.list_later_changes(work.session, [change.object], step.id)
        names = tuple(dict.fromkeys(one.object for _, one in later)) or (change.object,)
        raise CannotUndo(names)
    work.change(row, of=_ref(change), **_decode(model, change.before or {}))


def _ref(change: AuditChange) -> Ref | None:
    return Ref.parse(change.object)


async def _load(work: Work, change: AuditChange) -> Base | None:
    model = _MODELS[change.entity]
    columns = inspect(model).primary_key
    parts = change.key.split(":")
    key = tuple(
        int(part) if column.type.python_type is int else _decode_value(column.type, part)
        for column, part in zip(columns, parts, strict=True)
    )
    return await work.session.get(model, key, with_for_update=True)


def _decode(model: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the audit's plain JSON as the columns hold them."""
    columns = inspect(model).columns
    return {name: _decode_value(columns[name].type, value) for name, value in values.items()}


def _decode_value(type_: Any, value: Any) -> Any:
    if value is None:
        return None
    plain = type_.impl if isinstance(type_, TypeDecorator) else type_
    if isinstance(plain, Enum) and plain.enum_class is not None:
        return plain.enum_class(value)
    if isinstance(plain, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(plain, Date):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(plain, Numeric) else value
