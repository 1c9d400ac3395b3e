"""A batch of letters on its way into the core: what the mail door hands over, and where it was seen."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from core.enums import Direction, FolderRole, MailFate
from core.errors import StateForbids
from core.models import Mailbox, MailFolder, MailUid, User
from core.repositories import mailboxes
from core.services.work import Work
from core.values import FolderId, InteractionId, Letter, Ref, RefKind


@dataclass(frozen=True, slots=True)
class SightedLetter:
    """One UID as the mail door saw it: a letter, or the reason why there is none.

    Attributes:
        uid: Under the checkpoint's UIDVALIDITY.
        internal_date: When it arrived on the server; None where the server does not tell.
        letter: The parsed letter.
        excluded_by: The rule that leaves it out.
        quarantined: Why it could not be captured.
        raw_sha256: Its bytes in the blob store, where there are any.
    """

    uid: int
    internal_date: datetime | None = None
    letter: Letter | None = None
    excluded_by: str | None = None
    quarantined: str | None = None
    raw_sha256: str | None = None


class Checkpoint(NamedTuple):
    """How far the folder is taken once this batch is in."""

    uidvalidity: int
    last_uid: int


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
    uidvalidity: int
    keeper_id: int
    timezone: str
    outcomes: list[LetterOutcome] = field(default_factory=list)

    def set_fate(
        self, sighted: SightedLetter, fate: MailFate, rule: str | None, interaction_id: int | None
    ) -> None:
        """Write the sighting."""
        raw = sighted.letter.raw_sha256 if sighted.letter is not None else sighted.raw_sha256
        self.work.session.add(
            MailUid(
                folder_id=self.folder.id,
                uidvalidity=self.uidvalidity,
                uid=sighted.uid,
                fate=fate,
                rule=rule,
                interaction_id=interaction_id,
                raw_sha256=raw,
                seen_at=self.work.now,
            )
        )
        known = InteractionId(interaction_id) if interaction_id is not None else None
        self.outcomes.append(LetterOutcome(sighted.uid, fate, known))


async def load_batch(work: Work, folder_id: FolderId, checkpoint: Checkpoint) -> LetterBatch:
    """The place a batch is captured from, its folder locked.

    Raises:
        NotFound: The folder or its mailbox is gone.
        StateForbids: The folder's UIDVALIDITY has changed since.
    """
    folder = await mailboxes.get_folder(work.session, folder_id)
    mailbox = await mailboxes.get_mailbox(work.session, folder.mailbox_id)
    if folder.uidvalidity != checkpoint.uidvalidity:
        raise StateForbids(Ref(RefKind.MAILBOX, mailbox.id), "uidvalidity_changed")
    keeper_id = await mailboxes.find_keeper(work.session, mailbox)
    keeper = await work.session.get_one(
        User, keeper_id
    )  # Not locked: the chat writes of this user meanwhile.
    return LetterBatch(work, mailbox, folder, checkpoint.uidvalidity, keeper_id, keeper.timezone)


def predates(mailbox: Mailbox, arrived_at: datetime) -> bool:
    """Whether a letter is older than the mailbox's adding (domain.md R2); IMAP tells whole seconds."""
    return arrived_at < mailbox.created_at.replace(microsecond=0)


def direction_of(place: LetterBatch, letter: Letter) -> Direction:
    """How this sighting shows the letter (domain.md M2)."""
    own = any(one.address == place.mailbox.address for one in letter.from_)
    return Direction.OUT if own or place.folder.role is FolderRole.SENT else Direction.IN
