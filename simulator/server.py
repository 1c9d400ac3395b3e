"""A local Bot API server: Telegram for tests and for the demo. It is an emulator, not Telegram."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Self

from aiohttp import web

from simulator.bot_api import BotApi
from simulator.callback_queries import DEFAULT_LIFETIME
from simulator.control import control_routes, guard_control
from simulator.event_streams import EventStreams
from simulator.page_routes import page_routes
from simulator.rate_limits import RateLimits
from simulator.world import DEFAULT_USERNAME, World

LOOPBACK = "127.0.0.1"
MAX_BODY = 64 * 1024 * 1024


def system_now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


class SimulatorServer:
    """The server as an async context manager; it binds to loopback and forgets everything at its end.

    Attributes:
        world: its whole state, for those who run it in their own process.
    """

    def __init__(
        self,
        *,
        token: str | None = None,
        username: str = DEFAULT_USERNAME,
        now: Callable[[], datetime] = system_now,
        mounts: Sequence[web.RouteDef] = (),
        rate_limited: bool = False,
        callback_lifetime: timedelta = DEFAULT_LIFETIME,
    ) -> None:
        """Prepares the server.

        Args:
            token: a bot to know from the start, so that people can write to it before it connects.
            username: of the first bot.
            now: the clock for dates, expiry and limits.
            mounts: routes of other parts; under /_ctl they are guarded like the rest.
            rate_limited: apply Telegram's sending limits.
            callback_lifetime: how long a tap may be answered.
        """
        self.world = World(now, username, callback_lifetime)
        if token is not None:
            self.world.bot_by_token(token)
        self._api = BotApi(self.world, RateLimits(now) if rate_limited else None)
        self._streams = EventStreams()
        self._mounts = mounts
        self._runner: web.AppRunner | None = None
        self._address: tuple[str, int] | None = None

    async def start(self, host: str = LOOPBACK, port: int = 0) -> Self:
        """Listens; port 0 takes a free one.

        Raises:
            OSError: the port is taken.
        """
        application = web.Application(middlewares=[guard_control], client_max_size=MAX_BODY)
        application.add_routes(
            [*self._api.routes(), *control_routes(self.world, self._streams), *self._mounts, *page_routes()]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0]
        self._address = (host, int(bound[1]))
        return self

    async def stop(self) -> None:
        """Ends long polls and stops listening."""
        if self._runner is None:
            return
        self._streams.close()
        await self._api.close()
        await self._runner.cleanup()
        self._runner = None

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_exc_info: object) -> None:
        await self.stop()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._bound()[1]

    @property
    def url(self) -> str:
        """Base address for bots (BOT_API_URL), the page and the control API."""
        host, port = self._bound()
        return f"http://{host}:{port}"

    def _bound(self) -> tuple[str, int]:
        if self._address is None:
            raise RuntimeError("the simulator has not been started")
        return self._address
