"""What the chat asks about mailboxes, and of the mail door."""

from collections.abc import Sequence
from typing import Protocol

from core.queries.mailboxes import MailboxReport
from core.queries.quarantine import LetterHead, Quarantined, QuarantinePage
from core.values import Caller, MailboxId


class Mailboxes(Protocol):
    """core.services.mailboxes.Mailboxes."""

    async def report(
        self, caller: Caller | None = None, mailbox_id: MailboxId | None = None
    ) -> Sequence[MailboxReport]:
        """Those that the caller may see; NotFound when the one named is not among them."""
        ...

    async def list_kept(self, caller: Caller) -> Sequence[MailboxReport]:
        """The caller's own ones and those of departments they look after, without folders."""
        ...

    async def list_all(self, caller: Caller) -> Sequence[MailboxReport]:
        """Every mailbox, without folders; administrators only."""
        ...

    async def pause(self, caller: Caller | None, mailbox_id: MailboxId) -> None:
        """Stop watching until resumed."""
        ...

    async def resume(self, caller: Caller | None, mailbox_id: MailboxId) -> None:
        """Watch again, also after it was stopped."""
        ...

    async def check_may_change(self, caller: Caller, mailbox_id: MailboxId) -> MailboxReport:
        """The mailbox, if the caller may change it; NotFound or NotAllowed else."""
        ...

    async def set_password(self, caller: Caller | None, mailbox_id: MailboxId, password: str) -> None:
        """Replace the password; a mailbox that had stopped is watched again."""
        ...

    async def set_mirror_seen(self, caller: Caller | None, mailbox_id: MailboxId, *, is_on: bool) -> None:
        """Have the server's mark of read letters follow their review, or leave it alone."""
        ...

    async def set_verify_certificate(
        self, caller: Caller | None, mailbox_id: MailboxId, *, is_on: bool
    ) -> None:
        """Have the mailbox's servers prove who they are, or trust whoever answers."""
        ...

    async def remove(self, caller: Caller | None, mailbox_id: MailboxId) -> None:
        """Forget a mailbox and its password; what was captured stays."""
        ...


class Quarantine(Protocol):
    """core.services.quarantine.Quarantine."""

    async def list_page(
        self, caller: Caller, mailbox_id: MailboxId, *, offset: int = 0, limit: int = 7
    ) -> QuarantinePage:
        """A part of a mailbox's quarantine, the latest first."""
        ...

    async def find(self, caller: Caller, letter_id: int) -> QuarantinePage:
        """One letter, with what the caller may do about it."""
        ...

    async def open(self, caller: Caller, letter_id: int) -> tuple[Quarantined, bytes]:
        """A letter and its bytes; NotAllowed when they are not the caller's to read."""
        ...

    async def open_head(self, caller: Caller, letter_id: int) -> bytes:
        """The first bytes of a letter; empty where there are none, or not for the caller."""
        ...

    async def retry(self, caller: Caller | None, letter_id: int, *, any_size: bool = False) -> None:
        """Send a letter on its way again."""
        ...

    async def dismiss(self, caller: Caller | None, letter_id: int) -> None:
        """Want nothing of a letter."""
        ...


class MailDoor(Protocol):
    """mail.door.MailDoor; wired by app, since the chat and the mail door do not know each other."""

    async def try_login(self, mailbox_id: MailboxId, password: str | None = None) -> str | None:
        """Whether a password works, the stored one if none is given: None, or a word for what is wrong."""
        ...

    async def read_head(self, raw: bytes) -> LetterHead:
        """Sender and topic of a letter, whatever its bytes."""
        ...
