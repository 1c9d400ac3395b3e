"""A mailbox on a server that misbehaves, beside one on a server that does not, through the whole engine."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from core.enums import MailSecurity
from core.queries.mailboxes import MailboxReport
from core.services.mailbox_drafts import MailServer
from core.values import MailboxId
from mail.engine import MailEngine
from mail.errors import MailError
from mail.imap_session import FetchedLetter, IMAPSession
from tests.factories.mail_world import ANNA, BORIS, MailWorld, raw_letter
from tests.mail.scripted_imap import ScriptedIMAP


@dataclass
class UnderFire:
    """Anna's mailbox is on the script, Boris's on a sound server."""

    world: MailWorld
    script: ScriptedIMAP
    anna: MailboxId
    boris: MailboxId
    _delivered: list[str] = field(default_factory=list)

    async def report(self) -> MailboxReport:
        return (await self.world.services.mailboxes.report(None, self.anna))[0]

    async def has_failed(self) -> bool:
        return (await self.report()).failures > 0

    async def was_cut_as_often_as_planned(self) -> bool:
        """A connection that has enough to live on is cut while it idles."""
        if await self.is_whole():
            self.script.cut_all()
        return not self.script.budgets

    async def has_looked_anew(self) -> bool:
        """Whether the numbers that are valid on the server now are those that count here."""
        cursors = await self.world.services.folders.list_cursors(self.anna)
        return all(one.uidvalidity == self.script.uidvalidity for one in cursors)

    async def is_whole(self) -> bool:
        """Everything on the server has a fate, and the server answers."""
        report = await self.report()
        well = report.failures == 0 and report.last_success_at is not None and bool(report.folders)
        return well and all(one.gap == 0 and one.server == len(self.script.letters) for one in report.folders)

    async def has_once(self, *topics: str) -> bool:
        """Whether exactly these letters came, each once, and Boris's."""
        return await self.world.has(*topics, *self._delivered)

    async def deliver_to_boris(self, topic: str) -> None:
        await self.world.server.deliver(raw_letter(topic), BORIS.address)
        self._delivered.append(topic)

    async def boris_has_all(self) -> bool:
        return set(self._delivered) <= set(await self.world.topics())


@asynccontextmanager
async def under_fire(
    world: MailWorld, script: ScriptedIMAP, patience: timedelta = timedelta(seconds=5)
) -> AsyncIterator[UnderFire]:
    """The engine at work on both, quick to try again."""
    organisation = world.post.organisation
    server = MailServer("127.0.0.1", script.port, MailSecurity.NONE)
    anna = await world.add(ANNA, organisation.anna, imap=server)
    boris = await world.add(BORIS, organisation.boris)
    quick = timedelta(seconds=0.01)
    settings = replace(world.settings, first_delay=quick, longest_delay=2 * quick, patience=patience)
    engine = MailEngine(world.services, settings)
    await engine.start()
    try:
        yield UnderFire(world, script, anna, boris)
    finally:
        await engine.stop()


async def fetch_to_the_end(
    session: IMAPSession, uids: Sequence[int]
) -> tuple[list[FetchedLetter], MailError | None]:
    """The letters that were given out, and the error that ended it."""
    given: list[FetchedLetter] = []
    try:
        async for one in session.fetch_raw(uids):
            given.append(one)  # noqa: PERF401 - what came before an error counts
    except MailError as error:
        return given, error
    return given, None
