"""Topics of forums as a bot leads them, the rights it needs, and reactions as it hears of them."""

from collections.abc import Awaitable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import ChatMemberAdministrator, ReactionTypeEmoji, Update

from simulator.client import ControlRefused, SimulatorClient
from tests.simulator.conftest import ANNA, BORIS

ALL_KINDS = ["message", "edited_message", "my_chat_member", "message_reaction"]


async def make_forum(bot: Bot, client: SimulatorClient, **member: Any) -> int:
    """A forum of Anna with Boris, the bot its administrator."""
    view = await client.add_group("Sales", ANNA, forum=True, members=[BORIS], with_bot=False)
    group = int(view["chat"]["id"])
    await client.request(
        "POST",
        f"/groups/{group}/add",
        json={"bot_id": bot.id, "by": ANNA, "administrator": True, **member},
    )
    await heard(bot)
    return group


async def heard(bot: Bot) -> list[Update]:
    updates = await bot.get_updates(allowed_updates=ALL_KINDS, timeout=0)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1, allowed_updates=ALL_KINDS, timeout=0)
    return updates


async def refused(call: Awaitable[Any], reason: str) -> None:
    with pytest.raises(TelegramBadRequest, match=reason):
        await call


async def test_a_bot_opens_renames_closes_and_reopens_a_topic(bot: Bot, client: SimulatorClient) -> None:
    group = await make_forum(bot, client)
    topic = await bot.create_forum_topic(group, "Acme")
    thread = topic.message_thread_id
    assert await bot.edit_forum_topic(group, thread, name="Acme, 20 pallets")
    assert await bot.close_forum_topic(group, thread)
    view = await client.group_chat(group)
    assert view["topics"][str(thread)] == {
        "name": "Acme, 20 pallets",
        "icon_color": 7322096,
        "is_closed": True,
    }
    with pytest.raises(ControlRefused, match="closed"):
        await client.act_in_group(group, BORIS, "send", text="late", thread_id=thread)
    assert (await bot.send_message(group, "I may", message_thread_id=thread)).message_thread_id == thread
    assert await bot.reopen_forum_topic(group, thread)
    await client.act_in_group(group, BORIS, "send", text="back", thread_id=thread)
    texts = [update.message.text for update in await heard(bot) if update.message]
    assert texts == ["back"], "a bot does not hear of what it did itself"


async def test_what_a_topic_refuses_is_said_in_telegrams_words(bot: Bot, client: SimulatorClient) -> None:
    group = await make_forum(bot, client)
    thread = (await bot.create_forum_topic(group, "Acme")).message_thread_id
    await refused(bot.edit_forum_topic(group, thread, name="Acme"), "TOPIC_NOT_MODIFIED")
    await refused(bot.reopen_forum_topic(group, thread), "TOPIC_NOT_MODIFIED")
    await refused(bot.close_forum_topic(group, 99), "TOPIC_ID_INVALID")
    assert await bot.delete_forum_topic(group, thread)
    await refused(bot.close_forum_topic(group, thread), "TOPIC_ID_INVALID")
    await refused(bot.send_message(group, "x", message_thread_id=thread), "message thread not found")


async def test_a_bot_needs_the_right_to_manage_topics(bot: Bot, client: SimulatorClient) -> None:
    group = await make_forum(bot, client, rights=["can_delete_messages"])
    member = await bot.get_chat_member(group, bot.id)
    assert isinstance(member, ChatMemberAdministrator)
    assert member.can_manage_topics is False
    await refused(bot.create_forum_topic(group, "Acme"), "not enough rights to create a topic")
    await client.request(
        "POST", f"/groups/{group}/promote", json={"bot_id": bot.id, "by": ANNA, "administrator": True}
    )
    (told,) = [update.my_chat_member for update in await heard(bot) if update.my_chat_member]
    assert isinstance(told.new_chat_member, ChatMemberAdministrator)
    assert told.new_chat_member.can_manage_topics
    thread = (await bot.create_forum_topic(group, "Acme")).message_thread_id
    await client.request("POST", f"/groups/{group}/forum", json={"forum": False})
    await refused(bot.close_forum_topic(group, thread), "the chat is not a forum")
    with pytest.raises(ControlRefused, match="no such right"):
        await client.request(
            "POST",
            f"/groups/{group}/promote",
            json={"bot_id": bot.id, "by": ANNA, "administrator": True, "rights": ["can_fly"]},
        )


async def test_people_change_topics_too(bot: Bot, client: SimulatorClient) -> None:
    group = await make_forum(bot, client)
    thread = (await bot.create_forum_topic(group, "Acme")).message_thread_id
    await client.change_topic(group, thread, ANNA, name="Acme Ltd", closed=True)
    messages = [update.message for update in await heard(bot) if update.message]
    assert [(one.forum_topic_edited is not None, one.forum_topic_closed is not None) for one in messages] == [
        (True, False),
        (False, True),
    ]
    await client.change_topic(group, thread, ANNA, deleted=True)
    with pytest.raises(ControlRefused, match="TOPIC_ID_INVALID"):
        await client.change_topic(group, thread, ANNA, closed=False)


async def test_a_message_of_a_topic_answers_its_opening_unless_it_answers_another(
    bot: Bot, client: SimulatorClient
) -> None:
    group = await make_forum(bot, client)
    thread = (await bot.create_forum_topic(group, "Acme")).message_thread_id
    first = (await client.act_in_group(group, BORIS, "send", text="one", thread_id=thread))["message"]
    await client.act_in_group(group, ANNA, "send", text="two", thread_id=thread, reply_to=first["message_id"])
    one, two = [update.message for update in await heard(bot) if update.message]
    assert one.reply_to_message is not None
    assert one.reply_to_message.forum_topic_created is not None
    assert two.reply_to_message is not None
    assert two.reply_to_message.text == "one"


async def test_an_administrator_hears_of_reactions_others_do_not(bot: Bot, client: SimulatorClient) -> None:
    group = await make_forum(bot, client)
    said = (await client.act_in_group(group, BORIS, "send", text="Twenty pallets"))["message"]["message_id"]
    await heard(bot)
    await client.react(group, ANNA, said, "👍")
    await client.react(group, ANNA, said)
    put, taken = [update.message_reaction for update in await heard(bot) if update.message_reaction]
    assert put.user is not None
    assert (put.message_id, put.user.id) == (said, ANNA)
    assert [one.emoji for one in put.new_reaction if isinstance(one, ReactionTypeEmoji)] == ["👍"]
    assert (taken.old_reaction, taken.new_reaction) == (put.new_reaction, [])
    await client.request("POST", f"/groups/{group}/promote", json={"bot_id": bot.id, "by": ANNA})
    await heard(bot)
    assert (await client.react(group, ANNA, said, "🔥"))["update_ids"] == []
    with pytest.raises(ControlRefused, match="no message 999"):
        await client.react(group, ANNA, 999, "👍")
