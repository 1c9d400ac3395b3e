"""Takes the pictures of the documentation: a browser looks at a running demo.

    python docs/pictures/take.py

Needs a Chromium on this machine. Writes <language>-chat.png beside this file.
"""

import asyncio
import shutil
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from app.demo.cast import CASTS
from app.demo.stage import DemoOptions, show
from core.enums import Language
from simulator.client import SimulatorClient

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


async def take(language: Language, browser: str) -> Path:
    """One picture of the rep's chat: of the letters that have just come the first is opened."""
    stop, announced = asyncio.Event(), asyncio.Queue[str]()
    demo = asyncio.create_task(show(DemoOptions(port=0, language=language), announced.put_nowait, stop))
    try:
        url = await announced.get()
        cast = CASTS[language]
        async with SimulatorClient(url) as people:
            rep = cast.rep.account_id
            came = await people.wait_for(
                rep, lambda message: cast.words["new_topic"] in message["text"], seconds=60
            )
            await people.click(rep, int(came["message_id"]), text="1")
            await people.wait_for(
                rep, lambda message: cast.words["new_topic"] not in message["text"], seconds=60
            )
        target = HERE / f"{language}-chat.png"
        await _photograph(url, browser, language, target)
        return target
    finally:
        stop.set()
        await demo


async def _photograph(url: str, browser: str, language: Language, target: Path) -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = await chromium.new_page(viewport={"width": 1100, "height": 820}, locale=language.value)
        await page.goto(url)
        await page.wait_for_load_state("load")
        await page.wait_for_timeout(1500)
        await page.screenshot(path=target)
        await chromium.close()


def main() -> int:
    """Take all pictures."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        sys.stderr.write("no Chromium found\n")
        return 1
    for language in Language:
        sys.stdout.write(f"{asyncio.run(take(language, browser))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
