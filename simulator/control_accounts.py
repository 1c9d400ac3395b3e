"""Control API: people, their private chats, and the live view of them."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.chats import Chat
from simulator.control_actions import ACTIONS, Action
from simulator.control_bodies import NewAccount, query_number, query_seconds, read_body
from simulator.event_streams import EventStreams
from simulator.people import Person
from simulator.views import account_view, private_view
from simulator.world import World

_ACCOUNT = r"/_ctl/accounts/{id:\d+}"


class AccountControl:
    """Handlers of /_ctl/accounts."""

    def __init__(self, world: World, streams: EventStreams) -> None:
        self._world = world
        self._streams = streams

    def routes(self) -> list[web.RouteDef]:
        """Routes of people and their actions."""
        return [
            web.post("/_ctl/accounts", self._add),
            web.get("/_ctl/accounts", self._list),
            web.get(f"{_ACCOUNT}/chat", self._chat),
            web.get(f"{_ACCOUNT}/events", self._events),
            *(web.post(f"{_ACCOUNT}/{name}", self._acting(action)) for name, action in ACTIONS.items()),
        ]

    def _person(self, request: web.Request) -> Person:
        account = self._world.account(int(request.match_info["id"]))
        bot = self._world.default_bot(query_number(request, "bot"))
        return Person(self._world, bot, account, self._world.private_chat(bot, account))

    def _acting(self, action: Action) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return web.json_response(await action(self._person(request), request))

        return handle

    def _bot(self, request: web.Request) -> Bot | None:
        bot_id = query_number(request, "bot")
        return self._world.default_bot(bot_id) if bot_id is not None or self._world.bots else None

    async def _add(self, request: web.Request) -> web.Response:
        body = await read_body(request, NewAccount)
        account_id = body.id or self._world.free_account_id()
        account = self._world.add_account(Account(**{**body.model_dump(), "id": account_id}))
        return web.json_response(account_view(self._bot(request), account), status=HTTPStatus.CREATED)

    async def _list(self, request: web.Request) -> web.Response:
        bot = self._bot(request)
        return web.json_response([account_view(bot, account) for account in self._world.accounts.values()])

    async def _chat(self, request: web.Request) -> web.Response:
        person = self._person(request)
        await wait_for_news(request, person.chat)
        after = query_number(request, "after", 0)
        return web.json_response(private_view(person.bot, person.account, person.chat, after))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        return await self._streams.stream(request, self._person(request))


async def wait_for_news(request: web.Request, chat: Chat) -> None:
    """Sleeps for `wait` seconds at most, while there is nothing above `since` (an event) or `after` (a message)."""
    seconds = query_seconds(request, "wait")
    if "since" in request.query:
        is_news = chat.last_event > query_number(request, "since", 0)
    else:
        is_news = chat.last_message_id > query_number(request, "after", 0)
    if seconds and not is_news:
        await chat.changed.wait(seconds)
