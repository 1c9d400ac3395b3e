"""The product as its users and operators have it: the real process, from outside.

`zveno run` is a child process with settings from its environment alone. Telegram and the mail servers are of our
own, in the test's loop; they live on while the process dies and comes back. Commands are run beside it.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from core.clock import FileClock
from simulator.client import SimulatorClient
from simulator.errors import JsonObject
from simulator.mail_server import LocalMail, MailAccount
from simulator.server import SimulatorServer
from tests.acceptance.nursery import Forked, Nursery

ZVENO = Path(sys.executable).with_name("zveno")
TOKEN = "4200000009:acceptance"

PATIENCE = 60.0
"""Seconds after which something that should have happened has not; no test measures time."""


class Finished(NamedTuple):
    """What a command left."""

    status: int
    stdout: str
    stderr: str


class Failed(AssertionError):
    """The product did not do what a test waited for; the end of its log is part of the message."""


@dataclass
class Calendar:
    """The time of everybody in a test: written to CLOCK_FILE, from where it runs on."""

    path: Path
    clock: FileClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = FileClock(self.path)

    def set(self, at: datetime) -> None:
        """It is this moment now, for all processes at once."""
        whole = self.path.with_suffix(".new")
        whole.write_text(at.astimezone(UTC).isoformat(), encoding="utf-8")
        whole.replace(self.path)

    def now(self) -> datetime:
        """What all of them take for now."""
        return self.clock.now()


class Running:
    """One `zveno run`, from its start to its end."""

    def __init__(self, process: asyncio.subprocess.Process | Forked, log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def returncode(self) -> int | None:
        """The exit status; negative: the signal; None while it runs."""
        return self.process.returncode

    def lines(self) -> list[JsonObject]:
        """What it has logged, one object a line."""
        return [_read_line(line) for line in self._log.read_text(encoding="utf-8").splitlines()]

    def events(self) -> list[str]:
        """The events it has logged."""
        return [str(line.get("event", "")) for line in self.lines()]

    async def until(self, happened: Callable[[], object], what: str) -> None:
        """Wait for something the log will show, or fail with the log.

        Raises:
            Failed: It did not happen, or the process ended first.
        """
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not happened():
            if self.returncode is not None and not happened():
                raise Failed(f"the process ended with {self.returncode} before {what}\n{self.tail()}")
            if asyncio.get_running_loop().time() > deadline:
                raise Failed(f"never {what}\n{self.tail()}")
            await asyncio.sleep(0.05)

    async def logged(self, event: str) -> None:
        """Wait until an event is in the log."""
        await self.until(lambda: event in self.events(), f"logged {event}")

    async def url(self) -> str:
        """Where it serves HTTP."""
        await self.logged("http_started")
        line = next(one for one in self.lines() if one.get("event") == "http_started")
        return str(line["message"]).removeprefix("HTTP on ")

    async def ended(self) -> int:
        """Wait for its end; returns the exit status."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.process.wait()
        except TimeoutError:
            raise Failed(f"the process does not end\n{self.tail()}") from None

    async def kill(self) -> None:
        """SIGKILL: as by a power cut."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGKILL)
        await self.ended()

    async def stop(self) -> int:
        """SIGTERM, and the exit status."""
        if self.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    def tail(self, lines: int = 60) -> str:
        """The end of the log."""
        return "\n".join(self._log.read_text(encoding="utf-8").splitlines()[-lines:])


def _read_line(line: str) -> JsonObject:
    with contextlib.suppress(ValueError):
        read = json.loads(line)
        if isinstance(read, dict):
            return read
    return {"message": line}


@dataclass
class House:
    """A whole installation in a folder of its own.

    Attributes:
        settings: Environment of the product and of the commands beside it.
        nursery: Forks processes instead of starting the installed command; None: always the command itself.
        installed: Whether `zveno run` is the installed command all the same.
        running: The newest `zveno run`, dead or alive.
    """

    folder: Path
    telegram: SimulatorServer
    people: SimulatorClient
    mail: LocalMail
    settings: dict[str, str]
    calendar: Calendar | None = None
    nursery: Nursery | None = None
    installed: bool = False
    running: Running | None = None
    starts: int = 0
    commands: int = 0

    async def start(
        self, *arguments: str, wait: bool = True, settings: Mapping[str, str] | None = None
    ) -> Running:
        """`zveno run`; returns once its parts have been started, unless told not to wait."""
        assert self.running is None or self.running.returncode is not None, "it runs still"
        self.starts += 1
        log = self.folder / f"run{self.starts}.log"
        log.touch()
        environment = self.environment(settings or {})
        nursery = None if self.installed else self.nursery
        process = await self._spawn(nursery, ("run", *arguments), environment, log)
        self.running = Running(process, log)
        if wait:
            await self.running.logged("product_started")
        return self.running

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """The settings, and of this machine only what a process needs to run."""
        machine = {
            name: os.environ[name]
            for name in ("PATH", "PYTHONPATH", "LANG", "TZ", "TMPDIR")
            if name in os.environ
        }
        merged = {**machine, "HOME": str(self.folder), **self.settings, **more}
        return {name: value for name, value in merged.items() if value}

    async def kill(self) -> None:
        """End it as by a power cut."""
        assert self.running is not None
        await self.running.kill()

    async def _spawn(
        self,
        nursery: Nursery | None,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        out: Path,
        err: Path | None = None,
    ) -> asyncio.subprocess.Process | Forked:
        err = err or out
        if nursery is not None:
            return await nursery.start(arguments, environment, self.folder, out, err)
        with out.open("ab") as stdout, err.open("ab") as stderr:
            return await asyncio.create_subprocess_exec(
                str(ZVENO),
                *arguments,
                env=environment,
                cwd=self.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )

    async def zveno(self, *arguments: str, **settings: str) -> Finished:
        """Run a command beside it."""
        self.commands += 1
        out, err = (self.folder / f"command{self.commands}.{one}" for one in ("out", "err"))
        process = await self._spawn(self.nursery, arguments, self.environment(settings), out, err)
        try:
            async with asyncio.timeout(PATIENCE * 2):
                status = await process.wait()
        except TimeoutError:
            process.send_signal(signal.SIGKILL)
            await process.wait()
            raise Failed(f"zveno {' '.join(arguments)} does not end\n{self.log()}") from None
        return Finished(status, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    async def done(self, *arguments: str, **settings: str) -> str:
        """Run a command that has to work; returns what it printed.

        Raises:
            Failed: It did not work.
        """
        finished = await self.zveno(*arguments, **settings)
        if finished.status != 0:
            raise Failed(f"zveno {' '.join(arguments)}: {finished}\n{self.log()}")
        return finished.stdout.strip()

    async def wait_idle(self, seconds: float = 60.0) -> None:
        """Wait until nothing is on its way.

        Raises:
            Failed: Something stays open.
        """
        await self.done("wait-idle", "--timeout", str(seconds))

    async def export(self, kind: str) -> list[JsonObject]:
        """All objects of a kind as the command line gives them."""
        return [json.loads(line) for line in (await self.done("export", kind)).splitlines()]

    async def exports(self, *kinds: str) -> dict[str, list[JsonObject]]:
        """Several kinds, side by side."""
        found = await asyncio.gather(*(self.export(kind) for kind in kinds))
        return dict(zip(kinds, found, strict=True))

    async def health(self) -> tuple[int, JsonObject]:
        """Status and answer of /healthz."""
        assert self.running is not None
        url = await self.running.url()
        async with aiohttp.ClientSession() as session, session.get(f"{url}/healthz") as answer:
            return answer.status, await answer.json()

    def log(self) -> str:
        """The end of the newest log."""
        return self.running.tail() if self.running is not None else ""


def sqlite(folder: Path) -> str:
    """The address of a database file in a folder."""
    return f"sqlite+aiosqlite:///{folder / 'zveno.db'}"


@asynccontextmanager
async def open_house(
    folder: Path,
    database_url: str,
    accounts: list[MailAccount],
    *,
    at: datetime | None = None,
    nursery: Nursery | None = None,
    **settings: str,
) -> AsyncIterator[House]:
    """Servers and settings; nothing of the product runs yet. What it left running is killed at the end.

    Args:
        folder: Its own, for the log, the blobs and the key.
        database_url: SQLite or PostgreSQL, as the setting.
        accounts: Mailboxes on the mail server.
        at: Where time begins; None: the machine's time.
        nursery: For quick starts.
        settings: More of the environment.
    """
    calendar = None
    clock: dict[str, Any] = {}
    if at is not None:
        calendar = Calendar(folder / "clock")
        calendar.set(at)
        clock = {"now": calendar.now}
    async with (
        SimulatorServer(token=TOKEN, **clock) as telegram,
        SimulatorClient(telegram.url) as people,
        LocalMail(accounts, **clock) as mail,
    ):
        house = House(
            folder=folder,
            telegram=telegram,
            people=people,
            mail=mail,
            calendar=calendar,
            nursery=nursery,
            settings={
                "BOT_TOKEN": TOKEN,
                "BOT_API_URL": telegram.url,
                "DATABASE_URL": database_url,
                "BLOB_DIR": str(folder / "blobs"),
                "HTTP_LISTEN": "127.0.0.1:0",
                "MAIL_POLL_SECONDS": "0.3",
                "LOG_FORMAT": "json",
                "CLOCK_FILE": str(calendar.path) if calendar is not None else "",
                **settings,
            },
        )
        try:
            yield house
        finally:
            if house.running is not None:
                await house.running.kill()
