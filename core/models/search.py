"""The search index: stemmed words, one row a document (architecture.md 12).

The words themselves live in an FTS5 table on SQLite and in a tsvector column on PostgreSQL, which migrations
create and `core.repositories.search` alone reads and writes.
"""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Base


class SearchDocument(Base):
    """What a row of the index is about: a reference letter and an id."""

    __tablename__ = "search_documents"
    __table_args__ = (UniqueConstraint("kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    object_id: Mapped[int]
