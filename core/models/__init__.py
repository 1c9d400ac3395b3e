"""The tables, one noun a module. Import models from here, so that every table is known to the metadata."""

from core.models.audit import AuditChange, AuditStep
from core.models.base import Base
from core.models.contact import Contact, ContactAddress, PersonPartner
from core.models.deal import Deal, DealKind, LossReason
from core.models.delivery import Dialog, InboundUpdate, OutboxItem, Reminder
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
from core.models.search import SearchDocument
from core.models.subject import Subject, SubjectParticipant, SubjectParticipantAddress, SubjectTeam
from core.models.user import Department, Invitation, OptionSwitch, Refusal, User

__all__ = [
    "Attachment",
    "AuditChange",
    "AuditStep",
    "Base",
    "Comment",
    "Contact",
    "ContactAddress",
    "Deal",
    "DealKind",
    "Department",
    "Dialog",
    "InboundUpdate",
    "Interaction",
    "InteractionOwner",
    "InteractionTag",
    "InteractionVersion",
    "Invitation",
    "LetterDismissal",
    "LetterShare",
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
    "Refusal",
    "Reminder",
    "SearchDocument",
    "Subject",
    "SubjectParticipant",
    "SubjectParticipantAddress",
    "SubjectTeam",
    "User",
]
