"""A Bot API that hands out prepared updates and takes every answer at once, in a process of its own.

It costs as little as it can, so that what is measured is the bot. Run as ``python -m bench.support.null_telegram``;
the first line printed is its address. POST /load takes ``{"updates": [...], "every": seconds or 0}``; GET /seen
tells when messages arrived: `lags` in seconds from the moment the chat's update was handed out, `arrivals` by this
machine's monotonic clock, which all of its processes share.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

LONG_POLL = 20.0
BATCH = 100


class NullTelegram:
    """Prepared updates going out, answers coming in."""

    def __init__(self) -> None:
        self.waiting: deque[dict[str, Any]] = deque()
        self.unacknowledged: list[dict[str, Any]] = []
        self.more = asyncio.Event()
        self.handed: dict[int, deque[float]] = defaultdict(deque)
        self.lags: list[float] = []
        self.arrivals: list[float] = []
        self.calls = 0
        self.message_id = 1000

    async def load(self, request: web.Request) -> web.Response:
        """Take updates to hand out, all at once or one at a time."""
        wanted = await request.json()
        self.lags, self.arrivals, self.calls = [], [], 0
        if not wanted["every"]:
            self.waiting.extend(wanted["updates"])
            self.more.set()
        else:
            self.pacing = asyncio.create_task(self._release(wanted["updates"], wanted["every"]))
        return web.json_response({})

    async def _release(self, updates: list[dict[str, Any]], every: float) -> None:
        for update in updates:
            self.waiting.append(update)
            self.more.set()
            await asyncio.sleep(every)

    async def seen(self, _request: web.Request) -> web.Response:
        """What has arrived so far."""
        return web.json_response({"calls": self.calls, "lags": self.lags, "arrivals": self.arrivals})

    async def call(self, request: web.Request) -> web.Response:
        """Any Bot API method."""
        method = request.match_info["method"].lower()
        body = {key: values[0] for key, values in parse_qs((await request.read()).decode()).items()}
        if method == "getupdates":
            return _ok(await self._get_updates(int(body.get("offset", 0))))
        if method == "getme":
            return _ok({"id": 42, "is_bot": True, "first_name": "Bench", "username": "bench_bot"})
        if method in {"sendmessage", "editmessagetext"}:
            return _ok(self._take_message(body))
        return _ok(result=True)

    async def _get_updates(self, offset: int) -> list[dict[str, Any]]:
        self.unacknowledged = [one for one in self.unacknowledged if one["update_id"] >= offset]
        if not self.waiting:
            self.more.clear()
            try:
                await asyncio.wait_for(self.more.wait(), LONG_POLL)
            except TimeoutError:
                return []
        batch = [self.waiting.popleft() for _ in range(min(BATCH, len(self.waiting)))]
        now = time.perf_counter()
        for update in batch:
            person = (update.get("message") or update["callback_query"])["from"]
            self.handed[person["id"]].append(now)
        self.unacknowledged.extend(batch)
        return batch

    def _take_message(self, body: dict[str, str]) -> dict[str, Any]:
        chat_id = int(body["chat_id"])
        self.calls += 1
        self.arrivals.append(time.monotonic())
        if self.handed[chat_id]:
            self.lags.append(time.perf_counter() - self.handed[chat_id].popleft())
        self.message_id += 1
        return {
            "message_id": int(body.get("message_id", self.message_id)),
            "date": 1_800_000_000,
            "chat": {"id": chat_id, "type": "private", "first_name": "Rep"},
            "text": "ok",
        }


def _ok(result: Any) -> web.Response:
    return web.Response(text=json.dumps({"ok": True, "result": result}), content_type="application/json")


@asynccontextmanager
async def run_null_telegram() -> AsyncIterator[str]:
    """Run it as a child process; its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __spec__.name, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.kill()
        await process.wait()


async def main() -> None:
    """Serve until killed."""
    server = NullTelegram()
    app = web.Application(client_max_size=256 * 1024 * 1024)
    app.router.add_post("/load", server.load)
    app.router.add_get("/seen", server.seen)
    app.router.add_route("*", "/bot{token}/{method}", server.call)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
