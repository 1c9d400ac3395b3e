"""Bots of our own Telegram: aiogram as it is, without what it does for the sake of TLS."""

import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer


@cache
def _pattern() -> AiohttpSession:
    """A session that was never opened; making one reads all certificates of this machine, which takes 20 ms."""
    return AiohttpSession()


@asynccontextmanager
async def open_bot(token: str, url: str, *, seconds: float = 60.0, **options: Any) -> AsyncIterator[Bot]:
    """A bot of the Telegram at this URL; its connections are closed at the end of the block.

    Args:
        token: As Telegram has given it out.
        url: Of the simulator.
        seconds: How long a request may take.
        options: Of aiogram's Bot.
    """
    session = copy.copy(_pattern())
    session.api = TelegramAPIServer.from_base(url)
    session.timeout = seconds
    try:
        yield Bot(token, session=session, **options)
    finally:
        # aiogram's own close() sleeps a quarter of a second for the sake of TLS connections; there are none here.
        await (await session.create_session()).close()
