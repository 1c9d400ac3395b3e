"""Counters per subject and per contact, moved by what each operation changes (domain.md S9).

An interaction counts for its subject and for every contact among its participants, own users apart. The
ledger remembers what the touched interactions counted for before an operation, looks again after it, and
applies the difference, so that the cost of an operation does not grow with the history.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Update, bindparam, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, InteractionState
from core.models import Contact, Interaction, InteractionOwner, Participant, Subject
from core.models.base import table_of


@dataclass(frozen=True, slots=True)
class Effect:
    """What one interaction counts for."""

    subject_id: int
    contact_ids: frozenset[int]
    unreviewed: bool
    planned: bool
    happened_at: datetime | None
    """Set for done ones only: a plan is no "last interaction"."""


@dataclass(slots=True)
class _Delta:
    interactions: int = 0
    unreviewed: int = 0
    planned: int = 0
    latest: datetime | None = None
    recount_last: bool = False

    def apply(self, old: Effect | None, new: Effect | None) -> None:
        """Take in one interaction that counted as `old` here and counts as `new` now."""
        for effect, sign in ((old, -1), (new, 1)):
            if effect is not None:
                self.interactions += sign
                self.unreviewed += sign * effect.unreviewed
                self.planned += sign * effect.planned
        was = old.happened_at if old is not None else None
        now = new.happened_at if new is not None else None
        if was is not None and (now is None or now < was):
            self.recount_last = True
        elif now is not None and now != was and (self.latest is None or now > self.latest):
            self.latest = now


@dataclass(slots=True)
class CounterLedger:
    """Keeps the counters of one transaction right."""

    session: AsyncSession
    _before: dict[int, Effect | None] = field(default_factory=dict)
    _new: dict[int, None] = field(default_factory=dict)
    _touched: dict[int, None] = field(default_factory=dict)
    _changed: dict[int, None] = field(default_factory=dict)

    @property
    def changed(self) -> list[int]:
        """Every interaction that was there before and was remembered so far."""
        return list(self._changed)

    @property
    def touched(self) -> list[int]:
        """Every interaction that was remembered or expected so far, settled or not."""
        return list(self._touched)

    async def remember(self, interaction_ids: Iterable[int]) -> None:
        """Note what interactions count for now; only the first look at each in a transaction counts.

        What this transaction inserts counted for nothing before.
        """
        wanted = [one for one in interaction_ids if one not in self._before and one not in self._new]
        if not wanted:
            return
        self._touched.update(dict.fromkeys(wanted))
        self._changed.update(dict.fromkeys(wanted))
        await self.session.flush()
        effects = await load_effects(self.session, wanted)
        self._before.update({one: effects.get(one) for one in wanted})

    def expect(self, interaction_id: int) -> None:
        """Count an interaction that this transaction has inserted."""
        self._new[interaction_id] = self._touched[interaction_id] = None

    async def flip_review(
        self, interaction_id: int, owner_id: int, subject_id: int, *, reviewed: bool
    ) -> None:
        """Count that one owner's mark is about to change: the tap that people make most, in a few statements.

        An interaction is unreviewed while any owner's is (domain.md R1), so that nothing changes while it is so
        for another owner.
        """
        others = {"id": interaction_id, "user_id": owner_id}
        if await self.session.scalar(_UNREVIEWED_BY_OTHERS, others):
            return
        by = -1 if reviewed else 1
        counts = {
            "row_id": subject_id,
            "interactions_by": 0,
            "unreviewed_by": by,
            "planned_by": 0,
        }
        await self.session.execute(_COUNT_SUBJECT, counts)
        await self.session.execute(_COUNT_PARTICIPANTS, {"interaction": interaction_id, "unreviewed_by": by})

    def follow(self, from_id: int, to_id: int) -> None:
        """Take note that a whole subject's counters were given to another (`move_subject_counters`)."""
        for one, effect in self._before.items():
            if effect is not None and effect.subject_id == from_id:
                self._before[one] = replace(effect, subject_id=to_id)

    async def settle(self) -> None:
        """Apply the difference between what was remembered and what is; everything must be flushed."""
        touched = [*self._before, *self._new]
        if not touched:
            return
        after = await load_effects(self.session, touched)
        subjects: dict[int, _Delta] = defaultdict(_Delta)
        contacts: dict[int, _Delta] = defaultdict(_Delta)
        for one in touched:
            old, new = self._before.get(one), after.get(one)
            if old == new:
                continue
            for subject_id in _subjects_of(old) | _subjects_of(new):
                subjects[subject_id].apply(_for_subject(old, subject_id), _for_subject(new, subject_id))
            for contact_id in _contacts_of(old) | _contacts_of(new):
                contacts[contact_id].apply(_for_contact(old, contact_id), _for_contact(new, contact_id))
        await _apply_to_subjects(self.session, subjects)
        await _apply_to_contacts(self.session, contacts)
        self._before.clear()
        self._new.clear()


def _subjects_of(effect: Effect | None) -> frozenset[int]:
    return frozenset() if effect is None else frozenset({effect.subject_id})


def _contacts_of(effect: Effect | None) -> frozenset[int]:
    return frozenset() if effect is None else effect.contact_ids


def _for_subject(effect: Effect | None, subject_id: int) -> Effect | None:
    return effect if effect is not None and effect.subject_id == subject_id else None


def _for_contact(effect: Effect | None, contact_id: int) -> Effect | None:
    return effect if effect is not None and contact_id in effect.contact_ids else None


async def load_effects(session: AsyncSession, interaction_ids: Iterable[int]) -> dict[int, Effect]:
    """What the interactions count for; deleted and unknown ones are absent."""
    ids = list(interaction_ids)
    effects: dict[int, Effect] = {}
    for start in range(0, len(ids), 500):
        effects.update(await _load_effects(session, ids[start : start + 500]))
    return effects


# Run for every capture and tap, and so written over the tables and built once.
_interactions, _owners = table_of(Interaction), table_of(InteractionOwner)
_subjects, _contacts, _participants = table_of(Subject), table_of(Contact), table_of(Participant)

_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_FACTS = select(
    _interactions.c.id,
    _interactions.c.subject_id,
    _interactions.c.state,
    _interactions.c.happened_at,
    exists().where(_owners.c.interaction_id == _interactions.c.id, _owners.c.reviewed.is_(False)),
).where(_interactions.c.id.in_(_IDS), _interactions.c.deleted_at.is_(None))
_PAIRS = (
    select(_participants.c.interaction_id, _participants.c.contact_id)
    .join(_contacts, _contacts.c.id == _participants.c.contact_id)
    .where(_participants.c.interaction_id.in_(_IDS), _contacts.c.kind != ContactKind.USER)
)


async def _load_effects(session: AsyncSession, ids: list[int]) -> dict[int, Effect]:
    rows = await session.execute(_FACTS, {"ids": ids})
    pairs = await session.execute(_PAIRS, {"ids": ids})
    contacts: dict[int, set[int]] = defaultdict(set)
    for interaction_id, contact_id in pairs:
        if contact_id is not None:
            contacts[interaction_id].add(contact_id)
    return {
        one: Effect(
            subject_id=subject_id,
            contact_ids=frozenset(contacts[one]),
            unreviewed=is_unreviewed,
            planned=state is InteractionState.PLANNED,
            happened_at=happened_at if state is InteractionState.DONE else None,
        )
        for one, subject_id, state, happened_at, is_unreviewed in rows
    }


async def _apply_to_subjects(session: AsyncSession, deltas: Mapping[int, _Delta]) -> None:
    rows = {
        subject_id: {
            "interactions_by": delta.interactions,
            "unreviewed_by": delta.unreviewed,
            "planned_by": delta.planned,
        }
        for subject_id, delta in deltas.items()
    }
    await _apply(session, deltas, rows, (_ADVANCE_SUBJECT, _SET_SUBJECT), subject_last_interaction)


async def _apply_to_contacts(session: AsyncSession, deltas: Mapping[int, _Delta]) -> None:
    rows = {contact_id: {"unreviewed_by": delta.unreviewed} for contact_id, delta in deltas.items()}
    await _apply(session, deltas, rows, (_ADVANCE_CONTACT, _SET_CONTACT), contact_last_interaction)


async def _apply(
    session: AsyncSession,
    deltas: Mapping[int, _Delta],
    rows: Mapping[int, Mapping[str, int]],
    statements: tuple[Update, Update],
    find_last: Callable[[AsyncSession, int], Awaitable[datetime | None]],
) -> None:
    """Move counters, rows in order of id, so that no two transactions wait for each other.

    Where the last interaction went away, it is looked for anew; without that all move by one statement.
    """
    advance, set_last = statements
    moved: list[dict[str, Any]] = []
    for one in sorted(deltas):
        moved.append({"row_id": one, **rows[one], "last": deltas[one].latest})
        if deltas[one].recount_last:
            *before, last = moved
            if before:
                await session.execute(advance, before)
            await session.execute(set_last, {**last, "last": await find_last(session, one)})
            moved = []
    if moved:
        await session.execute(advance, moved)


def _later(table: Any, candidate: Any) -> Any:
    column = table.c.last_interaction_at
    return case((or_(column.is_(None), column < candidate), candidate), else_=column)


def _statements(table: Any, *counters: str) -> tuple[Update, Update, Update]:
    """Count; count and advance the last interaction, where a later one is given; count and set it."""
    count = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: table.c[name] + bindparam(f"{name}_by") for name in counters})
    )
    last = bindparam("last", type_=table.c.last_interaction_at.type)
    return (
        count,
        count.values(last_interaction_at=_later(table, last)),
        count.values(last_interaction_at=last),
    )


_COUNT_SUBJECT, _ADVANCE_SUBJECT, _SET_SUBJECT = _statements(
    _subjects, "interactions", "unreviewed", "planned"
)
_, _ADVANCE_CONTACT, _SET_CONTACT = _statements(_contacts, "unreviewed")

_UNREVIEWED_BY_OTHERS = select(
    exists().where(
        _owners.c.interaction_id == bindparam("id"),
        _owners.c.user_id != bindparam("user_id"),
        _owners.c.reviewed.is_(False),
    )
)
_COUNT_PARTICIPANTS = (
    update(_contacts)
    .where(
        _contacts.c.id.in_(
            select(_participants.c.contact_id).where(
                _participants.c.interaction_id == bindparam("interaction"),
                _participants.c.contact_id.is_not(None),
            )
        ),
        _contacts.c.kind != ContactKind.USER,
    )
    .values(unreviewed=_contacts.c.unreviewed + bindparam("unreviewed_by"))
)


async def subject_last_interaction(session: AsyncSession, subject_id: int) -> datetime | None:
    """The latest happened of the done interactions of a subject, read from an index."""
    return await session.scalar(
        select(func.max(Interaction.happened_at)).where(
            Interaction.subject_id == subject_id,
            Interaction.state == InteractionState.DONE,
            Interaction.deleted_at.is_(None),
        )
    )


async def contact_last_interaction(session: AsyncSession, contact_id: int) -> datetime | None:
    """The latest happened of the done interactions a contact took part in."""
    return await session.scalar(
        select(func.max(Interaction.happened_at))
        .join(Participant, Participant.interaction_id == Interaction.id)
        .where(
            Participant.contact_id == contact_id,
            Interaction.state == InteractionState.DONE,
            Interaction.deleted_at.is_(None),
        )
    )


_EMPTY = (
    update(_subjects)
    .where(_subjects.c.id == bindparam("from_id"))
    .values(interactions=0, unreviewed=0, planned=0, last_interaction_at=None)
)


async def move_subject_counters(session: AsyncSession, from_id: int, to_id: int) -> None:
    """Give all that a subject counts to another, when every interaction of it moves there."""
    source = await session.get_one(Subject, from_id, populate_existing=True, with_for_update=True)
    given = {
        "row_id": to_id,
        "interactions_by": source.interactions,
        "unreviewed_by": source.unreviewed,
        "planned_by": source.planned,
        "last": source.last_interaction_at,
    }
    await session.execute(_ADVANCE_SUBJECT, given)
    await session.execute(_EMPTY, {"from_id": from_id})
