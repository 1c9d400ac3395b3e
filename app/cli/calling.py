"""How commands reach the core, and how what goes wrong becomes one line and an exit status.

0: done. 1: it failed. 2: it was used wrongly, settings included. Data goes to standard output, messages to
standard error.
"""

import asyncio
import gc
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

import click
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Core, SchemaOutdated, open_core
from app.logs import set_up_logs
from app.settings import Settings, SettingsInvalid, load_settings
from app.supervision import Fatal
from core.errors import CoreError, Invalid, Missing
from core.values import Ref, RefKind

FAILED = 1
WRONG_USE = 2

Answer = TypeVar("Answer")


def fail(message: str, status: int = FAILED) -> NoReturn:
    """End with a message."""
    click.echo(message, err=True)
    sys.exit(status)


def read_settings() -> Settings:
    """The settings, or the end with status 2 and one line."""
    try:
        return load_settings()
    except SettingsInvalid as error:
        fail(str(error), WRONG_USE)


def guarded(work: Callable[[], Awaitable[Answer]]) -> Answer:
    """Run a command's work; expected errors become one line and an exit status."""
    gc.freeze()  # What was imported stays: looking it over for cycles holds up a busy process for a tenth of a second.
    try:
        return asyncio.run(_to_coroutine(work))
    except SettingsInvalid as error:
        fail(str(error), WRONG_USE)
    except (Invalid, Missing) as error:
        fail(str(error), WRONG_USE)
    except (CoreError, Fatal, SchemaOutdated) as error:
        fail(str(error))
    except CommandError as error:
        fail(f"migration: {error}")
    except (SQLAlchemyError, OSError) as error:
        fail(f"the database cannot be used ({type(error).__name__})")
    except KeyboardInterrupt:
        fail("interrupted")


async def _to_coroutine(work: Callable[[], Awaitable[Answer]]) -> Answer:
    return await work()


def call_core(work: Callable[[Core], Awaitable[Answer]]) -> Answer:
    """Do something with the core of the product, beside a running one or without."""
    settings = read_settings()
    set_up_logs("DEBUG" if settings.log_level == "DEBUG" else "WARNING", settings.log_format)

    async def opened() -> Answer:
        async with open_core(settings) as core:
            return await work(core)

    return guarded(opened)


class RefType(click.ParamType[int]):
    """An id, typed bare or as a reference: ``2`` or ``u2``."""

    def __init__(self, kind: RefKind, name: str) -> None:
        self.kind = kind
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the id."""
        ref = Ref.parse(f"{self.kind}{value}" if str(value).isdecimal() else str(value))
        if ref is None or ref.kind is not self.kind:
            self.fail(f"{value!r} is no {self.name}", param, ctx)
        return ref.id


USER = RefType(RefKind.USER, "user id")
MAILBOX = RefType(RefKind.MAILBOX, "mailbox id")


def write_line(*fields: object) -> None:
    """One line of data, fields parted by tabs; None is empty, line breaks and tabs in names become spaces."""
    click.echo("\t".join(" ".join(str("" if field is None else field).split()) for field in fields))


def write_json(value: Any) -> None:
    """One line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False))


class Progress:
    """A count on the terminal while data goes elsewhere; nothing where nobody looks."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._count = 0
        self._shows = sys.stderr.isatty() and not sys.stdout.isatty()

    def tick(self) -> None:
        """One more."""
        self._count += 1
        if self._shows and self._count % 500 == 0:
            click.echo(f"\r{self._count} {self._what}", err=True, nl=False)

    def end(self) -> None:
        """Leave the line as it is and begin a new one."""
        if self._shows and self._count:
            click.echo(f"\r{self._count} {self._what}", err=True)
