"""Small immutable values that travel between the layers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType

from core.enums import (
    AddressKind,
    CallResult,
    Channel,
    Direction,
    Importance,
    InteractionState,
    InteractionType,
    LackType,
    Language,
    LinkReason,
    MailClass,
    ParticipantRole,
    ReminderKind,
    Role,
    Source,
)
from core.itip import ItipMessage

UserId = NewType("UserId", int)
InteractionId = NewType("InteractionId", int)
SubjectId = NewType("SubjectId", int)
ContactId = NewType("ContactId", int)
ParticipantId = NewType("ParticipantId", int)
DealId = NewType("DealId", int)
MailboxId = NewType("MailboxId", int)
FolderId = NewType("FolderId", int)
DepartmentId = NewType("DepartmentId", int)


class RefKind(StrEnum):
    """The letter in a tappable reference (interface.md, Conversation)."""

    INTERACTION = "i"
    SUBJECT = "s"
    DEAL = "d"
    CONTACT = "c"
    USER = "u"
    PARTICIPANT = "p"
    MAILBOX = "m"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an object as people type and tap it: ``i123``, ``d12``."""

    kind: RefKind
    id: int

    def __str__(self) -> str:
        return f"{self.kind}{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Ref | None":
        """Read ``i5``, ``/i5`` or ``I5``; None when the text is no reference (ids fit 63 bits)."""
        match = _REF.fullmatch(text.strip().lower())
        if match is None:
            return None
        return cls(RefKind(match[1]), int(match[2]))


_REF = re.compile(r"/?([isdcupm])([1-9][0-9]{0,17})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """One coordinate of a person.

    Attributes:
        kind: What sort of coordinate.
        value: The normalised form that is compared: E.164 for phones, lower case for e-mail.
        original: What was said, kept for people.
    """

    kind: AddressKind
    value: str
    original: str


@dataclass(frozen=True, slots=True)
class ParticipantDraft:
    """A participant about to be captured: presentation, coordinates and, when known, a contact (domain.md P1).

    Attributes:
        is_matched: Its coordinates were looked up in this transaction: without a contact they name none.
    """

    presentation: str
    addresses: tuple[Address, ...] = ()
    role: ParticipantRole = ParticipantRole.PARTY
    contact_id: ContactId | None = None
    is_matched: bool = False


@dataclass(frozen=True, slots=True)
class AttachmentDraft:
    """A file that belongs to an interaction.

    Attributes:
        name: File name without any path.
        content_type: Media type as declared.
        size: Bytes.
        sha256: Hex digest under which the blob store holds it, None when only its name is known.
        inline: It belongs to the looks of a letter: nobody would miss it in a list.
    """

    name: str
    content_type: str
    size: int
    sha256: str | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """The time of an interaction (domain.md I4, I5).

    Attributes:
        at: Aware UTC instant: happened or due; for a date alone, noon of that day of the user when done,
            its morning hour when planned.
        due_on: The day alone, where no time was said.
        ends_at: Aware UTC instant, for meetings.
        time_known: False where only a day was said.
    """

    at: datetime
    due_on: date | None = None
    ends_at: datetime | None = None
    time_known: bool = True


@dataclass(frozen=True, slots=True)
class InteractionDraft:
    """Everything a door knows about an interaction that it asks the core to record."""

    type: InteractionType
    state: InteractionState = InteractionState.DONE
    direction: Direction | None = None
    channel: Channel | None = None
    topic: str = ""
    text: str = ""
    when: When | None = None
    result: CallResult | None = None
    duration: timedelta | None = None
    place: str = ""
    goal: str = ""
    importance: Importance = Importance.NORMAL
    participants: tuple[ParticipantDraft, ...] = ()
    attachments: tuple[AttachmentDraft, ...] = ()
    tags: tuple[str, ...] = ()
    source: Source = Source.CHAT
    responsible_id: UserId | None = None
    subject_id: SubjectId | None = None
    parent_id: InteractionId | None = None
    link_reason: LinkReason | None = None
    source_key: str | None = None


@dataclass(frozen=True, slots=True)
class ReminderWish:
    """When somebody wants to be reminded: at a moment, or so many minutes before a plan or after its end."""

    kind: ReminderKind
    minutes: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DialogState:
    """What a guided dialog waits for: plain JSON values only, so that it survives a restart."""

    flow: str
    step: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Origin:
    """The stored update that a service call finishes, so that its effect happens once.

    Attributes:
        update_id: Row id in the inbox of updates; None when the call comes from elsewhere (command line, job).
        reply_to: Opaque address of the screen to redraw, written by the door and read by its notifier.
        message: Chat and message that the caller wrote, to follow later edits of it (domain.md I7).
        dialog: The dialog's state after this update; written in the same transaction.
        dialog_changed: Whether `dialog` is to be written at all.
    """

    update_id: int | None = None
    reply_to: Mapping[str, object] | None = None
    message: tuple[int, int] | None = None
    dialog: DialogState | None = None
    dialog_changed: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for something, with what a service needs to know of them."""

    user_id: UserId
    role: Role
    language: Language
    timezone: str
    country: str
    origin: Origin = field(default_factory=Origin)


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that a stage of a deal still asks for before it is left (domain.md D2).

    Attributes:
        type: What sort of thing; the others are set as it needs them.
        field: FIELD: the name of the deal's field.
        role_id: ROLE, CONTACT: the role nobody has, or with whose bearers nobody spoke.
        role: Its name.
        interaction_id: TASK: the planned interaction.
        text: TASK: what is to be done. ORDER: the stage that comes next.
        interaction_type: INTERACTION: the type of which none happened.
        within_days: CONTACT: how long ago the last one may be.
    """

    type: LackType
    field: str | None = None
    role_id: int | None = None
    role: str | None = None
    interaction_id: int | None = None
    text: str | None = None
    interaction_type: InteractionType | None = None
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class MailAddress:
    """One address of a header field (RFC 5322, 3.4): display name, addr-spec normalised, and as written."""

    name: str
    address: str
    original: str


@dataclass(frozen=True, slots=True)
class Original:
    """Who wrote what a letter forwards, as the letter names them, and when it was sent, in its words."""

    name: str
    address: str
    said_at: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A parsed mail as the core captures it; bytes and MIME stay at the mail door.

    Attributes:
        message_id: Normalised, without angle brackets; empty when the letter has none.
        in_reply_to: Ids of In-Reply-To in order, normalised.
        references: Ids of References in order, normalised.
        own_ids: Ids that an own header carries (providers rewrite Message-ID).
        sent_on: The Date header as an aware UTC instant, None if missing or unreadable.
        raw_sha256: Digest of the raw bytes in the blob store.
        content_sha256: Digest of the bytes apart from transport headers: the identity of domain.md M1.
        size: Bytes of the raw letter.
        defects: Named faults met while parsing; bad input is data.
        invitations: What its calendars say about meetings.
        failed_recipients: Of a bounce: the addresses for which delivery has failed for good, normalised.
        new_text: What is new in the text, without quotations and signature; None where nothing was cut.
        original: Who wrote the letter that hangs on it as a file; None where there is none, or several people's.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    own_ids: tuple[str, ...]
    topic: str
    text: str
    from_: tuple[MailAddress, ...]
    to: tuple[MailAddress, ...]
    cc: tuple[MailAddress, ...]
    bcc: tuple[MailAddress, ...]
    sent_on: datetime | None
    mail_class: MailClass
    importance: Importance
    attachments: tuple[AttachmentDraft, ...]
    raw_sha256: str
    content_sha256: str
    size: int
    defects: tuple[str, ...]
    invitations: tuple[ItipMessage, ...] = ()
    failed_recipients: tuple[str, ...] = ()
    new_text: str | None = None
    original: Original | None = None
