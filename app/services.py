"""All services of the core, built once."""

from dataclasses import dataclass, fields

from core.clock import Clock
from core.ports import BlobStore, SecretBox
from core.services.absences import Absences
from core.services.agenda_views import AgendaViews
from core.services.assignment import Assignment
from core.services.attention_views import AttentionViews
from core.services.calendar_feeds import CalendarFeeds
from core.services.capture import Capture
from core.services.care import Care
from core.services.chats import Chats
from core.services.contacts import Contacts
from core.services.currencies import Currencies
from core.services.deal_demand import DealDemand
from core.services.deal_kinds import DealKinds
from core.services.deal_merging import DealMerging
from core.services.deal_stages import DealStages
from core.services.deal_views import DealViews
from core.services.deals import Deals
from core.services.departments import Departments
from core.services.digests import Digests
from core.services.dismissals import Dismissals
from core.services.erasure import Erasure
from core.services.handover import Handover
from core.services.import_progress import ImportProgress
from core.services.inbox import Inbox
from core.services.introductions import Introductions
from core.services.letters import Letters
from core.services.mail_folders import MailFolders
from core.services.mail_rules import MailRules
from core.services.mailbox_connecting import MailboxConnecting
from core.services.mailbox_tokens import MailboxTokens
from core.services.mailboxes import Mailboxes
from core.services.merging import Merging
from core.services.new_users import UserDefaults
from core.services.options import Options
from core.services.outbox import Outbox
from core.services.participants import Participants
from core.services.people import People
from core.services.plans import Plans
from core.services.pool import Pool
from core.services.promises import Promises
from core.services.promotion import Promotion
from core.services.quarantine import Quarantine
from core.services.reminder_wishes import ReminderWishes
from core.services.reminders import Reminders
from core.services.repeats import Repeats
from core.services.review import Review
from core.services.rhythms import Rhythms
from core.services.rooms import Rooms, build_rooms
from core.services.rule_application import RuleApplication
from core.services.sales_lists import SalesLists
from core.services.search import Search
from core.services.setup import Setup
from core.services.sharing import Sharing
from core.services.starter import Starter
from core.services.subject_state import SubjectStates
from core.services.subjects import Subjects
from core.services.team_views import TeamViews
from core.services.undo import Undo
from core.services.views import Views
from core.services.waits import Waits
from core.services.work import Works
from mail.access_tokens import AccessTokens
from mail.connecting import ConnectingDoor
from mail.door import MailDoor
from mail.oauth_flow import MailOAuth
from mail.settings import MailSettings


@dataclass(frozen=True, slots=True)
class SalesServices:
    """Subjects, and what deals are made, led and set up with."""

    currencies: Currencies
    deal_demand: DealDemand
    deal_kinds: DealKinds
    deal_merging: DealMerging
    deal_stages: DealStages
    deal_views: DealViews
    deals: Deals
    promotion: Promotion
    rooms: Rooms
    sales_lists: SalesLists
    setup: Setup
    starter: Starter
    subject_states: SubjectStates
    subjects: Subjects


def build_sales(works: Works, currency: str, secrets: SecretBox) -> SalesServices:
    """Build the services of deals on one database and one clock."""
    return SalesServices(
        currencies=Currencies(works),
        deal_demand=DealDemand(works),
        deal_kinds=DealKinds(works),
        deal_merging=DealMerging(works),
        deal_stages=DealStages(works),
        deal_views=DealViews(works.database, works.clock, currency=currency),
        deals=Deals(works, currency=currency),
        promotion=Promotion(works, currency=currency),
        rooms=build_rooms(works, secrets),
        sales_lists=SalesLists(works),
        setup=Setup(works),
        starter=Starter(works),
        subject_states=SubjectStates(works),
        subjects=Subjects(works),
    )


@dataclass(frozen=True)
class AttentionServices:
    """What sees to it that nobody is forgotten. Without slots, so that it can be one base of two."""

    attention_views: AttentionViews
    promises: Promises
    rhythms: Rhythms
    waits: Waits


def build_attention(works: Works) -> AttentionServices:
    """Build the services of waits, promises and silence on one database and one clock."""
    return AttentionServices(
        attention_views=AttentionViews(works.database, works.clock),
        promises=Promises(works),
        rhythms=Rhythms(works),
        waits=Waits(works),
    )


@dataclass(frozen=True)
class DayServices:
    """A user's days: what is planned, reminded of and told. Without slots, as above."""

    absences: Absences
    agenda_views: AgendaViews
    calendar_feeds: CalendarFeeds
    digests: Digests
    plans: Plans
    reminder_wishes: ReminderWishes
    reminders: Reminders
    repeats: Repeats


def build_days(works: Works, public_url: str | None) -> DayServices:
    """Build the services of a user's days."""
    return DayServices(
        absences=Absences(works),
        agenda_views=AgendaViews(works.database, works.clock),
        calendar_feeds=CalendarFeeds(works, public_url),
        digests=Digests(works),
        plans=Plans(works),
        reminder_wishes=ReminderWishes(works),
        reminders=Reminders(works),
        repeats=Repeats(works),
    )


@dataclass(frozen=True, slots=True)
class Services(SalesServices, AttentionServices, DayServices):
    """What the doors call. The chat sees it as bot.services.BotServices."""

    clock: Clock
    blobs: BlobStore
    access_tokens: AccessTokens
    assignment: Assignment
    capture: Capture
    care: Care
    chats: Chats
    contacts: Contacts
    departments: Departments
    dismissals: Dismissals
    erasure: Erasure
    handover: Handover
    imports: ImportProgress
    inbox: Inbox
    introductions: Introductions
    letters: Letters
    mail_door: MailDoor
    mail_oauth: MailOAuth
    connecting: MailboxConnecting
    connecting_door: ConnectingDoor
    mail_folders: MailFolders
    mail_rules: MailRules
    mailboxes: Mailboxes
    merging: Merging
    options: Options
    outbox: Outbox
    participants: Participants
    people: People
    pool: Pool
    quarantine: Quarantine
    review: Review
    rule_application: RuleApplication
    search: Search
    sharing: Sharing
    team_views: TeamViews
    undo: Undo
    views: Views


def build_services(
    works: Works,
    defaults: UserDefaults,
    currency: str,
    *,
    secrets: SecretBox,
    blobs: BlobStore,
    mail_settings: MailSettings,
) -> Services:
    """Build every service on one database and one clock."""
    mailboxes = Mailboxes(works, secrets)
    connecting = MailboxConnecting(works, secrets)
    mailbox_tokens = MailboxTokens(works, secrets, mailboxes)
    tokens = AccessTokens(mailbox_tokens, mail_settings.oauth.providers, works.clock)
    mail_oauth = MailOAuth(mailbox_tokens, mail_settings, works.clock)
    parts = (
        build_sales(works, currency, secrets),
        build_attention(works),
        build_days(works, mail_settings.oauth.public_url),
    )
    return Services(
        **{one.name: getattr(part, one.name) for part in parts for one in fields(part)},
        clock=works.clock,
        blobs=blobs,
        assignment=Assignment(works),
        access_tokens=tokens,
        capture=Capture(works),
        care=Care(works),
        chats=Chats(works),
        contacts=Contacts(works),
        departments=Departments(works),
        dismissals=Dismissals(works),
        erasure=Erasure(works, blobs),
        handover=Handover(works),
        imports=ImportProgress(works),
        inbox=Inbox(works),
        introductions=Introductions(works),
        letters=Letters(works, mail_settings.together),
        connecting=connecting,
        connecting_door=ConnectingDoor(mailboxes, connecting, mail_settings, tokens, mail_oauth),
        mail_door=MailDoor(mailboxes, mail_settings, tokens),
        mail_oauth=mail_oauth,
        mail_folders=MailFolders(works),
        mail_rules=MailRules(works),
        mailboxes=mailboxes,
        merging=Merging(works),
        options=Options(works),
        outbox=Outbox(works.database, works.clock),
        participants=Participants(works),
        people=People(works, defaults),
        pool=Pool(works),
        quarantine=Quarantine(works, blobs),
        review=Review(works),
        rule_application=RuleApplication(works),
        search=Search(works),
        sharing=Sharing(works),
        team_views=TeamViews(works.database, works.clock),
        undo=Undo(works),
        views=Views(works.database, works.clock),
    )
