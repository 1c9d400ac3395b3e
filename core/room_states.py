"""Choices about deal rooms, persisted by value (decisions/0032)."""

from enum import StrEnum


class RoomState(StrEnum):
    """Where the room of a deal stands; FAILED: Telegram did not open it, GONE: its topic was deleted there."""

    OPENING = "opening"
    OPEN = "open"
    FAILED = "failed"
    GONE = "gone"


class RoomFailure(StrEnum):
    """Why Telegram does not do what a room needs."""

    RIGHTS = "rights"
    NO_FORUM = "no_forum"
    NO_GROUP = "no_group"
    NO_TOPIC = "no_topic"
    REFUSED = "refused"


class Setting(StrEnum):
    """Settings of the organisation that are off until an administrator turns them on."""

    DEAL_ROOMS = "deal_rooms"
