"""Deal rooms: topics of a Telegram group that are bound to deals, and what was just said in them (decisions/0032)."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.models.base import Base
from core.room_states import RoomState


class SettingSwitch(Base):
    """A setting of the organisation that is off until an administrator turns it on."""

    __tablename__ = "setting_switches"

    name: Mapped[str] = mapped_column(primary_key=True)
    is_on: Mapped[bool]


class RoomGroup(Base):
    """A group whose topics are rooms of deals: those of a department and below it, or of the whole organisation."""

    __tablename__ = "room_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    """None: of the whole organisation."""
    bound_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    bound_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    """Since when the bot is not in it any more; None: it is."""
    may_lead: Mapped[bool] = mapped_column(default=True)
    """Whether the bot administers it and may manage topics: else it hears no reactions, and opens no rooms."""


class DealRoom(Base):
    """The room of a deal. It goes away when the deal is unbound from its topic; the topic stays in the group."""

    __tablename__ = "deal_rooms"
    __table_args__ = (UniqueConstraint("group_id", "thread_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("room_groups.id"))
    thread_id: Mapped[int | None]
    """The topic's number in its group; None: Telegram has not opened it yet, or it is gone."""
    state: Mapped[RoomState] = mapped_column(default=RoomState.OPENING)
    failure: Mapped[str] = mapped_column(default="")
    """Why Telegram did not do the last thing it was asked for; empty: it did."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    shown_title: Mapped[str] = mapped_column(default="")
    """The topic's name as Telegram was last given it."""
    shown_closed: Mapped[bool] = mapped_column(default=False)


class RoomMessage(Base):
    """Words of a room that nobody addressed to the bot, sealed: a reaction names its message by number alone.

    Forgotten once they are captured, or after `core.rules.deal_rooms.KEEP`.
    """

    __tablename__ = "room_messages"

    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    room_id: Mapped[int] = mapped_column(ForeignKey("deal_rooms.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None]
    """Who wrote it; None: somebody without a name, for example an anonymous administrator."""
    sealed: Mapped[str]
    kept_at: Mapped[datetime] = mapped_column(index=True)
