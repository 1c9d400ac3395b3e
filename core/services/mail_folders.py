"""The folders of a mailbox and the cursor of what was taken from them (domain.md M1, M4)."""

from collections.abc import Sequence
from typing import NamedTuple

from core.enums import FolderRole
from core.models import MailFolder
from core.repositories import mailboxes
from core.services.work import Works
from core.values import FolderId, MailboxId


class WantedFolder(NamedTuple):
    """A folder to be watched, by its name on the server."""

    name: str
    role: FolderRole


class FolderCursor(NamedTuple):
    """How far a folder was taken: everything up to `last_uid` under this UIDVALIDITY."""

    id: FolderId
    name: str
    role: FolderRole
    uidvalidity: int | None
    last_uid: int


class ServerFolder(NamedTuple):
    """What the server tells when a folder is opened; `uidnext` None: it does not tell."""

    uidvalidity: int
    uidnext: int | None
    exists: int


class FolderLook(NamedTuple):
    """What a look at a folder came to.

    Attributes:
        uidvalidity: Under which the UIDs stand; a cursor of another one is left alone.
        last_uid: Everything up to here was looked at: UIDNEXT less one, or the last UID seen.
        exists: Letters on the server.
        gap: UIDs on the server that have no fate; None: they were not compared.
    """

    uidvalidity: int
    last_uid: int
    exists: int
    gap: int | None


class MailFolders:
    """Registers folders and keeps their cursors honest; the cursor itself moves with the letters."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def register(self, mailbox_id: MailboxId, wanted: Sequence[WantedFolder]) -> list[FolderCursor]:
        """Make sure that these folders are known, and give their cursors in the order asked for.

        Raises:
            NotFound: The mailbox was removed meanwhile.
        """
        async with self._works.begin(None, "register_folders") as work:
            await mailboxes.get_mailbox(work.session, mailbox_id)
            known = {one.name: one for one in await mailboxes.list_folders(work.session, mailbox_id)}
            for folder in wanted:
                if folder.name not in known:
                    known[folder.name] = MailFolder(mailbox_id=mailbox_id, name=folder.name, role=folder.role)
                    work.session.add(known[folder.name])
                known[folder.name].role = folder.role
            await work.session.flush()
            return [_cursor_of(known[folder.name]) for folder in wanted]

    async def list_cursors(self, mailbox_id: MailboxId) -> list[FolderCursor]:
        """The cursors of all folders of a mailbox."""
        async with self._works.database.reading() as session:
            return [_cursor_of(one) for one in await mailboxes.list_folders(session, mailbox_id)]

    async def open(self, folder_id: FolderId, server: ServerFolder) -> FolderCursor:
        """Compare the cursor with the server's word and put it right.

        Another UIDVALIDITY makes all UIDs new: the cursor starts anew, and the identity of domain.md M1
        recognises what is known. A UIDNEXT that went back means that UIDs are given out again: the sightings
        from there on are forgotten, their letters stay.
        """
        async with self._works.begin(None, "open_folder") as work:
            folder = await mailboxes.get_folder(work.session, folder_id)
            folder.server_count = server.exists
            if folder.uidvalidity != server.uidvalidity:
                folder.uidvalidity, folder.last_uid = server.uidvalidity, 0
            elif server.uidnext is not None and folder.last_uid >= server.uidnext:
                await mailboxes.forget_uids_from(work.session, folder.id, server.uidvalidity, server.uidnext)
                folder.last_uid = server.uidnext - 1
            return _cursor_of(folder)

    async def list_fated_uids(self, folder_id: FolderId, uidvalidity: int) -> frozenset[int]:
        """The UIDs whose fate is known."""
        async with self._works.database.reading() as session:
            return frozenset(await mailboxes.list_fated_uids(session, folder_id, uidvalidity))

    async def close(self, folder_id: FolderId, look: FolderLook) -> None:
        """Note that a folder was looked at without an error."""
        async with self._works.begin(None, "close_folder") as work:
            folder = await mailboxes.get_folder(work.session, folder_id)
            if folder.uidvalidity != look.uidvalidity:
                return
            folder.last_uid = max(folder.last_uid, look.last_uid)
            folder.server_count = look.exists
            folder.last_success_at = work.now
            if look.gap is not None:
                folder.gap = look.gap


def _cursor_of(folder: MailFolder) -> FolderCursor:
    return FolderCursor(
        FolderId(folder.id), folder.name, folder.role, folder.uidvalidity, folder.last_uid or 0
    )
