"""People who work with the product, their departments and the invitations that let them in (domain.md U)."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import Language, Role, UserState
from core.models.base import Base


class Department(Base):
    """A part of the organisation; its manager sees its people and those of the departments below it."""

    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)


class User(Base):
    """A rep, manager or administrator. A manager leads the department they are in and those below it."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int | None] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role]
    state: Mapped[UserState] = mapped_column(default=UserState.ACTIVE)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    language: Mapped[Language]
    timezone: Mapped[str]
    country: Mapped[str]
    introduced: Mapped[bool] = mapped_column(default=False)
    """Whether language and time zone have been asked and answered (or skipped)."""
    reachable: Mapped[bool] = mapped_column(default=True)
    """False once the chat refuses messages, for example because the bot was blocked."""
    day_starts: Mapped[int] = mapped_column(default=9)
    """Working hours, whole local hours; reminders of a day alone come at the first (domain.md I5, U5)."""
    day_ends: Mapped[int] = mapped_column(default=18)
    quiet_starts: Mapped[int] = mapped_column(default=21)
    """Quiet hours, whole local hours, over midnight as a rule: nothing sounds in them; equal ones: there are none."""
    quiet_ends: Mapped[int] = mapped_column(default=8)
    public_holidays: Mapped[bool] = mapped_column(default=True)
    """Whether the public holidays of their country are days off for them."""
    calendar_files: Mapped[bool] = mapped_column(default=False)
    """Whether a calendar file comes along when they plan a meeting."""
    created_at: Mapped[datetime]


class Invitation(Base):
    """A one-time link that expires; only the hash of its token is kept (domain.md U1)."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role]
    name: Mapped[str | None]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Refusal(Base):
    """When an unknown account was last refused: one polite refusal in 24 hours (domain.md U1)."""

    __tablename__ = "refusals"

    telegram_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    refused_at: Mapped[datetime]


class OptionSwitch(Base):
    """A functional option that differs from its default "on" (domain.md O1)."""

    __tablename__ = "options"

    name: Mapped[str] = mapped_column(primary_key=True)
    is_on: Mapped[bool]
