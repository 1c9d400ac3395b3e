"""Choices of the domain (domain.md), persisted by value."""

from enum import StrEnum


class InteractionType(StrEnum):
    """The five types of domain.md I1."""

    CALL = "call"
    MEETING = "meeting"
    EMAIL = "email"
    SMS = "sms"
    PLANNED = "planned"


class Direction(StrEnum):
    """Who turned to whom: calls, letters and SMS have it, meetings and plans do not."""

    IN = "in"
    OUT = "out"


class Channel(StrEnum):
    """The way an SMS-like talk went (domain.md I1)."""

    SMS = "sms"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    OTHER = "other"


class InteractionState(StrEnum):
    """Where an interaction stands (domain.md I3)."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class Importance(StrEnum):
    """How much an interaction matters."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Source(StrEnum):
    """The door an interaction came through (domain.md I2)."""

    CHAT = "chat"
    MAILBOX = "mailbox"
    PHONE_LOG = "phone_log"
    GATEWAY = "gateway"
    IMPORT = "import"


class CallResult(StrEnum):
    """Whether the other side answered (domain.md I4)."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"


class ParticipantRole(StrEnum):
    """The part a person has in one interaction."""

    PARTY = "party"
    FROM = "from"
    TO = "to"
    CC = "cc"
    BCC = "bcc"
    ORGANISER = "organiser"


class LinkReason(StrEnum):
    """Why an interaction belongs to its subject, shown on its card."""

    OWN = "own"
    CHOSEN = "chosen"
    THREAD = "thread"
    CONTINUES = "continues"
    SAME_CONTACT = "same_contact"
    RULE = "rule"


class SubjectKind(StrEnum):
    """What an interaction can be about; NONE is automatic mail that starts nothing (domain.md S1)."""

    CHAIN = "chain"
    DEAL = "deal"
    CLAIM = "claim"
    EVENT = "event"
    NONE = "none"

    @property
    def is_real(self) -> bool:
        """A deal, claim or event, as opposed to a chain standing in for one (domain.md S4)."""
        return self in {SubjectKind.DEAL, SubjectKind.CLAIM, SubjectKind.EVENT}


class SubjectState(StrEnum):
    """Whether work on a subject goes on: a deal is closed, a claim settled, an event over (domain.md S9)."""

    OPEN = "open"
    CLOSED = "closed"


class ContactKind(StrEnum):
    """The four kinds of contact (domain.md P5)."""

    PARTNER = "partner"
    PERSON = "person"
    INDIVIDUAL = "individual"
    USER = "user"


class AddressKind(StrEnum):
    """The kinds of coordinates a contact or participant has (domain.md P5)."""

    PHONE = "phone"
    EMAIL = "email"
    MESSENGER = "messenger"
    SITE = "site"
    POST = "post"


class Role(StrEnum):
    """What a user may do (domain.md U1)."""

    REP = "rep"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class UserState(StrEnum):
    """Whether a user works here."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"


class Language(StrEnum):
    """Languages with a complete catalogue."""

    RU = "ru"
    EN = "en"


class FunctionalOption(StrEnum):
    """The switches of domain.md O1."""

    MAIL_CLIENT = "mail_client"
    OTHER_INTERACTIONS = "other_interactions"
    REVIEW_FLAGS = "review_flags"
    DEALS = "deals"
    DEAL_MANAGEMENT = "deal_management"


class DealKindType(StrEnum):
    """How strictly a kind of deal is led (domain.md D2)."""

    PROCESS = "process"
    MANUAL = "manual"
    PLAIN = "plain"


class DealStatus(StrEnum):
    """The outcome of a deal; closed is apart from it (domain.md D1)."""

    IN_PROGRESS = "in_progress"
    WON = "won"
    LOST = "lost"


class RoleSide(StrEnum):
    """Whose role in a deal it is (domain.md, Participant role)."""

    PARTNER = "partner"
    PERSON = "person"


class StageRuleType(StrEnum):
    """What a stage may ask for before it is left (domain.md D2)."""

    FIELD = "field"
    ROLE = "role"
    CONTACT = "contact"
    INTERACTION = "interaction"


class LackType(StrEnum):
    """What a stage still asks for, or that the order of a process is not kept (domain.md D2)."""

    TASK = "task"
    FIELD = "field"
    ROLE = "role"
    CONTACT = "contact"
    INTERACTION = "interaction"
    ORDER = "order"


class SalesList(StrEnum):
    """The organisation's lists of names (domain.md D)."""

    STAGES = "stages"
    PARTNER_ROLES = "partner_roles"
    PERSON_ROLES = "person_roles"
    LOSS_REASONS = "loss_reasons"
    UNMET_REASONS = "unmet_reasons"
    COMPETITORS = "competitors"
    SOURCES = "sources"


class MailClass(StrEnum):
    """What sort of letter it is; all but NORMAL are automatic (domain.md S1)."""

    NORMAL = "normal"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    NEWSLETTER = "newsletter"


class MailboxState(StrEnum):
    """Whether a mailbox is watched.

    PREPARING: its login works, and what of it is wanted is still being asked; nothing of it was taken yet. STOPPED
    waits for a person, for example after a refused password.
    """

    PREPARING = "preparing"
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    REMOVED = "removed"


class MailRouting(StrEnum):
    """To whom the letters of a shared mailbox go where no rule says so (domain.md U3)."""

    KEEPER = "keeper"
    ROUND_ROBIN = "round_robin"
    CONTACT = "contact"
    POOL = "pool"


class MailAuth(StrEnum):
    """How a mailbox is logged in to: with a password, or with a token that a provider gives out (RFC 6749)."""

    PASSWORD = "password"  # noqa: S105 - the name of a way
    OAUTH_GOOGLE = "oauth_google"
    OAUTH_MICROSOFT = "oauth_microsoft"


class MailSecurity(StrEnum):
    """How the connection to a mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class FolderRole(StrEnum):
    """What a mail folder is for; decides the direction of its letters (domain.md M2)."""

    INBOX = "inbox"
    SENT = "sent"
    OTHER = "other"


class MailFate(StrEnum):
    """What became of a UID (domain.md M4); received is on its way to one of the others."""

    RECEIVED = "received"
    STORED = "stored"
    KNOWN = "known"
    EXCLUDED = "excluded"
    QUARANTINED = "quarantined"


class UpdateState(StrEnum):
    """What became of an update from the chat."""

    NEW = "new"
    DONE = "done"
    FAILED = "failed"


class OutboxKind(StrEnum):
    """Effects on the world that must not be lost."""

    SCREEN = "screen"
    NOTICE = "notice"
    ROOM = "room"
    """Something in a group of deal rooms: a topic, or a line there."""


class OutboxState(StrEnum):
    """Where an effect stands; UNSURE is a letter that may have been accepted (engineering-notes: once).

    HELD waits for its time and takes in what comes until then; it holds nothing else back.
    """

    HELD = "held"
    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    UNSURE = "unsure"
    FAILED = "failed"


class ReminderKind(StrEnum):
    """What a reminder is bound to: a moment, the time before a plan, or the time after it if nothing happened."""

    AT = "at"
    BEFORE = "before"
    AFTER = "after"


class ReminderState(StrEnum):
    """Where a reminder stands; FAILED: it was due, and the chat of its user takes no messages."""

    WAITING = "waiting"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"


class DigestKind(StrEnum):
    """What is told at an hour of the user's own: the day ahead, the day behind, the week."""

    MORNING = "morning"
    EVENING = "evening"
    WEEKLY = "weekly"


class WaitPurpose(StrEnum):
    """What somebody waits for an event for: to ask again if it does not come, or to look again when it does."""

    FOLLOW_UP = "follow_up"
    SNOOZE = "snooze"


class WaitState(StrEnum):
    """Where a wait stands; DUE: the answer did not come in time, and its user was told so."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DUE = "due"
    STOPPED = "stopped"


class PromiseSide(StrEnum):
    """Who promised."""

    US = "us"
    THEM = "them"


class PromiseState(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class RepeatBasis(StrEnum):
    """What the next time of a repeated plan is counted from: the calendar, or the last contact with its people."""

    CALENDAR = "calendar"
    LAST_CONTACT = "last_contact"


class OffDayShift(StrEnum):
    """What becomes of a repeated plan whose day is no working day."""

    KEEP = "keep"
    SKIP = "skip"
    NEXT = "next"
    PREVIOUS = "previous"


class SeriesState(StrEnum):
    """Whether a repeated plan goes on."""

    OPEN = "open"
    ENDED = "ended"
