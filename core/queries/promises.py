"""Promises for lists and cards, as far as the viewer sees where they were made (domain.md U2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, InteractionState, PromiseSide, PromiseState
from core.models import Contact, Interaction, Participant, PersonPartner, Promise, Subject, SubjectParticipant
from core.queries.rows import COUNT_LIMIT, Page, load_names
from core.queries.worklists import PAGE_SIZE
from core.repositories.access import Viewer, sees_interaction
from core.rules.promises import Given, Tally, is_late, tally

OPEN_SHOWN = 3
CLOSABLE_SHOWN = 2
RECENT = timedelta(days=90)
"""So long broken promises are listed."""


class PromiseList(StrEnum):
    """The lists of promises."""

    OURS = "ours"
    THEIRS = "theirs"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A promise.

    Attributes:
        who: The people of the interaction where it was made.
        late: Whether it is still open although its time is over.
    """

    id: int
    interaction_id: int
    side: PromiseSide
    text: str
    quote: str
    due_at: datetime
    due_on: date | None
    state: PromiseState
    created_at: datetime
    said_at: datetime
    settled_by_id: int | None
    late: bool
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseRecord:
    """How both sides keep what they promise, and what is open."""

    ours: Tally
    theirs: Tally
    open: tuple[PromiseView, ...]


def _statement(viewer: Viewer) -> Select[*tuple[Promise, datetime]]:
    return (
        select(Promise, Interaction.happened_at)
        .join(Interaction, Interaction.id == Promise.interaction_id)
        .where(Interaction.deleted_at.is_(None), sees_interaction(viewer))
    )


async def _load(
    session: AsyncSession, statement: Select[*tuple[Promise, datetime]], now: datetime, timezone: str
) -> tuple[PromiseView, ...]:
    rows = (await session.execute(statement)).all()
    who = await load_names(session, [one.interaction_id for one, _ in rows]) if rows else {}
    return tuple(
        PromiseView(
            one.id,
            one.interaction_id,
            one.side,
            one.text,
            one.quote,
            one.due_at,
            one.due_on,
            one.state,
            one.created_at,
            said_at,
            one.settled_by_id,
            is_late(Given(one.side, one.state, one.due_at, one.due_on), now, timezone),
            who.get(one.interaction_id, ()),
        )
        for one, said_at in rows
    )


async def find_promise(
    session: AsyncSession, promise_id: int, viewer: Viewer, now: datetime, timezone: str
) -> PromiseView | None:
    """One promise; None when there is none for the viewer."""
    found = await _load(session, _statement(viewer).where(Promise.id == promise_id), now, timezone)
    return next(iter(found), None)


def _in_list(viewer: Viewer, which: PromiseList, now: datetime) -> ColumnElement[bool]:
    mine = Promise.user_id == viewer.user_id
    if which is PromiseList.BROKEN:
        return and_(mine, Promise.state == PromiseState.BROKEN, Promise.due_at > now - RECENT)
    side = PromiseSide.US if which is PromiseList.OURS else PromiseSide.THEM
    return and_(mine, Promise.state == PromiseState.OPEN, Promise.side == side)


async def list_promises(
    session: AsyncSession, viewer: Viewer, which: PromiseList, now: datetime, timezone: str, number: int
) -> Page[PromiseView]:
    """The viewer's own promises of a list, the first due first, broken ones the latest first."""
    wanted = _statement(viewer).where(_in_list(viewer, which, now))
    counted = wanted.with_only_columns(Promise.id).limit(COUNT_LIMIT).subquery()
    total = await session.scalar(select(func.count()).select_from(counted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(number, pages)
    order = Promise.due_at.desc() if which is PromiseList.BROKEN else Promise.due_at
    rows = wanted.order_by(order, Promise.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return Page(await _load(session, rows, now, timezone), page, pages, total, total >= COUNT_LIMIT)


async def count_due(session: AsyncSession, user_id: int, until: datetime) -> tuple[int, int]:
    """How many of a user's open promises are due before a moment: ours, theirs."""
    rows = await session.execute(
        select(Promise.side, func.count())
        .join(Interaction, Interaction.id == Promise.interaction_id)
        .where(
            Promise.user_id == user_id,
            Promise.state == PromiseState.OPEN,
            Promise.due_at < until,
            Interaction.deleted_at.is_(None),
        )
        .group_by(Promise.side)
    )
    found = {row[0]: row[1] for row in rows}
    return found.get(PromiseSide.US, 0), found.get(PromiseSide.THEM, 0)


async def load_promises_of(
    session: AsyncSession, interaction_id: int, viewer: Viewer, now: datetime, timezone: str
) -> tuple[PromiseView, ...]:
    """What was promised in an interaction, withdrawn ones too, so that they are not proposed again."""
    of = _statement(viewer).where(Promise.interaction_id == interaction_id)
    return await _load(session, of.order_by(Promise.id), now, timezone)


def _people_of(interaction_id: int) -> Select[*tuple[int | None]]:
    return (
        select(Participant.contact_id)
        .join(Contact, Contact.id == Participant.contact_id)
        .where(Participant.interaction_id == interaction_id, Contact.kind != ContactKind.USER)
    )


async def list_closable(
    session: AsyncSession, interaction_id: int, viewer: Viewer, now: datetime, timezone: str
) -> tuple[PromiseView, ...]:
    """Open promises with the people of a done interaction, made before it: it may be what kept them."""
    this = await session.get(Interaction, interaction_id)
    if this is None or this.state is not InteractionState.DONE:
        return ()
    wanted = _statement(viewer).where(
        Promise.contact_id.in_(_people_of(interaction_id)),
        Promise.state == PromiseState.OPEN,
        Promise.interaction_id != interaction_id,
        or_(
            Interaction.happened_at < this.happened_at,
            and_(Interaction.happened_at == this.happened_at, Interaction.id < this.id),
        ),
    )
    return await _load(
        session, wanted.order_by(Promise.due_at, Promise.id).limit(CLOSABLE_SHOWN), now, timezone
    )


async def load_record(
    session: AsyncSession, contact_ids: Collection[int], viewer: Viewer, now: datetime, timezone: str
) -> PromiseRecord | None:
    """How promises with these contacts, and with the persons of companies among them, were kept; None: there are none."""
    if not contact_ids:
        return None
    persons = select(PersonPartner.person_id).where(PersonPartner.partner_id.in_(contact_ids))
    wanted = _statement(viewer).where(
        or_(Promise.contact_id.in_(contact_ids), Promise.contact_id.in_(persons)),
        Promise.state != PromiseState.WITHDRAWN,
    )
    found = await _load(session, wanted.order_by(Promise.due_at, Promise.id), now, timezone)
    if not found:
        return None
    given = [Given(one.side, one.state, one.due_at, one.due_on) for one in found]
    still_open = tuple(one for one in found if one.state is PromiseState.OPEN)
    return PromiseRecord(
        tally(given, PromiseSide.US, now, timezone),
        tally(given, PromiseSide.THEM, now, timezone),
        still_open[:OPEN_SHOWN],
    )


async def list_people_of_interaction(session: AsyncSession, interaction_id: int) -> Sequence[int]:
    """The outside contacts of an interaction."""
    return [one for one in await session.scalars(_people_of(interaction_id)) if one is not None]


async def list_people_of_subject(session: AsyncSession, subject_id: int) -> Sequence[int]:
    """The outside contacts that take part in a deal."""
    rows = await session.scalars(
        select(SubjectParticipant.contact_id)
        .join(Contact, Contact.id == SubjectParticipant.contact_id)
        .where(SubjectParticipant.subject_id == subject_id, Contact.kind != ContactKind.USER)
        .limit(COUNT_LIMIT)
    )
    return [one for one in rows if one is not None]


async def count_contacts_made(session: AsyncSession, subject_id: int) -> int:
    """How many interactions a subject has had; plans are still to come."""
    found = await session.get_one(Subject, subject_id)
    return max(found.interactions - found.planned, 0)
