"""Whatever happens to a folder, in whatever order: the sum holds at each moment, and in the end all is there once (M4)."""

import random
from collections import Counter

import pytest

from core.enums import MailFate
from tests.factories.mail_world import raw_letter
from tests.mail.scripted_imap import ScriptedIMAP
from tests.mail.scripted_mailbox import OpenMailbox, ScriptedMailbox

STEPS = 25


class History:
    """A server to which things happen by chance, and a mailbox that keeps up with it."""

    def __init__(self, mailbox: ScriptedMailbox, seed: int) -> None:
        self.mailbox = mailbox
        self.chance = random.Random(seed)
        self.ever: Counter[str] = Counter()
        self.script.uidnext = 1
        self.there: OpenMailbox | None = None

    @property
    def script(self) -> ScriptedIMAP:
        return self.mailbox.script

    def deliver(self) -> None:
        for _ in range(self.chance.randint(1, 3)):
            topic = f"letter {len(self.ever)}"
            self.ever[topic] += 1
            uid = self.script.uidnext or 1
            self.script.letters[uid] = raw_letter(topic, body="x" * self.chance.randint(1, 3))
            self.script.uidnext = uid + self.chance.randint(1, 3)

    def delete(self) -> None:
        if self.seen_letters():
            del self.script.letters[self.chance.choice(self.seen_letters())]

    def seen_letters(self) -> list[int]:
        return [uid for uid in self.script.letters if uid not in self.script.hidden_bodies]

    def hide(self) -> None:
        if self.script.letters:
            self.script.hidden_bodies.add(self.chance.choice(list(self.script.letters)))

    def show(self) -> None:
        self.script.hidden_bodies.clear()

    def renumber(self) -> None:
        self.script.hidden_bodies.clear()
        self.script.uidvalidity += 1
        self.shuffle(self.chance.randint(0, 5))

    def take_numbers_back(self) -> None:
        """UIDs are given out again under the same UIDVALIDITY."""
        self.script.hidden_bodies.clear()
        if max(self.script.letters, default=0) > len(self.script.letters):
            self.shuffle(0)

    def shuffle(self, first: int) -> None:
        raws = list(self.script.letters.values())
        self.chance.shuffle(raws)
        self.script.letters = dict(enumerate(raws, start=first + 1))
        self.script.uidnext = first + len(raws) + 1

    async def connect(self) -> None:
        self.drop()
        self.there = await OpenMailbox.open(self.mailbox)

    async def poll(self) -> None:
        if self.there is None:
            await self.connect()
        else:
            await self.there.poll()

    async def hear(self) -> None:
        if self.there is None or (self.script.uidnext or 1) <= self.there.cursor.last_uid:
            await self.poll()
        elif self.there.cursor.uidvalidity == self.script.uidvalidity:
            await self.there.hear_news()

    def drop(self) -> None:
        if self.there is not None:
            self.there.session.abort()
        self.there = None

    async def check_sum(self) -> None:
        now = await self.mailbox.report()
        fated = now.stored + now.known + sum(now.excluded.values()) + now.quarantined
        assert now.server == fated + now.gap


@pytest.mark.parametrize("seed", range(5))
async def test_m4_any_history_ends_with_every_letter_once_and_no_gap(
    mailbox: ScriptedMailbox, seed: int
) -> None:
    history = History(mailbox, seed)
    await history.connect()
    events = (history.deliver, history.delete, history.hide, history.show, history.renumber)
    rare = history.take_numbers_back
    for _ in range(STEPS):
        happened = rare if history.chance.random() < 0.05 else history.chance.choice(events)
        if happened in (history.delete, rare, history.renumber):
            history.show()
            await history.connect()  # All that was delivered has been seen before it can go.
        happened()
        await history.chance.choice((history.connect, history.poll, history.poll, history.hear))()
        await history.check_sum()
    history.show()
    await history.connect()
    history.drop()
    assert await mailbox.world.has(*history.ever)
    report = await mailbox.report()
    assert (report.server, report.gap, report.quarantined) == (len(mailbox.script.letters), 0, 0)
    present = [one for one in await mailbox.sightings() if one.gone_at is None]
    assert {one.uid for one in present} == set(mailbox.script.letters)
    assert {one.fate for one in present} <= {MailFate.STORED, MailFate.KNOWN}
