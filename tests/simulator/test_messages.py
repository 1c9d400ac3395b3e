"""Sending, changing and deleting messages, with the errors bots meet."""

from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from simulator.client import SimulatorClient
from tests.simulator.conftest import ANNA, BORIS, MovableNow

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Yes", callback_data="yes")]])


async def test_a_message_is_seen_and_dated(bot: Bot, client: SimulatorClient, now: MovableNow) -> None:
    sent = await bot.send_message(
        ANNA,
        "<b>5 &lt; 6</b>",
        reply_markup=KEYBOARD,
        disable_notification=True,
        protect_content=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    assert sent.date == now.moment
    assert sent.html_text == "<b>5 &lt; 6</b>"
    assert sent.has_protected_content
    assert sent.reply_markup is not None
    assert sent.reply_markup.model_dump() == KEYBOARD.model_dump()
    (seen,) = await client.bot_messages(ANNA)
    assert (seen["text"], seen["message_id"], seen["edited"]) == ("5 < 6", sent.message_id, False)
    assert await client.violations() == []


async def test_message_ids_count_per_chat(bot: Bot, client: SimulatorClient) -> None:
    await client.start(BORIS)
    first = await bot.send_message(ANNA, "x")
    second = await bot.send_message(BORIS, "x")
    third = await bot.send_message(ANNA, "x")
    assert (first.message_id, second.message_id, third.message_id) == (2, 2, 3)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "message text is empty"),
        (" \u200b ", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("Acme <Ltd>", 'can\'t parse entities: Unsupported start tag "ltd" at byte offset 5'),
    ],
)
async def test_a_wrong_text_is_refused_and_recorded(
    bot: Bot, client: SimulatorClient, text: str, error: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=error):
        await bot.send_message(ANNA, text)
    (violation,) = await client.violations()
    assert violation["method"] == "sendMessage"
    assert violation["error"]["error_code"] == 400
    assert await client.bot_messages(ANNA) == []


async def test_long_button_data_is_refused(bot: Bot, client: SimulatorClient) -> None:
    button = InlineKeyboardButton(text="x", callback_data="я" * 33)
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await bot.send_message(ANNA, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
    assert len(await client.violations()) == 1


async def test_who_has_not_started_the_bot_cannot_be_written_to(bot: Bot, client: SimulatorClient) -> None:
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await bot.send_message(BORIS, "x")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(777, "x")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message("@nobody", "x")
    assert await client.violations() == []


async def test_a_blocked_bot_is_told_so_until_it_is_unblocked(bot: Bot, client: SimulatorClient) -> None:
    await client.block(ANNA)
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(ANNA, "x")
    await client.unblock(ANNA)
    await bot.send_message(ANNA, "x")
    updates = await bot.get_updates()
    statuses = [
        (update.my_chat_member.old_chat_member.status, update.my_chat_member.new_chat_member.status)
        for update in updates
        if update.my_chat_member
    ]
    assert statuses == [("member", "kicked"), ("kicked", "member")]


async def test_a_reply_shows_what_it_replies_to(bot: Bot, client: SimulatorClient) -> None:
    question = (await client.send(ANNA, "question"))["message"]["message_id"]
    answer = await bot.send_message(ANNA, "answer", reply_parameters=ReplyParameters(message_id=question))
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "question"
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(ANNA, "answer", reply_parameters=ReplyParameters(message_id=999))
    lonely = ReplyParameters(message_id=999, allow_sending_without_reply=True)
    assert (await bot.send_message(ANNA, "answer", reply_parameters=lonely)).reply_to_message is None


async def test_an_edit_replaces_text_and_takes_the_keyboard_away(bot: Bot, client: SimulatorClient) -> None:
    sent = await bot.send_message(ANNA, "<b>one</b>", reply_markup=KEYBOARD)
    await bot.edit_message_text("two", chat_id=ANNA, message_id=sent.message_id)
    (seen,) = await client.bot_messages(ANNA)
    assert seen["text"] == "two"
    assert seen["edited"]
    assert "reply_markup" not in seen
    assert "entities" not in seen
    await bot.edit_message_reply_markup(chat_id=ANNA, message_id=sent.message_id, reply_markup=KEYBOARD)
    (seen,) = await client.bot_messages(ANNA)
    assert seen["reply_markup"]["inline_keyboard"][0][0]["text"] == "Yes"


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, client: SimulatorClient) -> None:
    sent = await bot.send_message(ANNA, "one", reply_markup=KEYBOARD)
    for _ in range(2):
        with pytest.raises(TelegramBadRequest, match="message is not modified"):
            await bot.edit_message_text(
                "one", chat_id=ANNA, message_id=sent.message_id, reply_markup=KEYBOARD
            )
        with pytest.raises(TelegramBadRequest, match="message is not modified"):
            await bot.edit_message_reply_markup(
                chat_id=ANNA, message_id=sent.message_id, reply_markup=KEYBOARD
            )
        await bot.edit_message_text("two", chat_id=ANNA, message_id=sent.message_id, reply_markup=KEYBOARD)
        await bot.edit_message_text("one", chat_id=ANNA, message_id=sent.message_id, reply_markup=KEYBOARD)
    assert await client.violations() == []


async def test_what_cannot_be_edited(bot: Bot, client: SimulatorClient) -> None:
    theirs = (await client.send(ANNA, "mine"))["message"]["message_id"]
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=ANNA, message_id=theirs)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=ANNA, message_id=999)
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="x")]])
    with_keyboard = await bot.send_message(ANNA, "x", reply_markup=keyboard)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("y", chat_id=ANNA, message_id=with_keyboard.message_id)
    with pytest.raises(TelegramBadRequest, match="message identifier is not specified"):
        await bot.edit_message_text("y", inline_message_id="5")


async def test_messages_are_deleted_for_48_hours(bot: Bot, client: SimulatorClient, now: MovableNow) -> None:
    old = await bot.send_message(ANNA, "old")
    now.move(timedelta(hours=48, seconds=1))
    young = await bot.send_message(ANNA, "young")
    theirs = (await client.send(ANNA, "theirs"))["message"]["message_id"]
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(ANNA, old.message_id)
    await bot.delete_message(ANNA, young.message_id)
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(ANNA, young.message_id)
    await bot.delete_messages(ANNA, [old.message_id, theirs, 999])
    assert [message["text"] for message in (await client.chat(ANNA))["messages"]] == ["/start", "old"]


async def test_a_reply_keyboard_stays_until_it_is_removed(bot: Bot, client: SimulatorClient) -> None:
    markup = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Today")]], resize_keyboard=True)
    sent = await bot.send_message(ANNA, "x", reply_markup=markup)
    assert sent.reply_markup is None
    await bot.send_message(ANNA, "y", reply_markup=KEYBOARD)
    assert (await client.chat(ANNA))["keyboard"] == {
        "keyboard": [[{"text": "Today"}]],
        "resize_keyboard": True,
    }
    await bot.send_message(ANNA, "z", reply_markup=ReplyKeyboardRemove())
    assert (await client.chat(ANNA))["keyboard"] is None
    await bot.send_message(ANNA, "z", reply_markup=ForceReply(input_field_placeholder="who?"))
    assert (await client.chat(ANNA))["keyboard"] == {"force_reply": True, "input_field_placeholder": "who?"}


async def test_unread_messages_are_counted_until_seen(bot: Bot, client: SimulatorClient) -> None:
    for text in ("one", "two"):
        await bot.send_message(ANNA, text)
    anna = next(account for account in await client.list_accounts() if account["id"] == ANNA)
    assert (anna["unread"], anna["last_message"]["text"]) == (2, "two")
    assert await client.mark_read(ANNA) == 0
    await bot.send_message(ANNA, "three")
    assert (await client.chat(ANNA))["unread"] == 1
