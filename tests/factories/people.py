"""Users with their contacts, and callers."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, Language, Role
from core.models import Contact, Department, User
from core.rules.coordinates import name_key
from core.services.new_users import UserDefaults
from core.values import Caller, Origin, UserId
from tests.conftest import NOON

DEFAULTS = UserDefaults(Language.EN, "Europe/London", "GB")


async def make_user(session: AsyncSession, name: str = "Anna", **fields: Any) -> User:
    """An active user with their contact."""
    user = User(
        **{
            "name": name,
            "role": Role.REP,
            "language": Language.EN,
            "timezone": "UTC",
            "country": "RU",
            "created_at": NOON,
            **fields,
        }
    )
    session.add(user)
    await session.flush()
    session.add(
        Contact(kind=ContactKind.USER, name=name, name_key=name_key(name), user_id=user.id, created_at=NOON)
    )
    await session.flush()
    return user


async def make_department(session: AsyncSession, name: str = "Sales", **fields: Any) -> Department:
    """A department."""
    department = Department(name=name, **fields)
    session.add(department)
    await session.flush()
    return department


def caller_of(user: User, origin: Origin | None = None) -> Caller:
    """The user as the one who asks."""
    return Caller(UserId(user.id), user.role, user.language, user.timezone, user.country, origin or Origin())
