"""How a person sees a chat: the shapes that the control API, the page and the tests read."""

from typing import Any

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.chats import Chat, ChatEvent, ChatMessage, EventKind
from simulator.errors import JsonObject
from simulator.files import FileKind
from simulator.methods.commands import commands_for


def message_view(chat: Chat, message: ChatMessage) -> JsonObject:
    """The Bot API's Message with what a client shows besides: side, edited mark, files, reactions, pin."""
    return {
        **message.payload,
        "from_bot": message.bot_id is not None,
        "edited": "edit_date" in message.payload,
        "files": _files(message.payload),
        "reactions": [reaction for reactions in message.reactions.values() for reaction in reactions],
        "pinned": message.id in chat.pinned,
    }


def _files(payload: JsonObject) -> list[JsonObject]:
    files = []
    for kind in FileKind:
        found: Any = payload.get(kind.value)
        if not found:
            continue
        described = found[-1] if kind is FileKind.photo else found
        files.append({"kind": kind.value, "url": f"/_ctl/files/{described['file_id']}", **described})
    return files


def account_view(bot: Bot | None, account: Account) -> JsonObject:
    """A person with the badge of their chat."""
    view: JsonObject = {**account.as_user(), "phone_number": account.phone_number}
    chat = bot.chats.get(account.id) if bot else None
    if chat is not None:
        last = next(reversed(chat.messages.values()), None)
        view.update(unread=len(chat.unread_ids()), last_message=message_view(chat, last) if last else None)
        view.update(started=chat.started, blocked=chat.blocked)
    else:
        view.update(unread=0, last_message=None, started=False, blocked=False)
    return view


def private_view(bot: Bot, account: Account, chat: Chat, after: int) -> JsonObject:
    """The whole private chat as its person sees it, messages above `after` only."""
    return {
        "account": account_view(bot, account),
        "bot": {**bot.as_user(), "description": bot.texts.get(("description", ""), "")},
        **_shown(chat, after),
        "commands": commands_for(bot, account),
        "menu_button": bot.menu_buttons.get(account.id) or bot.menu_buttons.get(None) or {"type": "default"},
        "started": chat.started,
        "blocked": chat.blocked,
    }


def group_view(chat: Chat, after: int) -> JsonObject:
    """A group as its members see it."""
    return {
        "chat": chat.card,
        "members": {str(user_id): status for user_id, status in chat.members.items()},
        "topics": {
            str(thread_id): {**topic, "is_closed": thread_id in chat.closed_topics}
            for thread_id, topic in chat.topics.items()
        },
        "migrated_to": chat.migrated_to,
        **_shown(chat, after),
    }


def _shown(chat: Chat, after: int) -> JsonObject:
    return {
        "messages": [message_view(chat, message) for message in chat.messages.values() if message.id > after],
        "keyboard": chat.keyboard,
        "toasts": list(chat.toasts),
        "unread": len(chat.unread_ids()),
        "last_event": chat.last_event,
    }


def event_view(bot: Bot, account: Account, chat: Chat, event: ChatEvent) -> JsonObject:
    """One event of the chat, with the state of its message as it is now."""
    view: JsonObject = {"number": event.number, "kind": event.kind.value}
    if event.message_id is not None:
        view["message_id"] = event.message_id
        message = chat.messages.get(event.message_id)
        if message is not None and event.kind in {EventKind.message, EventKind.edited}:
            view["message"] = message_view(chat, message)
    if event.kind is EventKind.commands:
        view["commands"] = commands_for(bot, account)
    if event.body is not None:
        view.update(event.body)
    return view
