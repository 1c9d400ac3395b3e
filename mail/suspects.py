"""Letters that a connection ended at: which of them is the reason, and when is it given up?

One letter that a server cannot give out, or lies about, must not hold up the others. What was being fetched when a
connection ended is suspected: it is fetched after everything else, alone. Fetched alone it either comes, or it is
to blame:

    announced as larger than any may be          quarantined as too large, at once
    the server refuses it, or garbles it          quarantined after the third time
    the connection is cut, or silent, at it       quarantined after the tenth time, an hour after the first at the
                                                  earliest: lines are cut for many reasons

A server that says that it is leaving blames nobody. Quarantine is a fate with a message; "retry" tries anew. All
this is remembered as long as the process runs: what was not given up is suspected anew after a restart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from core.values import FolderId
from mail.errors import LiteralTooLarge, ProtocolViolation, ServerSays, ServerUnavailable, TryLater
from mail.imap_session import LetterSize

TOO_LARGE = "too_large"
UNDELIVERABLE = "undeliverable"

REFUSALS_BORNE = 3
CUTS_BORNE = 10
CUTS_BORNE_FOR = timedelta(hours=1)


class _Place(NamedTuple):
    folder_id: FolderId
    uidvalidity: int
    uid: int


@dataclass(slots=True)
class _Record:
    """What happened when a letter was fetched alone."""

    refusals: int = 0
    cuts: int = 0
    first_cut_at: float | None = None
    is_too_large: bool = False


class Arranged(NamedTuple):
    """Letters by how they are to be fetched.

    Attributes:
        sound: Together with others.
        suspected: After them, each alone; those that failed alone least often come first, or one of them would
            hold up the rest.
        given_up: Not at all; with the reason for their quarantine.
    """

    sound: Sequence[LetterSize]
    suspected: Sequence[LetterSize]
    given_up: Sequence[tuple[LetterSize, str]]


class Suspects:
    """The suspected letters of one mailbox; outlives its connections."""

    def __init__(self) -> None:
        self._records: dict[_Place, _Record] = {}

    def note(self, folder_id: FolderId, uidvalidity: int, error: TryLater, now: float) -> None:
        """An error ended the fetching of letters: remember what it says about them.

        Args:
            folder_id: Where.
            uidvalidity: Under which numbering.
            error: Its `uids` are the letters.
            now: Seconds of a clock that never goes back.
        """
        if isinstance(error, ServerUnavailable):
            return
        for uid in error.uids:
            record = self._records.setdefault(_Place(folder_id, uidvalidity, uid), _Record())
            if not error.is_alone:
                continue
            if isinstance(error, LiteralTooLarge):
                record.is_too_large = True
            elif isinstance(error, ProtocolViolation) or (
                isinstance(error, ServerSays) and not error.is_temporary
            ):
                record.refusals += 1
            else:
                record.cuts += 1
                record.first_cut_at = now if record.first_cut_at is None else record.first_cut_at

    def clear(self, folder_id: FolderId, uidvalidity: int, uids: Sequence[int]) -> None:
        """These letters have a fate: nothing is held against them any more."""
        if self._records:
            for uid in uids:
                self._records.pop(_Place(folder_id, uidvalidity, uid), None)

    def arrange(
        self, folder_id: FolderId, uidvalidity: int, letters: Sequence[LetterSize], now: float
    ) -> Arranged:
        """How letters are to be fetched, given what is known of them."""
        if not self._records:
            return Arranged(letters, (), ())
        sound: list[LetterSize] = []
        suspected: list[tuple[int, LetterSize]] = []
        given_up: list[tuple[LetterSize, str]] = []
        for one in letters:
            record = self._records.get(_Place(folder_id, uidvalidity, one.uid))
            if record is None:
                sound.append(one)
            elif (reason := _verdict(record, now)) is not None:
                given_up.append((one, reason))
            else:
                suspected.append((record.refusals + record.cuts, one))
        suspected.sort(key=lambda pair: pair[0])
        return Arranged(sound, [one for _, one in suspected], given_up)


def _verdict(record: _Record, now: float) -> str | None:
    if record.is_too_large:
        return TOO_LARGE
    was_cut_long = (
        record.first_cut_at is not None and now - record.first_cut_at >= CUTS_BORNE_FOR.total_seconds()
    )
    if record.refusals >= REFUSALS_BORNE or (record.cuts >= CUTS_BORNE and was_cut_long):
        return UNDELIVERABLE
    return None
