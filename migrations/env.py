"""Alembic's entry: runs migrations on the connection that `migrations.runner` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, Numeric, TypeDecorator
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from core.models import Base
from core.models.base import Exact


def include_object(
    item: SchemaItem, name: str | None, type_: str, _reflected: object, _compare_to: object
) -> bool:
    """Leave the search tables alone: they differ by database and are written by hand."""
    del item
    return not (type_ == "table" and name is not None and name.startswith("search_words"))


def render_item(type_: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as the plain SQLAlchemy types they are in the database."""
    if type_ == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    if type_ == "type" and isinstance(item, JSON):
        autogen_context.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"
    return False


def differs(
    _context: object, _column: object, _wanted: object, found: TypeEngine[Any], wanted: TypeEngine[Any]
) -> bool | None:
    """Whether the type of a column has changed; None leaves it to Alembic.

    Exact numbers are written as the plain type, of which SQLite keeps whole numbers whole.
    """
    plain = wanted.impl_instance if isinstance(wanted, Exact) else None
    if not isinstance(plain, Numeric):
        return None
    same = isinstance(found, Numeric) and (found.precision, found.scale) == (plain.precision, plain.scale)
    return not same


def run(connection: Connection) -> None:
    """Run on a connection, in its transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=differs,
        compare_server_default=False,
        transaction_per_migration=False,
    )
    context.run_migrations()


run(context.config.attributes["connection"])
