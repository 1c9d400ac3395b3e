"""Mailboxes, what was seen in them, and the fate of every UID (domain.md M)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import FolderRole, MailAuth, MailboxState, MailClass, MailFate, MailRouting, MailSecurity
from core.models.base import Base


class Mailbox(Base):
    """A mail account that is watched; belongs to one user or to a department (domain.md U3)."""

    __tablename__ = "mailboxes"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    address: Mapped[str] = mapped_column(index=True)
    imap_host: Mapped[str]
    imap_port: Mapped[int]
    imap_security: Mapped[MailSecurity]
    smtp_host: Mapped[str | None]
    smtp_port: Mapped[int | None]
    smtp_security: Mapped[MailSecurity | None]
    login: Mapped[str]
    auth: Mapped[MailAuth] = mapped_column(default=MailAuth.PASSWORD)
    sealed_password: Mapped[str]
    """Empty where `auth` is no password; the tokens are in `MailboxToken`."""
    wanted_folders: Mapped[list[str] | None]
    """Names as the user wrote them; None: the inbox and the folder of sent mail."""
    state: Mapped[MailboxState] = mapped_column(default=MailboxState.ACTIVE)
    state_reason: Mapped[str | None]
    """A word for the door's texts, for example `auth`, `certificate`, `unreachable`; None when all is well."""
    failures: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime | None]
    """Letters that arrived earlier are not captured at all (the user's choice)."""
    mirror_seen: Mapped[bool] = mapped_column(default=False)
    """Whether a letter's \\Seen follows its review; the only thing that is ever written to a server."""
    routing: Mapped[MailRouting] = mapped_column(default=MailRouting.KEEPER)
    """Of a department's mailbox: to whom its letters go (domain.md U3)."""
    last_routed_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who got the last letter in turn: the next one gets the next letter, also after a restart."""
    verify_certificate: Mapped[bool] = mapped_column(default=True)
    """Whether its servers must prove who they are; off only where a person has said so for this mailbox."""
    offered_folders: Mapped[list[Any] | None]
    """Name and role of every folder of the server when it was connected in the chat; the role is empty for those
    that are not watched unless wanted. None: not asked yet."""
    import_began_at: Mapped[datetime | None]
    """When its first import was begun in the chat; None before it and once it is done."""
    progress_message: Mapped[int | None]
    """The message that tells how far that import is."""
    progress_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """In whose chat that message is: who began the import, not always its owner."""
    progress_told: Mapped[int] = mapped_column(default=0)
    """How many letters that message last told of."""
    created_at: Mapped[datetime]
    last_success_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    """When the present run of failed attempts began; None while the server answers."""
    told_failing: Mapped[bool] = mapped_column(default=False)
    """Whether its keeper was told that it cannot be reached, and so is told when it is back."""
    nudged_at: Mapped[datetime | None]
    """When somebody last asked for a look at once: a change of it starts the watcher anew."""
    quarantine_told_at: Mapped[datetime | None]
    """When its keeper was last told of letters in quarantine; they are told together, not one by one."""


class MailFolder(Base):
    """A folder of a mailbox with the cursor of what was taken from it.

    `last_uid` moves in the transaction that stores the letters up to it, under the same UIDVALIDITY
    (RFC 9051, 2.3.1.1).
    """

    __tablename__ = "mail_folders"
    __table_args__ = (UniqueConstraint("mailbox_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    name: Mapped[str]
    role: Mapped[FolderRole]
    uidvalidity: Mapped[int | None]
    last_uid: Mapped[int] = mapped_column(default=0)
    server_count: Mapped[int] = mapped_column(default=0)
    """Messages on the server when last looked."""
    gap: Mapped[int] = mapped_column(default=0)
    """UIDs on the server at the last comparison without a fate here."""
    highest_modseq: Mapped[int | None]
    """HIGHESTMODSEQ up to which flags and disappearances are known (RFC 7162); None: never told."""
    last_success_at: Mapped[datetime | None]


class MailUid(Base):
    """A sighting: what became of one UID (domain.md M1, M4)."""

    __tablename__ = "mail_uids"
    __table_args__ = (
        UniqueConstraint("folder_id", "uidvalidity", "uid"),
        Index(
            "ix_mail_uids_received",
            "folder_id",
            "id",
            sqlite_where=text("fate = 'received'"),
            postgresql_where=text("fate = 'received'"),
        ),
        Index(
            "ix_mail_uids_quarantined",
            "folder_id",
            "id",
            sqlite_where=text("fate = 'quarantined'"),
            postgresql_where=text("fate = 'quarantined'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("mail_folders.id"))
    uidvalidity: Mapped[int]
    uid: Mapped[int]
    fate: Mapped[MailFate]
    rule: Mapped[str | None]
    """The rule that excluded it, or the reason for its quarantine."""
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"), index=True)
    raw_sha256: Mapped[str | None]
    internal_date: Mapped[datetime | None]
    """When it arrived on the server (RFC 9051, 2.3.3); None where the server does not tell."""
    size: Mapped[int | None]
    """RFC822.SIZE as the server told it."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often its capture was begun: one that keeps failing ends in quarantine."""
    seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    """When it was found to be no longer on the server; its interaction stays."""
    seen_mirrored: Mapped[bool | None]
    """The \\Seen that was last written to the server for it; None: never any."""
    told_at: Mapped[datetime | None]
    """When its keeper was told that it is in quarantine."""


class MailWaiver(Base):
    """A letter that is taken whatever its size: the operator has said so, for it alone."""

    __tablename__ = "mail_waivers"

    folder_id: Mapped[int] = mapped_column(
        ForeignKey("mail_folders.id"), primary_key=True, autoincrement=False
    )
    uidvalidity: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uid: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    asked_at: Mapped[datetime]


class MailTally(Base):
    """How many sightings of a folder stand where, kept by triggers on `mail_uids`, so that a report need not count.

    A mailbox holds millions of letters, and its report is asked for at every look of a person or a monitor.
    """

    __tablename__ = "mail_tallies"

    folder_id: Mapped[int] = mapped_column(
        ForeignKey("mail_folders.id"), primary_key=True, autoincrement=False
    )
    uidvalidity: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fate: Mapped[MailFate] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    """As `MailUid.rule`; empty for none."""
    gone: Mapped[bool] = mapped_column(primary_key=True)
    """Whether they are no longer on the server."""
    letters: Mapped[int]


class MailMessage(Base):
    """What a letter adds to its interaction. Several may bear one Message-ID with other bytes (domain.md M1)."""

    __tablename__ = "mail_messages"
    __table_args__ = (Index("ix_mail_messages_message_id_content", "message_id", "content_sha256"),)

    interaction_id: Mapped[int] = mapped_column(
        ForeignKey("interactions.id"), primary_key=True, autoincrement=False
    )
    message_id: Mapped[str]
    in_reply_to: Mapped[list[str]]
    references: Mapped[list[str]]
    mail_class: Mapped[MailClass]
    content_sha256: Mapped[str] = mapped_column(index=True)
    raw_sha256: Mapped[str]
    size: Mapped[int]
    sent_on: Mapped[datetime | None]
    """The Date header, whether or not it was believed (domain.md I6)."""
    defects: Mapped[list[str]]
    failed_recipients: Mapped[list[str]]
    """Of a bounce: the addresses for which it says that delivery has failed for good."""
    new_text: Mapped[str | None]
    """The letter's text without quotations and signature; NULL where nothing was cut."""
    original: Mapped[dict[str, Any] | None]
    """Who wrote the letter that hangs on it as a file, and when, as that letter says: core.values.Original."""
    original_settled: Mapped[bool] = mapped_column(default=False)
    """Whether somebody has said who wrote what it forwards."""
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("interactions.id"))
    """Another letter with the same Message-ID and other content, linked and marked (domain.md M1)."""


class MailReference(Base):
    """An id that a letter refers to, so that children that came first find their parent (domain.md M3)."""

    __tablename__ = "mail_references"

    id: Mapped[int] = mapped_column(primary_key=True)
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    message_id: Mapped[str] = mapped_column(index=True)
    rank: Mapped[int]
    """Order in which parents are looked for: In-Reply-To first, then References from last to first."""
