"""What the chat asks of the core, as small protocols: one a service, fulfilled by core.services.

The composition root hands in the real ones. Screens see these names too, and so never import the services.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from bot.ports.absences import Absences
from bot.ports.agenda import DayServices
from bot.ports.attention import AttentionServices
from bot.ports.care import Care, Plans, Repeats, Review
from bot.ports.connecting import ConnectingDoor, MailboxConnecting
from bot.ports.contacts import Contacts, Introductions, Merging, Participants, Search
from bot.ports.mail_rules import Dismissals, MailRules, Pool, RuleApplication, Sharing
from bot.ports.mailboxes import Mailboxes, MailDoor, Quarantine
from bot.ports.reminders import ReminderServices
from bot.ports.sales import SalesServices
from bot.ports.subjects import Assignment, Deals, Promotion, Subjects, SubjectStates
from bot.ports.team import TeamViews
from bot.ports.views import Views
from core.clock import Clock
from core.enums import FunctionalOption, Language, Role
from core.ports import BlobStore
from core.queries.chat_users import ChatUser
from core.queries.people import DepartmentView, UserView
from core.queries.zone_moves import ZoneMove
from core.rules.time_doubt import UnsaidTime
from core.values import Caller, DepartmentId, InteractionDraft, InteractionId, Origin, UserId

if TYPE_CHECKING:  # screens see this module, and must not come to the services through it
    from core.services.inbox import NewUpdate, StoredUpdate
    from core.services.people import UserChange


class Chats(Protocol):
    """core.services.chats.Chats."""

    async def find_by_account(self, account_id: int) -> ChatUser | None:
        """The active user of a Telegram account."""
        ...

    async def find_user(self, user_id: UserId) -> ChatUser | None:
        """An active user with a chat."""
        ...

    async def mark_reachable(self, user_id: UserId, *, reachable: bool) -> None:
        """Note whether the chat takes messages."""
        ...

    async def offer_choices(self, user_id: UserId, choices: Sequence[str]) -> None:
        """Remember what ``/1``, ``/2`` … mean from now on."""
        ...


class Options(Protocol):
    """core.services.options.Options."""

    async def all(self) -> Mapping[FunctionalOption, bool]:
        """Every option and whether it is on."""
        ...

    async def set(self, caller: Caller, option: FunctionalOption, *, is_on: bool) -> None:
        """Switch one; administrators only."""
        ...


class Capture(Protocol):
    """core.services.capture.Capture."""

    async def record(
        self,
        caller: Caller,
        draft: InteractionDraft,
        *,
        continues: InteractionId | None = None,
        unsaid: UnsaidTime | None = None,
    ) -> InteractionId:
        """Record an interaction and have its card shown."""
        ...


class Undo(Protocol):
    """core.services.undo.Undo."""

    async def undo_last(self, caller: Caller, *, step_id: int | None = None) -> Any:
        """Take back the caller's last change, if it is the one meant."""
        ...


class People(Protocol):
    """core.services.people.People."""

    async def accept_invitation(
        self, telegram_id: int, name: str, token: str, language: Language | None, origin: Origin
    ) -> UserView:
        """Make an account a user; the invitation is used up, the update finished."""
        ...

    async def refuse_stranger(self, telegram_id: int, origin: Origin) -> bool:
        """Whether the one refusal in 24 hours is due; the update is finished."""
        ...

    async def invite(
        self,
        caller: Caller | None,
        role: Role,
        name: str | None = None,
        department_id: DepartmentId | None = None,
    ) -> str:
        """A fresh invitation's token."""
        ...

    async def introduce(self, caller: Caller, name: str | None = None, *, show: str = "") -> None:
        """Note that language and zone were asked."""
        ...

    async def set_language(self, caller: Caller, language: Language, *, show: str = ...) -> None:
        """Change the caller's language."""
        ...

    async def set_timezone(self, caller: Caller, timezone: str, *, show: str = ...) -> object:
        """Change the caller's time zone."""
        ...

    async def last_zone_move(self, caller: Caller) -> ZoneMove | None:
        """What the caller's last change of zone moved."""
        ...

    async def set_hours(self, caller: Caller, starts: int, ends: int) -> None:
        """Change the caller's working hours."""
        ...

    async def set_public_holidays(self, caller: Caller, *, kept: bool) -> None:
        """Change whether public holidays are days off for the caller."""
        ...

    async def set_user(self, caller: Caller | None, user_id: UserId, change: "UserChange") -> object:
        """Change a user's role, department, language, zone or name."""
        ...

    async def get_user(self, user_id: UserId) -> UserView:
        """A user."""
        ...

    async def list_users(self, caller: Caller | None) -> Sequence[UserView]:
        """The users whom the caller manages, or themselves."""
        ...

    async def list_colleagues(self) -> Sequence[UserView]:
        """All active users."""
        ...


class Departments(Protocol):
    """core.services.departments.Departments."""

    async def list_departments(self) -> Sequence[DepartmentView]:
        """All departments."""
        ...

    async def add(
        self, caller: Caller | None, name: str, parent_id: DepartmentId | None = None
    ) -> DepartmentId:
        """Add one."""
        ...


class Erasure(Protocol):
    """core.services.erasure.Erasure."""

    async def erase(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Erase an interaction for good; administrators only."""
        ...


class BotServices(SalesServices, AttentionServices, ReminderServices, DayServices, Protocol):
    """Everything the chat is given. Attributes are read-only."""

    @property
    def clock(self) -> Clock:
        """The one clock."""
        ...

    @property
    def blobs(self) -> BlobStore:
        """Where files are kept."""
        ...

    @property
    def chats(self) -> Chats:
        """Users by account."""
        ...

    @property
    def options(self) -> Options:
        """Functional options."""
        ...

    @property
    def capture(self) -> Capture:
        """Recording."""
        ...

    @property
    def care(self) -> Care:
        """Small changes of one interaction."""
        ...

    @property
    def review(self) -> Review:
        """Reviewed, to review, snoozed."""
        ...

    @property
    def repeats(self) -> Repeats:
        """What becomes of plans that repeat."""
        ...

    @property
    def plans(self) -> Plans:
        """What becomes of plans."""
        ...

    @property
    def erasure(self) -> Erasure:
        """Erasing for good."""
        ...

    @property
    def undo(self) -> Undo:
        """Taking back."""
        ...

    @property
    def people(self) -> People:
        """Users and invitations."""
        ...

    @property
    def team_views(self) -> TeamViews:
        """How the people of a team stand."""
        ...

    @property
    def absences(self) -> Absences:
        """Who is away, and who stands in."""
        ...

    @property
    def departments(self) -> Departments:
        """The organisation's tree."""
        ...

    @property
    def views(self) -> Views:
        """The read side."""
        ...

    @property
    def subjects(self) -> Subjects:
        """What interactions are about."""
        ...

    @property
    def subject_states(self) -> SubjectStates:
        """The end of claims and events."""
        ...

    @property
    def promotion(self) -> Promotion:
        """Deals, claims and events made of chains."""
        ...

    @property
    def deals(self) -> Deals:
        """The life of deals."""
        ...

    @property
    def assignment(self) -> Assignment:
        """Who answers for what."""
        ...

    @property
    def contacts(self) -> Contacts:
        """Contacts."""
        ...

    @property
    def search(self) -> Search:
        """The one search."""
        ...

    @property
    def merging(self) -> Merging:
        """Contacts that are one."""
        ...

    @property
    def introductions(self) -> Introductions:
        """Contacts made of participants."""
        ...

    @property
    def mailboxes(self) -> Mailboxes:
        """Mailboxes and how they fare."""
        ...

    @property
    def connecting(self) -> MailboxConnecting:
        """Mailboxes on their way in."""
        ...

    @property
    def connecting_door(self) -> ConnectingDoor:
        """Mail servers of mailboxes on their way in."""
        ...

    @property
    def mail_rules(self) -> MailRules:
        """Rules of mailboxes."""
        ...

    @property
    def rule_application(self) -> RuleApplication:
        """Rules applied to what is there."""
        ...

    @property
    def sharing(self) -> Sharing:
        """Shares of private mailboxes."""
        ...

    @property
    def pool(self) -> Pool:
        """The pool of shared mailboxes."""
        ...

    @property
    def dismissals(self) -> Dismissals:
        """What is no business."""
        ...

    @property
    def quarantine(self) -> Quarantine:
        """Letters that could not be taken."""
        ...

    @property
    def mail_door(self) -> MailDoor:
        """Logins and heads of letters."""
        ...

    @property
    def participants(self) -> Participants:
        """The people of one interaction."""
        ...

    @property
    def inbox(self) -> "Inbox":
        """Stored updates."""
        ...


class Inbox(Protocol):
    """core.services.inbox.Inbox."""

    async def store(self, bot_id: int, updates: "Sequence[NewUpdate]") -> "list[StoredUpdate]":
        """Store what came for the first time, and return it."""
        ...

    async def list_open(self, bot_id: int) -> "list[StoredUpdate]":
        """What a former process left."""
        ...

    async def finish(self, caller: Caller) -> None:
        """End an update that asked no service for anything, with its dialog's state."""
        ...

    async def settle(self, row_ids: Sequence[int]) -> None:
        """End those of the updates that are still open."""
        ...

    async def forget_body(self, row_id: int) -> None:
        """Forget what an update said: it was a secret."""
        ...

    async def count_attempt(self, row_id: int, error: str) -> bool:
        """Count a failed attempt; True when none is left."""
        ...

    async def give_up(self, row_id: int, error: str, user_id: UserId | None) -> None:
        """Mark failed, and have the sender told."""
        ...
