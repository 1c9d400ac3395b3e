"""How deals end, and what that comes to in money (domain.md D1, D2, D4, D5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from core.enums import DealStatus, Role

CENT = Decimal("0.01")
WHOLE = 100

REOPENERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""Who reopens deals, and lets them leave a stage that asks for more (domain.md D1, D2)."""


def may_close(status: DealStatus) -> bool:
    """Only won or lost deals close (domain.md D1)."""
    return status is not DealStatus.IN_PROGRESS


def may_commit(day: date, today: date) -> bool:
    """Whether the event that winning requires can have happened on that day (domain.md D2)."""
    return day <= today


def benefit(agreed: Decimal | None, cost: Decimal | None) -> Decimal | None:
    """Agreed less cost; what is unknown makes it unknown (domain.md D5)."""
    return None if agreed is None or cost is None else agreed - cost


def length_in_days(first_contact: datetime | None, end: datetime) -> int | None:
    """How long a deal took, from the first contact on (domain.md D5)."""
    return None if first_contact is None else max((end - first_contact).days, 0)


@dataclass(frozen=True, slots=True)
class DemandFacts:
    """A row of demand at the closing.

    Attributes:
        id: Which row.
        asked: Its sum as it was first said; None: nobody said.
        offered: The sum of its latest version.
        met_percent: How far it was met; None: nobody said.
        has_reason: Whether it is told why it was not met.
    """

    id: int
    asked: Decimal | None
    offered: Decimal | None
    met_percent: int | None
    has_reason: bool


def find_unsettled(rows: Sequence[DemandFacts]) -> tuple[int, ...]:
    """The rows that keep a deal from closing: not said how far met, or below 100 % without a reason (domain.md D4)."""
    return tuple(
        one.id for one in rows if one.met_percent is None or (one.met_percent < WHOLE and not one.has_reason)
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a sum that was asked for: offered, sold, refused; None where it is not known."""

    asked: Decimal | None
    offered: Decimal | None
    sold: Decimal | None
    refused: Decimal | None


def settle(row: DemandFacts) -> Settled:
    """Asked, offered, sold and refused of one row (pains.md 10); exact: sold and refused are what was asked."""
    if row.asked is None or row.met_percent is None:
        return Settled(row.asked, row.offered, None, None)
    sold = (row.asked * row.met_percent / WHOLE).quantize(CENT, ROUND_HALF_EVEN)
    return Settled(row.asked, row.offered, sold, row.asked - sold)


def settle_all(rows: Sequence[DemandFacts]) -> Settled:
    """The sums over all rows; a sum that is not known of any row is left out of its total."""
    each = [settle(one) for one in rows]
    return Settled(*(_total([getattr(one, name) for one in each]) for name in Settled.__slots__))


def _total(sums: Sequence[Decimal | None]) -> Decimal | None:
    known = [one for one in sums if one is not None]
    return sum(known, Decimal(0)) if known else None
