"""What differs by database and is written by hand: search words, and the triggers that keep the mail tallies.

Search words: an FTS5 table on SQLite, a tsvector column on PostgreSQL.

Mail tallies: every statement that touches `mail_uids` moves the counts of `mail_tallies` in its own transaction,
row by row on SQLite, a statement at a time on PostgreSQL. A later migration that rebuilds `mail_uids` (a batch
operation on SQLite) has to create its triggers anew.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SQLITE_ADD = """
INSERT INTO mail_tallies (folder_id, uidvalidity, fate, rule, gone, letters)
VALUES ({row}.folder_id, {row}.uidvalidity, {row}.fate, coalesce({row}.rule, ''),
        {row}.gone_at IS NOT NULL, {change})
ON CONFLICT (folder_id, uidvalidity, fate, rule, gone) DO UPDATE SET letters = letters + excluded.letters;
"""
_PLUS = _SQLITE_ADD.format(row="NEW", change=1)
_MINUS = _SQLITE_ADD.format(row="OLD", change=-1)

_SQLITE_TRIGGERS = (
    f"CREATE TRIGGER mail_uids_tally_insert AFTER INSERT ON mail_uids BEGIN {_PLUS} END",
    f"CREATE TRIGGER mail_uids_tally_delete AFTER DELETE ON mail_uids BEGIN {_MINUS} END",
    f"""
CREATE TRIGGER mail_uids_tally_update
AFTER UPDATE OF folder_id, uidvalidity, fate, rule, gone_at ON mail_uids
WHEN (OLD.folder_id, OLD.uidvalidity, OLD.fate, coalesce(OLD.rule, ''), OLD.gone_at IS NULL)
IS NOT (NEW.folder_id, NEW.uidvalidity, NEW.fate, coalesce(NEW.rule, ''), NEW.gone_at IS NULL)
BEGIN {_MINUS} {_PLUS} END
""",
)

_POSTGRESQL_ADD = """
INSERT INTO mail_tallies (folder_id, uidvalidity, fate, rule, gone, letters)
SELECT folder_id, uidvalidity, fate, coalesce(rule, ''), gone_at IS NOT NULL, sum(change)
FROM ({changes}) AS changes
GROUP BY 1, 2, 3, 4, 5
HAVING sum(change) <> 0
ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (folder_id, uidvalidity, fate, rule, gone)
DO UPDATE SET letters = mail_tallies.letters + excluded.letters;
"""
_FRESH = "SELECT fresh.*, 1 AS change FROM fresh"
_STALE = "SELECT stale.*, -1 AS change FROM stale"

_POSTGRESQL_TRIGGERS = (
    ("insert", "NEW TABLE AS fresh", _FRESH),
    ("delete", "OLD TABLE AS stale", _STALE),
    ("update", "OLD TABLE AS stale NEW TABLE AS fresh", f"{_FRESH} UNION ALL {_STALE}"),
)


def upgrade() -> None:
    """Forward."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5(words, tokenize='unicode61 remove_diacritics 0')"
        )
        for statement in _SQLITE_TRIGGERS:
            op.execute(statement)
        return
    op.execute(
        "CREATE TABLE search_words ("
        "document_id BIGINT PRIMARY KEY REFERENCES search_documents (id) ON DELETE CASCADE, "
        "words TSVECTOR NOT NULL)"
    )
    op.execute("CREATE INDEX ix_search_words_words ON search_words USING gin (words)")
    for event, tables, changes in _POSTGRESQL_TRIGGERS:
        op.execute(
            f"CREATE FUNCTION mail_uids_tally_{event}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{_POSTGRESQL_ADD.format(changes=changes)} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER mail_uids_tally_{event} AFTER {event.upper()} ON mail_uids "
            f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION mail_uids_tally_{event}()"
        )


def downgrade() -> None:
    """Back."""
    for event, _, _ in _POSTGRESQL_TRIGGERS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER mail_uids_tally_{event}")
        else:
            op.execute(f"DROP TRIGGER mail_uids_tally_{event} ON mail_uids")
            op.execute(f"DROP FUNCTION mail_uids_tally_{event}()")
    op.execute("DROP TABLE search_words")
