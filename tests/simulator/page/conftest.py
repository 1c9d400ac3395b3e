"""A browser, a simulator with mail, and a small bot that shows every kind of thing the page must show."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from aiogram import Bot, Dispatcher, F, Router
from aiogram.enums import ContentType
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from simulator.client import SimulatorClient
from simulator.mail_routes import mail_routes
from simulator.mail_server import LocalMail, MailAccount
from simulator.server import SimulatorServer
from tests.factories.telegram import open_bot

CHROMIUM = Path("/usr/bin/chromium")
TOKEN = "7000000001:page"
REP = MailAccount("anna@demo.test", "anna", "secret", "Anna")
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
HTML = (
    "<b>bold &lt;script&gt;alert(1)&lt;/script&gt;</b> <i>it<u>al</u>ic</i> <code>/no_command</code> 😀 "
    '<a href="https://example.com/">link</a> <tg-spoiler>secret</tg-spoiler>\n<pre>x = 1</pre>'
    "<blockquote>quoted</blockquote>\nשלום עולם, see /i123"
)


async def start(message: Message, command: CommandObject) -> None:
    keyboard = ReplyKeyboardMarkup(
        keyboard=[
            [KeyboardButton(text="📥 Inbox"), KeyboardButton(text="🔎 Find")],
            [
                KeyboardButton(text="Number", request_contact=True),
                KeyboardButton(text="Place", request_location=True),
            ],
        ],
        resize_keyboard=True,
        input_field_placeholder="Write or choose",
    )
    await message.answer(f"Welcome {command.args or ''}".strip(), reply_markup=keyboard)


async def html(message: Message) -> None:
    await message.answer(HTML, parse_mode="HTML")


async def buttons(message: Message) -> None:
    rows = [
        [InlineKeyboardButton(text=name.title(), callback_data=name) for name in ("toast", "alert", "edit")],
        [
            InlineKeyboardButton(text="Never", callback_data="never"),
            InlineKeyboardButton(text="Site", url="https://example.com/"),
        ],
    ]
    await message.answer("Choose", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


async def photo(message: Message) -> None:
    await message.answer_photo(BufferedInputFile(PICTURE, "dot.png"), caption="A dot")


async def document(message: Message) -> None:
    await message.answer_document(BufferedInputFile(b"col1;col2", "<b>price</b>.csv"))


async def hide(message: Message) -> None:
    await message.answer("Keyboard away", reply_markup=ReplyKeyboardRemove())


async def long(message: Message) -> None:
    for number in range(40):
        await message.answer(f"line {number}")


async def typing(message: Message, bot: Bot) -> None:
    await bot.send_chat_action(message.chat.id, "typing")


async def contact(message: Message) -> None:
    assert message.contact is not None
    await message.answer(f"Contact {message.contact.phone_number} own={message.contact.user_id is not None}")


async def location(message: Message) -> None:
    assert message.location is not None
    await message.answer(f"Location {message.location.latitude:.2f} {message.location.longitude:.2f}")


async def file(message: Message) -> None:
    await message.answer(f"Got {ContentType(message.content_type).value} {message.caption or ''}".strip())


async def forwarded(message: Message) -> None:
    assert message.forward_origin is not None
    await message.answer(f"Forward {message.forward_origin.type}: {message.text}")


async def answered(message: Message) -> None:
    assert message.reply_to_message is not None
    await message.reply(f"Reply to {message.reply_to_message.text}: {message.text}")


async def echo(message: Message) -> None:
    await message.answer(f"Echo: {message.text}")


async def edited(message: Message) -> None:
    await message.answer(f"Edited: {message.text}")


async def tapped(query: CallbackQuery) -> None:
    if query.data == "never":
        return
    if query.data == "edit" and isinstance(query.message, Message):
        await query.message.edit_text("Changed in place")
    await query.answer("Look <b>here</b>" if query.data != "edit" else None, show_alert=query.data == "alert")


def show_router() -> Router:
    """Return the bot's handlers in the order they are tried."""
    router = Router()
    router.message.register(start, CommandStart())
    router.message.register(html, Command("html"))
    router.message.register(buttons, Command("buttons"))
    router.message.register(photo, Command("photo"))
    router.message.register(document, Command("document"))
    router.message.register(hide, Command("hide"))
    router.message.register(long, Command("long"))
    router.message.register(typing, Command("typing"))
    router.message.register(contact, F.contact)
    router.message.register(location, F.location)
    for content in (F.photo, F.document, F.voice):
        router.message.register(file, content)
    router.message.register(forwarded, F.forward_origin)
    router.message.register(answered, F.reply_to_message)
    router.message.register(echo, F.text)
    router.edited_message.register(edited, F.text)
    router.callback_query.register(tapped)
    return router


@dataclass
class Stage:
    """Everything one test of the page plays with."""

    server: SimulatorServer
    client: SimulatorClient
    mail: LocalMail
    browser: Browser
    bot: Bot
    errors: list[str] = field(default_factory=list)

    async def open(self, *, width: int = 1280, height: int = 800, locale: str = "en-GB") -> Page:
        """Open the page in a fresh browser profile; what goes wrong in it is kept in `errors`."""
        context = await self.browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        context.set_default_timeout(10_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))
        page.on("console", self._console)
        page.on("dialog", lambda dialog: self.errors.append(f"dialog: {dialog.message}"))
        await page.goto(self.server.url)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.errors.append(message.text)

    async def person(self, first_name: str = "Anna", **fields: object) -> int:
        """Add somebody who has started the bot and been welcomed; returns their id."""
        account = await self.client.add_account(first_name, **fields)
        await self.client.start(account["id"])
        await self.client.wait_for(account["id"])
        return int(account["id"])


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program, from Debian; PyPI does not bring one."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed (Debian: apt-get install chromium)")
    return CHROMIUM


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield launched
        await launched.close()


async def _poll(bot: Bot) -> tuple[Dispatcher, asyncio.Task[None]]:
    names = ("html", "buttons", "photo")
    await bot.set_my_commands([BotCommand(command=name, description=f"Shows {name}") for name in names])
    dispatcher = Dispatcher()
    dispatcher.include_router(show_router())
    polling = asyncio.create_task(
        dispatcher.start_polling(bot, handle_signals=False, polling_timeout=1, close_bot_session=False)
    )
    return dispatcher, polling


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    async with (
        LocalMail([REP]) as mail,
        SimulatorServer(token=TOKEN, mounts=mail_routes(mail)) as server,
        SimulatorClient(server.url) as client,
        open_bot(TOKEN, server.url) as bot,
    ):
        dispatcher, polling = await _poll(bot)
        played = Stage(server, client, mail, browser, bot)
        yield played
        for context in browser.contexts:
            await context.close()
        await dispatcher.stop_polling()
        await polling
    assert played.errors == []
