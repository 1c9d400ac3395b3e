"""Taps on inline buttons and what the person sees of the answer."""

import asyncio
from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    CallbackQuery,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from simulator.client import ControlRefused, SimulatorClient
from tests.simulator.conftest import ANNA, BORIS, MovableNow

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(text="Yes", callback_data="yes:1"),
            InlineKeyboardButton(text="No", callback_data="no:1"),
        ],
        [InlineKeyboardButton(text="Site", url="https://acme.example")],
    ]
)


@pytest.fixture
async def card(bot: Bot, client: SimulatorClient) -> int:
    assert await client.list_accounts()
    await bot.get_updates(offset=-1)
    return (await bot.send_message(ANNA, "card", reply_markup=KEYBOARD)).message_id


async def last_tap(bot: Bot) -> CallbackQuery:
    (update,) = await bot.get_updates(offset=-1)
    assert update.callback_query is not None
    return update.callback_query


@pytest.mark.parametrize(
    ("button", "data"),
    [
        ({"text": "Yes"}, "yes:1"),
        ({"data": "no:1"}, "no:1"),
        ({"row": 0, "column": 1}, "no:1"),
        ({"row": 0}, "yes:1"),
    ],
)
async def test_a_tap_reaches_the_bot_with_its_message(
    bot: Bot, client: SimulatorClient, card: int, button: dict[str, str | int], data: str
) -> None:
    tap = await client.click(ANNA, card, wait=0, **button)
    assert tap.answer is None
    query = await last_tap(bot)
    assert (query.id, query.data, query.from_user.id) == (tap.callback_id, data, ANNA)
    assert isinstance(query.message, Message)
    assert (query.message.message_id, query.message.text) == (card, "card")
    assert query.message.reply_markup is not None
    assert query.message.reply_markup.model_dump() == KEYBOARD.model_dump()


async def test_the_answer_is_shown_once(bot: Bot, client: SimulatorClient, card: int) -> None:
    waiting = asyncio.create_task(client.click(ANNA, card, text="Yes"))
    while not (updates := [u for u in await bot.get_updates(timeout=1) if u.callback_query]):
        continue
    query = updates[-1].callback_query
    assert query is not None
    await bot.answer_callback_query(query.id, "saved", show_alert=True)
    assert (await waiting).answer == {"text": "saved", "show_alert": True, "url": None}
    await bot.answer_callback_query(query.id, "again")
    (toast,) = (await client.chat(ANNA))["toasts"]
    assert (toast["text"], toast["show_alert"], toast["message_id"]) == ("saved", True, card)


async def test_a_late_or_unknown_or_long_answer_is_refused(
    bot: Bot, client: SimulatorClient, card: int, now: MovableNow
) -> None:
    tap = await client.click(ANNA, card, text="Yes", wait=0)
    with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(tap.callback_id, "x" * 201)
    now.move(timedelta(seconds=61))
    for query_id in (tap.callback_id, "12345"):
        with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
            await bot.answer_callback_query(query_id)
    assert [violation["error"]["description"] for violation in await client.violations()] == [
        "Bad Request: MESSAGE_TOO_LONG"
    ]


async def test_only_what_is_shown_can_be_tapped(bot: Bot, client: SimulatorClient, card: int) -> None:
    for button, reason in (
        ({"text": "Maybe"}, "shows no button"),
        ({"data": "yes:2"}, "shows no button"),
        ({"text": "Site"}, "carries no callback data"),
        ({}, "name the button"),
    ):
        with pytest.raises(ControlRefused, match=reason):
            await client.click(ANNA, card, wait=0, **button)
    with pytest.raises(ControlRefused, match="no message 999"):
        await client.click(ANNA, 999, wait=0, text="Yes")
    await bot.edit_message_text("done", chat_id=ANNA, message_id=card)
    with pytest.raises(ControlRefused, match="shows no button"):
        await client.click(ANNA, card, wait=0, text="Yes")


async def test_a_forged_tap_carries_any_data(bot: Bot, client: SimulatorClient, card: int) -> None:
    await client.click(ANNA, card, wait=0, data="delete:42", forged=True)
    assert (await last_tap(bot)).data == "delete:42"


async def test_a_tap_on_a_message_too_old_to_hand_out(bot: Bot, client: SimulatorClient, card: int) -> None:
    await client.click(ANNA, card, wait=0, data="yes:1", inaccessible=True)
    message = (await last_tap(bot)).message
    assert isinstance(message, InaccessibleMessage)
    assert message.message_id == card


async def test_waiting_for_an_answer_that_does_not_come_is_an_error(
    client: SimulatorClient, card: int
) -> None:
    with pytest.raises(ControlRefused, match="did not answer the tap"):
        await client.click(ANNA, card, text="Yes", wait=0.05)


async def test_a_tap_of_a_stranger_to_the_message_is_not_possible(client: SimulatorClient, card: int) -> None:
    with pytest.raises(ControlRefused, match="no message"):
        await client.click(BORIS, card, text="Yes", wait=0)
