"""The tables, one noun a module. Import models from here, so that every table is known to the metadata."""

from core.models.absence import Absence, StandIn
from core.models.audit import AuditChange, AuditStep
from core.models.base import Base
from core.models.calendar_feed import CalendarFeed
from core.models.contact import Contact, ContactAddress, PersonPartner
from core.models.deal import Deal, DealEvidence, DealStage, DealTask, DemandRow, DemandVersion
from core.models.deal_room import DealRoom, RoomGroup, RoomMessage, SettingSwitch
from core.models.delivery import Dialog, InboundUpdate, LetterMinute, OutboxItem
from core.models.digest import Digest, DigestDay
from core.models.interaction import (
    Attachment,
    Comment,
    Interaction,
    InteractionOwner,
    InteractionTag,
    InteractionVersion,
    Participant,
    ParticipantAddress,
)
from core.models.invitation import MailInvitation
from core.models.mail import Mailbox, MailFolder, MailMessage, MailReference, MailTally, MailUid, MailWaiver
from core.models.mail_rule import LetterDismissal, LetterShare, MailboxShare, MailRule, PooledLetter
from core.models.mail_token import MailboxToken, OAuthRequest
from core.models.promise import Promise
from core.models.reminder import DefaultReminder, Reminder
from core.models.rhythm import Rhythm
from core.models.sales import (
    Competitor,
    Currency,
    CurrencyRate,
    DealKind,
    DealRole,
    DealSource,
    KindStage,
    ListItem,
    LossReason,
    Stage,
    StageRule,
    StageTask,
    UnmetReason,
)
from core.models.search import SearchDocument
from core.models.series import Series, SeriesTime
from core.models.subject import Subject, SubjectParticipant, SubjectParticipantAddress, SubjectTeam
from core.models.user import Department, Invitation, OptionSwitch, Refusal, User
from core.models.wait import Wait, WaitKey

__all__ = [
    "Absence",
    "Attachment",
    "AuditChange",
    "AuditStep",
    "Base",
    "CalendarFeed",
    "Comment",
    "Competitor",
    "Contact",
    "ContactAddress",
    "Currency",
    "CurrencyRate",
    "Deal",
    "DealEvidence",
    "DealKind",
    "DealRole",
    "DealRoom",
    "DealSource",
    "DealStage",
    "DealTask",
    "DefaultReminder",
    "DemandRow",
    "DemandVersion",
    "Department",
    "Dialog",
    "Digest",
    "DigestDay",
    "InboundUpdate",
    "Interaction",
    "InteractionOwner",
    "InteractionTag",
    "InteractionVersion",
    "Invitation",
    "KindStage",
    "LetterDismissal",
    "LetterMinute",
    "LetterShare",
    "ListItem",
    "LossReason",
    "MailFolder",
    "MailInvitation",
    "MailMessage",
    "MailReference",
    "MailRule",
    "MailTally",
    "MailUid",
    "MailWaiver",
    "Mailbox",
    "MailboxShare",
    "MailboxToken",
    "OAuthRequest",
    "OptionSwitch",
    "OutboxItem",
    "Participant",
    "ParticipantAddress",
    "PersonPartner",
    "PooledLetter",
    "Promise",
    "Refusal",
    "Reminder",
    "Rhythm",
    "RoomGroup",
    "RoomMessage",
    "SearchDocument",
    "Series",
    "SeriesTime",
    "SettingSwitch",
    "Stage",
    "StageRule",
    "StageTask",
    "StandIn",
    "Subject",
    "SubjectParticipant",
    "SubjectParticipantAddress",
    "SubjectTeam",
    "UnmetReason",
    "User",
    "Wait",
    "WaitKey",
]
