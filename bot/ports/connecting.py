"""What the chat asks while a mailbox is being connected, of the core and of the mail door."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from core.queries.connecting import ConnectingMailbox, ImportPreview, OfferedFolder, ServerGuess
from core.values import Caller, MailboxId

if TYPE_CHECKING:  # screens see this module, and must not come to the services through it
    from core.services.mailbox_drafts import MailboxDraft


class MailboxConnecting(Protocol):
    """core.services.mailbox_connecting.MailboxConnecting."""

    async def prepare(
        self, caller: Caller, draft: "MailboxDraft", folders: Sequence[OfferedFolder]
    ) -> MailboxId:
        """Keep a mailbox whose login works; nothing of it is taken before `start`."""
        ...

    async def offer(self, mailbox_id: MailboxId, folders: Sequence[OfferedFolder]) -> None:
        """Note what folders there are to choose from."""
        ...

    async def find(self, caller: Caller, mailbox_id: MailboxId) -> ConnectingMailbox:
        """A mailbox that the caller is connecting."""
        ...

    async def choose_since(
        self, caller: Caller, mailbox_id: MailboxId, since: datetime | None, *, show: str = ""
    ) -> None:
        """Want letters from a moment on; None: all."""
        ...

    async def choose_folder(
        self, caller: Caller, mailbox_id: MailboxId, number: int, *, show: str = ""
    ) -> None:
        """Want a folder, or no longer want it."""
        ...

    async def start(self, caller: Caller, mailbox_id: MailboxId) -> None:
        """Have the mailbox watched."""
        ...

    async def discard(self, caller: Caller, mailbox_id: MailboxId) -> None:
        """Give up connecting it."""
        ...


class ConnectingDoor(Protocol):
    """mail.connecting.ConnectingDoor; wired by app."""

    async def guess(self, address: str) -> ServerGuess | None:
        """Where the mail of an address is likely to be; None: it has to be asked."""
        ...

    async def begin_oauth(self, caller: Caller, wanted: "MailboxDraft | MailboxId") -> str:
        """The link that a person opens in a browser to log in."""
        ...

    async def try_draft(self, draft: "MailboxDraft") -> Sequence[OfferedFolder] | str:
        """Log in and list the folders; or a word for what is wrong."""
        ...

    async def list_folders(self, mailbox_id: MailboxId) -> Sequence[OfferedFolder] | str:
        """The folders of a mailbox that is there; or a word for what is wrong."""
        ...

    async def preview(
        self, mailbox_id: MailboxId, folders: Sequence[str], since: datetime | None
    ) -> ImportPreview | str:
        """What an import would bring; or a word for what is wrong."""
        ...
