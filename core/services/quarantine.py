"""Letters in quarantine: looking at them, sending them on their way again, dismissing them (domain.md M4).

What a letter says is seen by those whose letters they are: the owner of a private mailbox, whoever looks after
a department's. Others who see the mailbox see the figures alone (domain.md U2).
"""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FunctionalOption, MailFate, Role
from core.errors import Missing, NotAllowed, NotFound, StateForbids
from core.models import Mailbox
from core.ports import BlobStore
from core.queries import quarantine as queries
from core.queries.quarantine import Quarantined, QuarantinePage
from core.repositories import mailboxes, quarantine, sightings
from core.repositories.options import load_off, require_option
from core.repositories.quarantine import QuarantinedRow
from core.services.work import Work, Works
from core.values import Caller, MailboxId, Ref, RefKind

DISMISSED = sightings.DISMISSED
"""The rule that excludes a letter because its keeper wants nothing of it."""

TOO_LARGE = "too_large"
"""The reason of a letter that is larger than the operator allows."""

HEAD_BYTES = 64 * 1024

TELL_AT_MOST_EVERY = timedelta(minutes=10)
"""An import may quarantine many letters: they are told together."""


class Quarantine:
    """Letters that could not be taken."""

    def __init__(self, works: Works, blobs: BlobStore) -> None:
        self._works = works
        self._blobs = blobs

    async def list_page(
        self, caller: Caller, mailbox_id: MailboxId, *, offset: int = 0, limit: int = 7
    ) -> QuarantinePage:
        """A part of a mailbox's quarantine, the latest first.

        Raises:
            NotFound: There is no such mailbox for the caller.
        """
        async with self._works.database.reading() as session:
            mailbox = await _find_visible(session, caller, mailbox_id)
            letters = await queries.list_latest(session, mailbox_id, offset=offset, limit=limit)
            readable = await _is_readable(session, caller, mailbox)
            return QuarantinePage(
                mailbox_id=mailbox_id,
                address=mailbox.address,
                letters=tuple(letters),
                total=await queries.count_quarantined(session, mailbox_id),
                readable=readable,
                changeable=readable or caller.role is Role.ADMINISTRATOR,
            )

    async def find(self, caller: Caller, letter_id: int) -> QuarantinePage:
        """One letter, with what the caller may do about it.

        Raises:
            NotFound: There is none in quarantine with this id, or the caller does not see its mailbox.
        """
        async with self._works.database.reading() as session:
            letter = await queries.find_quarantined(session, letter_id)
            if letter is None:
                raise NotFound(f"letter {letter_id} in quarantine")
            mailbox = await _find_visible(session, caller, letter.mailbox_id)
            readable = await _is_readable(session, caller, mailbox)
            changeable = readable or caller.role is Role.ADMINISTRATOR
            return QuarantinePage(letter.mailbox_id, mailbox.address, (letter,), 1, readable, changeable)

    async def open(self, caller: Caller, letter_id: int) -> tuple[Quarantined, bytes]:
        """A letter and its bytes as they came.

        Raises:
            NotFound: As `find`; or its bytes were never fetched, or are no longer kept.
            NotAllowed: The caller sees the mailbox, but its letters are not theirs to read.
        """
        page = await self.find(caller, letter_id)
        if not page.readable:
            raise NotAllowed("open_quarantined")
        (letter,) = page.letters
        if letter.raw_sha256 is None:
            raise NotFound(f"the bytes of letter {letter_id}")
        return letter, await asyncio.to_thread(self._blobs.load, letter.raw_sha256)

    async def open_head(self, caller: Caller, letter_id: int) -> bytes:
        """The first bytes of a letter, enough for its head; empty where there are none, or not for the caller."""
        page = await self.find(caller, letter_id)
        digest = page.letters[0].raw_sha256
        if not page.readable or digest is None:
            return b""
        return await asyncio.to_thread(_read_head, self._blobs.path(digest))

    async def retry(self, caller: Caller | None, letter_id: int, *, any_size: bool = False) -> None:
        """Send a letter on its way again: from its bytes, or, where there are none, from the server.

        Args:
            caller: Who asks; None for the operator.
            letter_id: Which one.
            any_size: The limit of size does not hold for it; the operator's to say.

        Raises:
            NotFound: There is none in quarantine with this id, or the caller does not see its mailbox.
            NotAllowed: The caller sees the figures alone; or wants a limit lifted that the operator has set.
            StateForbids: Its bytes are not here, and it has left the server; or it is too large still.
            OptionOff: The mail client is switched off.
        """
        if any_size and caller is not None:
            raise NotAllowed("waive_size")
        has_bytes = await self._has_bytes(letter_id)
        async with self._works.begin(caller, "retry_letter") as work:
            row = await _get_changeable(work, letter_id, "retry_letter")
            ref = Ref(RefKind.MAILBOX, row.mailbox.id)
            sighting = row.sighting
            if has_bytes:
                work.change(sighting, of=ref, fate=MailFate.RECEIVED, rule=None, attempts=0, told_at=None)
            elif sighting.gone_at is not None or sighting.uidvalidity != row.folder.uidvalidity:
                raise StateForbids(ref, "left_the_server")
            elif sighting.rule == TOO_LARGE and not any_size:
                raise StateForbids(ref, TOO_LARGE)
            else:
                if any_size:
                    await quarantine.waive_size(work.session, sighting, work.now)
                await work.remove(sighting, of=ref)  # Without a fate it is fetched at the next comparison.
            row.mailbox.nudged_at = work.now
            work.confirm(f"quarantine:{row.mailbox.id}", note="letter_retried")

    async def _has_bytes(self, letter_id: int) -> bool:
        async with self._works.database.reading() as session:
            letter = await queries.find_quarantined(session, letter_id)
        if letter is None or letter.raw_sha256 is None:
            return False
        return await asyncio.to_thread(self._blobs.path(letter.raw_sha256).exists)

    async def dismiss(self, caller: Caller | None, letter_id: int) -> None:
        """Want nothing of a letter: it is excluded by a rule of that name, and stays so.

        Raises:
            NotFound: There is none in quarantine with this id, or the caller does not see its mailbox.
            NotAllowed: The caller sees the figures alone.
            OptionOff: The mail client is switched off.
        """
        async with self._works.begin(caller, "dismiss_letter") as work:
            row = await _get_changeable(work, letter_id, "dismiss_letter")
            ref = Ref(RefKind.MAILBOX, row.mailbox.id)
            work.change(row.sighting, of=ref, fate=MailFate.EXCLUDED, rule=DISMISSED)
            work.confirm(f"quarantine:{row.mailbox.id}", note="letter_dismissed")

    async def tell_keepers(self) -> int:
        """Tell keepers of letters that went into quarantine, together and not too often; how many keepers."""
        latest = self._works.clock.now() - TELL_AT_MOST_EVERY
        async with self._works.database.reading() as session:
            if FunctionalOption.MAIL_CLIENT in await load_off(session):
                return 0
            waiting = await quarantine.list_untold(session, latest)
        for mailbox_id in waiting:
            async with self._works.begin(None, "tell_quarantined") as work:
                await _tell(work, mailbox_id)
        return len(waiting)


def _read_head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""


async def _tell(work: Work, mailbox_id: int) -> None:
    mailbox = await mailboxes.get_mailbox(work.session, mailbox_id)
    count = await quarantine.mark_told(work.session, mailbox_id, work.now)
    try:
        keeper = await mailboxes.find_keeper(work.session, mailbox)
    except Missing:
        return
    if count:
        mailbox.quarantine_told_at = work.now
        work.notify(keeper, f"quarantine:{mailbox.id}", note="quarantined", count=count)


async def _find_visible(session: AsyncSession, caller: Caller, mailbox_id: MailboxId) -> Mailbox:
    seen = await mailboxes.sees_mailbox(session, caller)
    return await mailboxes.find_mailbox(session, mailbox_id, seen)


async def _is_readable(session: AsyncSession, caller: Caller, mailbox: Mailbox) -> bool:
    """Whether the letters of a mailbox are the caller's to read (domain.md U2)."""
    if mailbox.owner_id is not None:
        return mailbox.owner_id == caller.user_id
    kept = await mailboxes.keeps_mailbox(session, caller)
    return await session.scalar(select(Mailbox.id).where(Mailbox.id == mailbox.id, kept)) is not None


async def _get_changeable(work: Work, letter_id: int, action: str) -> QuarantinedRow:
    await require_option(work.session, FunctionalOption.MAIL_CLIENT)
    row = await quarantine.get_quarantined(work.session, letter_id)
    caller = work.caller
    if caller is None:
        return row
    await _find_visible(work.session, caller, MailboxId(row.mailbox.id))
    if caller.role is not Role.ADMINISTRATOR and not await _is_readable(work.session, caller, row.mailbox):
        raise NotAllowed(action)
    return row
