"""Updates a second through the whole chat, beside a bare aiogram handler that does one INSERT.

    python -m bench.updates [--updates 3000] [--users 30] [--rounds 3]

The product runs in this process, the peer in one of its own, one after the other and again; both poll the same
null Bot API (a third process), answer every update with a message and commit with the same synchronous setting to
SQLite. The traffic: 60 % taps
that mark interactions reviewed or not, 30 % captures in one message, 10 % lists. What counts is the time from
loading all updates to the last answer. The latency of a capture is measured apart, one every 50 ms.

Limits (issue 2): ratio at least 0.25, 0.35 is the goal; p95 of a capture under 50 ms.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from app.bootstrap import build_core
from app.product import open_product
from app.settings import Settings
from bench.support.null_telegram import run_null_telegram
from core.enums import Direction, InteractionType, Language, Role
from core.values import Caller, InteractionDraft, Origin, UserId
from migrations import runner

TOKEN = "42:bench"
SYNCHRONOUS = "FULL"
PACE = 0.05
Wait = Callable[[], Coroutine[Any, Any, None]]


class Traffic:
    """Updates of a team: each of the same random mix, with numbers that never repeat."""

    def __init__(self, users: int, interactions: dict[int, list[int]]) -> None:
        self.users = users
        self.interactions = interactions
        self._random = random.Random(7)
        self._next = 1

    def mix(self, count: int) -> list[dict[str, Any]]:
        """60 % taps, 30 % captures, 10 % lists."""
        kinds = self._random.choices([self.tap, self.capture, self.list], [60, 30, 10], k=count)
        return [make(1 + number % self.users) for number, make in enumerate(kinds)]

    def captures(self, count: int) -> list[dict[str, Any]]:
        """Captures alone."""
        return [self.capture(1 + number % self.users) for number in range(count)]

    def capture(self, user: int) -> dict[str, Any]:
        """A call told in one message."""
        return self._message(user, f"/call John Smith, Acme +7916{self._next:07d}: agreed on the price")

    def list(self, user: int) -> dict[str, Any]:
        """The inbox."""
        return self._message(user, "/inbox")

    def tap(self, user: int) -> dict[str, Any]:
        """Reviewed, or to be reviewed again, on a card of the user's."""
        one = self._random.choice(self.interactions[user])
        verb = self._random.choice(["reviewed", "unreviewed"])
        update = self._message(user, "card")
        message = {**update.pop("message"), "from": {"id": 42, "is_bot": True, "first_name": "Bench"}}
        update["callback_query"] = {
            "id": str(update["update_id"]),
            "from": _person(user),
            "message": message,
            "chat_instance": "1",
            "data": f"{verb}:i{one}",
        }
        return update

    def _message(self, user: int, words: str) -> dict[str, Any]:
        number, self._next = self._next, self._next + 1
        message: dict[str, Any] = {
            "message_id": number,
            "date": 1_800_000_000,
            "chat": {"id": user, "type": "private", "first_name": "Rep"},
            "from": _person(user),
            "text": words,
        }
        if words.startswith("/"):
            length = len(words.split(maxsplit=1)[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return {"update_id": number, "message": message}


def _person(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": "Rep"}


@asynccontextmanager
async def product(url: str, folder: Path, users: int) -> AsyncIterator[dict[int, list[int]]]:
    """The real product, parts bot and outbox; yields each user's interactions."""
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        bot_api_url=url,
        database_url=f"sqlite+aiosqlite:///{folder}/zveno.db",
        blob_dir=folder / "blobs",
        secret_key=None,
    )
    core = build_core(settings)
    await runner.upgrade(core.database)
    interactions = await _make_team(core.services, users)
    async with open_product(core, ("bot", "outbox")) as built:
        stop = asyncio.Event()
        running = asyncio.create_task(built.supervisor.run_until(stop))
        try:
            yield interactions
        finally:
            stop.set()
            await running
    await core.database.dispose()


async def _make_team(services: Any, users: int) -> dict[int, list[int]]:
    team: dict[int, list[int]] = {}
    for number in range(1, users + 1):
        token = await services.people.invite(None, Role.REP, f"Rep {number}", None)
        user = await services.people.accept_invitation(number, f"Rep {number}", token, Language.EN, Origin())
        caller = Caller(UserId(user.id), Role.REP, Language.EN, "Europe/London", "GB")
        await services.people.introduce(caller)
        draft = InteractionDraft(type=InteractionType.SMS, direction=Direction.IN, text="How much is it?")
        team[number] = [await services.capture.record(caller, draft) for _ in range(20)]
    return team


@asynccontextmanager
async def bare_bot(url: str, folder: Path) -> AsyncIterator[None]:
    """The peer, in a process of its own: nothing that the product does to aiogram helps or hinders it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.support.bare_bot", TOKEN, url, str(folder / "bare.db"), SYNCHRONOUS
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


class Driver:
    """Loads updates into the null Bot API and waits for the answers."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._http = http

    async def run(self, updates: list[dict[str, Any]], every: float = 0.0) -> tuple[float, list[float]]:
        """Seconds until every update was answered, and the lag of each."""
        start = time.perf_counter()
        async with self._http.post(f"{self._url}/load", json={"updates": updates, "every": every}):
            pass
        while True:
            async with self._http.get(f"{self._url}/seen") as answer:
                seen = await answer.json()
            if seen["calls"] >= len(updates):
                return time.perf_counter() - start, seen["lags"]
            await asyncio.sleep(0.02)


async def _measure_peer(driver: Driver, url: str, folder: Path, updates: list[dict[str, Any]]) -> float:
    async with bare_bot(url, folder):
        await driver.run(updates[: len(updates) // 10])
        seconds, _ = await driver.run(updates[len(updates) // 10 :])
    return (len(updates) - len(updates) // 10) / seconds


async def main(count: int, users: int, rounds: int) -> None:
    """Measure and print."""
    ours, theirs, lags = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(rounds):
            place = folder / str(number)
            place.mkdir()
            async with run_null_telegram() as url, aiohttp.ClientSession() as http:
                driver = Driver(url, http)
                async with product(url, place, users) as interactions:
                    traffic = Traffic(users, interactions)
                    await driver.run(traffic.mix(200))
                    seconds, _ = await driver.run(traffic.mix(count))
                    ours.append(count / seconds)
                    _, found = await driver.run(traffic.captures(200), every=PACE)
                    lags.extend(found)
            async with run_null_telegram() as url, aiohttp.ClientSession() as http:
                theirs.append(await _measure_peer(Driver(url, http), url, place, traffic.mix(count)))
            print(
                f"round {number + 1}: ours {ours[-1]:.0f}/s, bare aiogram {theirs[-1]:.0f}/s, ratio {ours[-1] / theirs[-1]:.2f}"
            )
    p95 = statistics.quantiles(lags, n=20)[-1] * 1000
    print(f"ratio {statistics.median(ours) / statistics.median(theirs):.2f} (limit 0.25, goal 0.35)")
    print(f"capture p50 {statistics.median(lags) * 1000:.1f} ms, p95 {p95:.1f} ms (limit 50 ms)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--updates", type=int, default=3000)
    parser.add_argument("--users", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    asyncio.run(main(options.updates, options.users, options.rounds))
