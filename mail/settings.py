"""What the operator decides about mail (interface.md, MAIL_*), and the services that the mail door calls."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from core.ports import BlobStore
from core.services.letters import Letters
from core.services.mail_folders import MailFolders
from core.services.mailboxes import Mailboxes
from core.services.seen_mirror import SeenMirror
from core.services.sightings import Sightings
from mail.access_tokens import AccessTokens
from mail.inflow import Inflow
from mail.oauth import OAuthSetup
from mail.reader_chain import ReadLetter

LOOK_EVERY = timedelta(seconds=2)
"""Where the operator lets folders be looked at more often, so is the table."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail is fetched.

    Attributes:
        poll: MAIL_POLL_SECONDS: how often folders without IDLE are looked at.
        max_bytes: MAIL_MAX_BYTES: larger letters are quarantined by their size.
        concurrency: MAIL_CONCURRENCY: how many mailboxes import much at once.
        together: MAIL_TOGETHER_SECONDS: letters that come for somebody within so long are told as one message.
        look_every: How often the table of mailboxes is looked at for changes.
        first_delay: The first wait after an error; it doubles up to `longest_delay`.
        longest_delay: The longest wait between two attempts to reach a server.
        patience: Silence after which a server counts as gone.
        idle: How long one IDLE lasts at most: routers and providers forget longer silence (mail-notes.md, 6).
        tls: What certificates are verified with; None: the system's authorities.
        oauth: OAUTH_*: the token servers that people can be sent to.
    """

    poll: timedelta = timedelta(seconds=60)
    max_bytes: int = 50 * 1024 * 1024
    concurrency: int = 4
    together: timedelta = timedelta(seconds=60)
    look_every: timedelta = LOOK_EVERY
    first_delay: timedelta = timedelta(seconds=1)
    longest_delay: timedelta = timedelta(minutes=5)
    patience: timedelta = timedelta(seconds=30)
    idle: timedelta = timedelta(minutes=5)
    tls: ssl.SSLContext | None = None
    oauth: OAuthSetup = field(default_factory=OAuthSetup)


class LetterReading(Protocol):
    """Reads letters from the blob store, whatever their bytes; fulfilled by mail.parser_pool.ParserPool."""

    async def start(self) -> None:
        """Make ready."""

    async def close(self) -> None:
        """Let what is being read be finished, then leave nothing behind."""

    async def read(self, sha256s: Sequence[str]) -> list[ReadLetter]:
        """Read letters; one result for each, in order.

        Raises:
            TryLater: Nothing can be read now.
            OSError: The blob store failed; nothing is known about the letters.
        """


@dataclass(frozen=True, slots=True)
class MailServices:
    """The core as mail sees it, and where bytes are kept."""

    mailboxes: Mailboxes
    folders: MailFolders
    letters: Letters
    blobs: BlobStore
    sightings: Sightings
    seen: SeenMirror
    reading: Callable[[], LetterReading]
    """Opens what reads letters; each has its own processes."""
    tokens: AccessTokens | None = None
    """Gives access tokens; None: every mailbox has a password."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when letters were received, so that they are captured at once."""
    inflow: Inflow = field(default_factory=Inflow)
    """Tells capturing when to leave the machine to receiving."""
