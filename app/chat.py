"""The chat as a part of the product: Telegram is met, what was left is resumed, updates are received."""

import asyncio
import logging

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from app.bootstrap import Core
from app.http import webhook_path
from app.settings import Settings, SettingsInvalid
from app.supervision import Fatal
from bot.app import BotApp, BotSettings
from bot.errors import TokenRefused
from bot.kinds import ALLOWED_UPDATES

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 20.0
"""How long updates that are being worked on may take to end."""


class Chat:
    """The chat as a part: Telegram is met, what was left is resumed, updates are received."""

    def __init__(self, bot: Bot, app: BotApp, settings: Settings) -> None:
        self._bot = bot
        self.app = app
        self._settings = settings
        self._resumed = False

    async def run(self) -> None:
        """Receive updates until cancelled; Telegram out of reach is waited for.

        Raises:
            Fatal: Telegram does not know the token.
        """
        try:
            await self.app.prepare()
            await self._choose_way()
            if not self._resumed:
                self._resumed = True
                await self.app.recover()
            if self._settings.bot_mode == "webhook":
                await asyncio.Event().wait()
            await self.app.run_polling()
        except TokenRefused as error:
            raise Fatal("BOT_TOKEN: Telegram does not accept it") from error

    async def _choose_way(self) -> None:
        """Tell Telegram where updates go; nothing that waits there is dropped."""
        settings = self._settings
        if settings.bot_mode == "polling":
            await self._bot.delete_webhook(drop_pending_updates=False)
            return
        token, secret = settings.bot_token, settings.bot_webhook_secret
        if token is None or secret is None:
            raise Fatal("BOT_WEBHOOK_SECRET: must be set")
        await self._bot.set_webhook(
            f"{settings.public_url}{webhook_path(token.get_secret_value())}",
            secret_token=secret.get_secret_value(),
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
        )

    async def close(self) -> None:
        """Let what is being worked on come to its end."""
        await self.app.stop(DRAIN_SECONDS)

    async def leave(self) -> None:
        """Close the connection to Telegram, after everything that speaks to it."""
        await self._bot.session.close()


def open_chat(core: Core) -> Chat:
    """The chat of a core's settings, at rest.

    Raises:
        SettingsInvalid: There is no token.
    """
    settings = core.settings
    if settings.bot_token is None:
        raise SettingsInvalid("BOT_TOKEN: must be set; `zveno demo` needs none")
    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.bot_api_url))
    bot = Bot(settings.bot_token.get_secret_value(), session=session)
    app = BotApp(bot, core.services, BotSettings(default_language=settings.default_language))
    return Chat(bot, app, settings)
