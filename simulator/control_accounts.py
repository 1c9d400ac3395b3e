"""Control API, people's side: accounts and what they do in their chats."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.control_bodies import (
    ClickButton,
    EditOwn,
    ForwardText,
    MarkRead,
    NewAccount,
    PressButton,
    SendContact,
    SendLocation,
    SendStart,
    SendText,
    read_body,
)
from simulator.errors import ControlError, JsonObject
from simulator.people import Person, SentUpdate, typed_caption, typed_text
from simulator.sharing import forwarded, location_content, own_contact, press, shared_contact
from simulator.views import account_view, chat_view, message_view
from simulator.world import World

MAX_WAIT_SECONDS = 60.0
Action = Callable[[Person, web.Request], Awaitable[JsonObject]]


def _sent(person: Person, sent: SentUpdate) -> JsonObject:
    return {"update_id": sent.update_id, "message": message_view(person.chat, sent.message)}


def query_number(request: web.Request, name: str, default: int | None = None) -> int | None:
    """A whole number of the query string.

    Raises:
        ControlError: it is something else.
    """
    raw = request.query.get(name)
    if raw is None:
        return default
    try:
        return int(raw)
    except ValueError as exc:
        raise ControlError(HTTPStatus.BAD_REQUEST, f"{name} must be a whole number") from exc


def _wait_seconds(request: web.Request) -> float:
    try:
        return min(max(float(request.query.get("wait", "0")), 0.0), MAX_WAIT_SECONDS)
    except ValueError as exc:
        raise ControlError(HTTPStatus.BAD_REQUEST, "wait must be a number of seconds") from exc


class AccountControl:
    """Handlers of /_ctl/accounts."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Routes of people and their actions."""
        actions: dict[str, Action] = {
            "send": _send,
            "start": _start,
            "contact": _contact,
            "location": _location,
            "forward": _forward,
            "edit": _edit,
            "press": _press,
            "click": _click,
            "block": _block,
            "unblock": _unblock,
            "read": _read,
        }
        return [
            web.post("/_ctl/accounts", self._add),
            web.get("/_ctl/accounts", self._list),
            web.get("/_ctl/accounts/{id:\\d+}/chat", self._chat),
            *(
                web.post(f"/_ctl/accounts/{{id:\\d+}}/{name}", self._acting(action))
                for name, action in actions.items()
            ),
        ]

    def person(self, request: web.Request) -> Person:
        """The account of the path in its chat with the bot of the query.

        Raises:
            ControlError: either does not exist.
        """
        account = self._world.account(int(request.match_info["id"]))
        return Person(self._world, self._world.default_bot(query_number(request, "bot")), account)

    def _acting(self, action: Action) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return web.json_response(await action(self.person(request), request))

        return handle

    def _first_bot(self) -> Bot | None:
        return next(iter(self._world.bots.values()), None)

    async def _add(self, request: web.Request) -> web.Response:
        body = await read_body(request, NewAccount)
        fields = body.model_dump()
        account_id = body.id or self._world.free_account_id()
        account = self._world.add_account(Account(**{**fields, "id": account_id}))
        return web.json_response(account_view(self._first_bot(), account), status=HTTPStatus.CREATED)

    async def _list(self, _request: web.Request) -> web.Response:
        bot = self._first_bot()
        return web.json_response([account_view(bot, account) for account in self._world.accounts.values()])

    async def _chat(self, request: web.Request) -> web.Response:
        person = self.person(request)
        after = query_number(request, "after", 0) or 0
        since = query_number(request, "since")
        chat = person.chat
        is_new = chat.last_message_id > after if since is None else chat.last_event > since
        wait = _wait_seconds(request)
        if wait and not is_new:
            await chat.changed.wait(wait)
        return web.json_response(chat_view(self._world, person.bot, person.account, after))


async def _send(person: Person, request: web.Request) -> JsonObject:
    body = await read_body(request, SendText)
    return _sent(person, person.say(body.text, reply_to=body.reply_to))


async def _start(person: Person, request: web.Request) -> JsonObject:
    body = await read_body(request, SendStart)
    if person.chat.blocked:
        person.set_blocked(blocked=False)
    return _sent(person, person.say(f"/start {body.payload}" if body.payload else "/start"))


async def _contact(person: Person, request: web.Request) -> JsonObject:
    body = await read_body(request, SendContact)
    content = own_contact(person.account, body.phone_number) if body.own else shared_contact(body)
    return _sent(person, person.send(content))


async def _location(person: Person, request: web.Request) -> JsonObject:
    body = await read_body(request, SendLocation)
    return _sent(person, person.send(location_content(body)))


async def _forward(person: Person, request: web.Request) -> JsonObject:
    body = await read_body(request, ForwardText)
    return _sent(person, person.send({**typed_text(body.text), **forwarded(person.world, body.origin)}))


async def _edit(person: Person, request: web.Request) -> JsonObject:
    body = await read_body(request, EditOwn)
    changed: JsonObject = {}
    if body.text is not None:
        changed = typed_text(body.text)
    elif body.caption is not None:
        changed = typed_caption(body.caption) or {"caption": ""}
    elif body.latitude is not None and body.longitude is not None:
        changed = {"location": {"latitude": body.latitude, "longitude": body.longitude}}
    if not changed:
        raise ControlError(
            HTTPStatus.BAD_REQUEST, "text, caption or latitude and longitude: one of them is needed"
        )
    return _sent(person, person.edit(body.message_id, changed))


async def _press(person: Person, request: web.Request) -> JsonObject:
    return _sent(person, press(person, await read_body(request, PressButton)))


async def _click(person: Person, request: web.Request) -> JsonObject:
    body = await read_body(request, ClickButton)
    query = (
        person.tap_inaccessible(body.message_id, _clicked_data(person, body))
        if body.inaccessible
        else person.tap(body.message_id, _clicked_data(person, body))
    )
    if body.wait:
        try:
            async with asyncio.timeout(body.wait):
                await query.answered.wait()
        except TimeoutError as exc:
            raise ControlError(HTTPStatus.GATEWAY_TIMEOUT, "the bot did not answer the tap in time") from exc
    return {"callback_id": query.id, "update_id": query.update_id, "answer": query.answer}


def _clicked_data(person: Person, body: ClickButton) -> str:
    if body.forged or body.inaccessible:
        if body.data is None:
            raise ControlError(HTTPStatus.BAD_REQUEST, "data is needed for a button that is not shown")
        return body.data
    named = {"callback_data": body.data, "text": body.text, "row": body.row, "column": body.column}
    wanted = {key: value for key, value in named.items() if value is not None}
    if not wanted:
        raise ControlError(HTTPStatus.BAD_REQUEST, "name the button by data, text, or row and column")
    button = person.find_inline_button(body.message_id, **wanted)
    if "callback_data" not in button:
        raise ControlError(HTTPStatus.CONFLICT, "this button carries no callback data")
    return str(button["callback_data"])


async def _block(person: Person, _request: web.Request) -> JsonObject:
    return {"update_id": person.set_blocked(blocked=True)}


async def _unblock(person: Person, _request: web.Request) -> JsonObject:
    return {"update_id": person.set_blocked(blocked=False)}


async def _read(person: Person, request: web.Request) -> JsonObject:
    body = await read_body(request, MarkRead)
    chat = person.chat
    chat.read_up_to = max(
        chat.read_up_to, chat.last_message_id if body.message_id is None else body.message_id
    )
    return {"unread": len(chat.unread_ids())}
