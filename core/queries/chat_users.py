"""Who writes in the chat, and what their dialog waits for: read once for every update."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
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
    return await _load(session, _ACTIVE.where(User.telegram_id == account_id))


async def find_by_id(session: AsyncSession, user_id: UserId) -> ChatUser | None:
    """An active user who has a chat; None otherwise."""
    return await _load(session, _ACTIVE.where(User.id == user_id, User.telegram_id.is_not(None)))


_SWITCHED_OFF = select(OptionSwitch.name).where(OptionSwitch.is_on.is_(False))
_ACTIVE: Select[User, Dialog, int] = (
    select(User, Dialog, select(func.count()).select_from(_SWITCHED_OFF.subquery()).scalar_subquery())
    .outerjoin(Dialog, Dialog.user_id == User.id)
    .where(User.state == UserState.ACTIVE)
)


async def _load(session: AsyncSession, query: Select[User, Dialog, int]) -> ChatUser | None:
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    user: User = row[0]
    dialog: Dialog | None = row[1]
    off = (await session.scalars(_SWITCHED_OFF)).all() if row[2] else ()
    return ChatUser(
        id=UserId(user.id),
        account_id=user.telegram_id or 0,
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
        dialog=DialogState(dialog.flow, dialog.step, dialog.data) if dialog is not None else None,
        off=frozenset(FunctionalOption(name) for name in off),
    )
