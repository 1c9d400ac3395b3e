"""The folders of a mailbox and the cursor of what was taken from them (domain.md M1, M4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.enums import FolderRole, MailFate
from core.errors import StateForbids
from core.models import MailFolder, MailUid
from core.repositories import mailboxes, sightings
from core.repositories.sightings import EXPUNGED, FormerSighting, Presence
from core.rules.uid_ranges import UIDRange
from core.services.mail_alarms import alarm_gap
from core.services.work import Works
from core.values import FolderId, MailboxId, Ref, RefKind

EXCLUDED_BY_DRAFT = "draft"
r"""The named rule: a letter flagged \Draft is still being written; it comes again, as another, when it is sent."""

EXCLUDED_BY_EXPUNGED = EXPUNGED
"""The named rule: the letter left the server after it was listed and before it could be fetched."""


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


class LeftOut(NamedTuple):
    """A UID that gets no letter, by a named rule."""

    uid: int
    internal_date: datetime | None
    size: int


class Renumbered(NamedTuple):
    """A sighting that was recognised under the number which the server gives it now."""

    sighting_id: int
    uid: int
    size: int
    internal_date: datetime | None


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

        Another UIDVALIDITY makes all numbers void: the cursor starts anew, and what is known is recognised
        (`list_former`, domain.md M1). A UIDNEXT that went back means that numbers are given out again: the
        sightings from there on are former ones. No letter is touched by either.
        """
        async with self._works.begin(None, "open_folder") as work:
            folder = await mailboxes.get_folder(work.session, folder_id)
            folder.server_count = server.exists
            if folder.uidvalidity != server.uidvalidity:
                folder.uidvalidity, folder.last_uid, folder.highest_modseq = server.uidvalidity, 0, None
            elif server.uidnext is not None and folder.last_uid >= server.uidnext:
                await sightings.set_aside_from(
                    work.session, folder.id, server.uidvalidity, server.uidnext, work.now
                )
                folder.last_uid, folder.highest_modseq = server.uidnext - 1, None
            return _cursor_of(folder)

    async def distrust(self, folder_id: FolderId, uidvalidity: int) -> FolderCursor:
        """Make all numbers of a folder former ones, because they turned out to be given to other letters."""
        async with self._works.begin(None, "distrust_folder") as work:
            folder = await mailboxes.get_folder(work.session, folder_id)
            if folder.uidvalidity == uidvalidity:
                await sightings.set_aside_from(work.session, folder.id, uidvalidity, 0, work.now)
                folder.last_uid, folder.highest_modseq = 0, None
            return _cursor_of(folder)

    async def list_fated_uids(self, folder_id: FolderId, uidvalidity: int) -> frozenset[int]:
        """The UIDs whose fate is known, on the server or not."""
        presence = await self.load_presence(folder_id, uidvalidity)
        return presence.present | presence.gone

    async def load_presence(self, folder_id: FolderId, uidvalidity: int) -> Presence:
        """The UIDs whose fate is known, those that are gone from the server apart."""
        async with self._works.database.reading_aside() as session:
            return await sightings.load_presence(session, folder_id, uidvalidity)

    async def list_fateless(
        self, folder_id: FolderId, uidvalidity: int, uids: Sequence[int]
    ) -> frozenset[int]:
        """Those of the UIDs that have no fate."""
        async with self._works.database.reading_aside() as session:
            fated = await sightings.list_fated_among(session, folder_id, uidvalidity, uids)
        return frozenset(uids) - fated

    async def note_gone(self, folder_id: FolderId, uidvalidity: int, ranges: Sequence[UIDRange]) -> int:
        """Note that letters are no longer on the server; how many were thought to be. Nothing is deleted."""
        if not ranges:
            return 0
        async with self._works.begin(None, "note_gone") as work:
            return await sightings.set_gone(work.session, folder_id, uidvalidity, ranges, work.now)

    async def note_back(self, folder_id: FolderId, uidvalidity: int, ranges: Sequence[UIDRange]) -> None:
        """Note that letters thought gone are on the server."""
        if not ranges:
            return
        async with self._works.begin(None, "note_back") as work:
            await sightings.set_back(work.session, folder_id, uidvalidity, ranges)

    async def leave_out(
        self, folder_id: FolderId, uidvalidity: int, rule: str, letters: Sequence[LeftOut]
    ) -> None:
        """Give UIDs without a fate that of being excluded by a rule; `EXCLUDED_BY_EXPUNGED` ones are gone too."""
        async with self._works.begin(None, "leave_out") as work:
            await mailboxes.get_folder(work.session, folder_id)
            uids = [one.uid for one in letters]
            fated = await sightings.list_fated_among(work.session, folder_id, uidvalidity, uids)
            gone_at = work.now if rule == EXCLUDED_BY_EXPUNGED else None
            work.session.add_all(
                MailUid(
                    folder_id=folder_id,
                    uidvalidity=uidvalidity,
                    uid=one.uid,
                    fate=MailFate.EXCLUDED,
                    rule=rule,
                    internal_date=one.internal_date,
                    size=one.size,
                    seen_at=work.now,
                    gone_at=gone_at,
                )
                for one in letters
                if one.uid not in fated
            )

    async def list_former(self, folder_id: FolderId, uidvalidity: int) -> Sequence[FormerSighting]:
        """What is known of letters whose numbers are void, where their bytes are kept."""
        async with self._works.database.reading_aside() as session:
            return await sightings.list_former(session, folder_id, uidvalidity)

    async def renumber(
        self, folder_id: FolderId, uidvalidity: int, recognised: Sequence[Renumbered]
    ) -> frozenset[int]:
        """Move sightings to the numbers that the server gives their letters now; their fate stays.

        Returns:
            The UIDs that have a fate thereby.

        Raises:
            StateForbids: The folder's UIDVALIDITY has changed again.
        """
        async with self._works.begin(None, "renumber_folder") as work:
            folder = await mailboxes.get_folder(work.session, folder_id)
            if folder.uidvalidity != uidvalidity:
                raise StateForbids(Ref(RefKind.MAILBOX, folder.mailbox_id), "uidvalidity_changed")
            uids = [one.uid for one in recognised]
            taken = await sightings.list_fated_among(work.session, folder_id, uidvalidity, uids)
            there = await sightings.list_ids_among(
                work.session, folder_id, [one.sighting_id for one in recognised]
            )
            moved = [one for one in recognised if one.uid not in taken and one.sighting_id in there]
            await sightings.move_sightings(
                work.session,
                [
                    {
                        "id": one.sighting_id,
                        "uidvalidity": uidvalidity,
                        "uid": one.uid,
                        "size": one.size,
                        "internal_date": one.internal_date,
                        "gone_at": None,
                    }
                    for one in moved
                ],
            )
            return frozenset(taken) | {one.uid for one in moved}

    async def retire_former(self, folder_id: FolderId, uidvalidity: int) -> None:
        """Note that what was not recognised under its new number is no longer on the server."""
        async with self._works.begin(None, "retire_former") as work:
            await sightings.retire_former(work.session, folder_id, uidvalidity, work.now)

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
