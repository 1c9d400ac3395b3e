"""The typed client of the control API: how tests and the demo play people."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import aiohttp

from simulator.errors import JsonObject, SimulatorError

DEFAULT_WAIT_SECONDS = 30.0


class ControlRefused(SimulatorError):
    """The control API answered with an error; `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        """Keeps status and text of the answer."""
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message


class NothingCame(SimulatorError):
    """What a test waited for did not happen in time."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap and what the bot answered to it (None while it has not)."""

    callback_id: str
    update_id: int | None
    answer: JsonObject | None


class SimulatorClient:
    """Control of a simulator at `url`; an async context manager."""

    def __init__(self, url: str, *, bot_id: int | None = None) -> None:
        self._url = url.rstrip("/")
        self._bot_id = bot_id
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_exc_info: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def request(
        self, method: str, path: str, *, query: JsonObject | None = None, **options: Any
    ) -> Any:
        """Any control call; returns the decoded answer.

        Raises:
            ControlRefused: for an error answer.
        """
        if self._session is None:
            raise RuntimeError("use the client as an async context manager")
        params = {key: str(value) for key, value in (query or {}).items() if value is not None}
        if self._bot_id is not None:
            params.setdefault("bot", str(self._bot_id))
        async with self._session.request(
            method, f"{self._url}/_ctl{path}", params=params, **options
        ) as response:
            if response.content_type != "application/json":
                raise ControlRefused(response.status, await response.text())
            answer = await response.json()
            if response.status >= HTTPStatus.BAD_REQUEST:
                raise ControlRefused(response.status, answer.get("error", ""))
            return answer

    async def _act(self, account_id: int, action: str, **body: Any) -> JsonObject:
        given = {key: value for key, value in body.items() if value is not None}
        answer: JsonObject = await self.request("POST", f"/accounts/{account_id}/{action}", json=given)
        return answer

    async def add_account(self, first_name: str, **fields: Any) -> JsonObject:
        """Registers a person: id, last_name, username, language_code, phone_number are optional."""
        account: JsonObject = await self.request(
            "POST", "/accounts", json={"first_name": first_name, **fields}
        )
        return account

    async def list_accounts(self) -> list[JsonObject]:
        """All people with unread counts and last messages."""
        accounts: list[JsonObject] = await self.request("GET", "/accounts")
        return accounts

    async def send(self, account_id: int, text: str, *, reply_to: int | None = None) -> JsonObject:
        """Writes to the bot; returns {update_id, message}."""
        return await self._act(account_id, "send", text=text, reply_to=reply_to)

    async def start(self, account_id: int, payload: str | None = None) -> JsonObject:
        """Presses Start, or opens a deep link."""
        return await self._act(account_id, "start", payload=payload)

    async def share_contact(self, account_id: int, **contact: Any) -> JsonObject:
        """Sends a contact: phone_number, first_name, last_name, user_id, own."""
        return await self._act(account_id, "contact", **contact)

    async def share_location(self, account_id: int, latitude: float, longitude: float) -> JsonObject:
        """Sends a place."""
        return await self._act(account_id, "location", latitude=latitude, longitude=longitude)

    async def upload(
        self,
        account_id: int,
        kind: str,
        data: bytes,
        *,
        name: str = "file.bin",
        content_type: str | None = None,
        **fields: Any,
    ) -> JsonObject:
        """Sends a photo, document, voice, audio, video or video_note; fields: caption, duration, file_size."""
        form = aiohttp.FormData()
        for key, value in fields.items():
            form.add_field(key, str(value))
        form.add_field("file", data, filename=name, content_type=content_type or "application/octet-stream")
        answer: JsonObject = await self.request("POST", f"/accounts/{account_id}/{kind}", data=form)
        return answer

    async def forward(self, account_id: int, text: str, **origin: Any) -> JsonObject:
        """Forwards somebody's text: type, name, id, date of its origin."""
        return await self._act(account_id, "forward", text=text, origin=origin)

    async def edit(self, account_id: int, message_id: int, text: str) -> JsonObject:
        """Changes an own message."""
        return await self._act(account_id, "edit", message_id=message_id, text=text)

    async def press(self, account_id: int, text: str, **place: float) -> JsonObject:
        """Presses a button of the reply keyboard."""
        return await self._act(account_id, "press", text=text, **place)

    async def click(
        self, account_id: int, message_id: int, *, wait: float = DEFAULT_WAIT_SECONDS, **button: Any
    ) -> Tap:
        """Taps an inline button named by data, text, or row and column; waits for the bot's answer unless wait=0."""
        answer = await self._act(account_id, "click", message_id=message_id, wait=wait, **button)
        return Tap(answer["callback_id"], answer["update_id"], answer["answer"])

    async def block(self, account_id: int) -> None:
        """Blocks the bot."""
        await self._act(account_id, "block")

    async def unblock(self, account_id: int) -> None:
        """Takes the bot back."""
        await self._act(account_id, "unblock")

    async def mark_read(self, account_id: int, message_id: int | None = None) -> int:
        """Has seen the messages; returns how many are still unread."""
        return int((await self._act(account_id, "read", message_id=message_id))["unread"])

    async def chat(self, account_id: int, *, after: int = 0, wait: int = 0) -> JsonObject:
        """The chat as its person sees it."""
        view: JsonObject = await self.request(
            "GET", f"/accounts/{account_id}/chat", query={"after": after, "wait": wait}
        )
        return view

    async def bot_messages(self, account_id: int, *, after: int = 0) -> list[JsonObject]:
        """The bot's messages in the chat, the oldest first."""
        return [
            message
            for message in (await self.chat(account_id, after=after))["messages"]
            if message["from_bot"]
        ]

    async def wait_for(
        self,
        account_id: int,
        wanted: Callable[[JsonObject], bool] = lambda _message: True,
        *,
        after: int = 0,
        seconds: float = DEFAULT_WAIT_SECONDS,
    ) -> JsonObject:
        """The first message of the bot above `after` that is as wanted, now or within the time; edits count.

        Raises:
            NothingCame: no such message in time.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        seen = -1
        while True:
            view = await self.request(
                "GET",
                f"/accounts/{account_id}/chat",
                query={"after": after, "since": seen, "wait": max(deadline - loop.time(), 0)},
            )
            for message in view["messages"]:
                if message["from_bot"] and wanted(message):
                    found: JsonObject = message
                    return found
            if loop.time() >= deadline:
                raise NothingCame(f"account {account_id} waited {seconds} s; messages: {view['messages']}")
            seen = view["last_event"]

    async def calls(
        self, method: str | None = None, *, chat_id: int | None = None, after: int = 0
    ) -> list[JsonObject]:
        """The bot's recorded calls."""
        found: list[JsonObject] = await self.request(
            "GET", "/calls", query={"method": method, "chat_id": chat_id, "after": after}
        )
        return found

    async def clear_calls(self) -> None:
        """Forgets calls and violations."""
        await self.request("DELETE", "/calls")

    async def violations(self) -> list[JsonObject]:
        """Calls refused because the bot was wrong."""
        found: list[JsonObject] = await self.request("GET", "/violations")
        return found

    async def add_fault(self, kind: str, **fault: Any) -> None:
        """Arms a failure: method, chat_id, times, after, retry_after, seconds, description, applied."""
        await self.request("POST", "/faults", json={"kind": kind, **fault})

    async def clear_faults(self) -> None:
        """Disarms all failures."""
        await self.request("DELETE", "/faults")

    async def inject_update(self, update: Any) -> int:
        """Queues any JSON as an update."""
        return int((await self.request("POST", "/updates/raw", json=update))["update_id"])

    async def redeliver(self, update_id: int) -> None:
        """Sends a former update once more."""
        await self.request("POST", "/updates/redeliver", json={"update_id": update_id})

    async def restart_numbers(self, update_id: int) -> None:
        """Gives the next update this number, as Telegram may after a quiet week."""
        await self.request("POST", "/updates/restart", json={"update_id": update_id})

    async def add_group(self, title: str, creator: int, **fields: Any) -> JsonObject:
        """Makes a group with the bot in it: type, forum, members, with_bot are optional; returns its chat."""
        view: JsonObject = await self.request(
            "POST", "/groups", json={"title": title, "creator": creator, **fields}
        )
        return view

    async def act_in_group(self, group_id: int, account_id: int, action: str, **body: Any) -> JsonObject:
        """Any action of a member in a group: send, click, edit, press, forward, location, contact."""
        path = f"/groups/{group_id}/members/{account_id}/{action}"
        answer: JsonObject = await self.request("POST", path, json=body)
        return answer

    async def group_chat(self, group_id: int, *, after: int = 0) -> JsonObject:
        """A group as its members see it: messages above `after`, topics, members."""
        view: JsonObject = await self.request("GET", f"/groups/{group_id}/chat", query={"after": after})
        return view

    async def upload_in_group(
        self, group_id: int, account_id: int, kind: str, data: bytes, *, name: str, **fields: Any
    ) -> JsonObject:
        """Sends a file to a group; fields: caption, thread_id, reply_to."""
        form = aiohttp.FormData()
        for key, value in fields.items():
            form.add_field(key, str(value))
        form.add_field("file", data, filename=name, content_type="application/octet-stream")
        path = f"/groups/{group_id}/members/{account_id}/{kind}"
        answer: JsonObject = await self.request("POST", path, data=form)
        return answer

    async def react(self, group_id: int, account_id: int, message_id: int, *emoji: str) -> JsonObject:
        """Puts reactions on a message of a group, in the place of the person's former ones."""
        return await self.act_in_group(
            group_id, account_id, "react", message_id=message_id, emoji=list(emoji)
        )

    async def change_topic(self, group_id: int, thread_id: int, by: int, **change: Any) -> None:
        """Does something to a topic as a member: name, closed, deleted."""
        await self.request("POST", f"/groups/{group_id}/topics/{thread_id}", json={"by": by, **change})

    async def bots(self) -> list[JsonObject]:
        """Bots with their pending updates and command menus."""
        found: list[JsonObject] = await self.request("GET", "/bots")
        return found
