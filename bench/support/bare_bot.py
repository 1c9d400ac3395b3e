"""The peer of the updates benchmark: unmodified aiogram polling, one handler, one INSERT and commit, one answer.

python -m bench.support.bare_bot TOKEN BOT_API_URL DATABASE SYNCHRONOUS
"""

import asyncio
import sqlite3
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, Message
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_INSERT = text("INSERT INTO notes (who, what) VALUES (:who, :what)")


async def main(token: str, url: str, database: str, synchronous: str) -> None:
    """Poll until the process is terminated."""
    engine = _open_database(database, synchronous)
    async with engine.begin() as connection:
        await connection.execute(
            text("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, who INT, what TEXT)")
        )
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    await _dispatcher(engine).start_polling(bot)


def _open_database(path: str, synchronous: str) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=1, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.close()

    return engine


def _dispatcher(engine: AsyncEngine) -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def note(message: Message) -> None:
        async with engine.begin() as connection:
            await connection.execute(_INSERT, {"who": message.chat.id, "what": message.text})
        await message.answer("Recorded")

    @dispatcher.callback_query()
    async def tapped(query: CallbackQuery) -> None:
        async with engine.begin() as connection:
            await connection.execute(_INSERT, {"who": query.from_user.id, "what": query.data})
        await query.answer()
        if isinstance(query.message, Message):
            await query.message.edit_text("Recorded")

    return dispatcher


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
