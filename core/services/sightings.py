"""What is known of the UIDs of a folder: where their letters are now, and what their numbers became (domain.md M1, M4)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.enums import MailFate
from core.errors import StateForbids
from core.models import MailUid
from core.repositories import mailboxes, sightings
from core.repositories.sightings import EXPUNGED
from core.rules.sightings import FormerSighting, Presence, UnreadSighting
from core.rules.uid_ranges import UIDRange, cut_ranges
from core.services.work import Works
from core.values import FolderId, Ref, RefKind

NOTED_AT_ONCE = 500
"""So many sightings change in one transaction: everybody else writes between them."""

EXCLUDED_BY_DRAFT = "draft"
r"""The named rule: a letter flagged \Draft is still being written; it comes again, as another, when it is sent."""

EXCLUDED_BY_EXPUNGED = EXPUNGED
"""The named rule: the letter left the server after it was listed and before it could be fetched."""


class LeftOut(NamedTuple):
    """A UID that gets no letter, by a named rule; its date and size as far as the server told them."""

    uid: int
    internal_date: datetime | None = None
    size: int | None = None


class Renumbered(NamedTuple):
    """A sighting that was recognised under the number which the server gives it now."""

    sighting_id: int
    uid: int
    size: int
    internal_date: datetime | None


class Sightings:
    """Notes what happens to letters on their server. Nothing here touches an interaction."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def load_presence(self, folder_id: FolderId, uidvalidity: int) -> Presence:
        """The UIDs whose fate is known, those that are gone from the server apart."""
        async with self._works.database.reading_aside() as session:
            return await sightings.load_presence(session, folder_id, uidvalidity)

    async def list_fateless(
        self, folder_id: FolderId, uidvalidity: int, uids: Sequence[int]
    ) -> frozenset[int]:
        """Those of the UIDs that have no fate."""
        database = self._works.database
        # A few are looked up at once; many would hold everybody up, and go aside.
        reading = database.reading if len(uids) <= NOTED_AT_ONCE else database.reading_aside
        async with reading() as session:
            fated = await sightings.list_fated_among(session, folder_id, uidvalidity, uids)
        return frozenset(uids) - fated

    async def load_sizes(self, folder_id: FolderId, uidvalidity: int) -> dict[int, int]:
        """What the server once told of the sizes of its letters, by UID."""
        async with self._works.database.reading_aside() as session:
            return await sightings.load_sizes(session, folder_id, uidvalidity)

    async def note_vanished(self, folder_id: FolderId, uidvalidity: int, ranges: Sequence[UIDRange]) -> int:
        """Note that letters left the server, which names any UIDs that it does not have; how many had a fate."""
        if not ranges:
            return 0
        async with self._works.database.reading_aside() as session:
            gone = await sightings.list_present_within(session, folder_id, uidvalidity, ranges)
        await self.note_gone(folder_id, uidvalidity, gone)
        return len(gone)

    async def note_gone(self, folder_id: FolderId, uidvalidity: int, uids: Sequence[int]) -> None:
        """Note that letters are no longer on the server. Nothing is deleted."""
        for start in range(0, len(uids), NOTED_AT_ONCE):
            async with self._works.begin(None, "note_gone") as work:
                await mailboxes.get_folder(work.session, folder_id)
                ranges = cut_ranges(uids[start : start + NOTED_AT_ONCE])
                await sightings.set_gone(work.session, folder_id, uidvalidity, ranges, work.now)

    async def note_back(self, folder_id: FolderId, uidvalidity: int, uids: Sequence[int]) -> None:
        """Note that letters thought gone are on the server."""
        for start in range(0, len(uids), NOTED_AT_ONCE):
            async with self._works.begin(None, "note_back") as work:
                await mailboxes.get_folder(work.session, folder_id)
                ranges = cut_ranges(uids[start : start + NOTED_AT_ONCE])
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

    async def list_former_unread(self, folder_id: FolderId, uidvalidity: int) -> Sequence[UnreadSighting]:
        """Letters whose numbers are void and whose bytes were never fetched, by decision."""
        async with self._works.database.reading_aside() as session:
            return await sightings.list_former_unread(session, folder_id, uidvalidity)

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
        some_left = True
        while some_left:
            async with self._works.begin(None, "retire_former") as work:
                some_left = await sightings.retire_former(work.session, folder_id, uidvalidity, work.now)
