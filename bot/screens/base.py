"""What a screen is, and the table of those who render them.

A screen has an address that can be stored, sent and typed: ``i12``, ``inbox:2``, ``find:acme``. It is rendered
from the present state each time, with the reader's rights, so that old buttons stay true (architecture.md 11).
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aiogram.types import ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.errors import UnknownScreen
from bot.html import Html, shorten
from bot.reader import Reader
from core.enums import FunctionalOption, Role
from core.values import Ref

Below = ReplyKeyboardMarkup | ReplyKeyboardRemove

CALLBACK_LIMIT = 64
"""Bytes of callback data that Telegram takes."""

LABEL_LIMIT = 48
"""Characters of a button that still fit a phone."""

ROWS = 7
"""Rows of a list (conversation.md 7)."""


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: what it says, and the verb it stands for.

    Attributes:
        text: The label, plain text.
        data: ``verb:argument:argument``, at most 64 bytes; or an https link when `is_link`.
    """

    text: str
    data: str
    is_link: bool = False

    def __post_init__(self) -> None:
        if not self.is_link and not 0 < len(self.data.encode()) <= CALLBACK_LIMIT:
            raise ValueError(f"callback data of {len(self.data.encode())} bytes")


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes out with a screen, which is then its caption."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Screen:
    """One message as it is to be seen.

    Attributes:
        text: HTML; cut to Telegram's limit where it is sent.
        keyboard: Rows of buttons below it.
        choices: Callback data of its numbered buttons; ``/1`` is the first.
        below: A keyboard for the bottom of the chat. Telegram takes it only with a new message that has no
            inline buttons, so such a screen is never edited into the place of another.
        takes_note: Whether the line that says what has just happened goes above it.
        document: A file; such a screen is always a new message, and its text at most 1024 characters.
    """

    text: Html
    keyboard: tuple[Row, ...] = ()
    choices: tuple[str, ...] = ()
    below: Below | None = None
    takes_note: bool = True
    document: Document | None = None


class Address(NamedTuple):
    """A screen's name and what follows it."""

    name: str
    rest: str

    @property
    def words(self) -> tuple[str, ...]:
        """The rest, taken apart at its colons."""
        return tuple(self.rest.split(":")) if self.rest else ()

    def number(self, place: int = 0, default: int = 1) -> int:
        """A positive number among the words, for pages and ids; the default for anything else."""
        words = self.words
        if place < len(words) and _NUMBER.fullmatch(words[place]):
            return int(words[place])
        return default


_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


def parse_address(text: str) -> Address:
    """Read ``i12`` as the screen ``i`` of 12, ``inbox:2`` as the screen ``inbox`` with the rest ``2``."""
    ref = Ref.parse(text)
    if ref is not None:
        return Address(str(ref.kind), str(ref.id))
    name, _, rest = text.partition(":")
    return Address(name, rest)


Render = Callable[[Reader, Address], Awaitable[Screen]]


@dataclass(frozen=True, slots=True)
class Renderer:
    """How a screen comes about, and who may see it at all.

    Attributes:
        option: The functional option it belongs to; None: always there.
        roles: The roles it exists for.
    """

    render: Render
    option: FunctionalOption | None = None
    roles: frozenset[Role] = frozenset(Role)


class ScreenTable:
    """The renderers of one module."""

    def __init__(self) -> None:
        self.renderers: dict[str, Renderer] = {}

    def screen(
        self, name: str, *, option: FunctionalOption | None = None, roles: Iterable[Role] = Role
    ) -> Callable[[Render], Render]:
        """Register a renderer under the first part of its address."""

        def register(render: Render) -> Render:
            if name in self.renderers:
                raise ValueError(f"two screens are called {name}")
            self.renderers[name] = Renderer(render, option, frozenset(roles))
            return render

        return register


class Screens:
    """All renderers."""

    def __init__(self, tables: Iterable[ScreenTable]) -> None:
        self._renderers: dict[str, Renderer] = {}
        for table in tables:
            for name, renderer in table.renderers.items():
                if name in self._renderers:
                    raise ValueError(f"two screens are called {name}")
                self._renderers[name] = renderer

    async def render(self, reader: Reader, address: str) -> Screen:
        """The screen at an address as this reader may see it now.

        Raises:
            UnknownScreen: Nobody renders it, or its option is off or the role is another.
            CoreError: It cannot be shown, for example NotFound.
        """
        parsed = parse_address(address)
        renderer = self._renderers.get(parsed.name)
        if renderer is None or reader.lacks(renderer.option) or reader.user.role not in renderer.roles:
            raise UnknownScreen(parsed.name)
        return await renderer.render(reader, parsed)


def go(text: str, address: str) -> Button:
    """A button that shows another screen in this one's place."""
    return Button(shorten(text, LABEL_LIMIT), f"show:{address}")


def act(text: str, verb: str, *arguments: object) -> Button:
    """A button that does what the typed verb does."""
    return Button(shorten(text, LABEL_LIMIT), ":".join((verb, *map(str, arguments))))


def rows(buttons: Sequence[Button | None], width: int = 2) -> tuple[Row, ...]:
    """Buttons in rows of at most `width`; None leaves a button out."""
    present = [button for button in buttons if button is not None]
    return tuple(tuple(present[start : start + width]) for start in range(0, len(present), width))


def pager(name: str, page: int, pages: int, back: str = "") -> Row:
    """The row ``‹ 2/6 ›``; nothing when there is but one page. `back` is what follows the page in the address."""
    if pages <= 1:
        return ()
    rest = f":{back}" if back else ""
    here = Button(f"{page}/{pages}", f"show:{name}:{page}{rest}")
    before = (Button("‹", f"show:{name}:{page - 1}{rest}"),) if page > 1 else ()
    after = (Button("›", f"show:{name}:{page + 1}{rest}"),) if page < pages else ()
    return (*before, here, *after)


def numbered(buttons: Sequence[Button]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Buttons with their numbers, one a row, and the choices that ``/1``, ``/2`` … then mean."""
    keyboard = tuple(
        (Button(f"{number}. {button.text}", button.data, button.is_link),)
        for number, button in enumerate(buttons, start=1)
    )
    return keyboard, tuple(button.data for button in buttons)
