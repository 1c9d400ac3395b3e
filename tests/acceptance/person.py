"""Somebody in a chat with the bot: writes, taps, and looks at what is then there."""

import asyncio
import re
from dataclasses import dataclass

from simulator.client import SimulatorClient
from simulator.errors import JsonObject
from tests.acceptance.house import PATIENCE, Failed, House

ANNA = 1001


def labels_of(message: JsonObject) -> list[str]:
    """The labels of the buttons below a message."""
    keyboard = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    return [str(button["text"]) for row in keyboard for button in row]


def ref_of(text: str, kind: str = "i") -> int:
    """The number of the first reference of a kind in a text: 5 of ``/i5``."""
    found = re.search(rf"/{kind}(\d+)", text)
    assert found is not None, f"no /{kind}… in {text!r}"
    return int(found[1])


@dataclass
class Person:
    """One account and the message that is before its eyes.

    Attributes:
        toast: What the last tap was answered with.
        taps: How many there were, for the ceilings of conversation.md.
    """

    house: House
    account_id: int
    name: str
    language: str
    message: JsonObject | None = None
    toast: str = ""
    taps: int = 0

    @property
    def _people(self) -> SimulatorClient:
        return self.house.people

    @property
    def text(self) -> str:
        """What is before their eyes."""
        assert self.message is not None
        return str(self.message["text"])

    @property
    def labels(self) -> list[str]:
        """The labels of the buttons before their eyes."""
        return labels_of(self.message or {})

    def ref(self, kind: str = "i") -> int:
        """The number of the first reference of a kind before their eyes."""
        return ref_of(self.text, kind)

    async def number(self) -> int:
        """Their number as a user, once they have joined."""
        users = await self.house.export("users")
        return next(int(one["id"]) for one in users if one["telegram_id"] == self.account_id)

    async def join(self) -> None:
        """Have an account at Telegram."""
        await self._people.add_account(self.name, id=self.account_id, language_code=self.language)

    async def start(self, payload: str | None = None) -> str:
        """Press Start, or follow a link; returns the answer."""
        sent = await self._people.start(self.account_id, payload)
        return await self._see_after(int(sent["message"]["message_id"]), "")

    async def send(self, text: str) -> int:
        """Write and look away; returns the number of the message."""
        return int((await self._people.send(self.account_id, text))["message"]["message_id"])

    async def reply(self, text: str, shows: str = "") -> str:
        """Answer the message that is before their eyes; returns the first answer that shows this."""
        assert self.message is not None
        answered = int(self.message["message_id"])
        sent = await self._people.send(self.account_id, text, reply_to=answered)
        return await self._see_after(int(sent["message"]["message_id"]), shows)

    async def write(self, text: str, shows: str = "") -> str:
        """Write; returns the first answer that shows this."""
        return await self._see_after(await self.send(text), shows)

    async def see(self, shows: str, after: int = 0) -> str:
        """Wait for a message that shows this and look at it."""
        return await self._see_after(after, shows)

    async def _see_after(self, number: int, shows: str) -> str:
        self.message = await self._people.wait_for(
            self.account_id,
            lambda one: shows in str(one.get("text", "")),
            after=number,
            seconds=PATIENCE,
        )
        return self.text

    async def tap(self, label: str, shows: str = "") -> str:
        """Tap the button with this in its label; returns what is there once something has changed and shows this."""
        assert self.message is not None
        matching = [one for one in labels_of(self.message) if label in one]
        assert matching, f"no button {label!r} among {labels_of(self.message)} of {self.text!r}"
        before = {int(one["message_id"]): one for one in await self._people.bot_messages(self.account_id)}
        self.taps += 1
        tapped = await self._people.click(
            self.account_id, int(self.message["message_id"]), text=matching[0], wait=PATIENCE
        )
        self.toast = str((tapped.answer or {}).get("text") or "")
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < deadline:
            for one in reversed(await self._people.bot_messages(self.account_id)):
                if one != before.get(int(one["message_id"])) and shows in str(one.get("text", "")):
                    self.message = one
                    return self.text
            await asyncio.sleep(0.03)
        last = (await self._people.bot_messages(self.account_id))[-1]["text"]
        raise Failed(
            f"{label!r} showed no {shows!r}; toast {self.toast!r}; last: {last!r}\n{self.house.log()}"
        )


async def join(house: House) -> Person:
    """The administrator, introduced; the product runs."""
    anna = Person(house, ANNA, "Anna", "en")
    await anna.join()
    await anna.start()
    await anna.write("/settings lang en tz Moscow", "All set")
    return anna
