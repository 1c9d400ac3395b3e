"""The mail pane: a visitor is the client, the product is the team."""

import aiosmtplib
import pytest
from playwright.async_api import FilePayload, Page, expect

from simulator.server import SimulatorServer
from tests.simulator.page.conftest import REP, TOKEN, Stage

pytestmark = [pytest.mark.external, pytest.mark.asyncio(loop_scope="session")]
CLIENT = "mary@acme.test"


async def write(
    page: Page, text: str, *, name: str = "Mary", address: str = CLIENT, subject: str = "Prices"
) -> None:
    pane = page.locator("#mail")
    filled = {"Client's name": name, "Client's address": address, "Subject": subject, "Text": text}
    for label, value in filled.items():
        await pane.get_by_label(label).fill(value)
    await pane.get_by_role("button", name="Send").click()


async def answer(stage: Stage, subject: str, text: str) -> None:
    letter = f"From: Anna <{REP.address}>\r\nTo: {CLIENT}\r\nSubject: {subject}\r\nMessage-ID: <a1@demo.test>\r\n\r\n{text}\r\n"
    await aiosmtplib.send(
        letter.encode(),
        sender=REP.address,
        recipients=[CLIENT],
        hostname="127.0.0.1",
        port=stage.mail.smtp_port,
        start_tls=False,
        username=REP.login,
        password=REP.password,
    )


async def test_a_visitor_writes_as_the_client_with_a_file(stage: Stage) -> None:
    page = await stage.open()
    file: FilePayload = {"name": "list.txt", "mimeType": "text/plain", "buffer": b"20 pallets"}
    await page.locator("#mail input[type=file]").set_input_files(file)
    await write(page, "How much?")
    await expect(page.locator(".toast")).to_have_text("The letter is on its way")
    (letter,) = await stage.mail.letters(REP.address)
    assert (letter.from_name, letter.from_address, letter.subject, letter.text) == (
        "Mary",
        CLIENT,
        "Prices",
        "How much?",
    )
    assert letter.attachments == [{"name": "list.txt", "content_type": "text/plain", "size": 10}]
    await expect(page.locator(".letter.sent")).to_contain_text("Prices")
    await expect(page.locator("#mail").get_by_label("Text")).to_have_value("")


async def test_the_teams_letter_is_shown_as_text_and_answered_in_its_thread(stage: Stage) -> None:
    page = await stage.open()
    await write(page, "How much?")
    await expect(page.locator(".letter.sent")).to_be_visible()
    await answer(stage, "Re: Prices <script>", "<img src=x onerror=alert(1)> 100")
    received = page.locator(".letter.received")
    await expect(received).to_contain_text("Re: Prices <script>")
    await expect(received).to_contain_text("<img src=x onerror=alert(1)> 100")
    await expect(page.locator("#mail img, #mail script")).to_have_count(0)
    await received.get_by_role("button", name="Reply").click()
    await expect(page.locator("#mail").get_by_label("Subject")).to_have_value("Re: Prices <script>")
    await page.locator("#mail").get_by_label("Text").fill("Agreed")
    await page.locator("#mail").get_by_role("button", name="Send").click()
    await expect(page.locator(".letter.sent")).to_have_count(2)
    letters = await stage.mail.letters(REP.address)
    assert [(letter.in_reply_to, letter.text) for letter in letters] == [
        ("", "How much?"),
        ("<a1@demo.test>", "Agreed"),
    ]


async def test_a_closed_pane_counts_new_letters(stage: Stage) -> None:
    page = await stage.open()
    await page.locator("#mail").get_by_role("button", name="Close").click()
    await expect(page.locator("#mail")).to_be_hidden()
    await answer(stage, "Hello", "100")
    toggle = page.locator("#mail-toggle")
    await expect(toggle).to_have_text("1")
    await toggle.click()
    await expect(page.locator(".letter.received")).to_contain_text("Hello")
    await expect(toggle).to_have_text("")


async def test_what_cannot_be_sent_is_said_and_stays_in_the_form(stage: Stage) -> None:
    page = await stage.open()
    await write(page, "Kept too", address="x@demo.test", subject="Kept")
    await expect(page.locator(".toast.bad")).to_contain_text("of the team")
    await expect(page.locator("#mail").get_by_label("Subject")).to_have_value("Kept")
    assert await stage.mail.letters(REP.address) == []


async def test_a_demo_without_mail_has_no_pane(stage: Stage) -> None:
    async with SimulatorServer(token=TOKEN) as server:
        page = await (await stage.browser.new_context(locale="en-GB")).new_page()
        async with page.expect_response("**/_ctl/mail") as asked:
            await page.goto(server.url)
        assert (await asked.value).status == 404
        await expect(page.locator("#mail-toggle")).to_be_hidden()
        await expect(page.locator("#mail")).to_be_hidden()
        await page.close()
