from pathlib import Path

import pytest

from app.single import hold_parts
from app.supervision import Fatal
from core.database import Database


async def test_on_sqlite_a_part_runs_in_one_process_and_another_part_in_another(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'zveno.db'}")
    with hold_parts(database, ["bot", "outbox"]) as alone:
        assert alone
        with pytest.raises(Fatal, match="outbox"), hold_parts(database, ["mail", "outbox"]):
            pytest.fail("two processes hold one part")
        with hold_parts(database, ["mail"]) as other:
            assert other
    with hold_parts(database, ["outbox"]) as again:
        assert again
    await database.dispose()


async def test_on_postgresql_several_processes_share_a_part() -> None:
    database = Database("postgresql://localhost/zveno")
    with hold_parts(database, ["outbox"]) as first, hold_parts(database, ["outbox"]) as second:
        assert (first, second) == (False, False)
    await database.dispose()
