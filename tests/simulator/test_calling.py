"""Strictness at the door: tokens, method names, parameters, and the ways of passing them."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiogram.methods
import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramUnauthorizedError
from aiogram.methods import TelegramMethod
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from simulator.bots import split_token
from simulator.calling import decode_params, validate_call
from simulator.client import SimulatorClient
from simulator.errors import Violation
from simulator.methods import all_endpoints
from simulator.server import SimulatorServer
from tests.simulator.conftest import ANNA, TOKEN


class Door:
    """Bot API calls by hand, as other libraries than aiogram may make them."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base

    async def call(self, method: str, *, token: str = TOKEN, **options: Any) -> tuple[int, Any]:
        async with self._session.post(f"{self._base}/bot{token}/{method}", **options) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def door(server: SimulatorServer) -> AsyncIterator[Door]:
    async with aiohttp.ClientSession() as session:
        yield Door(session, server.url)


async def test_a_token_is_taken_on_first_use_and_kept(door: Door, bot: Bot) -> None:
    assert (await door.call("getMe", token="77:first"))[1]["result"]["username"] == "zveno_demo_2_bot"
    assert (await door.call("getMe", token="77:other"))[0] == 401
    assert (await door.call("getMe", token="nonsense"))[0] == 401
    bot = Bot(f"{bot.id}:wrong", session=bot.session)
    with pytest.raises(TelegramUnauthorizedError):
        await bot.get_me()


@pytest.mark.parametrize(
    ("token", "parts"),
    [
        ("1:a", (1, "a")),
        ("1:a:b", (1, "a:b")),
        ("1", None),
        (":a", None),
        ("a:b", None),
        ("1:", None),
        ("²:a", None),
    ],
)
def test_tokens_are_digits_and_a_secret(token: str, parts: tuple[int, str] | None) -> None:
    assert split_token(token) == parts


async def test_an_unknown_method_is_not_found_and_recorded(door: Door, client: SimulatorClient) -> None:
    status, body = await door.call("sendMesage")
    assert (status, body["error_code"], body["ok"]) == (404, 404, False)
    status, body = await door.call("banChatMember")
    assert (status, body["description"]) == (
        501,
        "Not Implemented: the simulator does not emulate banChatMember",
    )
    assert [violation["method"] for violation in await client.violations()] == ["sendMesage", "banChatMember"]


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"chat_id": ANNA, "text": "x", "colour": "red"}, 'unknown parameter "colour" of sendMessage'),
        ({"chat_id": ANNA}, "message text is empty"),
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": ANNA, "text": "x", "reply_markup": "{"}, "can't parse reply_markup"),
        ({"chat_id": ANNA, "text": "x", "reply_markup": '{"keys": []}'}, 'unknown field "reply_markup.keys"'),
        ({"chat_id": ANNA, "text": "x", "reply_markup": "[]"}, "can't parse parameter \"reply_markup"),
        (
            {
                "chat_id": ANNA,
                "text": "x",
                "reply_markup": '{"inline_keyboard":[[{"text":"x","callback_dat":"y"}]]}',
            },
            'unknown field "reply_markup.inline_keyboard.callback_dat"',
        ),
        (
            {"chat_id": ANNA, "text": "x", "message_thread_id": "one"},
            'can\'t parse parameter "message_thread_id"',
        ),
    ],
)
async def test_wrong_parameters_are_violations(
    door: Door, client: SimulatorClient, parameters: dict[str, Any], error: str
) -> None:
    status, body = await door.call("sendMessage", data=parameters)
    assert status == 400
    assert error in body["description"]
    assert len(await client.violations()) == 1
    assert await client.bot_messages(ANNA) == []
    await client.clear_calls()
    assert await client.violations() == []


async def test_all_four_ways_of_passing_parameters(door: Door, client: SimulatorClient) -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "y", "url": None}]]}
    parameters = {
        "chat_id": str(ANNA),
        "text": "привет",
        "reply_markup": json.dumps(keyboard),
        "protect_content": "true",
    }
    multipart = aiohttp.FormData(parameters, default_to_multipart=True)
    for options in (
        {"data": parameters},
        {"params": parameters},
        {"json": {**parameters, "chat_id": ANNA, "reply_markup": keyboard, "protect_content": True}},
        {"data": multipart},
    ):
        status, body = await door.call("SENDMESSAGE", **options)
        assert status == 200, body
        assert body["result"]["text"] == "привет"
        assert body["result"]["has_protected_content"]
        assert body["result"]["reply_markup"] == {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}
    calls = await client.calls("sendMessage", chat_id=ANNA)
    assert [call["params"]["chat_id"] for call in calls] == [ANNA] * 4


async def test_broken_json_is_refused(door: Door) -> None:
    for data in ("{", "[]"):
        status, body = await door.call("getMe", data=data, headers={"Content-Type": "application/json"})
        assert (status, "can't parse request JSON" in body["description"]) == (400, True)


async def test_a_part_may_carry_the_parameters_own_name(door: Door, client: SimulatorClient) -> None:
    form = aiohttp.FormData({"chat_id": str(ANNA)})
    form.add_field("document", b"bytes", filename="a.txt")
    status, body = await door.call("sendDocument", data=form)
    assert (status, body["result"]["document"]["file_name"]) == (200, "a.txt")
    status, body = await door.call("sendDocument", data={"chat_id": ANNA, "document": "attach://nothing"})
    assert (status, body["description"]) == (400, "Bad Request: there is no document in the request")
    assert (await client.calls("sendDocument"))[0]["files"] == ["document"]


async def test_calls_are_recorded_with_their_outcome(bot: Bot, client: SimulatorClient) -> None:
    await bot.send_message(ANNA, "x")
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(777, "y")
    good, bad = await client.calls("sendmessage")
    assert (good["params"]["text"], good["result"]["text"], good["error"]) == ("x", "x", None)
    assert (bad["result"], bad["error"]["description"]) == (None, "Bad Request: chat not found")
    assert [call["number"] for call in await client.calls(after=good["number"])] == [bad["number"]]
    assert await client.calls("sendMessage", chat_id=777) == [bad]


def test_every_method_is_one_that_aiogram_knows() -> None:
    known = {
        model.__api_method__
        for model in map(aiogram.methods.__dict__.get, aiogram.methods.__all__)
        if isinstance(model, type) and issubclass(model, TelegramMethod) and model is not TelegramMethod
    }
    assert {endpoint.name for endpoint in all_endpoints().values()} <= known


def unknown_fields(value: Any, path: str = "") -> list[str]:
    if isinstance(value, BaseModel):
        found = [f"{path}.{name}" for name in value.model_extra or {}]
        for name in type(value).model_fields:
            found += unknown_fields(getattr(value, name), f"{path}.{name}")
        return found
    if isinstance(value, list):
        return [name for item in value for name in unknown_fields(item, path)]
    return []


async def test_nothing_is_sent_that_the_bot_api_does_not_have(bot: Bot, client: SimulatorClient) -> None:
    """Models let unknown fields pass; here they would be the simulator's own misspellings."""
    await client.upload(ANNA, "document", b"x", caption="/i5")
    await client.share_contact(ANNA, own=True)
    await client.forward(ANNA, "x", type="channel", name="News")
    await client.request("POST", "/groups", json={"title": "G", "creator": ANNA, "forum": True})
    await client.block(ANNA)
    await client.unblock(ANNA)
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="a", callback_data="b")]])
    sent = await bot.send_message(ANNA, "x", reply_markup=keyboard)
    await client.click(ANNA, sent.message_id, text="a", wait=0)
    updates = await bot.get_updates()
    assert len(updates) == 9
    assert unknown_fields(updates) == []
    assert unknown_fields([sent, await bot.get_me(), await bot.get_chat(ANNA)]) == []


@given(
    st.dictionaries(st.sampled_from(["chat_id", "text", "reply_markup", "entities", "parse_mode"]), st.text())
)
def test_any_form_is_a_call_or_a_refusal(form: dict[str, str]) -> None:
    shape = all_endpoints()["sendmessage"].shape
    try:
        call = validate_call(shape, decode_params(shape, form))
    except Violation:
        return
    assert isinstance(call, aiogram.methods.SendMessage)
