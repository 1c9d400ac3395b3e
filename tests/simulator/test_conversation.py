"""An unmodified aiogram bot talks with a person through the simulator."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher
from aiogram.filters import CommandStart
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from simulator.client import SimulatorClient

ANNA = 1001


async def greet(message: Message) -> None:
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="yes")]],
    )
    await message.answer(f"<b>Hello</b> {message.text}", reply_markup=keyboard)


async def answer_tap(query: CallbackQuery) -> None:
    assert isinstance(query.message, Message)
    await query.answer("done", show_alert=True)
    await query.message.edit_text("changed /i7")


@pytest.fixture
async def polling(bot: Bot) -> AsyncIterator[None]:
    dispatcher = Dispatcher()
    dispatcher.message.register(greet, CommandStart(deep_link=True))
    dispatcher.callback_query.register(answer_tap)
    task = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
    yield
    await dispatcher.stop_polling()
    await task


@pytest.mark.usefixtures("polling")
async def test_start_reply_tap_and_edit(client: SimulatorClient) -> None:
    await client.start(ANNA, "abc")
    greeting = await client.wait_for(ANNA)
    assert greeting["text"] == "Hello /start abc"
    assert {"type": "bold", "offset": 0, "length": 5} in greeting["entities"]
    tap = await client.click(ANNA, greeting["message_id"], text="Yes")
    assert tap.answer == {"text": "done", "show_alert": True, "url": None}
    edited = await client.wait_for(ANNA, lambda message: message["edited"])
    assert edited["text"] == "changed /i7"
    assert edited["entities"] == [{"type": "bot_command", "offset": 8, "length": 3}]
    assert "reply_markup" not in edited
    assert await client.violations() == []


async def test_commands_follow_scope_and_language(bot: Bot, client: SimulatorClient) -> None:
    await client.start(ANNA)
    await bot.set_my_commands([BotCommand(command="help", description="Help")])
    await bot.set_my_commands([BotCommand(command="help", description="Помощь")], language_code="ru")
    assert (await client.chat(ANNA))["commands"][0]["description"] == "Помощь"
    await bot.set_my_commands(
        [BotCommand(command="team", description="Team")], scope=BotCommandScopeChat(chat_id=ANNA)
    )
    assert (await client.chat(ANNA))["commands"] == [{"command": "team", "description": "Team"}]
    assert await client.violations() == []
