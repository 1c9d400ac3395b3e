"""The search index: the only module that reads and writes the words, alike on both databases.

SQLite keeps them in an FTS5 table whose rowid is the document's, PostgreSQL in a tsvector. Words arrive stemmed
(`core.rules.words`), so that neither database needs a dictionary of its own.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import BigInteger, Select, column, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import SearchDocument
from core.repositories.inserting import RowInsert
from core.rules.words import stem_words
from core.values import Ref, RefKind

_insert_documents = RowInsert(SearchDocument)

_PUT_DOCUMENT = text(
    "INSERT INTO search_documents (kind, object_id) VALUES (:kind, :object_id) "
    "ON CONFLICT (kind, object_id) DO UPDATE SET kind = excluded.kind RETURNING id"
)
_PUT_WORDS_SQLITE = text("INSERT OR REPLACE INTO search_words (rowid, words) VALUES (:id, :words)")
_PUT_POSTGRESQL = text(
    "WITH document AS (INSERT INTO search_documents (kind, object_id) VALUES (:kind, :object_id) "
    "ON CONFLICT (kind, object_id) DO UPDATE SET kind = excluded.kind RETURNING id) "
    "INSERT INTO search_words (document_id, words) "
    "SELECT id, array_to_tsvector(CAST(:words AS text[])) FROM document "
    "ON CONFLICT (document_id) DO UPDATE SET words = excluded.words"
)
_FORGET_WORDS_SQLITE = text(
    "DELETE FROM search_words WHERE rowid IN "
    "(SELECT id FROM search_documents WHERE kind = :kind AND object_id = :object_id)"
)
_FORGET_DOCUMENT = text("DELETE FROM search_documents WHERE kind = :kind AND object_id = :object_id")

_HITS_SQLITE = text(
    "SELECT search_documents.object_id AS object_id FROM search_words "
    "JOIN search_documents ON search_documents.id = search_words.rowid "
    "WHERE search_words MATCH :match AND search_documents.kind = :kind "
    "ORDER BY search_words.rowid DESC LIMIT :most"
)
_HITS_POSTGRESQL = text(
    "SELECT search_documents.object_id AS object_id FROM search_words "
    "JOIN search_documents ON search_documents.id = search_words.document_id "
    "WHERE search_words.words @@ CAST(:match AS tsquery) AND search_documents.kind = :kind "
    "ORDER BY search_words.document_id DESC LIMIT :most"
)


async def index_interaction(session: AsyncSession, interaction_id: int, texts: Iterable[str]) -> None:
    """Index an interaction by its topic, text, goal, place, tags, comments and presentations; again on change."""
    await _index(session, Ref(RefKind.INTERACTION, interaction_id), texts)


async def index_new_interactions(session: AsyncSession, texts: Mapping[int, Iterable[str]]) -> None:
    """Index interactions that were just inserted, by id, all at once."""
    kind = RefKind.INTERACTION.value
    words = {one: stem_words(some) for one, some in texts.items()}
    if not _is_sqlite(session):
        rows = [{"kind": kind, "object_id": one, "words": list(stems)} for one, stems in words.items()]
        await session.execute(_PUT_POSTGRESQL, rows)
        return
    ids = await _insert_documents.with_keys(session, [{"kind": kind, "object_id": one} for one in words])
    stored = [
        {"id": document_id, "words": " ".join(stems)}
        for document_id, stems in zip(ids, words.values(), strict=True)
    ]
    await session.execute(_PUT_WORDS_SQLITE, stored)


async def index_contact(session: AsyncSession, contact_id: int, texts: Iterable[str]) -> None:
    """Index a contact by its name and the coordinates made of words; again on change."""
    await _index(session, Ref(RefKind.CONTACT, contact_id), texts)


async def index_subject(session: AsyncSession, subject_id: int, texts: Iterable[str]) -> None:
    """Index a subject (a deal's too) by its title; again on change."""
    await _index(session, Ref(RefKind.SUBJECT, subject_id), texts)


async def forget(session: AsyncSession, ref: Ref) -> None:
    """Take an object out of the index."""
    parameters = {"kind": ref.kind.value, "object_id": ref.id}
    if _is_sqlite(session):
        await session.execute(_FORGET_WORDS_SQLITE, parameters)
    await session.execute(_FORGET_DOCUMENT, parameters)


async def _index(session: AsyncSession, ref: Ref, texts: Iterable[str]) -> None:
    words = stem_words(texts)
    parameters = {"kind": ref.kind.value, "object_id": ref.id}
    if _is_sqlite(session):
        document_id = (await session.execute(_PUT_DOCUMENT, parameters)).scalar_one()
        await session.execute(_PUT_WORDS_SQLITE, {"id": document_id, "words": " ".join(words)})
        return
    await session.execute(_PUT_POSTGRESQL, {**parameters, "words": list(words)})


def words_hits(session: AsyncSession, kind: RefKind, words: Sequence[str], limit: int) -> Select[int]:
    """The ids of objects of a kind that have all the words, the last as a beginning; the newest documents.

    Args:
        session: Tells which database it is.
        kind: What is looked for.
        words: Stems (`core.rules.words.query_words`), at least one; letters and digits alone.
        limit: How many hits are looked at, so that a word on every page costs no more than a rare one.
    """
    *whole, last = words
    if _is_sqlite(session):
        statement = _HITS_SQLITE
        match = " AND ".join([*(f'"{word}"' for word in whole), f'"{last}" *'])
    else:
        statement = _HITS_POSTGRESQL
        match = " & ".join([*(f"'{word}'" for word in whole), f"'{last}':*"])
    hits = statement.bindparams(match=match, kind=kind.value, most=limit)
    return select(hits.columns(column("object_id", BigInteger)).subquery().c.object_id)


def _is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"
