"""Several people side by side: tabs, badges, drafts, start links, lost connections."""

import pytest
from playwright.async_api import Page, expect

from simulator.client import SimulatorClient
from simulator.server import SimulatorServer
from tests.simulator.page.conftest import TOKEN, Stage

pytestmark = [pytest.mark.external, pytest.mark.asyncio(loop_scope="session")]


async def choose(page: Page, name: str) -> None:
    await page.get_by_role("tab", name=name).click()
    await expect(page.locator("#bot-status")).to_have_text(f"bot · seen as {name}")


async def test_two_people_are_live_and_the_one_not_looked_at_has_a_badge(stage: Stage) -> None:
    anna, boris = await stage.person("Anna"), await stage.person("Boris")
    await stage.client.mark_read(boris)
    page = await stage.open()
    await choose(page, "Anna")
    await stage.bot.send_message(boris, "for Boris <b>only</b>")
    await stage.bot.send_message(anna, "for Anna only")
    await expect(page.locator(".bubble", has_text="for Anna only")).to_be_visible()
    await expect(page.locator(".bubble", has_text="for Boris")).to_have_count(0)
    tab = page.get_by_role("tab", name="Boris, 1 unread")
    await expect(tab).to_contain_text("for Boris <b>only</b>")
    await tab.click()
    await expect(page.locator(".bubble", has_text="for Boris <b>only</b>")).to_be_visible()
    await expect(page.get_by_role("tab", name="Boris", exact=True)).to_be_visible()
    await choose(page, "Anna")
    await expect(page.locator(".account .badge")).to_have_count(0)


async def test_a_draft_stays_with_its_chat(stage: Stage) -> None:
    await stage.person("Anna")
    await stage.person("Boris")
    page = await stage.open()
    await choose(page, "Anna")
    await page.locator("#composer-text").fill("half a thought")
    await choose(page, "Boris")
    await expect(page.locator("#composer-text")).to_have_value("")
    await choose(page, "Anna")
    await expect(page.locator("#composer-text")).to_have_value("half a thought")


async def test_tabs_are_walked_by_the_arrow_keys(stage: Stage) -> None:
    await stage.person("Anna")
    await stage.person("Boris")
    page = await stage.open()
    await choose(page, "Anna")
    await page.get_by_role("tab", name="Anna").press("ArrowDown")
    await expect(page.get_by_role("tab", name="Boris")).to_be_focused()
    await expect(page.locator("#bot-status")).to_have_text("bot · seen as Boris")
    await expect(page.get_by_role("tab", name="Boris")).to_have_attribute("aria-selected", "true")


async def test_a_person_is_added_on_the_page(stage: Stage) -> None:
    page = await stage.open()
    await expect(page.locator("#bot-status")).to_have_text("No accounts yet")
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_label("First name").fill("Vera")
    await page.get_by_label("Telegram language").select_option("en")
    await page.get_by_role("button", name="Add", exact=True).click()
    await page.get_by_role("button", name="START").click()
    await expect(page.locator(".bubble", has_text="Welcome")).to_be_visible()
    (account,) = await stage.client.list_accounts()
    assert (account["first_name"], account["language_code"]) == ("Vera", "en")


async def test_an_invitation_link_is_opened_as_a_new_person(stage: Stage) -> None:
    anna = await stage.person("Anna")
    page = await stage.open()
    username = (await stage.bot.me()).username
    await stage.bot.send_message(anna, f"Invite: https://t.me/{username}?start=inv-42")
    await page.get_by_role("button", name=f"https://t.me/{username}?start=inv-42").click()
    await page.get_by_label("First name of the new person").fill("Newbie")
    await page.get_by_role("button", name="Open", exact=True).click()
    await expect(page.locator("#bot-status")).to_have_text("bot · seen as Newbie")
    await expect(page.locator(".bubble", has_text="Welcome inv-42")).to_be_visible()


async def test_a_start_code_is_typed_in(stage: Stage) -> None:
    await stage.person("Anna")
    page = await stage.open()
    await page.get_by_role("button", name="Chat menu").click()
    await page.get_by_role("menuitem", name="Open a start link…").click()
    await page.get_by_label("Link or code").fill("https://t.me/any_bot?start=abc")
    await page.get_by_role("dialog").get_by_role("button", name="START").click()
    await expect(page.locator(".bubble", has_text="Welcome abc")).to_be_visible()


async def test_the_bot_is_blocked_and_taken_back(stage: Stage) -> None:
    await stage.person("Anna")
    page = await stage.open()
    await page.get_by_role("button", name="Chat menu").click()
    await page.get_by_role("menuitem", name="Block the bot").click()
    await expect(page.locator("#bot-status")).to_have_text("you blocked this bot")
    await page.locator(".composer-big").click()
    await expect(page.locator("#composer-text")).to_be_visible()
    await expect(page.locator("#bot-status")).to_have_text("bot · seen as Anna")


async def test_a_lost_connection_is_said_and_taken_up_again(stage: Stage) -> None:
    async with SimulatorServer(token=TOKEN) as first:
        port = first.port
        async with SimulatorClient(first.url) as client:
            await client.add_account("Anna")
        page = await (await stage.browser.new_context(locale="en-GB")).new_page()
        await page.goto(first.url)
        await expect(page.locator("#bot-status")).to_have_text("bot · seen as Anna")
    await expect(page.locator("#bot-status")).to_have_text("connecting…")
    second = SimulatorServer(token=TOKEN)
    await second.start(port=port)
    async with SimulatorClient(second.url) as client:
        anna = await client.add_account("Anna")
        await client.send(anna["id"], "after the restart")
        await expect(page.locator(".own .bubble", has_text="after the restart")).to_be_visible(timeout=10_000)
    await second.stop()
