"""Screens on their way to a chat: edited in place where that works, sent anew where it does not."""

import logging
from collections.abc import Sequence

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
)

from bot.html import Html, cut, to_plain
from bot.screens.base import Below, Document, Row, Screen

logger = logging.getLogger(__name__)

ANSWER_LIMIT = 200
"""Characters of the answer to a tap."""

CAPTION_LIMIT = 1024
"""Characters of the caption of a file."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NOT_EDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "to edit not found",
)
_UNPARSED = ("can't parse entities", "can't find end", "unsupported start tag", "entity_bounds_invalid")


class ChatWindow:
    """Shows screens in chats. Errors of Telegram that are no matter of course are raised to the caller."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def show(
        self,
        chat_id: int,
        screen: Screen,
        *,
        edit: int | None = None,
        silent: bool = True,
        edit_only: bool = False,
    ) -> None:
        """Show a screen.

        Args:
            chat_id: Where.
            screen: What.
            edit: The message it takes the place of; a new one is sent if that cannot be edited.
            silent: Without a sound.
            edit_only: Send nothing anew: it is not worth a message of its own.

        Raises:
            TelegramAPIError: Telegram refuses or is away; that nothing differs from what is shown is no error.
        """
        if screen.document is not None:
            await self._send_document(chat_id, screen, screen.document, silent=silent)
            return
        text = cut(screen.text)
        markup = inline_keyboard(screen.keyboard)
        if edit is not None and screen.below is not None:
            await self._take_buttons(chat_id, edit)
        elif edit is not None and await self._edit(chat_id, edit, text, markup):
            return
        if not edit_only:
            await self._send(chat_id, text, markup or screen.below, silent=silent)

    async def _take_buttons(self, chat_id: int, message_id: int) -> None:
        """Take the buttons off a question that has been answered; a message that has none is no matter."""
        try:
            await self._bot.edit_message_reply_markup(chat_id=chat_id, message_id=message_id)
        except TelegramBadRequest as error:
            logger.info("buttons stay: %s", error.message, extra={"event": "buttons_not_taken"})

    async def _edit(
        self, chat_id: int, message_id: int, text: Html, markup: InlineKeyboardMarkup | None
    ) -> bool:
        """True when the message now shows the text; False when it cannot be edited."""
        try:
            await self._edit_once(chat_id, message_id, text, markup, parse_mode="HTML")
        except TelegramBadRequest as error:
            reason = error.message.lower()
            if "not modified" in reason:
                return True
            if any(sign in reason for sign in _NOT_EDITABLE):
                return False
            if not any(sign in reason for sign in _UNPARSED):
                raise
            _log_unparsed(chat_id)
            await self._edit_once(chat_id, message_id, to_plain(text), markup, parse_mode=None)
        return True

    async def _edit_once(
        self,
        chat_id: int,
        message_id: int,
        text: str,
        markup: InlineKeyboardMarkup | None,
        *,
        parse_mode: str | None,
    ) -> None:
        await self._bot.edit_message_text(
            text,
            chat_id=chat_id,
            message_id=message_id,
            reply_markup=markup,
            parse_mode=parse_mode,
            link_preview_options=_NO_PREVIEW,
        )

    async def _send(
        self, chat_id: int, text: Html, markup: InlineKeyboardMarkup | Below | None, *, silent: bool
    ) -> None:
        try:
            await self._send_once(chat_id, text, markup, silent=silent, parse_mode="HTML")
        except TelegramBadRequest as error:
            if not any(sign in error.message.lower() for sign in _UNPARSED):
                raise
            _log_unparsed(chat_id)
            await self._send_once(chat_id, to_plain(text), markup, silent=silent, parse_mode=None)

    async def _send_once(
        self,
        chat_id: int,
        text: str,
        markup: InlineKeyboardMarkup | Below | None,
        *,
        silent: bool,
        parse_mode: str | None,
    ) -> None:
        await self._bot.send_message(
            chat_id,
            text,
            reply_markup=markup,
            parse_mode=parse_mode,
            disable_notification=silent or None,
            link_preview_options=_NO_PREVIEW,
        )

    async def _send_document(self, chat_id: int, screen: Screen, document: Document, *, silent: bool) -> None:
        await self._bot.send_document(
            chat_id,
            BufferedInputFile(document.content, document.name),
            caption=cut(screen.text, CAPTION_LIMIT),
            parse_mode="HTML",
            reply_markup=inline_keyboard(screen.keyboard),
            disable_notification=silent or None,
            disable_content_type_detection=True,
        )

    async def send_file(self, chat_id: int, name: str, content: bytes) -> None:
        """Send a file as a document, silently; Telegram is not to guess what it is, nor to show it.

        Raises:
            TelegramAPIError: Telegram refuses or is away.
        """
        await self._bot.send_document(
            chat_id,
            BufferedInputFile(content, name),
            disable_notification=True,
            disable_content_type_detection=True,
        )

    async def answer_tap(self, tap_id: str, text: str = "", *, alert: bool = False) -> None:
        """End the progress mark of a tapped button; a tap that is too old to be answered is no matter."""
        shown = text if len(text) <= ANSWER_LIMIT else text[: ANSWER_LIMIT - 1] + "…"
        try:
            await self._bot.answer_callback_query(tap_id, text=shown or None, show_alert=alert or None)
        except TelegramBadRequest as error:
            logger.info("a tap was answered too late: %s", error.message, extra={"event": "tap_answer_late"})

    async def show_typing(self, chat_id: int) -> None:
        """Show "typing…" for some seconds."""
        await self._bot.send_chat_action(chat_id, "typing")


def inline_keyboard(keyboard: Sequence[Row]) -> InlineKeyboardMarkup | None:
    """Rows of buttons as Telegram takes them; None when there are none."""
    present = [row for row in keyboard if row]
    if not present:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text=button.text, url=button.data)
                if button.is_link
                else InlineKeyboardButton(text=button.text, callback_data=button.data)
                for button in row
            ]
            for row in present
        ]
    )


def _log_unparsed(chat_id: int) -> None:
    logger.error(
        "Telegram could not parse a screen; sent as plain text",
        extra={"event": "screen_unparsed", "chat_id": chat_id},
    )
