"""Users, departments, invitations and refusals: loading, and the two writes that must win a race."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import Role, UserState
from core.errors import NotFound
from core.models import Contact, Department, Invitation, Refusal, User
from core.values import DepartmentId, Ref, RefKind, UserId


async def get_user(session: AsyncSession, user_id: UserId | int) -> User:
    """The user, locked for change.

    Raises:
        NotFound: There is no such user.
    """
    user = await session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound(Ref(RefKind.USER, user_id))
    return user


async def find_user_of_account(session: AsyncSession, telegram_id: int) -> User | None:
    """The user with this Telegram account, deactivated or not."""
    return (await session.scalars(select(User).where(User.telegram_id == telegram_id))).one_or_none()


async def find_user_contact(session: AsyncSession, user_id: UserId | int) -> Contact | None:
    """The contact that stands for a user."""
    return (await session.scalars(select(Contact).where(Contact.user_id == user_id))).one_or_none()


async def count_administrators(session: AsyncSession) -> int:
    """How many active administrators there are; their rows are locked, so that the last one stays the last."""
    rows = await session.scalars(
        select(User.id)
        .where(User.role == Role.ADMINISTRATOR, User.state == UserState.ACTIVE)
        .order_by(User.id)
        .with_for_update()
    )
    return len(rows.all())


async def list_administrators(session: AsyncSession) -> Sequence[int]:
    """The active administrators, by id."""
    return (
        await session.scalars(
            select(User.id)
            .where(User.role == Role.ADMINISTRATOR, User.state == UserState.ACTIVE)
            .order_by(User.id)
        )
    ).all()


async def list_active_users(session: AsyncSession, ids: Iterable[UserId | int]) -> Sequence[User]:
    """Those of the users who are active, by id."""
    return (
        await session.scalars(
            select(User).where(User.id.in_(list(ids)), User.state == UserState.ACTIVE).order_by(User.id)
        )
    ).all()


async def get_department(session: AsyncSession, department_id: DepartmentId | int) -> Department:
    """The department.

    Raises:
        NotFound: There is no such department.
    """
    department = await session.get(Department, department_id, with_for_update=True)
    if department is None:
        raise NotFound(f"department {department_id}")
    return department


async def list_departments_above(session: AsyncSession, department_id: DepartmentId | int) -> Sequence[int]:
    """A department and all above it."""
    above = (
        select(Department.id, Department.parent_id)
        .where(Department.id == department_id)
        .cte("above", recursive=True)
    )
    above = above.union(
        select(Department.id, Department.parent_id).join(above, Department.id == above.c.parent_id)
    )
    return (await session.scalars(select(above.c.id))).all()


async def use_invitation(session: AsyncSession, token_sha256: str, now: datetime) -> Invitation | None:
    """Take an invitation for oneself; None if it is unknown, used or expired. Of two takers one wins."""
    taken = await session.scalar(
        update(Invitation)
        .where(
            Invitation.token_sha256 == token_sha256, Invitation.used_at.is_(None), Invitation.expires_at > now
        )
        .values(used_at=now)
        .returning(Invitation.id)
    )
    return None if taken is None else await session.get(Invitation, taken, populate_existing=True)


async def note_refusal(session: AsyncSession, telegram_id: int, now: datetime, pause: timedelta) -> bool:
    """Note that an account is being refused; False if it was refused within the pause. Of two one wins."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = insert(Refusal).values(telegram_id=telegram_id, refused_at=now)
    written = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=[Refusal.telegram_id],
            set_={"refused_at": now},
            where=Refusal.refused_at <= now - pause,
        ).returning(Refusal.telegram_id)
    )
    return written is not None
