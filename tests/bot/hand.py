"""Somebody's hand: taps buttons by their label and counts the taps (conversation.md: the numbers are ceilings)."""

from dataclasses import dataclass
from typing import Any

from core.models import User
from simulator.errors import JsonObject
from tests.bot.office import Office

ANNA = 1001


@dataclass
class Hand:
    """A person with a screen before them.

    Attributes:
        taps: Taps since the beginning.
        toast: What the last tap flashed.
    """

    office: Office
    account_id: int
    message_id: int = 0
    taps: int = 0
    toast: str = ""

    async def write(self, text: str) -> str:
        """Write; the newest answer is then before them. Returns its text."""
        await self.office.settle()  # Else a notice of what came before may stand below the answer.
        answers = await self.office.write(self.account_id, text)
        assert answers, f"no answer to {text!r}"
        self.message_id = int(answers[-1]["message_id"])
        return await self.see()

    async def tap(self, label: str) -> str:
        """Tap the button whose label contains this; returns the text that is then before them."""
        labels = await self.labels()
        matching = [one for one in labels if label in one]
        assert matching, f"no button {label!r} among {labels}"
        return await self._tap(text=matching[0])

    async def forge(self, data: str) -> str:
        """Tap a button that was never there."""
        return await self._tap(data=data, forged=True)

    async def _tap(self, **button: Any) -> str:
        await self.office.settle()
        before = await self.office.last(self.account_id)
        tapped = await self.office.tap(self.account_id, await self.message(), **button)
        self.taps += 1
        self.toast = str((tapped.answer or {}).get("text") or "")
        after = await self.office.last(self.account_id)
        if after["message_id"] != before["message_id"]:
            self.message_id = int(after["message_id"])
        return await self.see()

    async def said(self) -> str:
        """What the last tap was told in a box; it stands below the screen where the machine was slow to answer."""
        return self.toast or (await self.see()).splitlines()[-1]

    async def message(self) -> JsonObject:
        """The message before them as it is now."""
        return await self.office.message(self.account_id, self.message_id)

    async def see(self) -> str:
        """The text before them."""
        return str((await self.message())["text"])

    async def labels(self) -> list[str]:
        """The labels of the buttons before them."""
        return [button["text"] for button in await self._buttons()]

    async def data(self) -> list[str]:
        """What the buttons before them stand for."""
        return [button.get("callback_data", "") for button in await self._buttons()]

    async def _buttons(self) -> list[JsonObject]:
        message = await self.message()
        keyboard = (message.get("reply_markup") or {}).get("inline_keyboard") or []
        return [button for row in keyboard for button in row]


async def anna(office: Office, **fields: Any) -> tuple[User, Hand]:
    """Anna, and her hand."""
    user = await office.add_user(ANNA, **fields)
    return user, Hand(office, ANNA)
