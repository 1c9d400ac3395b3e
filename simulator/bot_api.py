"""The HTTP door that bots knock at: /bot<token>/<method> and /file/bot<token>/<path>."""

import asyncio
import contextlib
import inspect
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiogram.methods
from aiogram.methods import TelegramMethod
from aiohttp import web

from simulator.bots import Bot
from simulator.calling import ApiRequest, decode_params, validate_call
from simulator.errors import ApiError, JsonObject, Violation
from simulator.faults import Fault, FaultKind
from simulator.files import Upload
from simulator.forms import read_form
from simulator.methods import all_endpoints
from simulator.methods.registry import Endpoint
from simulator.rate_limits import RateLimits
from simulator.webhook import WebhookCourier
from simulator.world import World

logger = logging.getLogger(__name__)
_KNOWN_TO_TELEGRAM = frozenset(
    model.__api_method__.lower()
    for model in map(aiogram.methods.__dict__.get, aiogram.methods.__all__)
    if isinstance(model, type) and issubclass(model, TelegramMethod) and model is not TelegramMethod
)

_WITHOUT_JSON = frozenset({FaultKind.timeout, FaultKind.drop, FaultKind.garbage})
_PROXY_PAGE = "<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call that has been read but not judged yet."""

    bot: Bot
    params: JsonObject
    uploads: Mapping[str, Upload]


class BotApi:
    """Carries out calls: decode, fault, rate limit, validate, handle, record, answer."""

    def __init__(self, world: World, limits: RateLimits | None = None) -> None:
        self._world = world
        self._limits = limits
        self._endpoints = all_endpoints()
        self._closing = asyncio.Event()
        self._courier = WebhookCourier(world, self.call)

    def routes(self) -> list[web.RouteDef]:
        """Routes of methods and of downloads."""
        return [
            web.get("/file/bot{token}/{path:.+}", self._download),
            web.get("/bot{token}/{method}", self._handle),
            web.post("/bot{token}/{method}", self._handle),
        ]

    async def close(self) -> None:
        """Lets hanging calls (timeouts on demand, long polls) end."""
        self._closing.set()
        for bot in self._world.bots.values():
            bot.updates.terminate_poller(ApiError(HTTPStatus.BAD_GATEWAY, "Bad Gateway"))
        await self._courier.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            bot = self._world.bot_by_token(request.match_info["token"])
            form, uploads = await read_form(request)
        except ApiError as error:
            return _json_answer(error.code, error.answer())
        method = request.match_info["method"]
        outcome, fault = await self.call(bot, method, form, uploads)
        if fault is not None and fault.kind in _WITHOUT_JSON:
            return await self._answer_otherwise(request, fault)
        if isinstance(outcome, ApiError):
            return _json_answer(outcome.code, outcome.answer())
        return _json_answer(HTTPStatus.OK, {"ok": True, "result": outcome})

    async def _answer_otherwise(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.kind is FaultKind.garbage:
            return web.Response(status=HTTPStatus.BAD_GATEWAY, text=_PROXY_PAGE, content_type="text/html")
        if fault.kind is FaultKind.timeout:
            await self._closing.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def call(
        self, bot: Bot, name: str, form: Mapping[str, Any], uploads: Mapping[str, Upload]
    ) -> tuple[Any, Fault | None]:
        """One call, recorded: its result or its ApiError, and the fault it met."""
        endpoint = self._endpoints.get(name.lower())
        params: JsonObject = dict(form)
        fault = None
        try:
            if endpoint is None:
                raise _unknown(name)
            params = decode_params(endpoint.shape, {**form, **_direct_uploads(endpoint, uploads)})
            fault = self._world.faults.take(endpoint.name, params)
            outcome = await self._carry_out_or_fail(endpoint, ApiCall(bot, params, uploads), fault)
        except ApiError as error:
            outcome = error
        self._record(ApiCall(bot, params, uploads), endpoint.name if endpoint else name, outcome)
        return outcome, fault

    async def _carry_out_or_fail(self, endpoint: Endpoint, call: ApiCall, fault: Fault | None) -> Any:
        if fault is not None and fault.kind is FaultKind.slow:
            await self._pause(fault.seconds)
        if fault is None or fault.kind is FaultKind.slow:
            return await self._carry_out(endpoint, call)
        if fault.applied:
            await self._carry_out(endpoint, call)
        raise fault.error()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    async def _carry_out(self, endpoint: Endpoint, call: ApiCall) -> Any:
        method = validate_call(endpoint.shape, call.params)
        if self._limits is not None:
            self._limits.check(call.bot.id, endpoint.name, call.params.get("chat_id"))
        outcome = endpoint.handler(ApiRequest(self._world, call.bot, method, call.params, call.uploads))
        if call.bot.webhook is not None:
            self._courier.attend(call.bot)
        return await outcome if inspect.isawaitable(outcome) else outcome

    def _record(self, call: ApiCall, name: str, outcome: Any) -> None:
        if isinstance(outcome, Violation):
            logger.warning(
                "the bot made a wrong call of %s; the record of violations tells more",
                name,
                extra={"event": "simulator_violation", "bot_id": call.bot.id, "method": name},
            )
        self._world.calls.record(
            bot_id=call.bot.id,
            method=name,
            params=call.params,
            files=tuple(call.uploads),
            at=self._world.now(),
            outcome=outcome,
        )

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self._world.bot_by_token(request.match_info["token"])
        except ApiError as error:
            return _json_answer(error.code, error.answer())
        stored = self._world.files.find_by_path(request.match_info["path"])
        if stored is None:
            return _json_answer(HTTPStatus.NOT_FOUND, ApiError(HTTPStatus.NOT_FOUND, "Not Found").answer())
        return web.Response(body=stored.data, content_type="application/octet-stream")


def _direct_uploads(endpoint: Endpoint, uploads: Mapping[str, Upload]) -> JsonObject:
    """A part may also carry the parameter's own name instead of being pointed to."""
    return {name: f"attach://{name}" for name in uploads if name in endpoint.shape.fields}


def _unknown(name: str) -> Violation:
    if name.lower() in _KNOWN_TO_TELEGRAM:
        return Violation(
            HTTPStatus.NOT_IMPLEMENTED, f"Not Implemented: the simulator does not emulate {name}"
        )
    return Violation(HTTPStatus.NOT_FOUND, "Not Found")


def _json_answer(status: int, body: JsonObject) -> web.Response:
    return web.Response(
        status=status,
        body=json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        content_type="application/json",
    )
