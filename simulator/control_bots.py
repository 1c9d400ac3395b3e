"""Control API, bots' side: the record of calls, failures on demand, injected updates, files."""

from http import HTTPStatus

from aiohttp import web
from aiohttp.helpers import content_disposition_header

from simulator.control_bodies import NewFault, NumberRestart, Redelivery, query_number, read_body, read_json
from simulator.errors import ControlError
from simulator.faults import Fault
from simulator.world import World

# Shown in the page; everything else is only offered for saving, so that an uploaded page or drawing runs no script.
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")


class BotControl:
    """Handlers of what tests look at and provoke."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Routes of calls, faults, updates and files."""
        return [
            web.get("/_ctl/bots", self._bots),
            web.get("/_ctl/calls", self._calls),
            web.delete("/_ctl/calls", self._forget_calls),
            web.get("/_ctl/violations", self._violations),
            web.post("/_ctl/faults", self._add_fault),
            web.delete("/_ctl/faults", self._clear_faults),
            web.post("/_ctl/updates/raw", self._raw_update),
            web.post("/_ctl/updates/redeliver", self._redeliver),
            web.post("/_ctl/updates/restart", self._restart_numbers),
            web.get("/_ctl/files/{file_id}", self._file),
        ]

    async def _bots(self, _request: web.Request) -> web.Response:
        return web.json_response(
            [
                {
                    "id": bot.id,
                    "username": bot.username,
                    "pending_updates": bot.updates.pending_count(),
                    "webhook": None if bot.webhook is None else bot.webhook.url,
                    "commands": [
                        {"scope": scope, "language_code": language, "commands": commands}
                        for (scope, language), commands in bot.commands.items()
                    ],
                }
                for bot in self._world.bots.values()
            ]
        )

    async def _calls(self, request: web.Request) -> web.Response:
        calls = self._world.calls.list_calls(
            request.query.get("method"),
            query_number(request, "chat_id"),
            query_number(request, "after", 0),
        )
        return web.json_response(calls)

    async def _forget_calls(self, _request: web.Request) -> web.Response:
        self._world.calls.clear()
        return web.json_response({"ok": True})

    async def _violations(self, _request: web.Request) -> web.Response:
        return web.json_response(self._world.calls.list_violations())

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await read_body(request, NewFault)
        self._world.faults.add(Fault(**body.model_dump()))
        return web.json_response({"ok": True}, status=HTTPStatus.CREATED)

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._world.faults.clear()
        return web.json_response({"ok": True})

    async def _raw_update(self, request: web.Request) -> web.Response:
        bot = self._world.default_bot(query_number(request, "bot"))
        return web.json_response({"update_id": bot.updates.put_raw(await read_json(request))})

    async def _redeliver(self, request: web.Request) -> web.Response:
        body = await read_body(request, Redelivery)
        bot = self._world.default_bot(body.bot)
        if not bot.updates.redeliver(body.update_id):
            raise ControlError(HTTPStatus.NOT_FOUND, f"no update {body.update_id} is remembered")
        return web.json_response({"update_id": body.update_id})

    async def _restart_numbers(self, request: web.Request) -> web.Response:
        body = await read_body(request, NumberRestart)
        if not self._world.default_bot(body.bot).updates.restart_numbers(body.update_id):
            raise ControlError(
                HTTPStatus.CONFLICT, "updates wait; numbers begin anew only after a quiet week"
            )
        return web.json_response({"update_id": body.update_id})

    async def _file(self, request: web.Request) -> web.Response:
        stored = self._world.files.find(request.match_info["file_id"])
        if stored is None:
            raise ControlError(HTTPStatus.NOT_FOUND, "no such file")
        shown = stored.content_type.startswith(_SHOWN)
        response = web.Response(
            body=stored.data,
            content_type=stored.content_type if shown else "application/octet-stream",
            headers={
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "X-Content-Type-Options": "nosniff",
            },
        )
        response.headers["Content-Disposition"] = _disposition(stored.name, shown=shown)
        return response


def _disposition(name: str, *, shown: bool) -> str:
    return content_disposition_header("inline" if shown else "attachment", filename=name)
