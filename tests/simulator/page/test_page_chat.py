"""What a person sees and does in the chat page, in a real browser."""

import re

import pytest
from aiogram.types import ForceReply, ReactionTypeEmoji
from playwright.async_api import Locator, Page, expect

from tests.simulator.page.conftest import Stage

pytestmark = [pytest.mark.external, pytest.mark.asyncio(loop_scope="session")]


def bubble(page: Page, text: str) -> Locator:
    return page.locator(".bubble", has_text=text)


async def write(page: Page, text: str) -> None:
    field = page.locator("#composer-text")
    await field.fill(text)
    await field.press("Enter")


async def test_a_new_person_presses_start_and_gets_the_bots_keyboard(stage: Stage) -> None:
    await stage.client.add_account("Anna")
    page = await stage.open()
    await page.get_by_role("button", name="START").click()
    await expect(bubble(page, "Welcome")).to_be_visible()
    await expect(page.locator(".own .bubble", has_text="/start")).to_be_visible()
    await expect(page.locator(".reply-button")).to_have_text(["📥 Inbox", "🔎 Find", "Number", "Place"])
    await expect(page.locator("#composer-text")).to_have_attribute("placeholder", "Write or choose")


async def test_what_the_bot_says_of_itself_stands_before_the_first_message(stage: Stage) -> None:
    await stage.bot.set_my_description("Links <b>everything</b>")
    await stage.client.add_account("Anna")
    page = await stage.open()
    await expect(page.locator(".description")).to_contain_text("Links <b>everything</b>")
    await page.get_by_role("button", name="START").click()
    await expect(bubble(page, "Welcome")).to_be_visible()
    await expect(page.locator(".description")).to_have_count(0)


async def test_a_forced_reply_and_a_reaction_are_shown(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    await stage.bot.send_message(account, "And the sum?", reply_markup=ForceReply())
    await expect(page.locator(".composer-head")).to_contain_text("And the sum?")
    await write(page, "100")
    await expect(bubble(page, "Reply to And the sum?: 100").last).to_be_visible()
    sent = page.locator(".own", has_text="100").last
    message_id = int(await sent.get_attribute("data-id") or 0)
    await stage.bot.set_message_reaction(account, message_id, [ReactionTypeEmoji(emoji="👍")])
    await expect(sent.locator(".reaction")).to_have_text("👍")


async def test_what_is_typed_is_sent_by_enter_and_answered_live(stage: Stage) -> None:
    await stage.person()
    page = await stage.open()
    await write(page, "hello 😀\n")
    await expect(page.locator(".own .bubble", has_text="hello 😀")).to_be_visible()
    await expect(bubble(page, "Echo: hello 😀")).to_be_visible()
    await expect(page.locator("#composer-text")).to_have_value("")


async def test_shift_enter_makes_a_line_and_does_not_send(stage: Stage) -> None:
    await stage.person()
    page = await stage.open()
    field = page.locator("#composer-text")
    await field.fill("one")
    await field.press("Shift+Enter")
    await field.press_sequentially("two")
    await expect(field).to_have_value("one\ntwo")
    await field.press("Enter")
    await expect(bubble(page, "Echo: one")).to_contain_text("two")


async def test_formats_are_shown_and_markup_stays_text(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    await stage.client.send(account, "/html")
    shown = page.locator(".theirs .text", has_text="quoted")
    await expect(shown.locator("strong")).to_have_text("bold <script>alert(1)</script>")
    await expect(shown.locator("em")).to_have_text("italic")
    await expect(shown.locator("u")).to_have_text("al")
    await expect(shown.locator(":scope > code")).to_have_text("/no_command")
    await expect(shown.locator("pre")).to_have_text("x = 1")
    await expect(shown.locator("blockquote")).to_have_text("quoted")
    link = shown.get_by_role("link", name="link")
    await expect(link).to_have_attribute("href", "https://example.com/")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(page.locator("#feed script")).to_have_count(0)


async def test_a_spoiler_is_hidden_until_it_is_pressed(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    await stage.client.send(account, "/html")
    spoiler = page.locator(".spoiler")
    await expect(spoiler).to_have_css("color", "rgba(0, 0, 0, 0)")
    await spoiler.focus()
    await spoiler.press("Enter")
    await expect(spoiler).to_have_class("spoiler revealed")
    await expect(spoiler).not_to_have_css("color", "rgba(0, 0, 0, 0)")


async def test_a_reference_in_a_text_is_sent_as_a_command_by_a_tap(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    await stage.client.send(account, "/html")
    await page.locator(".theirs").get_by_role("button", name="/i123").click()
    await expect(bubble(page, "Echo: /i123")).to_be_visible()


async def test_markup_in_names_and_texts_is_text(stage: Stage) -> None:
    evil = "<img src=x onerror=alert(1)>"
    account = await stage.person(evil, last_name="<b>B</b>")
    page = await stage.open()
    await stage.client.send(account, f"{evil}</li><script>alert(2)</script>")
    await expect(page.get_by_role("tab")).to_contain_text(f"{evil} <b>B</b>")
    await expect(page.locator(".own .text", has_text=evil)).to_have_text(
        f"{evil}</li><script>alert(2)</script>"
    )
    await expect(bubble(page, f"Echo: {evil}")).to_be_visible()
    await expect(page.locator("#feed img, #accounts img, #feed script")).to_have_count(0)


async def test_a_tap_shows_its_toast_and_an_alert_waits_for_ok(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    await stage.client.send(account, "/buttons")
    await page.get_by_role("button", name="Toast").click()
    await expect(page.locator(".toast")).to_have_text("Look <b>here</b>")
    await page.get_by_role("button", name="Alert").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Look <b>here</b>")
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_tap_edits_the_message_in_place(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    await stage.client.send(account, "/buttons")
    await expect(bubble(page, "Choose")).to_be_visible()
    count = await page.locator(".bubble").count()
    await page.get_by_role("button", name="Edit", exact=True).click()
    await expect(bubble(page, "Changed in place")).to_be_visible()
    await expect(page.locator(".bubble")).to_have_count(count)


async def test_a_button_shows_that_it_waits_for_the_bot(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    await stage.client.send(account, "/buttons")
    button = page.get_by_role("button", name="Never")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    site = page.get_by_role("link", name="Site")
    await expect(site).to_have_attribute("href", "https://example.com/")


async def test_the_keyboard_below_sends_texts_contacts_and_places(stage: Stage) -> None:
    await stage.person(phone_number="+79161112233")
    page = await stage.open()
    await page.get_by_role("button", name="📥 Inbox").click()
    await expect(bubble(page, "Echo: 📥 Inbox")).to_be_visible()
    await page.get_by_role("button", name="Number").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Share your phone number?")
    await page.get_by_role("button", name="Share").click()
    await expect(bubble(page, "Contact +79161112233 own=True")).to_be_visible()
    await expect(page.locator(".own .card")).to_contain_text("+79161112233")
    await page.get_by_role("button", name="Place").click()
    await page.get_by_label("City").select_option("london")
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(bubble(page, "Location 51.51 -0.13")).to_be_visible()
    await expect(page.locator(".own .place", has_text="51.5072, -0.1276")).to_be_visible()


async def test_the_keyboard_is_folded_by_hand_and_taken_away_by_the_bot(stage: Stage) -> None:
    await stage.person()
    page = await stage.open()
    await page.get_by_role("button", name="Bot keyboard", exact=True).click()
    await expect(page.locator(".reply-button").first).to_be_hidden()
    await page.get_by_role("button", name="Bot keyboard", exact=True).click()
    await expect(page.locator(".reply-button").first).to_be_visible()
    await write(page, "/hide")
    await expect(bubble(page, "Keyboard away")).to_be_visible()
    await expect(page.locator(".reply-button")).to_have_count(0)
    await expect(page.locator(".icon-button.toggle")).to_be_hidden()


async def test_the_command_menu_opens_filters_and_sends(stage: Stage) -> None:
    await stage.person()
    page = await stage.open()
    await page.get_by_role("button", name="Commands of the bot").click()
    await expect(page.locator("#commands").get_by_role("option")).to_have_count(3)
    await page.locator("#composer-text").press_sequentially("/p")
    await expect(page.locator("#commands").get_by_role("option")).to_have_text(["/photoShows photo"])
    await page.locator("#composer-text").press("Enter")
    await expect(page.locator(".own .bubble", has_text="/photo")).to_be_visible()
    await expect(page.locator("#commands")).to_be_hidden()


async def test_typing_is_shown_until_the_answer(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    await expect(page.locator("#bot-status")).to_have_text("bot · seen as Anna")
    await stage.client.send(account, "/typing")
    await expect(page.locator("#bot-status")).to_have_text("typing…")
    await stage.client.send(account, "now")
    await expect(bubble(page, "Echo: now")).to_be_visible()
    await expect(page.locator("#bot-status")).to_have_text("bot · seen as Anna")


async def test_an_own_message_is_edited_and_marked(stage: Stage) -> None:
    account = await stage.person()
    await stage.client.send(account, "prise 5")
    page = await stage.open()
    await page.locator(".own .bubble", has_text="prise 5").hover()
    await page.locator(".own", has_text="prise 5").get_by_label("Message menu").click()
    await page.get_by_role("menuitem", name="Edit").click()
    await expect(page.locator("#composer-text")).to_have_value("prise 5")
    await write(page, "price 7")
    await expect(page.locator(".own .bubble", has_text="price 7")).to_contain_text("edited")
    await expect(bubble(page, "Edited: price 7")).to_be_visible()
    await expect(page.locator("#composer-text")).to_have_value("")


async def test_a_reply_shows_what_it_answers_and_leads_to_it(stage: Stage) -> None:
    account = await stage.person()
    await stage.client.send(account, "the question")
    page = await stage.open()
    await page.locator(".own", has_text="the question").get_by_label("Message menu").click()
    await page.get_by_role("menuitem", name="Reply").click()
    await expect(page.locator(".composer-head")).to_contain_text("the question")
    await write(page, "the answer")
    await expect(bubble(page, "Reply to the question: the answer").last).to_be_visible()
    await expect(page.locator(".composer-head")).to_be_hidden()
    await page.locator(".own .replied", has_text="the question").click()
    await expect(page.locator(".own.found")).to_contain_text("the question")


async def test_a_message_is_forwarded_from_somebody_else(stage: Stage) -> None:
    await stage.person()
    page = await stage.open()
    await page.get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name="Forward from…").click()
    await page.get_by_label("Their name").fill("Peter <i>")
    await page.get_by_role("dialog").get_by_label("Text").fill("where is the catalogue?")
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(page.locator(".own .origin")).to_have_text("Forwarded from Peter <i>")
    await expect(bubble(page, "Forward hidden_user: where is the catalogue?")).to_be_visible()


async def test_somebodys_contact_is_sent_as_a_card(stage: Stage) -> None:
    await stage.person()
    page = await stage.open()
    await page.get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name="Contact").click()
    await page.get_by_label("First name").fill("Ivan")
    await page.get_by_label("Phone").fill("+79990001122")
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(page.locator(".own .card")).to_contain_text("Ivan")
    await expect(bubble(page, "Contact +79990001122 own=False")).to_be_visible()


async def test_an_error_keeps_what_was_typed(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    await stage.client.block(account)
    await expect(page.get_by_role("button", name="Unblock the bot")).to_be_visible()
    await page.get_by_role("button", name="Unblock the bot").click()
    field = page.locator("#composer-text")
    await field.fill("x" * 5000)
    await field.press("Enter")
    await expect(page.locator(".toast.bad")).to_contain_text("4096")
    await expect(field).to_have_value("x" * 5000)


async def test_the_place_in_a_long_chat_is_kept(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open(height=600)
    await stage.client.send(account, "/long")
    await expect(bubble(page, "line 39")).to_be_in_viewport()
    await page.locator("#feed").evaluate("feed => { feed.scrollTop = 0; }")
    await expect(page.get_by_role("button", name="To the newest message")).to_be_visible()
    await stage.bot.send_message(account, "came later")
    await expect(bubble(page, "came later")).to_be_attached()
    await expect(bubble(page, "came later")).not_to_be_in_viewport()
    await page.get_by_role("button", name="To the newest message").click()
    await expect(bubble(page, "came later")).to_be_in_viewport()


async def test_a_deleted_message_disappears(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    sent = await stage.bot.send_message(account, "not for long")
    await expect(bubble(page, "not for long")).to_be_visible()
    await stage.bot.delete_message(account, sent.message_id)
    await expect(bubble(page, "not for long")).to_have_count(0)


async def test_the_page_says_that_it_is_no_telegram_in_both_languages(stage: Stage) -> None:
    await stage.person()
    page = await stage.open(locale="ru-RU")
    await expect(page.get_by_role("note")).to_contain_text("Симулятор: это не Telegram")
    await expect(page.locator(".day")).to_have_text("Сегодня")
    await page.get_by_role("button", name=re.compile("английский")).click()
    await expect(page.get_by_role("note")).to_contain_text("Simulator: this is not Telegram")
    await expect(page.locator(".day")).to_have_text("Today")
    await page.reload()
    await expect(page.get_by_role("note")).to_contain_text("Simulator: this is not Telegram")


async def test_a_narrow_phone_has_no_sideways_scrolling(stage: Stage) -> None:
    account = await stage.person()
    await stage.client.send(account, "/buttons")
    await stage.client.send(account, "x" * 300)
    page = await stage.open(width=360, height=640)
    await expect(bubble(page, "Echo: xxx")).to_be_visible()
    width = await page.evaluate("document.documentElement.scrollWidth")
    feed = await page.locator("#feed").evaluate("feed => feed.scrollWidth - feed.clientWidth")
    assert (width, feed) == (360, 0)
