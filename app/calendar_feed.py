"""Calendar feeds over HTTP: `GET /calendar/<secret>.ics` (interface.md).

The address is the secret: it is never logged, and whoever guesses is told the same of every address that is none.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

from bot.calendar_file import CONTENT_TYPE, write_calendar
from bot.i18n import load_catalogues
from core.services.calendar_feeds import SECRET_LENGTH, CalendarFeeds, FeedContent

PATH = "/calendar/{secret}.ics"

READS_A_MINUTE = 12
"""Of one feed; programs ask every quarter of an hour, and when somebody pulls."""

MISSES_A_MINUTE = 120
"""Of addresses that are none, all together; beyond it only feeds that were read before are looked up."""

_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_MOST_KEPT = 10_000


class Allowance:
    """So many a minute for each key; what was used comes back evenly.

    Args:
        a_minute: How many.
        clock: Seconds that only grow.
    """

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute = a_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str = "", *, only_look: bool = False) -> bool:
        """Use one up, or only look; False where none is left."""
        now = self._clock()
        left, at = self._left.pop(key, (float(self._a_minute), now))
        left = min(float(self._a_minute), left + (now - at) * self._a_minute / 60)
        is_left = left >= 1
        self._left[key] = (left - 1 if is_left and not only_look else left, now)
        while len(self._left) > _MOST_KEPT:
            self._left.popitem(last=False)
        return is_left


class CalendarPage:
    """Answers calendar programs.

    Args:
        feeds: What they read.
    """

    def __init__(self, feeds: CalendarFeeds) -> None:
        self._feeds = feeds
        self._catalogues = load_catalogues()
        self._reads = Allowance(READS_A_MINUTE)
        self._misses = Allowance(MISSES_A_MINUTE)
        self._known: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return [web.get(PATH, self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        secret = request.match_info["secret"]
        if len(secret) != SECRET_LENGTH:
            return self._miss()
        key = hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
        is_guess = key not in self._known and not self._misses.take(only_look=True)
        if is_guess or not self._reads.take(key):
            return _refuse()
        content = await self._feeds.read(secret)
        if content is None:
            self._known.discard(key)
            return self._miss()
        self._known.add(key)
        return await self._write(content, request.headers.get("If-None-Match", ""))

    async def _write(self, content: FeedContent, if_none_match: str) -> web.Response:
        tr = self._catalogues.translator(content.language)
        body = await asyncio.to_thread(
            write_calendar,
            content.events,
            tr,
            host=self._feeds.host,
            name=f"Zveno: {content.name}",
            timezone=content.timezone,
        )
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {**_HEADERS, "ETag": tag}
        if _is_known(if_none_match, tag):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type=CONTENT_TYPE, charset="utf-8", headers=headers)

    def _miss(self) -> web.Response:
        if not self._misses.take():
            return _refuse()
        return web.Response(status=404, text="There is no such calendar.\n", headers=_HEADERS)


def _refuse() -> web.Response:
    headers = {**_HEADERS, "Retry-After": "60"}
    return web.Response(status=429, text="Too many requests; try again in a minute.\n", headers=headers)


def _is_known(header: str, tag: str) -> bool:
    """Whether If-None-Match names this version (RFC 9110, 13.1.2): weakly compared."""
    known = [one.strip().removeprefix("W/") for one in header.split(",")]
    return "*" in known or tag in known
