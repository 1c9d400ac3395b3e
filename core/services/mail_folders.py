"""The folders of a mailbox and the cursor of what was taken from them (domain.md M1, M4)."""

from collections.abc import Sequence
from typing import NamedTuple

from core.enums import FolderRole
from core.models import MailFolder
from core.repositories import mailboxes, sightings
from core.services.mail_alarms import alarm_gap
from core.services.work import Works
from core.values import FolderId, MailboxId


class WantedFolder(NamedTuple):
    """A folder to be watched, by its name on the server."""

    name: str
    role: FolderRole


class FolderCursor(NamedTuple):
    """How far a folder was taken: everything up to `last_uid` under this UIDVALIDITY.

    `highest_modseq`: the server's count of changes up to which disappearances are known (RFC 7162).
    """

    id: FolderId
    name: str
    role: FolderRole
    uidvalidity: int | None
    last_uid: int
    highest_modseq: int | None = None


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
        highest_modseq: Changes up to here are known; None: the server does not count them, or not all are.
    """

    uidvalidity: int
    last_uid: int
    exists: int
    gap: int | None
    highest_modseq: int | None = None


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

    async def list_uncaptured(self, mailbox_id: MailboxId) -> frozenset[FolderId]:
        """The folders in which letters wait that were received and are not captured yet."""
        async with self._works.database.reading() as session:
            found = await sightings.list_uncaptured(session, mailbox_id)
        return frozenset(FolderId(one) for one in found)

    async def open(self, folder_id: FolderId, server: ServerFolder) -> FolderCursor:
        """Compare the cursor with the server's word and put it right.

        Another UIDVALIDITY makes all numbers void, and so does a UIDNEXT that went back: numbers are given out
        again, and which ones were already cannot be known. The cursor starts anew, the sightings are former ones,
        and what is known is recognised (core.services.sightings, domain.md M1). No letter is touched.
        """
        async with self._works.begin(None, "open_folder") as work:
            folder = await mailboxes.get_folder(work.session, folder_id)
            folder.server_count = server.exists
            if folder.uidvalidity != server.uidvalidity:
                folder.uidvalidity, folder.last_uid, folder.highest_modseq = server.uidvalidity, 0, None
            elif server.uidnext is not None and folder.last_uid >= server.uidnext:
                await sightings.set_aside(work.session, folder.id, server.uidvalidity, work.now)
                folder.last_uid, folder.highest_modseq = 0, None
            return _cursor_of(folder)

    async def distrust(self, folder_id: FolderId, uidvalidity: int) -> FolderCursor:
        """Make all numbers of a folder former ones, because they turned out to be given to other letters."""
        async with self._works.begin(None, "distrust_folder") as work:
            folder = await mailboxes.get_folder(work.session, folder_id)
            if folder.uidvalidity == uidvalidity:
                await sightings.set_aside(work.session, folder.id, uidvalidity, work.now)
                folder.last_uid, folder.highest_modseq = 0, None
            return _cursor_of(folder)

    async def close(self, folder_id: FolderId, look: FolderLook) -> None:
        """Note that a folder was looked at without an error; a gap that has grown is told, once."""
        async with self._works.begin(None, "close_folder") as work:
            folder = await mailboxes.get_folder(work.session, folder_id)
            if folder.uidvalidity != look.uidvalidity:
                return
            folder.last_uid = max(folder.last_uid, look.last_uid)
            folder.server_count = look.exists
            folder.last_success_at = work.now
            if look.highest_modseq is not None:
                folder.highest_modseq = look.highest_modseq
            if look.gap is not None:
                if look.gap > folder.gap:
                    await alarm_gap(work, folder, look.gap)
                folder.gap = look.gap


def _cursor_of(folder: MailFolder) -> FolderCursor:
    return FolderCursor(
        FolderId(folder.id),
        folder.name,
        folder.role,
        folder.uidvalidity,
        folder.last_uid or 0,
        folder.highest_modseq,
    )
