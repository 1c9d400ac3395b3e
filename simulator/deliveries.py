"""Which bots hear of something that happened in a chat?

In a private chat its bot; in a group every bot that is in it, unless privacy mode keeps the message from it: then a bot
sees commands meant for it, replies to it, mentions of it and service messages.
"""

from simulator.bots import Bot
from simulator.chats import Chat, ChatType
from simulator.errors import JsonObject
from simulator.world import World

_PRIVATE_CONTENT = (
    "text",
    "caption",
    "photo",
    "document",
    "voice",
    "audio",
    "video",
    "video_note",
    "location",
    "contact",
)


def deliver(world: World, bot: Bot, chat: Chat, kind: str, payload: JsonObject) -> int | None:
    """Queues the update for those who hear of it; returns its number for `bot`, None when that one does not."""
    if chat.type is ChatType.private:
        return bot.updates.put(kind, payload)
    numbers = {
        member.id: member.updates.put(kind, payload)
        for member in world.bots.values()
        if chat.is_member(member.id) and _hears(member, chat, payload)
    }
    return numbers.get(bot.id)


def _hears(bot: Bot, chat: Chat, message: JsonObject) -> bool:
    if not bot.privacy or chat.members[bot.id] == "administrator":
        return True
    if not any(field in message for field in _PRIVATE_CONTENT):
        return True
    replied = message.get("reply_to_message", {})
    if replied.get("from", {}).get("id") == bot.id and "forum_topic_created" not in replied:
        return True
    text: str = message.get("text") or message.get("caption") or ""
    entities: list[JsonObject] = message.get("entities") or message.get("caption_entities") or []
    named = f"@{bot.username}".lower()
    for entity in entities:
        word = _slice(text, entity)
        if entity["type"] == "mention" and word.lower() == named:
            return True
        if entity["type"] == "bot_command" and ("@" not in word or word.lower().endswith(named)):
            return True
    return False


def _slice(text: str, entity: JsonObject) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    return units[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode(
        "utf-16-le", "replace"
    )
