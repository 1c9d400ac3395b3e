"""What the operator decides about mail (interface.md, MAIL_*), and the services that the mail door calls."""

import ssl
from dataclasses import dataclass
from datetime import timedelta

from core.ports import BlobStore
from core.services.letters import Letters
from core.services.mail_folders import MailFolders
from core.services.mailboxes import Mailboxes
from core.services.seen_mirror import SeenMirror
from core.services.sightings import Sightings


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail is fetched.

    Attributes:
        poll: MAIL_POLL_SECONDS: how often folders without IDLE are looked at.
        max_bytes: MAIL_MAX_BYTES: larger letters are quarantined by their size.
        concurrency: MAIL_CONCURRENCY: how many mailboxes import much at once.
        look_every: How often the table of mailboxes is looked at for changes.
        first_delay: The first wait after an error; it doubles up to `longest_delay`.
        longest_delay: The longest wait between two attempts to reach a server.
        patience: Silence after which a server counts as gone.
        idle: How long one IDLE lasts at most: routers and providers forget longer silence (mail-notes.md, 6).
        tls: What certificates are verified with; None: the system's authorities.
    """

    poll: timedelta = timedelta(seconds=60)
    max_bytes: int = 50 * 1024 * 1024
    concurrency: int = 4
    look_every: timedelta = timedelta(seconds=2)
    first_delay: timedelta = timedelta(seconds=1)
    longest_delay: timedelta = timedelta(minutes=5)
    patience: timedelta = timedelta(seconds=30)
    idle: timedelta = timedelta(minutes=5)
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class MailServices:
    """The core as mail sees it, and where bytes are kept."""

    mailboxes: Mailboxes
    folders: MailFolders
    letters: Letters
    blobs: BlobStore
    sightings: Sightings
    seen: SeenMirror
