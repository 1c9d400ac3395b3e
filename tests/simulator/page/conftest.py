"""A browser, a simulator with mail, and a small bot that shows every kind of thing the page must show."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
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
from playwright.async_api import Browser, Page, async_playwright

from simulator.client import SimulatorClient
from simulator.mail_routes import mail_routes
from simulator.mail_server import LocalMail, MailAccount
from simulator.server import SimulatorServer

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

router = Router()


@router.message(CommandStart())
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


@router.message(Command("html"))
async def html(message: Message) -> None:
    await message.answer(HTML, parse_mode="HTML")


@router.message(Command("buttons"))
async def buttons(message: Message) -> None:
    rows = [
        [InlineKeyboardButton(text=name.title(), callback_data=name) for name in ("toast", "alert", "edit")],
        [
            InlineKeyboardButton(text="Never", callback_data="never"),
            InlineKeyboardButton(text="Site", url="https://example.com/"),
        ],
    ]
    await message.answer("Choose", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


@router.message(Command("photo"))
async def photo(message: Message) -> None:
    await message.answer_photo(BufferedInputFile(PICTURE, "dot.png"), caption="A dot")


@router.message(Command("document"))
async def document(message: Message) -> None:
    await message.answer_document(BufferedInputFile(b"col1;col2", "<b>price</b>.csv"))


@router.message(Command("hide"))
async def hide(message: Message) -> None:
    await message.answer("Keyboard away", reply_markup=ReplyKeyboardRemove())


@router.message(Command("long"))
async def long(message: Message) -> None:
    for number in range(40):
        await message.answer(f"line {number}")


@router.message(Command("typing"))
async def typing(message: Message, bot: Bot) -> None:
    await bot.send_chat_action(message.chat.id, "typing")


@router.message(F.contact)
async def contact(message: Message) -> None:
    assert message.contact is not None
    await message.answer(f"Contact {message.contact.phone_number} own={message.contact.user_id is not None}")


@router.message(F.location)
async def location(message: Message) -> None:
    assert message.location is not None
    await message.answer(f"Location {message.location.latitude:.2f} {message.location.longitude:.2f}")


@router.message(F.photo | F.document | F.voice)
async def file(message: Message) -> None:
    await message.answer(f"Got {message.content_type} {message.caption or ''}".strip())


@router.message(F.forward_origin)
async def forwarded(message: Message) -> None:
    assert message.forward_origin is not None
    await message.answer(f"Forward {message.forward_origin.type}: {message.text}")


@router.message(F.reply_to_message)
async def answered(message: Message) -> None:
    assert message.reply_to_message is not None
    await message.reply(f"Reply to {message.reply_to_message.text}: {message.text}")


@router.message(F.text)
async def echo(message: Message) -> None:
    await message.answer(f"Echo: {message.text}")


@router.edited_message(F.text)
async def edited(message: Message) -> None:
    await message.answer(f"Edited: {message.text}")


@router.callback_query()
async def tapped(query: CallbackQuery) -> None:
    if query.data == "never":
        return
    if query.data == "edit" and isinstance(query.message, Message):
        await query.message.edit_text("Changed in place")
    await query.answer("Look <b>here</b>" if query.data != "edit" else None, show_alert=query.data == "alert")


@dataclass
class Stage:
    """Everything one test of the page plays with."""

    server: SimulatorServer
    client: SimulatorClient
    mail: LocalMail
    browser: Browser
    bot: Bot

    async def open(self, *, width: int = 1280, height: int = 800, locale: str = "en-GB") -> Page:
        """Open the page; an error in its scripts or a broken policy fails the test that waits for `errors`."""
        context = await self.browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        await page.goto(self.server.url)
        return page


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed: apt-get install chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield launched
        await launched.close()


@pytest.fixture
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    async with LocalMail([REP]) as mail:
        server = SimulatorServer(token=TOKEN, mounts=mail_routes(mail))
        async with server, SimulatorClient(server.url) as client:
            session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
            bot = Bot(TOKEN, session=session)
            await bot.set_my_commands(
                [BotCommand(command=name, description=f"Shows {name}") for name in ("html", "buttons", "photo")]
            )
            dispatcher = Dispatcher()
            router._parent_router = None
            dispatcher.include_router(router)
            polling = asyncio.create_task(
                dispatcher.start_polling(bot, handle_signals=False, polling_timeout=1)
            )
            yield Stage(server, client, mail, browser, bot)
            await dispatcher.stop_polling()
            await polling
            await session.close()


Waiter = Callable[[Callable[[], Awaitable[bool]]], Awaitable[None]]
