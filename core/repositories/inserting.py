"""Inserting rows over tables, past the unit of work: the way of what is written for every update and letter.

An entity that is added and flushed costs several times as much as its row (docs/decisions/0016).
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached

from core.models import Base
from core.models.base import table_of

Values = Mapping[str, Any]
"""A row by column; the same columns in all rows of a call. Defaults of the model do not count here."""


_LAST_KEY = text("SELECT seq FROM sqlite_sequence WHERE name = :table")


class RowInsert:
    """Inserts rows of one model; built once for each."""

    def __init__(self, model: type[Base]) -> None:
        table = table_of(model)
        self._table = table.name
        self._key = next(iter(table.primary_key)).name
        self._insert = insert(table)
        self._returning = self._insert.returning(*table.primary_key, sort_by_parameter_order=True)

    async def __call__(self, session: AsyncSession, rows: Sequence[Values]) -> None:
        """Insert rows whose keys nobody asks for, or that bring them along."""
        if rows:
            await session.execute(self._insert, rows)

    async def with_keys(self, session: AsyncSession, rows: Sequence[Values]) -> list[int]:
        """Insert rows that get their single integer key from the database; the keys in order of the rows."""
        if not rows:
            return []
        if len(rows) == 1:
            result = cast("CursorResult[Any]", await session.execute(self._insert, rows[0]))
            return [int(one) for one in result.inserted_primary_key or ()]
        if session.get_bind().dialect.name == "sqlite":
            return await self._with_next_keys(session, rows)
        return list(await session.scalars(self._returning, rows))

    async def _with_next_keys(self, session: AsyncSession, rows: Sequence[Values]) -> list[int]:
        """Number the rows here: SQLite would return keys in no promised order, so SQLAlchemy asks row by row.

        A transaction that writes is the only one, and every table of ours counts its keys in `sqlite_sequence`
        (AUTOINCREMENT): what follows the last number there was never given to a row.
        """
        last = await session.scalar(_LAST_KEY, {"table": self._table}) or 0
        keys = list(range(last + 1, last + 1 + len(rows)))
        await session.execute(
            self._insert, [{**row, self._key: key} for row, key in zip(rows, keys, strict=True)]
        )
        return keys


Row = TypeVar("Row", bound=Base)


def as_loaded(session: AsyncSession, model: type[Row], values: Values) -> Row:
    """A row that was inserted with these values, key and all, as if it had been loaded: without asking for it."""
    row = model(**values)
    make_transient_to_detached(row)
    session.add(row)
    return row
