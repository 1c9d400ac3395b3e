"""A busy morning: what a rep writes and taps, and what comes by mail meanwhile, whether the product lives or not.

Everything is sent as people and mail servers do: without asking whether anybody listens. What needs an answer,
because a button of it is tapped or its number is typed, waits for that answer, however often the product dies.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.acceptance.house import PATIENCE, Failed, House
from tests.acceptance.letters import ANSWER, CLIENT, MAILBOX, QUESTION, REMINDER, THREAD, write_letter
from tests.acceptance.person import Person, ref_of

BEGIN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ADMIN = 1001

WRITTEN = (
    f"/call John Smith, {CLIENT}: agreed on a date",
    "/meeting Mary Jones, Beta: showed the samples",
    "/sms Peter, +7 916 123-45-67: on my way",
    "/call",
    "Mary Jones, Beta",
    "asked for a discount",
    "/plan in 2 hours John Smith: a demo",
    "/call Peter: <b>no</b> & no",
    "/nonsense",
    "/sms Olga: thank you",
)
"""What is written in one go, a guided dialog in the middle of it."""

TEXTS = (
    "agreed on a date",
    "showed the samples",
    "on my way",
    "asked for a discount",
    "a demo",
    "<b>no</b> & no",
    "thank you",
)
"""What of it is recorded: exactly these interactions."""

OTHERS = {
    f"other{number}@acme.example": write_letter(
        f"other{number}@acme.example",
        f"Offer {number}",
        f"Offer number {number}.",
        f"From: John Smith <{CLIENT}>",
        f"To: {MAILBOX.address}",
        date=f"Tue, 24 Nov 2026 10:0{number}:00 +0300",
    )
    for number in range(1, 4)
}
LETTERS = (QUESTION, REMINDER, ANSWER, *OTHERS)


@dataclass
class Traffic:
    """The morning of one rep, who is the administrator too."""

    house: House

    def __post_init__(self) -> None:
        self.rep = Person(self.house, ADMIN, "Anna", "en")

    async def prepare(self) -> None:
        """What is there before the morning begins: a user and a mailbox."""
        await self.house.start()
        await self.rep.join()
        await self.rep.start()
        await self.rep.write("/settings lang en tz Moscow", "All set")
        place = ["--imap-host", "127.0.0.1", "--imap-port", str(self.house.mail.imap_port)]
        whose = ["--owner", "1", "--address", MAILBOX.address, "--login", MAILBOX.login]
        more = ["--imap-security", "none", "--password-env", "PW"]
        await self.house.done("mailbox", "add", *whose, *place, *more, PW=MAILBOX.password)
        await self.house.wait_idle()
        assert self.house.running is not None
        await self.house.running.stop()

    async def play(self) -> None:
        """The morning, then its afternoon: a plan is reminded of."""
        await asyncio.gather(self._write(), self._deliver())
        call = ref_of((await self._card("agreed on a date")).text.splitlines()[0])
        letter = await self._letter("Re: Pallets", "And what is the price?")
        await self.rep.send(f"/subject i{call} i{letter}")
        await self.rep.send(f"/deal i{call} Twenty pallets")
        await self._until_seen("💼 Twenty pallets · in progress · /d")
        await self.rep.send("/undo")
        await self.rep.send(f"/deal i{call} Pallets for Acme")
        await self._tap_card("on my way", "↙️ Incoming", "incoming")
        await self.rep.send(f"/reviewed i{letter}")
        await self.rep.send(f"/comment i{call} A good talk.")
        await self._tap_card("thank you", "↙️ Incoming", "incoming")
        await self._until_seen("💼 Pallets for Acme · in progress · /d")
        last = (await self.house.people.bot_messages(ADMIN))[-1]
        self._move_clock()
        await self._until_seen("a demo", after=int(last["message_id"]))

    async def _write(self) -> None:
        for text in WRITTEN:
            await self.rep.send(text)

    async def _deliver(self) -> None:
        mail = self.house.mail
        await mail.deliver(THREAD[REMINDER], MAILBOX.address)
        for raw in OTHERS.values():
            await mail.deliver(raw, MAILBOX.address)
        await asyncio.sleep(0.2)
        await mail.deliver(THREAD[QUESTION], MAILBOX.address)
        await mail.deliver(THREAD[ANSWER], MAILBOX.address, "Sent", seen=True)

    async def _letter(self, topic: str, text: str) -> int:
        """The number of a letter: from its card, or from its row among others that came with it."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < deadline:
            for one in await self.house.people.bot_messages(ADMIN):
                head, *rows = str(one.get("text", "")).splitlines() or [""]
                rows = [head] if text in rows else [line for line in rows if topic in line]
                if rows and "/i" in rows[0]:
                    return ref_of(rows[0])
            await asyncio.sleep(0.05)
        raise Failed(f"no letter: {topic!r}\n{self.house.log()}")

    async def _card(self, text: str) -> Person:
        await self.rep.see(text)
        return self.rep

    async def _tap_card(self, text: str, label: str, shows: str) -> None:
        """Tap a button of a card and wait for the card to say so; the answer to the tap may never come."""
        await self._card(text)
        assert self.rep.message is not None
        number = int(self.rep.message["message_id"])
        await self.house.people.click(ADMIN, number, text=label, wait=0)
        await self._until_seen(shows, message_id=number)

    async def _until_seen(self, shows: str, *, after: int = 0, message_id: int | None = None) -> None:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < deadline:
            for one in await self.house.people.bot_messages(ADMIN, after=after):
                if shows in str(one.get("text", "")) and message_id in (None, one["message_id"]):
                    self.rep.message = one
                    return
            await asyncio.sleep(0.05)
        raise Failed(f"never seen: {shows!r}\n{self.house.log()}")

    def _move_clock(self) -> None:
        """To the time of the plan, so that its reminder is due."""
        assert self.house.calendar is not None
        self.house.calendar.set(self.house.calendar.now() + timedelta(hours=2))
