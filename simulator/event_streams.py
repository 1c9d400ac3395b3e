"""Live views: the events of a chat as a server-sent stream.

The id of an event is its number in the chat, so a browser that lost the connection resumes by Last-Event-ID; when the
wanted events are no longer kept, the first event is `reset`: read the whole chat anew.
"""

import json
from http import HTTPStatus

from aiohttp import web

from simulator.chats import Chat, ChatEvent
from simulator.errors import ControlError, JsonObject
from simulator.people import Person
from simulator.views import event_view

HEARTBEAT_SECONDS = 15.0


class EventStreams:
    """All open streams; closing ends them so that a server can stop at once."""

    def __init__(self) -> None:
        self._closing = False
        self._watched: list[Chat] = []

    def close(self) -> None:
        """Ends every stream."""
        self._closing = True
        for chat in self._watched:
            chat.changed.notify()

    async def stream(self, request: web.Request, person: Person) -> web.StreamResponse:
        """Streams until the reader leaves or the server stops."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        chat = person.chat
        number = _resume_after(request, chat)
        await response.prepare(request)
        self._watched.append(chat)
        try:
            await self._feed(response, person, number)
        except ConnectionResetError:
            pass  # The reader left; that is the usual end of a stream.
        finally:
            self._watched.remove(chat)
        return response

    async def _feed(self, response: web.StreamResponse, person: Person, number: int) -> None:
        chat = person.chat
        if number + 1 < _oldest_kept(chat):
            number = chat.last_event
            await response.write(f"id: {number}\nevent: reset\ndata: {{}}\n\n".encode())
        await response.write(b": connected\n\n")
        while not self._closing:
            for event in _since(chat, number):
                number = event.number
                await response.write(_encoded(event, event_view(person.bot, person.account, chat, event)))
            if chat.last_event <= number and not await chat.changed.wait(HEARTBEAT_SECONDS):
                await response.write(b": still here\n\n")


def _resume_after(request: web.Request, chat: Chat) -> int:
    wanted = request.headers.get("Last-Event-ID") or request.query.get("after")
    if wanted is None:
        return chat.last_event
    if not (wanted.isascii() and wanted.isdigit()):
        raise ControlError(HTTPStatus.BAD_REQUEST, "after must be the number of an event")
    return min(int(wanted), chat.last_event)


def _oldest_kept(chat: Chat) -> int:
    return chat.events[0].number if chat.events else chat.last_event + 1


def _since(chat: Chat, number: int) -> list[ChatEvent]:
    newest_first = []
    for event in reversed(chat.events):
        if event.number <= number:
            break
        newest_first.append(event)
    return newest_first[::-1]


def _encoded(event: ChatEvent, view: JsonObject) -> bytes:
    return f"id: {event.number}\nevent: {event.kind.value}\ndata: {json.dumps(view)}\n\n".encode()
