"""What all kinds of export share: batches, and how values look in JSON."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import User

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows are wanted next.

    Attributes:
        after: Rows with a greater id only.
        since: Rows that began to be at this moment or later only; each kind says which of its times counts.
        now: The present, for what depends on it.
    """

    after: int
    limit: int
    since: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows and the greatest id among them; None when there are no more."""

    objects: list[JsonObject]
    last: int | None


class LoadBatch(Protocol):
    """Loads one batch of a kind."""

    async def __call__(self, session: AsyncSession, wanted: Slice) -> Batch:
        """The next rows by id."""
        ...


Key = TypeVar("Key")
Value = TypeVar("Value")


def group(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """Values by key, in order; a key without values has none."""
    grouped: dict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return grouped


def instant(value: datetime | None) -> str | None:
    """ISO 8601 with offset."""
    return value.isoformat() if value is not None else None


def day(value: date | None) -> str | None:
    """YYYY-MM-DD."""
    return value.isoformat() if value is not None else None


def amount(value: Decimal | None) -> int | float | None:
    """A sum as a number, whole where it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def named(id_: int | None, name: str | None) -> JsonObject | None:
    """A reference to a named thing."""
    return {"id": id_, "name": name} if id_ is not None else None


@dataclass(frozen=True, slots=True)
class Names:
    """Names of users by id."""

    by_id: dict[int, str]

    def __call__(self, user_id: int | None) -> JsonObject | None:
        """The reference to a user, None for none."""
        return named(user_id, self.by_id.get(user_id)) if user_id is not None else None


async def load_user_names(session: AsyncSession, user_ids: Collection[int | None]) -> Names:
    """Names of these users, in one statement."""
    ids = {one for one in user_ids if one is not None}
    if not ids:
        return Names({})
    rows = await session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return Names({row[0]: row[1] for row in rows})
