"""Letters on their way into the core: what the mail door hands over, and the place they are captured from."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from core.enums import Direction, FolderRole, MailFate
from core.models import Mailbox, MailFolder, User
from core.repositories import letter_sightings, mailboxes
from core.repositories.letter_sightings import FateRow, WaitingSighting
from core.services.letter_sorting import Sorting
from core.services.work import Work
from core.values import FolderId, InteractionId, Letter


@dataclass(frozen=True, slots=True)
class ReceivedLetter:
    """One UID as the mail door saw it: bytes that are kept, or the reason why there are none.

    Attributes:
        uid: Under the checkpoint's UIDVALIDITY.
        internal_date: When it arrived on the server; None where the server does not tell.
        size: RFC822.SIZE; None where the server does not tell.
        raw_sha256: Its bytes in the blob store, safe there.
        excluded_by: The rule that leaves it out.
        quarantined: Why it cannot be captured.
    """

    uid: int
    internal_date: datetime | None = None
    size: int | None = None
    raw_sha256: str | None = None
    excluded_by: str | None = None
    quarantined: str | None = None


class Checkpoint(NamedTuple):
    """How far the folder is taken once this batch is in."""

    uidvalidity: int
    last_uid: int


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A letter that was received and is not captured yet.

    Attributes:
        attempts: How often its capture was begun in vain.
        size: RFC822.SIZE; 0 where the server did not tell.
    """

    sighting_id: int
    folder_id: FolderId
    raw_sha256: str
    attempts: int
    size: int


@dataclass(frozen=True, slots=True)
class ReadSighting:
    """A waiting letter that was read: what it says, or why nobody can tell."""

    sighting_id: int
    letter: Letter | None = None
    quarantined: str = ""


class LetterOutcome(NamedTuple):
    """What became of a UID."""

    uid: int
    fate: MailFate
    interaction_id: InteractionId | None


@dataclass(slots=True)
class LetterBatch:
    """The place letters are captured from, for the length of one transaction."""

    work: Work
    mailbox: Mailbox
    folder: MailFolder
    keeper_id: int
    timezone: str
    sorting: Sorting = field(default_factory=Sorting)
    outcomes: list[LetterOutcome] = field(default_factory=list)
    _fates: list[FateRow] = field(default_factory=list)

    def set_fate(
        self,
        sighting: WaitingSighting,
        fate: MailFate,
        *,
        rule: str | None = None,
        interaction_id: int | None = None,
    ) -> None:
        """Decide what becomes of a sighting; written by `write_fates`."""
        self._fates.append(FateRow(sighting.id, fate, rule, interaction_id))
        known = InteractionId(interaction_id) if interaction_id is not None else None
        self.outcomes.append(LetterOutcome(sighting.uid, fate, known))

    def kept_by(self, user_id: int) -> "LetterBatch":
        """The same place as somebody else keeps it who gets one of its letters (domain.md U3)."""
        return self if user_id == self.keeper_id else replace(self, keeper_id=user_id)

    async def write_fates(self) -> None:
        """Write what was decided."""
        fates, self._fates = self._fates, []
        await letter_sightings.write_fates(self.work.session, fates)


async def load_batch(work: Work, folder_id: FolderId) -> LetterBatch:
    """The place a batch is captured from, its folder locked.

    Raises:
        NotFound: The folder or its mailbox is gone.
    """
    folder = await mailboxes.get_folder(work.session, folder_id)
    mailbox = await mailboxes.get_mailbox(work.session, folder.mailbox_id)
    keeper_id = await mailboxes.find_keeper(work.session, mailbox)
    keeper = await work.session.get_one(
        User, keeper_id
    )  # Not locked: the chat writes of this user meanwhile.
    return LetterBatch(work, mailbox, folder, keeper_id, keeper.timezone)


def predates(mailbox: Mailbox, arrived_at: datetime) -> bool:
    """Whether a letter is older than the mailbox's adding (domain.md R2); IMAP tells whole seconds."""
    return arrived_at < mailbox.created_at.replace(microsecond=0)


def direction_of(place: LetterBatch, letter: Letter) -> Direction:
    """How this sighting shows the letter (domain.md M2)."""
    own = any(one.address == place.mailbox.address for one in letter.from_)
    return Direction.OUT if own or place.folder.role is FolderRole.SENT else Direction.IN
