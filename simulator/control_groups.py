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
from simulator.errors import ApiError, ControlError
from simulator.groups import ALL_RIGHTS, Groups
from simulator.people import Person
from simulator.topics import Topics
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
    rights: list[str] | None = None


class TopicChange(ControlBody):
    """What a member does to a topic: another name, closed or not, or deleted."""

    by: int
    name: str | None = Field(default=None, min_length=1, max_length=128)
    closed: bool | None = None
    deleted: bool = False


class ForumSwitch(ControlBody):
    """Whether a supergroup has topics."""

    forum: bool


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
            web.post(f"{_GROUP}/promote", self._promote),
            web.post(f"{_GROUP}/forum", self._set_forum),
            web.post(f"{_GROUP}/topics", self._add_topic),
            web.post(f"{_GROUP}/topics/{{thread:\\d+}}", self._change_topic),
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
            bot = self._world.default_bot(body.bot_id)
            self._groups.add_bot(group, bot, by, _status(body), _rights(body))
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

    async def _promote(self, request: web.Request) -> web.Response:
        group, body = self._group(request), await read_body(request, GroupMember)
        bot, by = self._world.default_bot(body.bot_id), self._world.account(self._actor(body))
        self._groups.promote_bot(group, bot, by, _status(body), _rights(body))
        return web.json_response(group_view(group, 0))

    async def _set_forum(self, request: web.Request) -> web.Response:
        group, body = self._group(request), await read_body(request, ForumSwitch)
        if group.type is not ChatType.supergroup:
            raise ControlError(HTTPStatus.BAD_REQUEST, "only a supergroup has topics")
        group.card.pop("is_forum", None)
        if body.forum:
            group.card["is_forum"] = True
        return web.json_response(group_view(group, 0))

    async def _change_topic(self, request: web.Request) -> web.Response:
        group, body = self._group(request), await read_body(request, TopicChange)
        topics, thread_id = Topics(self._world, group), int(request.match_info["thread"])
        actor = self._world.account(body.by).as_user()
        try:
            if body.name is not None:
                topics.rename(thread_id, body.name, actor)
            if body.closed is not None:
                topics.set_closed(thread_id, actor, closed=body.closed)
            if body.deleted:
                topics.delete(thread_id)
        except ApiError as error:
            raise ControlError(HTTPStatus.CONFLICT, error.description) from error
        return web.json_response(group_view(group, 0))

    async def _add_topic(self, request: web.Request) -> web.Response:
        group, body = self._group(request), await read_body(request, NewTopic)
        try:
            thread_id = Topics(self._world, group).open(body.name, self._world.account(body.by).as_user())
        except ApiError as error:
            raise ControlError(HTTPStatus.CONFLICT, error.description) from error
        return web.json_response({"thread_id": thread_id}, status=HTTPStatus.CREATED)

    async def _migrate(self, request: web.Request) -> web.Response:
        group, body = self._group(request), await read_body(request, Migration)
        moved = self._groups.migrate(group, self._world.account(body.by))
        return web.json_response(group_view(moved, 0), status=HTTPStatus.CREATED)


def _status(body: GroupMember) -> str:
    return "administrator" if body.administrator else "member"


def _rights(body: GroupMember) -> frozenset[str]:
    """The rights an administrator is given; all of them unless some are named.

    Raises:
        ControlError: There is no such right.
    """
    if body.rights is None:
        return ALL_RIGHTS
    if unknown := set(body.rights) - ALL_RIGHTS:
        raise ControlError(HTTPStatus.BAD_REQUEST, f"no such right: {min(unknown)}")
    return frozenset(body.rights)
