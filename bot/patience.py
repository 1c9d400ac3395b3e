"""Trying again what Telegram did not take at once, for screens that are sent directly.

What must not be lost goes through the outbox instead; here it is enough that a short hiccup is not seen.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError

logger = logging.getLogger(__name__)

PAUSES = (0.5, 1.0, 2.0)
LONGEST_WAIT = 60
"""Seconds that Telegram may ask for; beyond that the screen is old when it comes."""


async def patiently(call: Callable[[], Awaitable[None]]) -> None:
    """Make a call, again after a pause when Telegram is busy or away.

    Raises:
        TelegramAPIError: It refused, or did not recover in time.
    """
    for pause in PAUSES:
        try:
            await call()
        except TelegramRetryAfter as error:
            if error.retry_after > LONGEST_WAIT:
                raise
            await asyncio.sleep(error.retry_after)
        except (TelegramNetworkError, TelegramServerError) as error:
            logger.warning("Telegram is away: %s", type(error).__name__, extra={"event": "send_retried"})
            await asyncio.sleep(pause)
        else:
            return
    await call()
