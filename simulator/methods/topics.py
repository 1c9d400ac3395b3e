"""Topics of forums."""

from typing import Any

from aiogram.methods import (
    CloseForumTopic,
    CreateForumTopic,
    DeleteForumTopic,
    EditForumTopic,
    ReopenForumTopic,
)

from simulator.calling import ApiRequest
from simulator.errors import JsonObject, bad_request, violation
from simulator.methods.registry import MethodTable
from simulator.topics import Topics

table = MethodTable()
MAX_NAME = 128
_COLORS = frozenset({7322096, 16766590, 13338331, 9367192, 16749490, 16478047})


def _topics(request: ApiRequest[Any]) -> Topics:
    """The topics of a group that the bot may manage."""
    group = request.writable_chat(request.method.chat_id)
    topics = Topics(request.world, group)
    topics.check_may_manage(request.bot)
    return topics


def _name(name: str) -> str:
    if not name.strip() or len(name) > MAX_NAME:
        raise violation("TOPIC_TITLE_EMPTY" if not name.strip() else "topic name is too long")
    return name.strip()


@table.serves(CreateForumTopic)
def create_forum_topic(request: ApiRequest[CreateForumTopic]) -> JsonObject:
    """CreateForumTopic."""
    topics, color = _topics(request), request.method.icon_color
    if color is not None and color not in _COLORS:
        raise violation("wrong icon color specified")
    thread_id = topics.open(_name(request.method.name), request.bot.as_user(), color)
    return {"message_thread_id": thread_id, **topics.group.topics[thread_id]}


@table.serves(EditForumTopic)
def edit_forum_topic(request: ApiRequest[EditForumTopic]) -> bool:
    """EditForumTopic; icons are not kept."""
    name = request.method.name
    _topics(request).rename(
        request.method.message_thread_id, _name(name) if name is not None else None, request.bot.as_user()
    )
    return True


@table.serves(CloseForumTopic)
def close_forum_topic(request: ApiRequest[CloseForumTopic]) -> bool:
    """CloseForumTopic."""
    _topics(request).set_closed(request.method.message_thread_id, request.bot.as_user(), closed=True)
    return True


@table.serves(ReopenForumTopic)
def reopen_forum_topic(request: ApiRequest[ReopenForumTopic]) -> bool:
    """ReopenForumTopic."""
    _topics(request).set_closed(request.method.message_thread_id, request.bot.as_user(), closed=False)
    return True


@table.serves(DeleteForumTopic)
def delete_forum_topic(request: ApiRequest[DeleteForumTopic]) -> bool:
    """DeleteForumTopic; asks for another right than the rest."""
    group = request.writable_chat(request.method.chat_id)
    if not group.has_right(request.bot.id, "can_delete_messages"):
        raise bad_request("not enough rights to delete the topic")
    Topics(request.world, group).delete(request.method.message_thread_id)
    return True
