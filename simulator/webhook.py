"""Delivery of updates to a bot's webhook.

As Telegram does: updates of one chat (or of one person's taps) go one after the other, those of different ones at the
same time up to max_connections; anything but a 2xx answer is tried again, later and later; an answer may carry a call.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Hashable, Mapping
from http import HTTPStatus
from typing import Any

import aiohttp

from simulator.bots import Bot, Webhook
from simulator.errors import ApiError, JsonObject
from simulator.files import Upload
from simulator.forms import parse_form, read_multipart
from simulator.updates import PendingUpdate
from simulator.world import World

logger = logging.getLogger(__name__)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header, not a secret
FIRST_RETRY_SECONDS = 0.1
LAST_RETRY_SECONDS = 5.0
ANSWER_SECONDS = 60.0
CallBack = Callable[[Bot, str, JsonObject, Mapping[str, Upload]], Awaitable[Any]]


class WebhookCourier:
    """Carries the updates of all bots that have set a webhook."""

    def __init__(self, world: World, call: CallBack) -> None:
        """Prepares the courier; `call` carries out a Bot API call found in an answer."""
        self._world = world
        self._call = call
        self._loops: dict[int, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None

    def attend(self, bot: Bot) -> None:
        """Starts delivering for the bot, once; the loop sleeps while it has no webhook."""
        if bot.id not in self._loops:
            self._loops[bot.id] = asyncio.create_task(_Rounds(self, bot).run())

    async def close(self) -> None:
        """Stops all deliveries; what was not accepted stays in the queue."""
        for loop in self._loops.values():
            loop.cancel()
        await asyncio.gather(*self._loops.values(), return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def deliver(self, bot: Bot, hook: Webhook, update: PendingUpdate) -> bool:
        """One attempt; True when the bot has accepted the update."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS))
        headers = {SECRET_HEADER: hook.secret_token} if hook.secret_token else {}
        try:
            async with self._session.post(hook.url, json=update.body, headers=headers) as answer:
                if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
                    self._note_failure(
                        bot, hook, f"Wrong response from the webhook: {answer.status} {answer.reason}"
                    )
                    return False
                await self._carry_out_answer(bot, answer)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as exc:
            self._note_failure(bot, hook, f"Connection failed: {type(exc).__name__}")
            return False
        return True

    def _note_failure(self, bot: Bot, hook: Webhook, reason: str) -> None:
        hook.last_error_at, hook.last_error = self._world.now(), reason
        logger.info("webhook refused", extra={"event": "simulator_webhook_refused", "bot_id": bot.id})

    async def _carry_out_answer(self, bot: Bot, answer: aiohttp.ClientResponse) -> None:
        form: JsonObject = {}
        uploads: dict[str, Upload] = {}
        try:
            if answer.content_type == "multipart/form-data":
                await read_multipart(aiohttp.MultipartReader(answer.headers, answer.content), form, uploads)
            elif answer.content_type in {"application/json", "application/x-www-form-urlencoded"}:
                form = parse_form(answer.content_type, await answer.read())
        except ApiError:
            return  # Telegram takes the update as accepted and drops an answer it cannot read.
        method = form.pop("method", None)
        if isinstance(method, str):
            await self._call(bot, method, form, uploads)


class _Rounds:
    """The deliveries of one bot: which lanes are busy, when to look again."""

    def __init__(self, courier: WebhookCourier, bot: Bot) -> None:
        self._courier = courier
        self._bot = bot
        self._busy: dict[Hashable, asyncio.Task[None]] = {}

    async def run(self) -> None:
        arrived = self._bot.updates.arrived
        try:
            while True:
                arrived.clear()
                self._start_deliveries()
                await arrived.wait()
        finally:
            for task in self._busy.values():
                task.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def _start_deliveries(self) -> None:
        hook = self._bot.webhook
        if hook is None:
            return
        for update in self._bot.updates.waiting():
            if len(self._busy) >= hook.max_connections:
                return
            lane = lane_of(update.body)
            if lane not in self._busy:
                self._busy[lane] = asyncio.create_task(self._deliver(lane, update))

    async def _deliver(self, lane: Hashable, update: PendingUpdate) -> None:
        """Tries until the update is accepted or the webhook is gone, then lets the lane go on."""
        delay = FIRST_RETRY_SECONDS
        try:
            while (hook := self._bot.webhook) is not None:
                if await self._courier.deliver(self._bot, hook, update):
                    self._bot.updates.discard(update)
                    return
                await asyncio.sleep(delay)
                delay = min(delay * 2, LAST_RETRY_SECONDS)
        finally:
            del self._busy[lane]
            self._bot.updates.arrived.set()


def lane_of(body: Any) -> Hashable:
    """Which updates wait for each other: those of one chat, and the taps of one person."""
    if not isinstance(body, dict):
        return None
    with contextlib.suppress(KeyError, TypeError):
        if "callback_query" in body:
            return "tap", body["callback_query"]["from"]["id"]
        for kind, payload in body.items():
            if kind != "update_id":
                return "chat", payload["chat"]["id"]
    return None
