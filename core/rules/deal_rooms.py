"""Deal rooms: which group a deal's room is in, who records from it, and for how long words are kept (decisions/0032)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from core.enums import Role

KEEP = timedelta(hours=48)
"""How long a room's words wait for a reaction; after that they are forgotten."""

TOPIC_NAME = 128
"""Characters of a topic's name that Telegram takes."""


def choose_group(groups: Mapping[int | None, int], departments: Sequence[int]) -> int | None:
    """The group of a deal's room: that of the nearest department, else the organisation's.

    Args:
        groups: Groups by their department; None stands for the whole organisation.
        departments: The department of the deal's responsible, then those above it, nearest first.

    Returns:
        None where there is none.
    """
    return next((groups[one] for one in (*departments, None) if one in groups), None)


def may_record(people: Collection[int], team: Collection[int], responsible_id: int) -> bool:
    """Whether somebody may make interactions in a deal's room: the team, the responsible, and who leads any of them.

    Args:
        people: The one who asks, and for a manager all whom they lead.
        team: The deal's team.
        responsible_id: The deal's responsible.
    """
    return responsible_id in people or not set(people).isdisjoint(team)


def may_bind(role: Role, led: Collection[int], department_id: int | None) -> bool:
    """Whether somebody may give a department (None: the organisation) its group of rooms.

    Administrators may always; a manager for the departments they lead.
    """
    if role is Role.ADMINISTRATOR:
        return True
    return role is Role.MANAGER and department_id is not None and department_id in led


def topic_name(title: str, ref: str) -> str:
    """The name of a deal's topic: its title on one line, as much of it as Telegram takes; its number if it has none."""
    words = " ".join(title.split())
    return (words if len(words) <= TOPIC_NAME else words[: TOPIC_NAME - 1].rstrip() + "…") or ref


def topic_link(chat_id: int, thread_id: int) -> str:
    """The address that opens a topic for members of its group."""
    return f"https://t.me/c/{str(chat_id).removeprefix('-100').lstrip('-')}/{thread_id}"
