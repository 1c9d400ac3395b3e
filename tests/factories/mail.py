"""Mailboxes, folders and letters, captured through the services as the mail door would."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.enums import FolderRole, Importance, MailClass, MailFate, MailSecurity
from core.errors import Invalid, NotFound
from core.models import Interaction, InteractionOwner, MailMessage, MailUid, OutboxItem, Subject
from core.services.letter_batch import Checkpoint, LetterOutcome, ReadSighting, ReceivedLetter
from core.services.letters import Letters
from core.services.mail_folders import FolderCursor, MailFolders, ServerFolder, WantedFolder
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.services.mailboxes import Mailboxes
from core.services.work import Works
from core.values import Caller, FolderId, InteractionId, Letter, MailAddress, MailboxId
from tests.conftest import NOON
from tests.factories.organisation import Organisation

UIDVALIDITY = 7


class OpenBox:
    """A secret box that seals by turning the secret into letters: enough to see that nothing is stored plain."""

    def seal(self, secret: str) -> str:
        return "sealed:" + base64.b64encode(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        if not sealed.startswith("sealed:"):
            raise Invalid("secret", "damaged")
        return base64.b64decode(sealed.removeprefix("sealed:")).decode()


@dataclass
class FolderBlobs:
    """A blob store in a folder."""

    folder: Path

    def save(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self.path(digest).write_bytes(content)
        return digest

    def save_many(self, contents: Sequence[bytes]) -> list[str]:
        return [self.save(content) for content in contents]

    def write_many(self, contents: Sequence[bytes]) -> list[str]:
        return self.save_many(contents)

    def sync(self) -> None:
        """Nothing here outlives the test."""

    def load(self, sha256: str) -> bytes:
        if not self.path(sha256).exists():
            raise NotFound(sha256)
        return self.path(sha256).read_bytes()

    def path(self, sha256: str) -> Path:
        return self.folder / sha256

    def delete(self, sha256: str) -> None:
        self.path(sha256).unlink(missing_ok=True)


def letter(name: str, **fields: Any) -> Letter:
    """A letter whose Message-ID is its name; `content` tells two letters of one name apart."""
    content = fields.pop("content", name)
    sender = fields.pop("sender", "john@acme.example")
    recipients = fields.pop("to", ("anna@zveno.example",))
    values: dict[str, Any] = {
        "message_id": f"{name}@acme.example",
        "in_reply_to": (),
        "references": (),
        "own_ids": (),
        "topic": f"Topic of {name}",
        "text": f"Text of {name}",
        "from_": (mail_address(sender),),
        "to": tuple(mail_address(one) for one in recipients),
        "cc": (),
        "bcc": (),
        "sent_on": None,
        "mail_class": MailClass.NORMAL,
        "importance": Importance.NORMAL,
        "attachments": (),
        "raw_sha256": hashlib.sha256(f"raw {content}".encode()).hexdigest(),
        "content_sha256": hashlib.sha256(content.encode()).hexdigest(),
        "size": 100,
        "defects": (),
    }
    return Letter(**{**values, **fields})


def reply(name: str, to: str, *older: str, **fields: Any) -> Letter:
    """A letter that answers another; `older` are further ancestors from the root on."""
    return letter(
        name,
        in_reply_to=(f"{to}@acme.example",),
        references=tuple(f"{one}@acme.example" for one in (*older, to)),
        **fields,
    )


def mail_address(text: str) -> MailAddress:
    return MailAddress(text.partition("@")[0].title(), text, text)


@dataclass(frozen=True)
class SightedLetter:
    """One UID as a test has it: a letter, or the reason why there is none."""

    uid: int
    internal_date: datetime | None = None
    letter: Letter | None = None
    excluded_by: str | None = None
    quarantined: str | None = None
    raw_sha256: str | None = None

    def received(self) -> ReceivedLetter:
        raw = self.letter.raw_sha256 if self.letter is not None else self.raw_sha256
        size = self.letter.size if self.letter is not None else None
        return ReceivedLetter(self.uid, self.internal_date, size, raw, self.excluded_by, self.quarantined)


@dataclass
class Post:
    """A post office: mailboxes of an organisation, and letters put into their folders; each look is told at once."""

    organisation: Organisation
    together: timedelta = timedelta(0)
    mailboxes: Mailboxes = field(init=False)
    folders: MailFolders = field(init=False)
    letters: Letters = field(init=False)
    _uids: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.mailboxes = Mailboxes(self.works, OpenBox())
        self.folders = MailFolders(self.works)
        self.letters = Letters(self.works, self.together)

    @property
    def works(self) -> Works:
        return self.organisation.works

    async def add(self, owner: Caller, address: str, **fields: Any) -> MailboxId:
        """A mailbox of a user."""
        values: dict[str, Any] = {
            "owner_id": owner.user_id,
            "imap": MailServer("imap.example", 993, MailSecurity.TLS),
            "login": address,
            "password": "secret",
            **fields,
        }
        return await self.mailboxes.add(None, MailboxDraft(address=address, **values))

    async def open(
        self, mailbox_id: MailboxId, name: str = "INBOX", role: FolderRole = FolderRole.INBOX
    ) -> FolderCursor:
        """A folder with its UIDVALIDITY known."""
        cursor = (await self.folders.register(mailbox_id, [WantedFolder(name, role)]))[0]
        return await self.folders.open(cursor.id, ServerFolder(UIDVALIDITY, None, 0))

    async def inbox_of(self, owner: Caller, address: str) -> FolderCursor:
        """The inbox of a new mailbox."""
        return await self.open(await self.add(owner, address))

    async def deliver(
        self, folder: FolderCursor, content: Letter, at: datetime = NOON + timedelta(minutes=5)
    ) -> InteractionId:
        """Capture a letter; the interaction it became or belongs to."""
        outcome = (await self.capture(folder, [SightedLetter(next(self._uids), at, content)]))[0]
        assert outcome.interaction_id is not None
        return outcome.interaction_id

    async def capture(self, folder: FolderCursor, batch: Sequence[SightedLetter]) -> list[LetterOutcome]:
        """Capture a batch."""
        return await self.take(folder.id, Checkpoint(UIDVALIDITY, batch[-1].uid), batch)

    async def take(
        self, folder_id: FolderId, checkpoint: Checkpoint, batch: Sequence[SightedLetter]
    ) -> list[LetterOutcome]:
        """Receive and capture a batch; the outcomes of those that had to be captured, in order of their UIDs."""
        await self.letters.receive(folder_id, checkpoint, [one.received() for one in batch])
        by_uid = {one.uid: one.letter for one in batch if one.letter is not None}
        async with self.works.database.reading() as session:
            waiting = await session.execute(
                select(MailUid.id, MailUid.uid).where(
                    MailUid.folder_id == folder_id,
                    MailUid.uidvalidity == checkpoint.uidvalidity,
                    MailUid.uid.in_(by_uid),
                    MailUid.fate == MailFate.RECEIVED,
                )
            )
            read = [ReadSighting(sighting_id, by_uid[uid]) for sighting_id, uid in waiting]
        return sorted(await self.letters.capture(folder_id, read))

    async def interaction(self, interaction_id: InteractionId) -> Interaction:
        async with self.works.database.reading() as session:
            return await session.get_one(Interaction, interaction_id)

    async def subject_of(self, interaction_id: InteractionId) -> Subject:
        async with self.works.database.reading() as session:
            interaction = await session.get_one(Interaction, interaction_id)
            return await session.get_one(Subject, interaction.subject_id)

    async def message(self, interaction_id: InteractionId) -> MailMessage:
        async with self.works.database.reading() as session:
            return await session.get_one(MailMessage, interaction_id)

    async def owners(self, interaction_id: InteractionId) -> dict[int, bool]:
        """Whether each owner has it reviewed."""
        async with self.works.database.reading() as session:
            rows = await session.scalars(
                select(InteractionOwner).where(InteractionOwner.interaction_id == interaction_id)
            )
            return {row.user_id: row.reviewed for row in rows}

    async def fates(self) -> list[tuple[int, MailFate, str | None]]:
        async with self.works.database.reading() as session:
            rows = await session.scalars(select(MailUid).order_by(MailUid.id))
            return [(row.uid, row.fate, row.rule) for row in rows]

    async def notices(self, note: str) -> list[OutboxItem]:
        async with self.works.database.reading() as session:
            rows = await session.scalars(select(OutboxItem).order_by(OutboxItem.id))
            return [row for row in rows if row.payload.get("note") == note]
