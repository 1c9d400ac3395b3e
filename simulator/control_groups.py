"""Control API: groups, who is in them, and what their members do there."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Literal

from aiohttp import web
from pydantic import Field

from simulator.chats import Chat, ChatType
from simulator.control_accounts import wait_for_news
from simulator.control_actions import ACTIONS, Action
from simulator.control_bodies import ControlBody, query_number, read_body
from simulator.errors import ControlError
from simulator.groups import Groups
from simulator.people import Person
from simulator.views import group_view
from simulator.world import World

_GROUP = r"/_ctl/groups/{group:-?\d+}"


class NewGroup(ControlBody):
    """A group to make, with its creator, further members, and the bot unless told otherwise."""

    title: str = Field(min_length=1, max_length=128)
    creator: int
    type: Literal["group", "supergroup"] = "supergroup"
    forum: bool = False
    members: list[int] = Field(default_factory=list)
    with_bot: bool = True


class GroupMember(ControlBody):
    """Who joins or leaves: a person or a bot; `by` acts for a bot."""

    account_id: int | None = None
    bot_id: int | None = None
    by: int | None = None
    administrator: bool = False


class NewTopic(ControlBody):
    """A topic of a forum."""

    name: str = Field(min_length=1, max_length=128)
    by: int


class Migration(ControlBody):
    """Who turns the group into a supergroup."""

    by: int


class GroupControl:
    """Handlers of /_ctl/groups."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._groups = Groups(world)

    def routes(self) -> list[web.RouteDef]:
        """Routes of groups and of their members' actions."""
        return [
            web.post("/_ctl/groups", self._create),
            web.get("/_ctl/groups", self._list),
            web.get(f"{_GROUP}/chat", self._chat),
            web.post(f"{_GROUP}/add", self._add),
            web.post(f"{_GROUP}/remove", self._remove),
            web.post(f"{_GROUP}/topics", self._add_topic),
            web.post(f"{_GROUP}/migrate", self._migrate),
            *(
                web.post(f"{_GROUP}/members/{{id:\\d+}}/{name}", self._acting(action))
                for name, action in ACTIONS.items()
            ),
        ]

    def _group(self, request: web.Request) -> Chat:
        return self._groups.get(int(request.match_info["group"]))

    def _acting(self, action: Action) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            account = self._world.account(int(request.match_info["id"]))
            bot = self._world.default_bot(query_number(request, "bot"))
            person = Person(self._world, bot, account, self._group(request))
            return web.json_response(await action(person, request))

        return handle

    async def _create(self, request: web.Request) -> web.Response:
        body = await read_body(request, NewGroup)
        creator = self._world.account(body.creator)
        members = [self._world.account(member) for member in body.members]
        group = self._groups.create(body.title, ChatType(body.type), creator, forum=body.forum)
        for member in members:
            self._groups.add_member(group, member, creator)
        if body.with_bot:
            self._groups.add_bot(group, self._world.default_bot(query_number(request, "bot")), creator)
        return web.json_response(group_view(group, 0), status=HTTPStatus.CREATED)

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response([group.card for group in self._world.groups.values()])

    async def _chat(self, request: web.Request) -> web.Response:
        group = self._group(request)
        await wait_for_news(request, group)
        return web.json_response(group_view(group, query_number(request, "after", 0)))

    async def _add(self, request: web.Request) -> web.Response:
        group, body = self._group(request), await read_body(request, GroupMember)
        by = self._world.account(self._actor(body))
        if body.bot_id is not None:
            status = "administrator" if body.administrator else "member"
            self._groups.add_bot(group, self._world.default_bot(body.bot_id), by, status)
        else:
            self._groups.add_member(group, self._world.account(self._actor(body, joining=True)), by)
        return web.json_response(group_view(group, 0))

    async def _remove(self, request: web.Request) -> web.Response:
        group, body = self._group(request), await read_body(request, GroupMember)
        if body.bot_id is not None:
            by = self._world.account(self._actor(body)).as_user()
            self._groups.remove_bot(group, self._world.default_bot(body.bot_id), by)
        else:
            self._groups.remove_member(group, self._world.account(self._actor(body, joining=True)))
        return web.json_response(group_view(group, 0))

    @staticmethod
    def _actor(body: GroupMember, *, joining: bool = False) -> int:
        actor = body.account_id if joining or body.by is None else body.by
        if actor is None:
            raise ControlError(HTTPStatus.BAD_REQUEST, "account_id is needed, or bot_id with by")
        return actor

    async def _add_topic(self, request: web.Request) -> web.Response:
        group, body = self._group(request), await read_body(request, NewTopic)
        thread_id = self._groups.add_topic(group, body.name, self._world.account(body.by))
        return web.json_response({"thread_id": thread_id}, status=HTTPStatus.CREATED)

    async def _migrate(self, request: web.Request) -> web.Response:
        group, body = self._group(request), await read_body(request, Migration)
        moved = self._groups.migrate(group, self._world.account(body.by))
        return web.json_response(group_view(moved, 0), status=HTTPStatus.CREATED)
