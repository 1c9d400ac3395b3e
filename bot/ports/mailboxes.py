"""What the chat asks about mailboxes: core.services.mailboxes.Mailboxes."""

from collections.abc import Sequence
from typing import Protocol

from core.queries.mailboxes import MailboxReport
from core.values import Caller, MailboxId


class Mailboxes(Protocol):
    """Mailboxes and how they fare."""

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
