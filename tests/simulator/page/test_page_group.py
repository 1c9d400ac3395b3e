"""The group pane: a group with topics is made, written in and reacted to by whoever's tab is chosen."""

import pytest
from playwright.async_api import expect

from tests.simulator.page.conftest import Stage

pytestmark = [pytest.mark.external, pytest.mark.asyncio(loop_scope="session")]


async def test_a_visitor_makes_the_group_writes_in_a_topic_and_reacts(stage: Stage) -> None:
    anna = await stage.person("Anna")
    page = await stage.open()
    await page.get_by_role("button", name="The team's group").click()
    pane = page.locator("#group")
    await pane.get_by_role("button", name="Make the group").click()
    await expect(pane.get_by_label("Topic", exact=True)).to_be_visible()
    (card,) = await stage.client.request("GET", "/groups")
    group = int(card["id"])
    assert card["is_forum"]
    topic = await stage.bot.create_forum_topic(group, "Acme <b>")
    await pane.get_by_label("Topic", exact=True).select_option(label="Acme <b>")
    await pane.get_by_label("Write to the topic").fill("Twenty <pallets>")
    await pane.get_by_role("button", name="Send").click()
    message = pane.locator(".group-message")
    await expect(message.first).to_contain_text("Twenty <pallets>")
    view = await stage.client.group_chat(group)
    (said,) = [one for one in view["messages"] if one.get("text") == "Twenty <pallets>"]
    assert (said["message_thread_id"], said["from"]["id"]) == (topic.message_thread_id, anna)
    await message.first.get_by_role("button", name="React with 👍").click()
    await expect(pane.locator(".group-reactions")).to_have_text("👍")
    await stage.bot.close_forum_topic(group, topic.message_thread_id)
    await expect(pane.get_by_label("Topic", exact=True).locator("option", has_text="🔒")).to_have_count(1)
    assert stage.errors == []


async def test_one_pane_makes_room_for_the_other(stage: Stage) -> None:
    await stage.person("Anna")
    page = await stage.open()
    await expect(page.locator("#mail")).to_be_visible()
    await page.get_by_role("button", name="The team's group").click()
    await expect(page.locator("#mail")).to_be_hidden()
    await page.locator("#mail-toggle").click()
    await expect(page.locator("#group")).to_be_hidden()
    await expect(page.locator("#mail")).to_be_visible()
