from sqlalchemy import text

from core.database import Database
from migrations import runner


async def test_models_and_migrations_say_the_same(database: Database) -> None:
    assert await runner.is_current(database)
    await runner.check(database)


async def test_upgrade_of_a_current_database_changes_nothing(database: Database) -> None:
    await runner.upgrade(database)
    assert await runner.is_current(database)


async def test_search_words_exist_on_both_databases(database: Database) -> None:
    async with database.reading() as session:
        assert (await session.execute(text("SELECT count(*) FROM search_words"))).scalar_one() == 0
