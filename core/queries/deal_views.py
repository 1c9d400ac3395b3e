"""What is told of a deal beside its card: its way, who was reached in which role, its files, the funnel."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.enums import DealStatus, Direction, RoleSide
from core.models import (
    Attachment,
    Contact,
    Currency,
    Deal,
    DealRole,
    DealStage,
    Interaction,
    KindStage,
    Stage,
    StageRule,
    Subject,
    SubjectParticipant,
    User,
)
from core.queries.deal_lacks import find_last_contact
from core.queries.rows import COUNT_LIMIT, Page
from core.queries.worklists import PAGE_SIZE, place_page
from core.repositories import sales
from core.repositories.access import Viewer, sees_interaction, sees_subject
from core.repositories.days_off import load_hours
from core.rules.amounts import CENTS
from core.rules.currencies import convert
from core.rules.working_time import worked_between


@dataclass(frozen=True, slots=True)
class StayView:
    """A stay of a deal in a stage (domain.md D3).

    Attributes:
        left_at: None: it is there now.
        lasted: By the clock, until now where it is there.
        worked: In working time of the responsible.
        expected_days: How many working days it should take.
        override_reason: Why a manager let it come here although something was missing.
    """

    stage_id: int
    stage: str
    from_stage: str | None
    entered_at: datetime
    by: str | None
    left_at: datetime | None
    lasted: timedelta
    worked: timedelta
    expected_days: int | None
    override_reason: str | None


@dataclass(frozen=True, slots=True)
class RoleCoverage:
    """A role that somebody has in a deal, or that its stage asks for.

    Attributes:
        contacts: Ids and names of those who have it.
        last_touched_at: When one of them took part in something last.
        last_answered_at: When something last came from one of them.
        required: Whether the stage where the deal stands asks for it.
    """

    role_id: int
    role: str
    side: RoleSide
    contacts: tuple[tuple[int, str], ...]
    last_touched_at: datetime | None
    last_answered_at: datetime | None
    required: bool


class DealFile(NamedTuple):
    """A file of one of a deal's interactions."""

    attachment_id: int
    interaction_id: int
    name: str
    size: int
    content_type: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """Deals in progress of one stage (None: of none).

    Attributes:
        sums: Their potential by currency.
        total: All of it in the organisation's currency by today's rates; None: one of them has no rate.
    """

    stage_id: int | None
    stage: str | None
    count: int
    sums: tuple[tuple[str, Decimal], ...]
    total: Decimal | None = None


async def list_stays(session: AsyncSession, deal: Deal, now: datetime) -> tuple[StayView, ...]:
    """The way of a deal through the stages, oldest first."""
    origin = aliased(Stage)
    hours = await load_hours(session, deal.responsible_id)
    rows = await session.execute(
        select(DealStage, Stage.name, origin.name, User.name, KindStage.expected_days)
        .join(Stage, Stage.id == DealStage.stage_id)
        .outerjoin(origin, origin.id == DealStage.from_stage_id)
        .outerjoin(User, User.id == DealStage.entered_by)
        .outerjoin(
            KindStage, and_(KindStage.kind_id == deal.kind_id, KindStage.stage_id == DealStage.stage_id)
        )
        .where(DealStage.deal_id == deal.id)
        .order_by(DealStage.id)
    )
    return tuple(
        StayView(
            stage_id=stay.stage_id,
            stage=stage,
            from_stage=came_from,
            entered_at=stay.entered_at,
            by=by,
            left_at=stay.left_at,
            lasted=max((stay.left_at or now) - stay.entered_at, timedelta()),
            worked=worked_between(stay.entered_at, stay.left_at or now, hours),
            expected_days=expected,
            override_reason=stay.override_reason,
        )
        for stay, stage, came_from, by, expected in rows
    )


async def list_coverage(session: AsyncSession, deal: Deal) -> tuple[RoleCoverage, ...]:
    """Who was reached in which role, and who answered (pains.md 12), in the order of the lists."""
    required = select(StageRule.role_id).join(KindStage, KindStage.id == StageRule.kind_stage_id)
    required = required.where(KindStage.kind_id == deal.kind_id, KindStage.stage_id == deal.stage_id)
    needed = set(await session.scalars(required))
    taken = exists().where(
        SubjectParticipant.subject_id == deal.subject_id, SubjectParticipant.role_id == DealRole.id
    )
    roles = await session.scalars(
        select(DealRole)
        .where(or_(taken, DealRole.id.in_({one for one in needed if one is not None})))
        .order_by(DealRole.side, DealRole.position, DealRole.id)
    )
    people = await session.execute(
        select(SubjectParticipant.role_id, Contact.id, Contact.name)
        .join(Contact, Contact.id == SubjectParticipant.contact_id)
        .where(SubjectParticipant.subject_id == deal.subject_id, SubjectParticipant.role_id.is_not(None))
        .order_by(SubjectParticipant.id)
    )
    bearers: dict[int | None, list[tuple[int, str]]] = {}
    for role_id, contact_id, name in people:
        bearers.setdefault(role_id, []).append((contact_id, name))
    coverage = []
    for role in roles.all():
        contacts = tuple(bearers.get(role.id, ()))
        ids = [one for one, _ in contacts]
        coverage.append(
            RoleCoverage(
                role_id=role.id,
                role=role.name,
                side=role.side,
                contacts=contacts,
                last_touched_at=await find_last_contact(session, deal.subject_id, ids),
                last_answered_at=await find_last_contact(
                    session, deal.subject_id, ids, direction=Direction.IN
                ),
                required=role.id in needed,
            )
        )
    return tuple(coverage)


async def list_files(session: AsyncSession, subject_id: int, viewer: Viewer, number: int) -> Page[DealFile]:
    """The files of a deal's interactions that the viewer sees, the latest first; pictures of signatures apart."""
    statement = _files(subject_id, viewer)
    limited = statement.with_only_columns(Attachment.id).order_by(None).limit(COUNT_LIMIT).subquery()
    total = await session.scalar(select(func.count()).select_from(limited)) or 0
    place = place_page(total, number)
    rows = await session.execute(statement.limit(PAGE_SIZE).offset((place.number - 1) * PAGE_SIZE))
    return Page(tuple(DealFile(*row) for row in rows), place.number, place.pages, total, place.more)


def _files(subject_id: int, viewer: Viewer) -> Select[int, int, str, int, str, datetime]:
    return (
        select(
            Attachment.id,
            Interaction.id,
            Attachment.name,
            Attachment.size,
            Attachment.content_type,
            Interaction.happened_at,
        )
        .join(Interaction, Interaction.id == Attachment.interaction_id)
        .where(
            Interaction.subject_id == subject_id,
            Interaction.deleted_at.is_(None),
            Attachment.inline.is_(False),
            sees_interaction(viewer),
        )
        .order_by(Interaction.happened_at.desc(), Interaction.id.desc(), Attachment.position)
    )


async def load_funnel(session: AsyncSession, viewer: Viewer, base: str, day: date) -> tuple[FunnelRow, ...]:
    """How many deals in progress the viewer sees in each stage, in the order of the stages, those without one last.

    Args:
        session: Where to read.
        viewer: Whose eyes.
        base: The organisation's currency.
        day: Of which the rates count.
    """
    rows = await session.execute(
        select(Deal.stage_id, Stage.name, Deal.currency, func.count(), func.sum(Deal.amount))
        .join(Subject, Subject.id == Deal.subject_id)
        .outerjoin(Stage, Stage.id == Deal.stage_id)
        .where(
            Deal.status == DealStatus.IN_PROGRESS,
            Deal.closed_at.is_(None),
            Deal.merged_into_id.is_(None),
            sees_subject(viewer),
        )
        .group_by(Deal.stage_id, Stage.name, Stage.position, Deal.currency)
        .order_by(Stage.position.nulls_last(), Deal.stage_id, Deal.currency)
    )
    funnel: dict[int | None, FunnelRow] = {}
    for stage_id, name, currency, count, amount in rows:
        row = funnel.get(stage_id, FunnelRow(stage_id, name, 0, ()))
        sums = row.sums if amount is None else (*row.sums, (currency, amount))
        funnel[stage_id] = FunnelRow(stage_id, name, row.count + count, sums)
    known = await _load_rates(session, {code for row in funnel.values() for code, _ in row.sums}, base, day)
    return tuple(replace(row, total=_total(row.sums, known)) for row in funnel.values())


async def _load_rates(
    session: AsyncSession, codes: Collection[str], base: str, day: date
) -> dict[str, tuple[Decimal, int]]:
    """For each currency that has one, its rate and the decimals of what it is converted to."""
    currency = await session.get(Currency, base)
    digits = currency.digits if currency is not None else CENTS
    found = {base: (Decimal(1), digits)}
    for code in codes:
        rate = await sales.find_rate(session, code, day)
        if code != base and rate is not None:
            found[code] = (rate.rate, digits)
    return found


def _total(sums: Sequence[tuple[str, Decimal]], rates: Mapping[str, tuple[Decimal, int]]) -> Decimal | None:
    if any(code not in rates for code, _ in sums):
        return None
    return sum((convert(amount, *rates[code]) for code, amount in sums), Decimal(0))
