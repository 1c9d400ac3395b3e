"""A mail server, mailboxes on it, and the mail door with the core behind it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.database import Database
from core.enums import MailSecurity
from core.models import Interaction
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.services.seen_mirror import SeenMirror
from core.services.sightings import Sightings
from core.values import Caller, MailboxId
from mail.capturing import LetterCapturing
from mail.reader_chain import ReadLetter, Task, read_down
from mail.settings import MailServices, MailSettings
from simulator.mail_server import LocalMail, MailAccount
from tests.conftest import FixedClock
from tests.factories.mail import FolderBlobs, Post
from tests.factories.organisation import make_organisation

ANNA = MailAccount("anna@zveno.example", "anna", "пароль", "Anna")
BORIS = MailAccount("boris@zveno.example", "boris", "secret", "Boris")


@dataclass
class MailWorld:
    """What the tests of the mail door start from."""

    server: LocalMail
    post: Post
    services: MailServices
    settings: MailSettings
    clock: FixedClock

    async def add(self, account: MailAccount, owner: Caller, **fields: Any) -> MailboxId:
        """A mailbox of a user on the server."""
        values = {
            "imap": MailServer("127.0.0.1", self.server.imap_port, MailSecurity.NONE),
            "login": account.login,
            "password": account.password,
            "owner_id": owner.user_id,
            **fields,
        }
        return await self.services.mailboxes.add(None, MailboxDraft(address=account.address, **values))

    async def topics(self) -> list[str]:
        """The topics of all letters captured, by id, once everything received is."""
        while await self.services.letters.list_waiting(limit=1):  # noqa: ASYNC110 - the core tells no event
            await asyncio.sleep(0.01)
        async with self.post.works.database.reading() as session:
            return list(await session.scalars(select(Interaction.topic).order_by(Interaction.id)))

    async def has(self, *topics: str) -> bool:
        """Whether these topics, and no others, were captured."""
        return sorted(await self.topics()) == sorted(topics)


@asynccontextmanager
async def open_mail_world(
    database: Database, clock: FixedClock, folder: Path, *, captures: bool = True, **settings: Any
) -> AsyncIterator[MailWorld]:
    """A running world; quick polls, so that tests do not wait; it captures what is received if told so."""
    post = Post(await make_organisation(database, clock))
    blobs = FolderBlobs(folder)
    services = MailServices(
        post.mailboxes,
        post.folders,
        post.letters,
        blobs,
        Sightings(post.works),
        SeenMirror(post.works),
        lambda: HereReading(blobs),
    )
    quick = {
        "poll": timedelta(seconds=0.3),
        "look_every": timedelta(seconds=0.05),
        "first_delay": timedelta(seconds=0.05),
        "longest_delay": timedelta(seconds=0.2),
        "patience": timedelta(seconds=5),
        **settings,
    }
    async with (
        LocalMail([ANNA, BORIS], now=clock.now) as server,
        capturing(services) if captures else nullcontext(),
    ):
        yield MailWorld(server, post, services, MailSettings(**quick), clock)


@dataclass
class HereReading:
    """Reads letters in this process, down the product's own chain; the pool has tests of its own."""

    blobs: FolderBlobs

    async def start(self) -> None:
        """Nothing to make ready."""

    async def close(self) -> None:
        """Nothing to leave."""

    async def read(self, sha256s: Sequence[str]) -> list[ReadLetter]:
        found = []
        for sha256 in sha256s:
            reading = read_down(Task(sha256), self.blobs.load(sha256))
            for content in reading.files:
                self.blobs.save(content)
            found.append(reading.read)
        return found


@asynccontextmanager
async def capturing(services: MailServices) -> AsyncIterator[None]:
    """Captures what is received, whoever receives it."""
    captures = LetterCapturing(services, services.reading())
    running = asyncio.create_task(captures.run())
    try:
        yield
    finally:
        captures.stop()
        await running


def raw_letter(topic: str, *fields: str, sender: str = "john@acme.example", body: str = "Hello") -> bytes:
    """The bytes of a plain letter; its Message-ID is made of its topic."""
    lines = [
        f"From: John <{sender}>",
        f"To: {ANNA.address}",
        f"Subject: {topic}",
        f"Message-ID: <{topic.replace(' ', '-')}@acme.example>",
        *fields,
        "",
        body,
        "",
    ]
    return "\r\n".join(lines).encode()
