"""What a mailbox is made of: drafts, their checks, and what its watcher needs."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.enums import MailAuth, MailSecurity, Role
from core.errors import Invalid, Missing, NotAllowed
from core.models import Mailbox
from core.rules.coordinates import parse_email
from core.values import Address, Caller, DepartmentId, MailboxId, UserId


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server's address and how the connection to it is protected."""

    host: str
    port: int
    security: MailSecurity


@dataclass(frozen=True, slots=True)
class MailboxDraft:
    """A mailbox to be added; it belongs to one user or to one department.

    Attributes:
        folders: Names as people read them; None: the inbox and the folder of sent mail.
        since: Letters that arrived earlier are excluded; None: all are captured.
        verify_certificate: Whether its servers must prove who they are.
        auth: How it is logged in to; the password is empty where it is with tokens.
    """

    address: str
    imap: MailServer
    login: str
    password: str
    owner_id: UserId | None = None
    department_id: DepartmentId | None = None
    smtp: MailServer | None = None
    folders: tuple[str, ...] | None = None
    since: datetime | None = None
    verify_certificate: bool = True
    auth: MailAuth = MailAuth.PASSWORD


@dataclass(frozen=True, slots=True)
class MailboxAccess:
    r"""All that is needed to watch a mailbox; the password is open here and nowhere else.

    Attributes:
        waivers: Letters that are taken whatever their size: folder, UIDVALIDITY and UID.
        mirror_seen: Whether \Seen on the server follows what was reviewed here.
        auth: Whether the password is what lets us in, or tokens, which `mail.access_tokens` has.
        verify_certificate: Whether its servers must prove who they are.
    """

    id: MailboxId
    address: str
    imap: MailServer
    smtp: MailServer | None
    login: str
    password: str
    folders: tuple[str, ...] | None
    since: datetime | None
    waivers: frozenset[tuple[int, int, int]] = frozenset()
    mirror_seen: bool = False
    verify_certificate: bool = True
    auth: MailAuth = MailAuth.PASSWORD

    def is_waived(self, folder_id: int, uidvalidity: int, uid: int) -> bool:
        """Whether a letter's size does not matter."""
        return (folder_id, uidvalidity, uid) in self.waivers

    def __repr__(self) -> str:
        return f"MailboxAccess(id={self.id})"


def check_may_add(caller: Caller | None, draft: MailboxDraft) -> None:
    """Let administrators and the system add any mailbox, others their own.

    Raises:
        NotAllowed: It is for somebody else, or a department's.
    """
    if caller is None or caller.role is Role.ADMINISTRATOR or draft.owner_id == caller.user_id:
        return
    raise NotAllowed("add_mailbox")


def check_draft(draft: MailboxDraft) -> Address:
    """The address, normalised, of a draft that makes sense.

    Raises:
        Missing: Neither or both of owner and department are given.
        Invalid: The address, a host, a port or the login makes no sense.
    """
    if (draft.owner_id is None) == (draft.department_id is None):
        raise Missing("owner")
    address = parse_email(draft.address)
    if address is None:
        raise Invalid("address", draft.address)
    for name, server in (("imap", draft.imap), ("smtp", draft.smtp)):
        if server is None:
            continue
        if not server.host.strip() or any(character.isspace() for character in server.host):
            raise Invalid(f"{name}_host", server.host)
        if not 0 < server.port < 65536:
            raise Invalid(f"{name}_port", str(server.port))
    if not draft.login or any(character in "\r\n\0" for character in draft.login + draft.password):
        raise Invalid("login", draft.login)
    return address


def check_password(password: str) -> None:
    """Refuse what no login can carry.

    Raises:
        Invalid: It is empty, or holds a line break or NUL; the value itself is not told.
    """
    if not password or any(character in "\r\n\0" for character in password):
        raise Invalid("password", "")


def fingerprint(mailbox: Mailbox) -> str:
    """A word that changes when what a watcher uses of a mailbox does, or when somebody asks for a look at once."""
    parts: Sequence[object] = (
        mailbox.address,
        mailbox.imap_host,
        mailbox.imap_port,
        mailbox.imap_security,
        mailbox.login,
        mailbox.sealed_password,
        mailbox.wanted_folders,
        mailbox.since,
        mailbox.mirror_seen,
        mailbox.verify_certificate,
        mailbox.auth,
        mailbox.nudged_at,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()
