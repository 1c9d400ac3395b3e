"""The primary demand of a deal: as it was first asked, what it became, how far it was met (domain.md, Primary demand)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Contact, DemandRow, DemandVersion, UnmetReason, User
from core.queries.names import load_names
from core.repositories import deals
from core.rules.deal_outcomes import DemandFacts, Settled, settle, settle_all


class VersionView(NamedTuple):
    """What a row of demand became later."""

    version: int
    text: str
    quantity: Decimal | None
    amount: Decimal | None
    asked_in_id: int | None
    changed_at: datetime
    changed_by: str | None


@dataclass(frozen=True, slots=True)
class DemandView:
    """A row of demand: as it was first asked, then its later versions, oldest first."""

    id: int
    text: str
    quantity: Decimal | None
    amount: Decimal | None
    asked_by_id: int | None
    asked_by: str | None
    asked_in_id: int | None
    met_percent: int | None
    reason: str | None
    versions: tuple[VersionView, ...]


@dataclass(frozen=True, slots=True)
class Settlement:
    """Asked, offered, sold, refused: of each row, in the order of the rows, and in all (pains.md 10)."""

    rows: tuple[tuple[DemandView, Settled], ...]
    total: Settled


def _facts(row: DemandRow, versions: list[DemandVersion]) -> DemandFacts:
    sums = [row.amount, *(one.amount for one in versions)]
    return DemandFacts(
        id=row.id,
        asked=next((one for one in sums if one is not None), None),
        offered=sums[-1],
        met_percent=row.met_percent,
        has_reason=row.unmet_reason_id is not None,
    )


async def _load(session: AsyncSession, deal_id: int) -> list[tuple[DemandRow, list[DemandVersion]]]:
    rows = await deals.list_demand(session, deal_id)
    versions: dict[int, list[DemandVersion]] = defaultdict(list)
    if rows:
        for one in await deals.list_demand_versions(session, [row.id for row in rows]):
            versions[one.row_id].append(one)
    return [(row, versions[row.id]) for row in rows]


async def load_demand_facts(session: AsyncSession, deal_id: int) -> tuple[DemandFacts, ...]:
    """What the rules of closing look at, row by row."""
    return tuple(_facts(row, versions) for row, versions in await _load(session, deal_id))


async def load_settlement(session: AsyncSession, deal_id: int) -> Settlement:
    """The rows of demand with what became of them."""
    found = await _load(session, deal_id)
    reasons = await load_names(session, UnmetReason, {row.unmet_reason_id for row, _ in found})
    people = await load_names(session, Contact, {row.asked_by_id for row, _ in found})
    users = await load_names(session, User, {one.changed_by for _, versions in found for one in versions})
    facts = [_facts(row, versions) for row, versions in found]
    views = [
        DemandView(
            id=row.id,
            text=row.text,
            quantity=row.quantity,
            amount=row.amount,
            asked_by_id=row.asked_by_id,
            asked_by=people.get(row.asked_by_id),
            asked_in_id=row.asked_in_id,
            met_percent=row.met_percent,
            reason=reasons.get(row.unmet_reason_id),
            versions=tuple(
                VersionView(
                    one.version,
                    one.text,
                    one.quantity,
                    one.amount,
                    one.asked_in_id,
                    one.changed_at,
                    users.get(one.changed_by),
                )
                for one in versions
            ),
        )
        for row, versions in found
    ]
    return Settlement(tuple(zip(views, map(settle, facts), strict=True)), settle_all(facts))
