"""Accounts that are no users: an invitation lets them in, anything else is refused once in 24 hours (domain.md U1)."""

import logging

from aiogram.exceptions import TelegramAPIError
from aiogram.types import Update, User

from bot.html import esc
from bot.i18n import Catalogues
from bot.screens.base import Screen
from bot.services import BotServices
from bot.settling import Settling
from bot.verbs import parse_command
from bot.window import ChatWindow
from core.enums import Language
from core.errors import InvitationInvalid
from core.queries.chat_users import ChatUser
from core.values import Origin

logger = logging.getLogger(__name__)

NAME_LIMIT = 100


class Strangers:
    """Meets accounts that are no users."""

    def __init__(
        self,
        services: BotServices,
        catalogues: Catalogues,
        window: ChatWindow,
        settling: Settling,
        default_language: Language,
    ) -> None:
        self._services = services
        self._catalogues = catalogues
        self._window = window
        self._settling = settling
        self._default_language = default_language

    async def admit(self, update: Update, account: User, row_id: int) -> ChatUser | None:
        """The user that a valid invitation has just made of them; None: they stay outside, the update is ended."""
        if update.message is None and update.callback_query is None:
            self._settling.put(row_id)
            return None
        token = _invitation(update)
        language = self.guess_language(account)
        if token:
            name = " ".join(account.full_name.split())[:NAME_LIMIT] or str(account.id)
            try:
                await self._services.people.accept_invitation(
                    account.id, name, token, language, Origin(update_id=row_id)
                )
            except InvitationInvalid:
                logger.info("an invitation was refused", extra={"event": "invitation_refused"})
            else:
                logger.info("an invitation was accepted", extra={"event": "invitation_accepted"})
                return await self._services.chats.find_by_account(account.id)
        await self._refuse(account, row_id, language, with_token=bool(token))
        return None

    async def _refuse(self, account: User, row_id: int, language: Language, *, with_token: bool) -> None:
        if not await self._services.people.refuse_stranger(account.id, Origin(update_id=row_id)):
            return
        tr = self._catalogues.translator(language)
        text = (
            tr._("This invitation was used or has expired. An administrator can send a new one.")
            if with_token
            else tr._(
                "This bot works for one team, and this account is not part of it. An administrator can send an invitation link."
            )
        )
        try:
            await self._window.show(account.id, Screen(esc(text)))
        except TelegramAPIError as error:
            logger.info("a refusal was not sent: %s", type(error).__name__, extra={"event": "refusal_unsent"})

    def guess_language(self, account: User) -> Language:
        """What the account's client speaks, if there is a catalogue, else the organisation's language."""
        code = (account.language_code or "").split("-")[0].lower()
        return Language(code) if code in set(Language) else self._default_language


def _invitation(update: Update) -> str:
    if update.message is None or update.message.text is None:
        return ""
    command = parse_command(update.message.text)
    if command is None or command.name != "start":
        return ""
    return command.arguments.strip()
