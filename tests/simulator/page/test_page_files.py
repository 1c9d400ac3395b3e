"""Files and pictures, both ways."""

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.simulator.page.conftest import PICTURE, Stage

pytestmark = [pytest.mark.external, pytest.mark.asyncio(loop_scope="session")]


async def attach(page: Page, entry: str, file: FilePayload) -> None:
    await page.get_by_role("button", name="Attach").click()
    async with page.expect_file_chooser() as chosen:
        await page.get_by_role("menuitem", name=entry, exact=True).click()
    await (await chosen.value).set_files(files=[file])


async def test_a_picture_of_the_bot_is_shown(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    await stage.client.send(account, "/photo")
    image = page.locator(".theirs .photo img")
    await expect(image).to_be_visible()
    await expect(image).to_have_js_property("complete", value=True)
    await expect(image).to_have_js_property("naturalWidth", 1)
    await expect(page.locator(".theirs .bubble", has_text="A dot")).to_be_visible()


async def test_a_document_of_the_bot_is_saved_under_its_name(stage: Stage) -> None:
    account = await stage.person()
    page = await stage.open()
    await stage.client.send(account, "/document")
    document = page.locator(".theirs .file", has_text="<b>price</b>.csv")
    await expect(document).to_contain_text("9 B")
    async with page.expect_download() as downloading:
        await document.click()
    saved = await (await downloading.value).path()
    assert saved.read_bytes() == b"col1;col2"


async def test_a_picture_is_sent_with_a_caption(stage: Stage) -> None:
    await stage.person()
    page = await stage.open()
    await attach(page, "Photo", {"name": "dot.png", "mimeType": "image/png", "buffer": PICTURE})
    await page.get_by_label("Caption").fill("look & see")
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(page.locator(".own .photo img")).to_have_js_property("naturalWidth", 1)
    await expect(page.locator(".theirs .bubble", has_text="Got photo look & see")).to_be_visible()


async def test_a_picture_is_sent_as_a_file(stage: Stage) -> None:
    await stage.person()
    page = await stage.open()
    await attach(page, "Photo", {"name": "dot.png", "mimeType": "image/png", "buffer": PICTURE})
    await page.get_by_label("Send as a file").check()
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(page.locator(".own .file", has_text="dot.png")).to_be_visible()
    await expect(page.locator(".theirs .bubble", has_text="Got document")).to_be_visible()


async def test_a_file_is_sent_and_can_be_saved_again(stage: Stage) -> None:
    await stage.person()
    page = await stage.open()
    file: FilePayload = {"name": "прайс.txt", "mimeType": "text/plain", "buffer": b"x" * 2048}
    await attach(page, "File", file)
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    sent = page.locator(".own .file", has_text="прайс.txt")
    await expect(sent).to_contain_text("2 KB")
    async with page.expect_download() as downloading:
        await sent.click()
    assert (await (await downloading.value).path()).read_bytes() == b"x" * 2048


async def test_a_voice_message_is_sent_and_has_a_player(stage: Stage) -> None:
    await stage.person()
    page = await stage.open()
    await attach(page, "Voice message", {"name": "v.ogg", "mimeType": "audio/ogg", "buffer": b"OggS" * 20})
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(page.locator(".own .sound audio")).to_be_visible()
    await expect(page.locator(".theirs .bubble", has_text="Got voice")).to_be_visible()
