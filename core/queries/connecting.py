"""What a person is shown while they connect a mailbox: its folders, what they chose, what an import would bring."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from core.enums import FolderRole, MailAuth, MailSecurity
from core.models import Mailbox
from core.values import MailboxId


class OfferedFolder(NamedTuple):
    """A folder of the server; the role is None for those that are watched only if wanted."""

    name: str
    role: FolderRole | None


@dataclass(frozen=True, slots=True)
class ConnectingMailbox:
    """A mailbox that is being connected.

    Attributes:
        folders: What the server has; empty: not asked yet.
        wanted: Names of those chosen.
        since: Letters that arrived earlier are left out; None: all are wanted.
        has_sent: Whether what is sent from elsewhere is seen: there is a folder of sent mail, or one of everything.
    """

    id: MailboxId
    address: str
    folders: tuple[OfferedFolder, ...]
    wanted: tuple[str, ...]
    since: datetime | None
    has_sent: bool


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would bring, counted before anything is taken.

    Attributes:
        letters: How many letters.
        known: In how many of them somebody stands whom we know.
        newsletters: How many were sent by lists or machines.
        looked_at: Of how many the last two figures are.
        is_whole: Whether all were counted and looked at; else every figure means "at least".
        missing: Folders that are wanted and that the server does not open.
    """

    letters: int
    known: int
    newsletters: int
    looked_at: int
    is_whole: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerGuess:
    """Where the mail of an address is likely to be, by its domain.

    Attributes:
        provider: What people call it; empty where it has no name.
        oauth: How one logs in there in a browser; None: one does not, or the operator has not set it up.
        login_help: Where a password for programs is made; empty where the usual one does.
        smtp: Host, port and protection of the server that letters are sent by.
    """

    provider: str
    host: str
    port: int
    security: MailSecurity
    oauth: MailAuth | None = None
    login_help: str = ""
    smtp: tuple[str, int, MailSecurity] | None = None


def view_connecting(mailbox: Mailbox) -> ConnectingMailbox:
    """A mailbox as it is shown while it is being connected."""
    folders = tuple(
        OfferedFolder(name, FolderRole(role) if role else None)
        for name, role in mailbox.offered_folders or ()
    )
    usual = tuple(one.name for one in folders if one.role is not None)
    return ConnectingMailbox(
        id=MailboxId(mailbox.id),
        address=mailbox.address,
        folders=folders,
        wanted=usual if mailbox.wanted_folders is None else tuple(mailbox.wanted_folders),
        since=mailbox.since,
        has_sent=any(one.role in {FolderRole.SENT, FolderRole.OTHER} for one in folders),
    )
