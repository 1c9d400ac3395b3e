"""A group with topics where deals have their rooms, and the people in it."""

from dataclasses import dataclass
from typing import Any

from simulator.errors import JsonObject
from tests.bot.office import Office

ANNA, BORIS, MARIA, STRANGER = 1001, 1002, 1003, 1009


@dataclass
class Forum:
    """A group of the office."""

    office: Office
    id: int

    async def write(
        self, account_id: int, text: str, *, thread: int | None = None, reply_to: int | None = None
    ) -> int:
        """Write in the group and wait until all is quiet; returns the message's number."""
        given = {"text": text, "thread_id": thread, "reply_to": reply_to}
        body = {name: value for name, value in given.items() if value is not None}
        sent = await self.office.people.act_in_group(self.id, account_id, "send", **body)
        await self.office.idle()
        return int(sent["message"]["message_id"])

    async def edit(self, account_id: int, message_id: int, text: str) -> None:
        """Change an own message."""
        await self.office.people.act_in_group(self.id, account_id, "edit", message_id=message_id, text=text)
        await self.office.idle()

    async def react(self, account_id: int, message_id: int, *emoji: str) -> None:
        """Put reactions on a message."""
        await self.office.people.react(self.id, account_id, message_id, *emoji)
        await self.office.idle()

    async def see(self) -> JsonObject:
        """The group as it is now."""
        return await self.office.people.group_chat(self.id)

    async def said(self, *, after: int = 0) -> list[str]:
        """What the bot has said in the group after a message."""
        view = await self.office.people.group_chat(self.id, after=after)
        return [one["text"] for one in view["messages"] if one["from_bot"] and "text" in one]

    async def reactions(self, message_id: int) -> list[str]:
        """The reactions on a message."""
        messages = (await self.see())["messages"]
        (found,) = [one for one in messages if one["message_id"] == message_id]
        return [one["emoji"] for one in found["reactions"]]

    async def topics(self) -> dict[int, tuple[str, bool]]:
        """Name of each topic, and whether it is closed."""
        topics = (await self.see())["topics"]
        return {int(thread): (one["name"], one["is_closed"]) for thread, one in topics.items()}

    async def promote(self, *, rights: list[str] | None = None, administrator: bool = True) -> None:
        """Make the bot an administrator with these rights, or a plain member."""
        bot = (await self.office.people.bots())[0]["id"]
        body: dict[str, Any] = {"bot_id": bot, "by": ANNA, "administrator": administrator}
        if rights is not None:
            body["rights"] = rights
        await self.office.people.request("POST", f"/groups/{self.id}/promote", json=body)
        await self.office.idle()


async def make_forum(
    office: Office, *members: int, creator: int = ANNA, title: str = "Rooms", **more: Any
) -> Forum:
    """A group that the bot is an administrator of; its creator must be there already."""
    view = await office.people.add_group(
        title, creator, **{"forum": True, "members": list(members), "with_bot": False, **more}
    )
    forum = Forum(office, int(view["chat"]["id"]))
    bot = (await office.people.bots())[0]["id"]
    await office.people.request(
        "POST",
        f"/groups/{forum.id}/add",
        json={"bot_id": bot, "by": creator, "administrator": True},
    )
    await office.idle()
    return forum
