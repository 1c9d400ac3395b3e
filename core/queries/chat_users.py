"""Who writes in the chat, and what their dialog waits for: read once for every update."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FunctionalOption, Language, Role, UserState
from core.models import Dialog, OptionSwitch, User
from core.values import Caller, DepartmentId, DialogState, Origin, UserId

CHOICES = "choices"
"""The key of a dialog's data that holds what the last screen with numbered choices offered."""


@dataclass(frozen=True, slots=True)
class ChatUser:
    """An active user as the chat knows them.

    Attributes:
        account_id: Their Telegram account, which is also their private chat.
        introduced: Whether language and time zone have been asked.
        dialog: What their guided dialog waits for, and the choices offered last.
        off: Functional options that the organisation switched off.
    """

    id: UserId
    account_id: int
    name: str
    role: Role
    language: Language
    timezone: str
    country: str
    introduced: bool
    reachable: bool
    department_id: DepartmentId | None
    day_starts: int
    day_ends: int
    public_holidays: bool
    dialog: DialogState | None
    off: frozenset[FunctionalOption]

    def caller(self, origin: Origin) -> Caller:
        """This user as the one who asks a service for something."""
        return Caller(
            user_id=self.id,
            role=self.role,
            language=self.language,
            timezone=self.timezone,
            country=self.country,
            origin=origin,
        )


async def find_by_account(session: AsyncSession, account_id: int) -> ChatUser | None:
    """The active user of a Telegram account; None for strangers and those who left."""
    return await _load(session, _BY_ACCOUNT, account_id)


async def find_by_id(session: AsyncSession, user_id: UserId) -> ChatUser | None:
    """An active user who has a chat; None otherwise."""
    return await _load(session, _BY_ID, user_id)


# Read at every update, and so written over the tables: entities would cost twice as much.
_users, _dialogs, _options = User.__table__.c, Dialog.__table__.c, OptionSwitch.__table__.c
_SWITCHED_OFF = select(_options.name).where(_options.is_on.is_(False))
_ACTIVE = (
    select(
        _users.id,
        _users.telegram_id,
        _users.name,
        _users.role,
        _users.language,
        _users.timezone,
        _users.country,
        _users.introduced,
        _users.reachable,
        _users.department_id,
        _users.day_starts,
        _users.day_ends,
        _users.public_holidays,
        _dialogs.flow,
        _dialogs.step,
        _dialogs.data,
        select(func.count()).select_from(_SWITCHED_OFF.subquery()).scalar_subquery().label("off"),
    )
    .select_from(User.__table__.outerjoin(Dialog.__table__, _dialogs.user_id == _users.id))
    .where(_users.state == UserState.ACTIVE)
)
_BY_ACCOUNT = _ACTIVE.where(_users.telegram_id == bindparam("one"))
_BY_ID = _ACTIVE.where(_users.id == bindparam("one"), _users.telegram_id.is_not(None))


async def _load(session: AsyncSession, query: Select[*tuple[Any, ...]], one: int) -> ChatUser | None:
    user = (await session.execute(query, {"one": one})).one_or_none()
    if user is None:
        return None
    off = (await session.scalars(_SWITCHED_OFF)).all() if user.off else ()
    return ChatUser(
        id=UserId(user.id),
        account_id=user.telegram_id,
        name=user.name,
        role=user.role,
        language=user.language,
        timezone=user.timezone,
        country=user.country,
        introduced=user.introduced,
        reachable=user.reachable,
        department_id=DepartmentId(user.department_id) if user.department_id is not None else None,
        day_starts=user.day_starts,
        day_ends=user.day_ends,
        public_holidays=user.public_holidays,
        dialog=DialogState(user.flow, user.step, user.data) if user.flow is not None else None,
        off=frozenset(FunctionalOption(name) for name in off),
    )
