r"""The one thing that is ever written to a mailbox: \Seen, where it is to follow the review (domain.md R)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from core.enums import FunctionalOption
from core.errors import Missing
from core.models import Mailbox
from core.repositories import mailboxes, seen_mirror
from core.repositories.options import load_off
from core.services.work import Works
from core.values import FolderId, MailboxId


class DueMarks(NamedTuple):
    r"""Letters of one folder that are to get, or to lose, \Seen."""

    folder_id: FolderId
    uidvalidity: int
    seen: bool
    uids: tuple[int, ...]


class SeenMirror:
    r"""Tells which letters' \Seen differs from their review, and remembers what was written.

    All of it follows from what is stored: after a restart, a lost connection or a new numbering the same
    letters are due, and writing a flag twice is writing it once.
    """

    def __init__(self, works: Works) -> None:
        self._works = works

    async def list_due(self, mailbox_id: MailboxId) -> Sequence[DueMarks]:
        """What is to be written to the server now; nothing while the mailbox does not ask for it."""
        async with self._works.database.reading() as session:
            mailbox = await session.get(Mailbox, mailbox_id)
            if mailbox is None or not mailbox.mirror_seen:
                return []
            if FunctionalOption.REVIEW_FLAGS in await load_off(session):
                return []
            try:
                keeper_id = await mailboxes.find_keeper(session, mailbox)
            except Missing:  # Nobody works in its department, so nobody reviews.
                return []
        since = mailbox.created_at.replace(microsecond=0)
        async with self._works.database.reading_aside() as session:
            due = await seen_mirror.list_due(session, mailbox.id, keeper_id, since)
        marks: dict[tuple[int, int, bool], list[int]] = defaultdict(list)
        for folder_id, uidvalidity, uid, seen in due:
            marks[folder_id, uidvalidity, seen].append(uid)
        return [
            DueMarks(FolderId(folder_id), uidvalidity, seen, tuple(uids))
            for (folder_id, uidvalidity, seen), uids in marks.items()
        ]

    async def note_written(self, marks: DueMarks) -> None:
        """Remember that the server has these marks."""
        async with self._works.begin(None, "mirror_seen") as work:
            await seen_mirror.set_mirrored(
                work.session, marks.folder_id, marks.uidvalidity, marks.uids, seen=marks.seen
            )
