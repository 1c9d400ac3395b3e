"""The chat page for people: static files of simulator/page, and nothing else on this machine."""

from collections.abc import Mapping
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable

from aiohttp import web

from simulator.errors import ControlError

_TYPES: Mapping[str, str] = {
    "html": "text/html",
    "js": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page_routes() -> list[web.RouteDef]:
    """The page at / and its files beside it."""
    return [web.get("/", _index), web.get(r"/{name:[A-Za-z0-9_-]+\.[a-z]+}", _file)]


def _page() -> Traversable:
    return files("simulator") / "page"


async def _index(_request: web.Request) -> web.Response:
    return _answer("index.html")


async def _file(request: web.Request) -> web.Response:
    return _answer(request.match_info["name"])


def _answer(name: str) -> web.Response:
    content_type = _TYPES.get(name.rpartition(".")[2])
    resource = _page() / name
    if content_type is None or not resource.is_file():
        raise ControlError(HTTPStatus.NOT_FOUND, f"no {name} here")
    charset = "utf-8" if content_type.startswith("text/") else None
    return web.Response(
        body=resource.read_bytes(), content_type=content_type, charset=charset, headers=_HEADERS
    )
