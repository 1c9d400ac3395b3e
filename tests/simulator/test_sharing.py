"""Places, contacts, reply keyboard buttons that ask for them, forwarded and edited messages."""

from datetime import UTC, datetime

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    ForceReply,
    KeyboardButton,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    Update,
)

from simulator.client import ControlRefused, SimulatorClient
from tests.simulator.conftest import ANNA, BORIS


async def last_update(bot: Bot) -> Update:
    (update,) = await bot.get_updates(offset=-1)
    return update


async def last_message(bot: Bot) -> Message:
    message = (await last_update(bot)).message
    assert message is not None
    return message


async def test_an_own_contact_carries_the_user_id(bot: Bot, client: SimulatorClient) -> None:
    await client.share_contact(ANNA, own=True)
    contact = (await last_message(bot)).contact
    assert contact is not None
    assert (contact.phone_number, contact.user_id) == ("+79990001122", ANNA)


async def test_a_contact_of_somebody_else_does_not(bot: Bot, client: SimulatorClient) -> None:
    await client.share_contact(ANNA, phone_number="+4930123456", first_name="Max", last_name="Muster")
    contact = (await last_message(bot)).contact
    assert contact is not None
    assert (contact.phone_number, contact.last_name, contact.user_id) == ("+4930123456", "Muster", None)
    with pytest.raises(ControlRefused, match="phone_number and first_name"):
        await client.share_contact(ANNA, first_name="Max")
    with pytest.raises(ControlRefused, match="neither given nor known"):
        await client.share_contact(BORIS, own=True)


async def test_a_place_is_shared_and_a_live_one_moves(bot: Bot, client: SimulatorClient) -> None:
    sent = await client.share_location(ANNA, 55.75, 37.61)
    location = (await last_message(bot)).location
    assert location is not None
    assert (location.latitude, location.longitude) == (55.75, 37.61)
    edit = {"message_id": sent["message"]["message_id"], "latitude": 55.76, "longitude": 37.62}
    await client.request("POST", f"/accounts/{ANNA}/edit", json=edit)
    moved = (await last_update(bot)).edited_message
    assert moved is not None
    assert moved.location is not None
    assert moved.location.latitude == 55.76
    with pytest.raises(ControlRefused, match="latitude"):
        await client.share_location(ANNA, 91, 0)


async def test_reply_keyboard_buttons_send_text_contact_and_place(bot: Bot, client: SimulatorClient) -> None:
    asked = await bot.send_message(
        ANNA,
        "who and where?",
        reply_markup=ReplyKeyboardMarkup(
            keyboard=[
                [KeyboardButton(text="My number", request_contact=True)],
                [KeyboardButton(text="My place", request_location=True), KeyboardButton(text="Skip")],
            ]
        ),
    )
    await client.press(ANNA, "My number")
    contact = await last_message(bot)
    assert contact.contact is not None
    assert contact.contact.user_id == ANNA
    assert contact.reply_to_message is not None
    assert contact.reply_to_message.message_id == asked.message_id
    await client.press(ANNA, "My place", latitude=1.5, longitude=2.5)
    place = (await last_message(bot)).location
    assert place is not None
    assert (place.latitude, place.longitude) == (1.5, 2.5)
    await client.press(ANNA, "Skip")
    assert (await last_message(bot)).text == "Skip"
    with pytest.raises(ControlRefused, match="no button 'Later'"):
        await client.press(ANNA, "Later")


async def test_a_one_time_keyboard_goes_away_when_it_is_used(bot: Bot, client: SimulatorClient) -> None:
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes")]], one_time_keyboard=True)
    await bot.send_message(ANNA, "sure?", reply_markup=keyboard)
    await client.press(ANNA, "Yes")
    assert (await client.chat(ANNA))["keyboard"] is None


async def test_a_forced_reply_is_answered_by_the_next_message_alone(
    bot: Bot, client: SimulatorClient
) -> None:
    asked = await bot.send_message(ANNA, "which company?", reply_markup=ForceReply())
    answer = await client.send(ANNA, "Acme")
    assert answer["message"]["reply_to_message"]["message_id"] == asked.message_id
    assert (await client.chat(ANNA))["keyboard"] is None
    assert "reply_to_message" not in (await client.send(ANNA, "thanks"))["message"]


async def test_forwarded_messages_tell_their_origin(bot: Bot, client: SimulatorClient) -> None:
    await client.forward(
        ANNA, "offer /i5", type="user", id=55, name="Max", username="max_m", date="2026-11-20T10:00:00+01:00"
    )
    message = await last_message(bot)
    assert message.text == "offer /i5"
    assert isinstance(message.forward_origin, MessageOriginUser)
    assert (message.forward_origin.sender_user.id, message.forward_origin.sender_user.username) == (
        55,
        "max_m",
    )
    assert message.forward_origin.date == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    await client.forward(ANNA, "x", type="hidden_user", name="Somebody")
    hidden = (await last_message(bot)).forward_origin
    assert isinstance(hidden, MessageOriginHiddenUser)
    assert hidden.sender_user_name == "Somebody"
    await client.forward(ANNA, "x", type="chat", name="Sales")
    assert isinstance((await last_message(bot)).forward_origin, MessageOriginChat)
    await client.forward(ANNA, "x", type="channel", name="News", message_id=9)
    assert isinstance((await last_message(bot)).forward_origin, MessageOriginChannel)


async def test_a_person_edits_the_own_message_only(bot: Bot, client: SimulatorClient) -> None:
    own = (await client.send(ANNA, "/call Max"))["message"]["message_id"]
    await client.edit(ANNA, own, "just text")
    edited = (await last_update(bot)).edited_message
    assert edited is not None
    assert (edited.message_id, edited.text, edited.entities) == (own, "just text", None)
    assert edited.edit_date is not None
    theirs = (await bot.send_message(ANNA, "x")).message_id
    with pytest.raises(ControlRefused, match="not this account's own"):
        await client.edit(ANNA, theirs, "y")
    with pytest.raises(ControlRefused, match="one of them is needed"):
        await client.request("POST", f"/accounts/{ANNA}/edit", json={"message_id": own})


async def test_the_bot_sends_places_and_contacts_too(bot: Bot, client: SimulatorClient) -> None:
    place = await bot.send_location(ANNA, 10.5, 20.5, live_period=600)
    assert place.location is not None
    assert place.location.live_period == 600
    venue = await bot.send_venue(ANNA, 10.5, 20.5, "Office", "Main street 1")
    assert venue.venue is not None
    contact = await bot.send_contact(ANNA, "+4930123456", "Max", last_name="Muster")
    assert contact.contact is not None
    assert contact.contact.last_name == "Muster"
    with pytest.raises(TelegramBadRequest, match="wrong latitude or longitude"):
        await bot.send_location(ANNA, 100, 0)
    with pytest.raises(TelegramBadRequest, match="must be non-empty"):
        await bot.send_contact(ANNA, " ", "Max")
    assert [message["message_id"] for message in await client.bot_messages(ANNA)] == [
        place.message_id,
        venue.message_id,
        contact.message_id,
    ]


async def test_a_reaction_is_seen(bot: Bot, client: SimulatorClient) -> None:
    message_id = (await client.send(ANNA, "done"))["message"]["message_id"]
    thumb = ReactionTypeEmoji(emoji="👍")
    await bot.set_message_reaction(ANNA, message_id, [thumb])
    seen = (await client.chat(ANNA))["messages"][-1]
    assert seen["reactions"] == [{"type": "emoji", "emoji": "👍"}]
    with pytest.raises(TelegramBadRequest, match="message to react not found"):
        await bot.set_message_reaction(ANNA, 999, [thumb])
    with pytest.raises(TelegramBadRequest, match="REACTIONS_TOO_MANY"):
        await bot.set_message_reaction(ANNA, message_id, [thumb, ReactionTypeEmoji(emoji="👎")])


async def test_a_text_nobody_could_type_is_not_sent(client: SimulatorClient) -> None:
    for text in ("", " \u200b", "x" * 4097):
        with pytest.raises(ControlRefused):
            await client.send(ANNA, text)
    with pytest.raises(ControlRefused, match="no message 77"):
        await client.send(ANNA, "x", reply_to=77)
    await client.block(ANNA)
    with pytest.raises(ControlRefused, match="has blocked the bot"):
        await client.send(ANNA, "x")
    assert (await client.start(ANNA, "again"))["message"]["text"] == "/start again"
