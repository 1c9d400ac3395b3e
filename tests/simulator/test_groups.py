"""Groups: privacy, topics, migration, leaving; pins, forwards and copies between chats."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.types import ChatMemberLeft, ChatMemberMember, ChatMemberOwner, Message

from simulator.client import ControlRefused, SimulatorClient
from tests.simulator.conftest import ANNA, BORIS


async def make_group(client: SimulatorClient, **fields: Any) -> int:
    view = await client.add_group("Sales", ANNA, **fields)
    return int(view["chat"]["id"])


async def say(
    client: SimulatorClient, group: int, text: str, account: int = ANNA, **more: Any
) -> dict[str, Any]:
    return await client.act_in_group(group, account, "send", text=text, **more)


async def heard(bot: Bot) -> list[Message]:
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return [update.message for update in updates if update.message]


async def test_the_bot_is_told_that_it_was_added(bot: Bot, client: SimulatorClient) -> None:
    group = await make_group(client)
    updates = await bot.get_updates()
    membership = next(update.my_chat_member for update in updates if update.my_chat_member)
    assert (membership.chat.id, membership.new_chat_member.status) == (group, "member")
    assert any(update.message and update.message.new_chat_members for update in updates)
    with pytest.raises(ControlRefused, match="in the group already"):
        await client.request("POST", f"/groups/{group}/add", json={"bot_id": bot.id, "by": ANNA})


async def test_privacy_mode_hides_what_is_not_for_the_bot(bot: Bot, client: SimulatorClient) -> None:
    group = await make_group(client)
    await heard(bot)
    message_id = (await bot.send_message(group, "hello")).message_id
    assert (await say(client, group, "chatter"))["update_id"] is None
    await say(client, group, "/call Max")
    await say(client, group, "/call@other_bot Max")
    await say(client, group, "/call@zveno_demo_bot Max")
    await say(client, group, "ask @zveno_demo_bot")
    await say(client, group, "yes", reply_to=message_id)
    assert [message.text for message in await heard(bot)] == [
        "/call Max",
        "/call@zveno_demo_bot Max",
        "ask @zveno_demo_bot",
        "yes",
    ]


async def test_an_administrator_hears_everything(bot: Bot, client: SimulatorClient) -> None:
    group = await make_group(client, with_bot=False)
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(group, "x")
    await client.request(
        "POST", f"/groups/{group}/add", json={"bot_id": bot.id, "by": ANNA, "administrator": True}
    )
    await heard(bot)
    await say(client, group, "chatter")
    assert [message.text for message in await heard(bot)] == ["chatter"]


async def test_a_thrown_out_bot_cannot_write(bot: Bot, client: SimulatorClient) -> None:
    group = await make_group(client)
    await client.request("POST", f"/groups/{group}/remove", json={"bot_id": bot.id, "by": ANNA})
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group, "x")


async def test_a_bot_leaves(bot: Bot, client: SimulatorClient) -> None:
    group = await make_group(client)
    await bot.leave_chat(group)
    assert isinstance(await bot.get_chat_member(group, bot.id), ChatMemberLeft)
    with pytest.raises(TelegramBadRequest, match="private chats"):
        await bot.leave_chat(ANNA)


async def test_members_are_known(bot: Bot, client: SimulatorClient) -> None:
    group = await make_group(client, members=[BORIS])
    assert isinstance(await bot.get_chat_member(group, ANNA), ChatMemberOwner)
    assert isinstance(await bot.get_chat_member(group, BORIS), ChatMemberMember)
    assert await bot.get_chat_member_count(group) == 3
    await client.request("POST", f"/groups/{group}/remove", json={"account_id": BORIS})
    assert await bot.get_chat_member_count(group) == 2
    with pytest.raises(ControlRefused, match="not in the group"):
        await say(client, group, "x", account=BORIS)
    with pytest.raises(TelegramBadRequest, match="member not found"):
        await bot.get_chat_member(group, 5)
    assert isinstance(await bot.get_chat_member(ANNA, ANNA), ChatMemberMember)
    assert await bot.get_chat_member_count(ANNA) == 2


async def test_topics_keep_their_thread(bot: Bot, client: SimulatorClient) -> None:
    group = await make_group(client, forum=True)
    thread = (await client.request("POST", f"/groups/{group}/topics", json={"name": "Deals", "by": ANNA}))[
        "thread_id"
    ]
    await heard(bot)
    await say(client, group, "/call Max", thread_id=thread)
    (message,) = await heard(bot)
    assert (message.message_thread_id, message.is_topic_message) == (thread, True)
    answer = await bot.send_message(group, "saved", message_thread_id=thread)
    assert answer.message_thread_id == thread
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(group, "x", message_thread_id=99)
    with pytest.raises(ControlRefused, match="no topic 99"):
        await say(client, group, "x", thread_id=99)
    plain = await make_group(client)
    with pytest.raises(ControlRefused, match="not a forum"):
        await client.request("POST", f"/groups/{plain}/topics", json={"name": "x", "by": ANNA})


async def test_a_migrated_group_tells_its_new_id(bot: Bot, client: SimulatorClient) -> None:
    group = await make_group(client, type="group")
    await heard(bot)
    moved = (await client.request("POST", f"/groups/{group}/migrate", json={"by": ANNA}))["chat"]["id"]
    assert [(m.migrate_to_chat_id, m.migrate_from_chat_id) for m in await heard(bot)] == [
        (moved, None),
        (None, group),
    ]
    with pytest.raises(TelegramMigrateToChat) as told:
        await bot.send_message(group, "x")
    assert told.value.migrate_to_chat_id == moved
    assert (await bot.send_message(moved, "x")).chat.type == "supergroup"
    with pytest.raises(ControlRefused, match="has become"):
        await say(client, group, "x")
    with pytest.raises(ControlRefused, match="can migrate"):
        await client.request("POST", f"/groups/{moved}/migrate", json={"by": ANNA})
    assert [card["id"] for card in await client.request("GET", "/groups")] == [group, moved]
    assert await client.violations() == []


async def test_a_private_chat_is_described_with_its_pin(bot: Bot, client: SimulatorClient) -> None:
    first = (await bot.send_message(ANNA, "first")).message_id
    second = (await bot.send_message(ANNA, "second")).message_id
    await bot.pin_chat_message(ANNA, first)
    await bot.pin_chat_message(ANNA, second)
    described = await bot.get_chat(ANNA)
    assert described.first_name == "Anna"
    assert isinstance(described.pinned_message, Message)
    assert described.pinned_message.text == "second"
    await bot.unpin_chat_message(ANNA)
    assert [message["pinned"] for message in await client.bot_messages(ANNA)] == [True, False]
    await bot.unpin_all_chat_messages(ANNA)
    assert (await bot.get_chat(ANNA)).pinned_message is None
    for call in (
        bot.pin_chat_message(ANNA, 99),
        bot.unpin_chat_message(ANNA, message_id=first),
        bot.get_chat(BORIS),
    ):
        with pytest.raises(TelegramBadRequest, match="not found"):
            await call


async def test_messages_are_forwarded_and_copied(bot: Bot, client: SimulatorClient) -> None:
    await client.start(BORIS)
    sent = await client.send(ANNA, "offer for /i5")
    source = sent["message"]["message_id"]
    forwarded = await bot.forward_message(BORIS, ANNA, source)
    assert forwarded.forward_origin is not None
    assert forwarded.forward_origin.type == "user"
    copied = await bot.copy_message(BORIS, ANNA, source)
    seen = (await client.bot_messages(BORIS))[-1]
    assert (seen["message_id"], seen["text"]) == (copied.message_id, "offer for /i5")
    assert "forward_origin" not in seen
    secret = await bot.send_message(ANNA, "secret", protect_content=True)
    for refused, reason in (
        (bot.forward_message(BORIS, ANNA, secret.message_id), "can't be forwarded"),
        (bot.copy_message(BORIS, ANNA, secret.message_id), "can't be copied"),
        (bot.forward_message(BORIS, ANNA, 999), "message to forward not found"),
        (bot.copy_message(BORIS, ANNA, 999), "message to copy not found"),
    ):
        with pytest.raises(TelegramBadRequest, match=reason):
            await refused


async def test_a_copy_takes_another_caption(bot: Bot, client: SimulatorClient) -> None:
    await client.upload(ANNA, "document", b"x", caption="one")
    source = (await client.chat(ANNA))["messages"][-1]["message_id"]
    await bot.copy_message(ANNA, ANNA, source, caption="<b>two</b>")
    assert (await client.bot_messages(ANNA))[-1]["caption"] == "two"
