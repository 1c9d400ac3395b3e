"""Users as they are and as they set themselves; administrators manage everybody (domain.md U1, U5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import Language, Role, UserState
from core.errors import Invalid, NotFound, StateForbids
from core.models import User
from core.queries import people as views
from core.queries.people import UserView
from core.queries.zone_moves import ZoneMove, find_last_zone_move
from core.repositories import search, users
from core.repositories.access import require_role, viewer_of
from core.rules.coordinates import name_key, plain_text
from core.rules.user_day import load_zone
from core.services import digest_times
from core.services.invitations import Invitations
from core.services.new_users import MAX_NAME, NewUser, add_user
from core.services.work import Work
from core.services.zone_change import Moved, move_to_zone
from core.values import Caller, DepartmentId, Ref, RefKind, UserId

SETTINGS = "settings"
"""The screen of a user's own settings."""

ZONE_MOVED = "zone_moved"
"""The screen that lists what a change of zone moved."""


@dataclass(frozen=True, slots=True)
class UserChange:
    """What an administrator sets of a user; None leaves it as it is."""

    role: Role | None = None
    timezone: str | None = None
    language: Language | None = None
    department_id: DepartmentId | None = None
    name: str | None = None


class People(Invitations):
    """Users: how they come in, finding them, their own settings, and what administrators set for them.

    `show` is the screen that the chat shows once a setting is stored.
    """

    async def ensure_administrators(self, telegram_ids: Sequence[int]) -> None:
        """Make those accounts administrators that are no users yet (ADMIN_IDS); the others stay as they are.

        They get their name when they introduce themselves.
        """
        async with self._works.begin(None, "ensure_administrators") as work:
            for telegram_id in dict.fromkeys(telegram_ids):
                if await users.find_user_of_account(work.session, telegram_id) is None:
                    new = NewUser("Administrator", Role.ADMINISTRATOR, self._defaults.language, telegram_id)
                    await add_user(work, new, self._defaults)

    async def find_user_by_telegram(self, telegram_id: int) -> UserView | None:
        """The active user with this account; the hot path of every update, one indexed query."""
        async with self._works.database.reading() as session:
            return await views.find_active_user_of_account(session, telegram_id)

    async def get_user(self, user_id: UserId) -> UserView:
        """A user, deactivated or not.

        Raises:
            NotFound: There is no such user.
        """
        async with self._works.database.reading() as session:
            view = await views.find_user(session, User.id == user_id)
        if view is None:
            raise NotFound(Ref(RefKind.USER, user_id))
        return view

    async def list_users(self, caller: Caller | None) -> Sequence[UserView]:
        """All users for administrators and the system, their team for managers, themselves for reps."""
        async with self._works.database.reading() as session:
            if caller is None or caller.role is Role.ADMINISTRATOR:
                return await views.list_users(session)
            viewer = await viewer_of(session, caller)
            return await views.list_users(session, User.id.in_(viewer.people))

    async def list_colleagues(self) -> Sequence[UserView]:
        """All active users: their names are visible to everybody (domain.md U2), to assign things to them."""
        async with self._works.database.reading() as session:
            return await views.list_users(session, User.state == UserState.ACTIVE)

    async def introduce(self, caller: Caller, name: str | None = None, *, show: str = "") -> None:
        """Note that the user was asked for language and zone; `name` replaces the one they had."""
        async with self._works.begin(caller, "introduce") as work:
            user = await users.get_user(work.session, caller.user_id)
            work.change(user, of=Ref(RefKind.USER, user.id), introduced=True)
            if name is not None:
                await _rename(work, user, name)
            await digest_times.begin_in(work, user)
            if show:
                work.confirm(show, note="introduced")

    async def set_language(self, caller: Caller, language: Language, *, show: str = SETTINGS) -> None:
        """Choose one's language."""
        async with self._works.begin(caller, "set_language") as work:
            user = await users.get_user(work.session, caller.user_id)
            work.change(user, of=Ref(RefKind.USER, user.id), language=language)
            work.confirm(show, note="language_set")

    async def set_timezone(self, caller: Caller, timezone: str, *, show: str = ZONE_MOVED) -> Moved:
        """Choose one's zone; what keeps its wall time moves with it (domain.md U5).

        Raises:
            TimeInvalid: There is no such zone.
        """
        async with self._works.begin(caller, "set_timezone") as work:
            user = await users.get_user(work.session, caller.user_id)
            is_other = timezone != user.timezone
            moved = await _set_timezone(work, user, timezone)
            work.confirm(show if is_other else SETTINGS, note="timezone_set")
            return moved

    async def last_zone_move(self, caller: Caller) -> ZoneMove | None:
        """What the caller's last change of zone moved; None: there was none of late."""
        async with self._works.database.reading() as session:
            viewer = await viewer_of(session, caller)
            return await find_last_zone_move(session, viewer, self._works.clock.now())

    async def set_hours(self, caller: Caller, starts: int, ends: int) -> None:
        """Choose one's working hours: whole local hours, the first and the one after the last.

        Raises:
            Invalid: They are no hours of a day, or end before they start.
        """
        if not 0 <= starts < ends <= 24:
            raise Invalid("hours", f"{starts}-{ends}")
        async with self._works.begin(caller, "set_hours") as work:
            user = await users.get_user(work.session, caller.user_id)
            work.change(user, of=Ref(RefKind.USER, user.id), day_starts=starts, day_ends=ends)
            await digest_times.follow_in(work, user)
            work.confirm(SETTINGS, note="hours_set")

    async def set_public_holidays(self, caller: Caller, *, kept: bool) -> None:
        """Choose whether the public holidays of one's country are days off (domain.md U5)."""
        async with self._works.begin(caller, "set_public_holidays") as work:
            user = await users.get_user(work.session, caller.user_id)
            work.change(user, of=Ref(RefKind.USER, user.id), public_holidays=kept)
            work.confirm(SETTINGS, note="holidays_set")

    async def set_user(self, caller: Caller | None, user_id: UserId, change: UserChange) -> Moved:
        """Set role, zone, language, department or name of a user.

        Raises:
            NotAllowed: The caller is no administrator.
            NotFound: No such user or department.
            StateForbids: The only administrator would be none any more.
        """
        require_role(caller, Role.ADMINISTRATOR, action="set_user")
        async with self._works.begin(caller, "set_user") as work:
            user = await users.get_user(work.session, user_id)
            ref = Ref(RefKind.USER, user.id)
            if change.role not in {None, Role.ADMINISTRATOR}:
                await check_another_administrator(work.session, user)
            if change.department_id is not None:
                await users.get_department(work.session, change.department_id)
            for field in ("role", "language", "department_id"):
                value = getattr(change, field)
                if value is not None:
                    work.change(user, of=ref, **{field: value})
            if change.name is not None:
                await _rename(work, user, change.name)
            if change.timezone is None or change.timezone == user.timezone:
                return Moved()
            if user.id != work.user_id and user.introduced:
                work.notify(user.id, ZONE_MOVED, note="timezone_set_for_you")
            return await _set_timezone(work, user, change.timezone)


async def check_another_administrator(session: AsyncSession, user: User) -> None:
    """Make sure that somebody else administers, if this user does.

    Raises:
        StateForbids: They are the only one.
    """
    is_one = user.role is Role.ADMINISTRATOR and user.state is UserState.ACTIVE
    if is_one and await users.count_administrators(session) == 1:
        raise StateForbids(Ref(RefKind.USER, user.id), "last_administrator")


async def _set_timezone(work: Work, user: User, timezone: str) -> Moved:
    load_zone(timezone)
    before = user.timezone
    if not work.change(user, of=Ref(RefKind.USER, user.id), timezone=timezone):
        return Moved()
    return await move_to_zone(work, user, before)


async def _rename(work: Work, user: User, name: str) -> None:
    plain = plain_text(name)[:MAX_NAME]
    if not plain:
        raise Invalid("name", name)
    ref = Ref(RefKind.USER, user.id)
    work.change(user, of=ref, name=plain)
    contact = await users.find_user_contact(work.session, user.id)
    if contact is not None:
        work.change(contact, of=ref, name=plain, name_key=name_key(plain))
        await search.index_contact(work.session, contact.id, [plain])
