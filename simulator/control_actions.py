"""Control API: what an account can do in a chat; the same for its private chat and for groups."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from aiohttp import web

from simulator.control_bodies import (
    ClickButton,
    EditOwn,
    ForwardText,
    MarkRead,
    PressButton,
    React,
    SendContact,
    SendLocation,
    SendStart,
    SendText,
    read_body,
)
from simulator.control_uploads import UPLOAD_KINDS, read_upload, send_file
from simulator.errors import ControlError, JsonObject
from simulator.files import FileKind
from simulator.people import Person, SentUpdate, typed_caption, typed_text
from simulator.sharing import forwarded, location_content, own_contact, press, shared_contact
from simulator.views import message_view

Action = Callable[[Person, web.Request], Awaitable[JsonObject]]


def _sent(person: Person, sent: SentUpdate) -> JsonObject:
    return {"update_id": sent.update_id, "message": message_view(person.chat, sent.message)}


async def _send(person: Person, request: web.Request) -> JsonObject:
    body = await read_body(request, SendText)
    return _sent(person, person.say(body.text, reply_to=body.reply_to, thread_id=body.thread_id))


async def _react(person: Person, request: web.Request) -> JsonObject:
    body = await read_body(request, React)
    numbers = person.react(body.message_id, body.emoji)
    return {"update_ids": numbers, "message": message_view(person.chat, person.message(body.message_id))}


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


def _uploading(kind: FileKind) -> Action:
    async def upload(person: Person, request: web.Request) -> JsonObject:
        return _sent(person, send_file(person, kind, await read_upload(request)))

    return upload


ACTIONS: Mapping[str, Action] = {
    "send": _send,
    "start": _start,
    "react": _react,
    "contact": _contact,
    "location": _location,
    "forward": _forward,
    "edit": _edit,
    "press": _press,
    "click": _click,
    "block": _block,
    "unblock": _unblock,
    "read": _read,
    **{kind.value: _uploading(kind) for kind in UPLOAD_KINDS},
}
