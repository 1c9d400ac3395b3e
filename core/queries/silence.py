"""Who is quieter than usual, ranked, with the last words said; and what has no next step (domain.md U2).

Both are read from indexes of one user's rows; nothing is computed from the history at a look.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FunctionalOption, InteractionState, SubjectKind
from core.models import Contact, Deal, Interaction, Rhythm, Subject
from core.queries.rows import COUNT_LIMIT, InteractionRow, Page, load_rows
from core.queries.subject_titles import load_subject_titles
from core.queries.worklists import PAGE_SIZE
from core.repositories.access import Viewer, sees_interaction, sees_subject
from core.repositories.days_off import load_hours
from core.repositories.options import load_off
from core.rules.rhythm import silent_days, urgency
from core.rules.subjects import ACTIVE_WINDOW
from core.values import Ref, RefKind

RANKED = 200
"""So many silent ones, those that fell silent last, are ranked."""

LOST = timedelta(days=365)
"""A contact who was silent for longer is nobody's rhythm any more; an open deal still is."""


@dataclass(frozen=True, slots=True)
class SilentRow:
    """Somebody who is quieter than usual.

    Attributes:
        ref: The contact or the deal.
        silent: Working days since the last interaction.
        usual: Working days that usually lie between two.
        is_own: Whether that is their own rhythm; else it is the usual one of the organisation.
        last: The last interaction, if the viewer sees it.
    """

    ref: Ref
    title: str
    silent: int
    usual: int
    is_own: bool
    amount: Decimal | None
    currency: str | None
    last_at: datetime
    last: InteractionRow | None


def _silent(user_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Rows of rhythms that are still true, over, and not hidden."""
    return (
        Rhythm.user_id == user_id,
        Rhythm.quiet_at <= now,
        Rhythm.quiet_at > now - LOST,
        Rhythm.dismissed.is_(False),
        or_(Rhythm.hidden_until.is_(None), Rhythm.hidden_until <= now),
    )


def _contacts(user_id: int, now: datetime) -> Select[*tuple[Rhythm, str]]:
    return (
        select(Rhythm, Contact.name)
        .join(Contact, Contact.id == Rhythm.contact_id)
        .where(
            *_silent(user_id, now),
            Contact.merged_into_id.is_(None),
            Contact.last_interaction_at == Rhythm.last_at,
        )
        .order_by(Rhythm.quiet_at.desc(), Rhythm.id)
        .limit(RANKED)
    )


def _deals(user_id: int, now: datetime) -> Select[*tuple[Rhythm, str, Decimal | None, str]]:
    return (
        select(Rhythm, Subject.title, Deal.amount, Deal.currency)
        .join(Deal, Deal.id == Rhythm.deal_id)
        .join(Subject, Subject.id == Deal.subject_id)
        .where(
            *_silent(user_id, now),
            Deal.closed_at.is_(None),
            Deal.merged_into_id.is_(None),
            Subject.last_interaction_at == Rhythm.last_at,
        )
        .order_by(Rhythm.quiet_at.desc(), Rhythm.id)
        .limit(RANKED)
    )


async def list_silent(session: AsyncSession, viewer: Viewer, now: datetime, number: int) -> Page[SilentRow]:
    """The viewer's silent contacts and deals, the most urgent first."""
    found = await _rank(session, viewer, now)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(number, pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return Page(
        await _with_last(session, shown, viewer),
        page,
        pages,
        min(len(found), COUNT_LIMIT),
        len(found) >= COUNT_LIMIT,
    )


async def find_silent(session: AsyncSession, viewer: Viewer, now: datetime, ref: Ref) -> SilentRow | None:
    """One of the viewer's silent ones; None when it is not, or not any more."""
    found = [one for one in await _rank(session, viewer, now) if one[0].ref == ref]
    return next(iter(await _with_last(session, found, viewer)), None)


async def count_silent(session: AsyncSession, viewer: Viewer, now: datetime, *, deals: bool) -> int:
    """How many of the viewer's contacts, and with `deals` of their deals, are quieter than usual."""
    return len(await _list_quiet(session, viewer, now, deals=deals))


_Quiet = tuple[Rhythm, str, Decimal | None, str | None]
_Ranked = list[tuple[SilentRow, int]]


async def _list_quiet(session: AsyncSession, viewer: Viewer, now: datetime, *, deals: bool) -> list[_Quiet]:
    rows: list[_Quiet] = [
        (one, name, None, None) for one, name in await session.execute(_contacts(viewer.user_id, now))
    ]
    if deals:
        found = await session.execute(_deals(viewer.user_id, now))
        rows.extend((one, title, amount, currency) for one, title, amount, currency in found)
    return rows


async def _rank(session: AsyncSession, viewer: Viewer, now: datetime) -> _Ranked:
    hours = await load_hours(session, viewer.user_id)
    deals = FunctionalOption.DEALS not in await load_off(session)
    found: list[tuple[float, SilentRow, int]] = []
    for one, title, amount, currency in await _list_quiet(session, viewer, now, deals=deals):
        is_deal = one.deal_id is not None
        ref = Ref(RefKind.DEAL, one.deal_id or 0) if is_deal else Ref(RefKind.CONTACT, one.contact_id or 0)
        silent = silent_days(one.last_at, now, hours)
        row = SilentRow(ref, title, silent, one.usual_days, one.is_own, amount, currency, one.last_at, None)
        score = urgency(silent, one.usual_days, amount, is_deal=is_deal)
        found.append((score, row, one.last_interaction_id))
    found.sort(key=lambda one: (-one[0], str(one[1].ref)))
    return [(row, last_id) for _, row, last_id in found]


async def _with_last(session: AsyncSession, found: _Ranked, viewer: Viewer) -> tuple[SilentRow, ...]:
    """The rows with their last interactions, as far as the viewer sees those."""
    ids = [last_id for _, last_id in found]
    seen = await session.scalars(
        select(Interaction.id).where(Interaction.id.in_(ids), sees_interaction(viewer))
    )
    last = {row.id: row for row in await load_rows(session, list(seen), viewer.user_id)}
    return tuple(replace(row, last=last.get(last_id)) for row, last_id in found)


@dataclass(frozen=True, slots=True)
class StepLess:
    """An open deal or an active chain in which nothing is planned.

    Attributes:
        last_id: Its last interaction, to plan the next step from; None: there is none.
    """

    ref: Ref
    title: str
    last_at: datetime | None
    last_id: int | None


async def list_without_next_step(
    session: AsyncSession, viewer: Viewer, now: datetime, number: int, *, deals: bool
) -> Page[StepLess]:
    """The viewer's open deals, or active chains, without a plan; those in touch last come first (domain.md S9)."""
    wanted = _open_deals(viewer) if deals else _active_chains(viewer, now)
    rows = (await session.execute(wanted.limit(COUNT_LIMIT))).all()
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(number, pages)
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    titles = await load_subject_titles(session, {row.subject_id for row in shown})
    entries = [
        StepLess(
            Ref(RefKind.DEAL if deals else RefKind.SUBJECT, row.id),
            titles[row.subject_id],
            row.last_at,
            await _find_last(session, row.subject_id, viewer),
        )
        for row in shown
    ]
    return Page(tuple(entries), page, pages, len(rows), len(rows) >= COUNT_LIMIT)


async def count_without_next_step(
    session: AsyncSession, viewer: Viewer, now: datetime, *, deals: bool
) -> int:
    """How many open deals, or active chains, of the viewer have no plan; 100 stands for more."""
    wanted = _open_deals(viewer) if deals else _active_chains(viewer, now)
    counted = wanted.order_by(None).limit(COUNT_LIMIT).subquery()
    return await session.scalar(select(func.count()).select_from(counted)) or 0


def _open_deals(viewer: Viewer) -> Select[*tuple[int, int, datetime | None]]:
    return (
        select(Deal.id, Deal.subject_id, Subject.last_interaction_at.label("last_at"))
        .join(Subject, Subject.id == Deal.subject_id)
        .where(
            Deal.responsible_id == viewer.user_id,
            Deal.closed_at.is_(None),
            Deal.merged_into_id.is_(None),
            Subject.planned == 0,
            sees_subject(viewer),
        )
        .order_by(Subject.last_interaction_at.desc(), Deal.id.desc())
    )


def _active_chains(viewer: Viewer, now: datetime) -> Select[*tuple[int, int, datetime | None]]:
    """Chains that the viewer answers for a recent interaction of: read from the index of those alone."""
    mine = (
        select(Interaction.subject_id)
        .where(
            Interaction.responsible_id == viewer.user_id,
            Interaction.happened_at > now - ACTIVE_WINDOW,
            Interaction.happened_at <= now,
            Interaction.state == InteractionState.DONE,
            Interaction.deleted_at.is_(None),
        )
        .distinct()
    )
    return (
        select(Subject.id, Subject.id.label("subject_id"), Subject.last_interaction_at.label("last_at"))
        .where(
            and_(Subject.id.in_(mine), Subject.kind == SubjectKind.CHAIN),
            Subject.planned == 0,
            Subject.last_interaction_at > now - ACTIVE_WINDOW,
        )
        .order_by(Subject.last_interaction_at.desc(), Subject.id.desc())
    )


async def _find_last(session: AsyncSession, subject_id: int, viewer: Viewer) -> int | None:
    return await session.scalar(
        select(Interaction.id)
        .where(
            Interaction.subject_id == subject_id,
            Interaction.deleted_at.is_(None),
            Interaction.state == InteractionState.DONE,
            sees_interaction(viewer),
        )
        .order_by(Interaction.happened_at.desc(), Interaction.id.desc())
        .limit(1)
    )
