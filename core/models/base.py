"""The declarative base and the column types that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum as PythonEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

BigId = BigInteger().with_variant(Integer, "sqlite")
"""Integer keys: SQLite gives row ids only to INTEGER PRIMARY KEY."""

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC, whatever the database makes of time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; SQLite stores text, so drop the zone after moving to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the instant back aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """Decimal numbers of a fixed scale, exact on both databases, in sums too.

    SQLite has no decimals, and its floats lose cents of large sums: it keeps whole numbers of the smallest unit.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(precision, scale)
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Whole numbers on SQLite."""
        return dialect.type_descriptor(BigInteger()) if dialect.name == "sqlite" else self.impl_instance

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        """Refuse what is finer than the scale."""
        if value is None:
            return None
        units = value.scaleb(self.scale)
        if units != units.to_integral_value():
            raise ValueError(f"finer than {self.scale} decimals")
        return int(units) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """The number with all its decimals."""
        if value is None:
            return None
        return Decimal(int(value)).scaleb(-self.scale) if dialect.name == "sqlite" else Decimal(value)


def values_of(enum: type[PythonEnum]) -> list[str]:
    """Persist enums by value, not by member name."""
    return [str(member.value) for member in enum]


class Base(DeclarativeBase):
    """Base of all tables. Constraint names are fixed, so that migrations can name them on both databases.

    A number that was given once is not given again: cards, buttons and keys of the outbox name rows by it. SQLite
    would otherwise give the numbers of deleted rows anew.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        table = getattr(cls, "__table__", None)  # an abstract model has none
        if isinstance(table, Table) and table.autoincrement_column is not None:
            table.dialect_options["sqlite"]["autoincrement"] = True

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute
        int: BigId,
        str: Text(),
        datetime: UTCDateTime(),
        date: Date(),
        PythonEnum: Enum(PythonEnum, native_enum=False, length=32, values_callable=values_of),
        dict[str, Any]: Json,
        list[str]: Json,
        list[Any]: Json,
    }


def table_of(model: type[Base]) -> Table:
    """The table of a model, for statements that are written past the entities."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} has no table of its own")
    return table
