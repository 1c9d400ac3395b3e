"""The HTTP door: health, metrics, calendar feeds, the way back from a provider, Telegram's webhook. Loopback unless HTTP_LISTEN says otherwise."""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from app.metrics import render_metrics
from app.supervision import Fatal
from core.database import Database
from core.queries.operations import count_states

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
MAX_BODY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram delivers, and to whom.

    Attributes:
        path: Not to be guessed; made of the token.
        secret: What the header must hold; never empty.
        take: Returns once the update is stored.
    """

    path: str
    secret: str
    take: Callable[[Mapping[str, Any]], Awaitable[None]]


def webhook_path(token: str) -> str:
    """The path of a bot's webhook: the same at each start, and it tells nothing of the token."""
    return f"/telegram/{hashlib.sha256(f'webhook {token}'.encode()).hexdigest()[:32]}"


class HttpDoor:
    """The server.

    Args:
        listen: Host and port; port 0 takes a free one.
        find_ill: Names the parts that do not work.
        parts: Names of all parts.
        webhook: None while updates are polled for.
        routes: What else is answered.
    """

    def __init__(
        self,
        listen: tuple[str, int],
        database: Database,
        *,
        parts: Callable[[], Sequence[str]],
        find_ill: Callable[[], Sequence[str]],
        webhook: Webhook | None = None,
        routes: Sequence[web.RouteDef] = (),
    ) -> None:
        if webhook is not None and not webhook.secret:
            raise ValueError("a webhook without a secret would be open to everybody")
        self._listen = listen
        self._database = database
        self._parts = parts
        self._find_ill = find_ill
        self._webhook = webhook
        self._routes = routes
        self.url = ""

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            Fatal: The address cannot be listened on.
        """
        application = web.Application(client_max_size=MAX_BODY)
        application.add_routes([web.get("/healthz", self._health), web.get("/metrics", self._metrics)])
        application.add_routes(self._routes)
        if self._webhook is not None:
            application.router.add_post(self._webhook.path, self._take_update)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=5)
        await runner.setup()
        try:
            host, port = self._listen
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError as error:
                raise Fatal(f"HTTP_LISTEN: cannot listen on {host}:{port} ({error.strerror})") from error
            self.url = f"http://{host}:{runner.addresses[0][1]}"
            logger.info("HTTP on %s", self.url, extra={"event": "http_started"})
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        ill = list(self._find_ill())
        try:
            async with self._database.reading() as session:
                await session.connection()
        except SQLAlchemyError:
            ill.append("database")
        if ill:
            return web.json_response({"status": "down", "down": ill}, status=503)
        return web.json_response({"status": "ok", "parts": list(self._parts())})

    async def _metrics(self, _request: web.Request) -> web.Response:
        async with self._database.reading() as session:
            counts = await count_states(session)
        body = render_metrics(counts, self._parts(), self._find_ill())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _take_update(self, request: web.Request) -> web.Response:
        """Store an update, then say so; anything but a 200 has Telegram send it again."""
        webhook = self._webhook
        if webhook is None:
            raise web.HTTPNotFound
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), webhook.secret.encode()):
            logger.warning("A webhook request without the secret", extra={"event": "webhook_refused"})
            raise web.HTTPUnauthorized
        try:
            update = await request.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise web.HTTPBadRequest(text="not JSON") from None
        if not isinstance(update, dict):
            raise web.HTTPBadRequest(text="not an update")
        await webhook.take(update)
        return web.Response()
