"""A mailbox on a server, scripted or real, looked at through the real core."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.enums import MailSecurity
from core.models import MailUid
from core.queries.mailboxes import FolderReport
from core.services.mail_folders import FolderCursor
from core.services.mailbox_drafts import MailServer
from core.values import MailboxId
from mail.catch_up import CatchUp
from mail.imap_session import IMAPSession
from mail.sessions import log_in, new_session, register_folders
from mail.sync import sync_once
from tests.factories.mail_world import ANNA, BORIS, MailWorld
from tests.mail.scripted_imap import ScriptedIMAP


@dataclass
class WatchedMailbox:
    """A mailbox, and the world it is in."""

    id: MailboxId
    world: MailWorld

    async def sync(self) -> FolderCursor:
        """Take everything once, as a new connection does; the cursor of the folder that would stay open."""
        return (await sync_once(self.id, self.world.services, self.world.settings))[-1]

    async def report(self, name: str = "INBOX") -> FolderReport:
        folders = (await self.world.services.mailboxes.report(None, self.id))[0].folders
        return next(one for one in folders if one.name == name)

    async def sightings(self) -> Sequence[MailUid]:
        """All sightings, former ones too, by UID."""
        async with self.world.post.works.database.reading() as session:
            return (await session.scalars(select(MailUid).order_by(MailUid.uid, MailUid.id))).all()

    async def gone(self) -> list[int]:
        """The UIDs known to be no longer on the server."""
        return [one.uid for one in await self.sightings() if one.gone_at is not None]


@dataclass
class ScriptedMailbox(WatchedMailbox):
    """One on a scripted server."""

    script: ScriptedIMAP

    @classmethod
    async def add(cls, world: MailWorld, script: ScriptedIMAP) -> "ScriptedMailbox":
        server = MailServer("127.0.0.1", script.port, MailSecurity.NONE)
        return cls(await world.add(ANNA, world.post.organisation.anna, imap=server), world, script)

    @classmethod
    async def add_another(cls, first: "ScriptedMailbox") -> "ScriptedMailbox":
        """Another mailbox on the same server, added now."""
        world, script = first.world, first.script
        server = MailServer("127.0.0.1", script.port, MailSecurity.NONE)
        return cls(await world.add(BORIS, world.post.organisation.boris, imap=server), world, script)

    def downloads(self) -> int:
        """How many fetches of bodies the server has heard."""
        return sum("BODY.PEEK[])" in one for one in self.script.heard)


@dataclass
class OpenMailbox:
    """A connection that stays, as a watcher has it."""

    session: IMAPSession
    catch_up: CatchUp
    cursor: FolderCursor

    @classmethod
    async def open(cls, mailbox: WatchedMailbox) -> "OpenMailbox":
        services = mailbox.world.services
        access = await services.mailboxes.open(mailbox.id)
        session = new_session(access, mailbox.world.settings)
        await log_in(session, access)
        cursor = (await register_folders(session, access, services))[-1]
        catch_up = CatchUp(session, access, services, mailbox.world.settings)
        return cls(session, catch_up, await catch_up.take_whole(cursor))

    async def poll(self) -> FolderCursor:
        self.cursor = await self.catch_up.take_onward(self.cursor)
        return self.cursor

    async def hear_news(self) -> FolderCursor:
        self.cursor = await self.catch_up.take_news(self.cursor)
        return self.cursor
