"""Two questions to the Bot API for commands that need no chat: who the bot is, and what waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from app.settings import Settings

_TIMEOUT = aiohttp.ClientTimeout(total=10)


class TelegramAway(Exception):
    """The Bot API server does not answer, or refuses."""


@dataclass(frozen=True, slots=True)
class TelegramDoor:
    """A bot on a Bot API server."""

    api_url: str
    token: str

    async def find_username(self) -> str:
        """The bot's name in links.

        Raises:
            TelegramAway: It cannot be learnt now.
        """
        return str((await self._ask("getMe")).get("username", ""))

    async def count_pending(self) -> int:
        """How many updates the server holds for the bot.

        Raises:
            TelegramAway: It cannot be learnt now.
        """
        return int((await self._ask("getWebhookInfo")).get("pending_update_count", 0))

    async def _ask(self, method: str) -> Mapping[str, Any]:
        url = f"{self.api_url}/bot{self.token}/{method}"
        try:
            async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, session.get(url) as response:
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise TelegramAway(f"no answer ({type(error).__name__})") from None
        if (
            not isinstance(answer, dict)
            or answer.get("ok") is not True
            or not isinstance(answer.get("result"), dict)
        ):
            code = answer.get("error_code", "?") if isinstance(answer, dict) else "?"
            raise TelegramAway(f"refused ({code})")
        result: dict[str, Any] = answer["result"]
        return result


def open_telegram(settings: Settings) -> TelegramDoor | None:
    """The door of the settings, None without a token."""
    if settings.bot_token is None:
        return None
    return TelegramDoor(settings.bot_api_url, settings.bot_token.get_secret_value())
