"""The control API: what people do, and what tests look at. JSON over HTTP under /_ctl, on loopback only.

Errors are `{"error": "..."}` with status 400 (body), 404 (no such thing) or 409 (not possible now). Where an account's
chat is meant, `?bot=ID` chooses the bot; without it the first one that connected (or was given at the start).

A message is the Bot API's Message with `from_bot`, `edited`, `files` [{kind, url, file_id, file_name, ...}], `reactions`
and `pinned`; inline keyboards are its `reply_markup`; the reply keyboard in force (or a forced reply) is the chat's
`keyboard`; `toasts` are the answers to taps [{callback_id, message_id, text, show_alert, url, at}].

People
    POST   /_ctl/accounts {id?, first_name, last_name?, username?, language_code?, phone_number?} -> account
    GET    /_ctl/accounts -> [{..., unread, last_message, started, blocked}]
    GET    /_ctl/accounts/{id}/chat?after=ID&since=NUMBER&wait=SECONDS -> the chat as the person sees it: {account, bot,
           messages (above `after`), keyboard, commands, menu_button, toasts, started, blocked, unread, last_event};
           `wait` sleeps until something happens, unless there are messages above `after` (or, with `since`, events)
    GET    /_ctl/accounts/{id}/events?after=NUMBER -> server-sent events (message, edited, deleted, toast, action,
           keyboard, commands, status; reset = read the chat anew); the id is the event's number, Last-Event-ID resumes
    GET    /_ctl/files/{file_id} -> the bytes of a file in a message

Actions; those that send answer {update_id, message}
    POST   /_ctl/accounts/{id}/send {text, reply_to?, thread_id?}
    POST   /_ctl/accounts/{id}/start {payload?}
    POST   /_ctl/accounts/{id}/contact {phone_number?, first_name?, last_name?, user_id?, own?}
    POST   /_ctl/accounts/{id}/location {latitude, longitude, live_period?}
    POST   /_ctl/accounts/{id}/photo | document | voice | audio | video | video_note | sticker: multipart with `file` and
           caption?, reply_to?, duration?, file_size? (a declared size, to play with the 20 MB limit), media_group_id? (an
           album is several uploads with one), performer?, title?, width?, height?, length?
    POST   /_ctl/accounts/{id}/forward {text, origin: {type: user|hidden_user|chat|channel, id?, name, date?, ...}}
    POST   /_ctl/accounts/{id}/edit {message_id, text? | caption? | latitude, longitude}
    POST   /_ctl/accounts/{id}/press {text, latitude?, longitude?}: a reply keyboard button, with what it requests
    POST   /_ctl/accounts/{id}/click {message_id, data | text | row, column; forged?, inaccessible?, wait?}
           -> {callback_id, update_id, answer: {text, show_alert, url} or null}
    POST   /_ctl/accounts/{id}/block, /unblock -> {update_id}
    POST   /_ctl/accounts/{id}/read {message_id?} -> {unread}

Groups
    POST   /_ctl/groups {title, creator, type?: group|supergroup, forum?, members?, with_bot?} -> the group's chat
    GET    /_ctl/groups -> [{id, type, title}]
    GET    /_ctl/groups/{id}/chat?after=&since=&wait= -> {chat, members, topics, migrated_to, messages, ...}
    POST   /_ctl/groups/{id}/add, /remove {account_id} or {bot_id, by, administrator?} -> the group's chat
    POST   /_ctl/groups/{id}/topics {name, by} -> {thread_id}
    POST   /_ctl/groups/{id}/migrate {by} -> the new supergroup's chat
    POST   /_ctl/groups/{id}/members/{account}/send (and every other action above)

Bots
    GET    /_ctl/bots -> [{id, username, pending_updates, webhook, commands}]
    GET    /_ctl/calls?method=&chat_id=&after=NUMBER -> [{number, method, params, files, at, result, error}]
    DELETE /_ctl/calls forgets calls and violations
    GET    /_ctl/violations -> calls refused because the bot was wrong; a test asserts that there are none
    POST   /_ctl/faults {kind: 400|401|403|404|409|429|5xx|timeout|drop|garbage|slow, method?, chat_id?, times? (null: until
           cleared), after?, retry_after?, seconds? (slow), description?, applied? (only the answer is lost)}
    DELETE /_ctl/faults
    POST   /_ctl/updates/raw: any JSON, queued as it is (an object without update_id gets one) -> {update_id}
    POST   /_ctl/updates/redeliver {update_id, bot?}: a former update once more
    POST   /_ctl/updates/restart {update_id, bot?}: the next update gets this (lower) number, as after a quiet week
    GET    /_ctl/health -> {ok: true}
"""

from collections.abc import Sequence
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator.control_accounts import AccountControl
from simulator.control_bots import BotControl
from simulator.control_groups import GroupControl
from simulator.errors import ControlError
from simulator.event_streams import EventStreams
from simulator.world import World


def control_routes(world: World, streams: EventStreams) -> Sequence[web.RouteDef]:
    """All routes of the control API."""
    return [
        web.get("/_ctl/health", _health),
        *AccountControl(world, streams).routes(),
        *GroupControl(world).routes(),
        *BotControl(world).routes(),
    ]


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


def is_loopback(host: str | None) -> bool:
    """Whether a host name means this machine."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_local(request: web.Request) -> bool:
    """No DNS rebinding (Host) and no page of another site (Origin) may drive the simulator."""
    if not is_loopback(urlsplit(f"//{request.headers.get('Host', '')}").hostname):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("Host")


@web.middleware
async def guard_control(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keeps strangers out, of the Bot API too (a web site must not register a bot), and answers control errors."""
    if not _is_local(request):
        refusal = {"ok": False, "error": "only this machine may use the simulator"}
        return web.json_response(refusal, status=HTTPStatus.FORBIDDEN)
    try:
        return await handler(request)
    except ControlError as error:
        return web.json_response({"error": error.message}, status=error.status)
