"""What screens and the command line show of users and departments."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import Language, Role, UserState
from core.models import Contact, Department, User
from core.values import Caller, ContactId, DepartmentId, Origin, UserId


@dataclass(frozen=True, slots=True)
class UserView:
    """A user as others see them, and as the doors need them to act for them.

    Attributes:
        contact_id: The contact that stands for the user.
        introduced: Whether language and time zone were asked and answered, or skipped.
        reachable: False while the chat refuses messages.
        day_starts: First working hour, local; `day_ends` the hour after the last.
    """

    id: UserId
    telegram_id: int | None
    name: str
    role: Role
    state: UserState
    department_id: DepartmentId | None
    department: str | None
    contact_id: ContactId | None
    language: Language
    timezone: str
    country: str
    introduced: bool
    reachable: bool
    day_starts: int
    day_ends: int
    public_holidays: bool

    def as_caller(self, origin: Origin | None = None) -> Caller:
        """The user as the one who asks."""
        return Caller(
            user_id=self.id,
            role=self.role,
            language=self.language,
            timezone=self.timezone,
            country=self.country,
            origin=origin if origin is not None else Origin(),
        )


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """A department with those who lead it: the managers who are in it."""

    id: DepartmentId
    name: str
    parent_id: DepartmentId | None
    managers: tuple[UserId, ...] = field(default=())


async def find_user(session: AsyncSession, condition: ColumnElement[bool]) -> UserView | None:
    """The only user for whom the condition on `User` holds."""
    views = await list_users(session, condition)
    return views[0] if views else None


async def find_active_user_of_account(session: AsyncSession, telegram_id: int) -> UserView | None:
    """The active user with this Telegram account: one query, run for every update."""
    return await find_user(session, (User.telegram_id == telegram_id) & (User.state == UserState.ACTIVE))


async def list_users(session: AsyncSession, *conditions: ColumnElement[bool]) -> Sequence[UserView]:
    """The users for whom the conditions on `User` hold, by id."""
    rows = await session.execute(
        select(User, Department.name, Contact.id)
        .outerjoin(Department, Department.id == User.department_id)
        .outerjoin(Contact, Contact.user_id == User.id)
        .where(*conditions)
        .order_by(User.id)
    )
    return [_view(user, department, contact_id) for user, department, contact_id in rows]


def _view(user: User, department: str | None, contact_id: int | None) -> UserView:
    return UserView(
        id=UserId(user.id),
        telegram_id=user.telegram_id,
        name=user.name,
        role=user.role,
        state=user.state,
        department_id=None if user.department_id is None else DepartmentId(user.department_id),
        department=department,
        contact_id=None if contact_id is None else ContactId(contact_id),
        language=user.language,
        timezone=user.timezone,
        country=user.country,
        introduced=user.introduced,
        reachable=user.reachable,
        day_starts=user.day_starts,
        day_ends=user.day_ends,
        public_holidays=user.public_holidays,
    )


async def list_departments(session: AsyncSession) -> Sequence[DepartmentView]:
    """All departments by id."""
    managers: dict[int, list[UserId]] = {}
    rows = await session.execute(
        select(User.department_id, User.id)
        .where(User.role == Role.MANAGER, User.state == UserState.ACTIVE, User.department_id.is_not(None))
        .order_by(User.id)
    )
    for department_id, user_id in rows:
        if department_id is not None:
            managers.setdefault(department_id, []).append(UserId(user_id))
    departments = await session.scalars(select(Department).order_by(Department.id))
    return [
        DepartmentView(
            DepartmentId(one.id),
            one.name,
            None if one.parent_id is None else DepartmentId(one.parent_id),
            tuple(managers.get(one.id, ())),
        )
        for one in departments
    ]
