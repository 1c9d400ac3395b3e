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
