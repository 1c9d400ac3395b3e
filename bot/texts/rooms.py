"""What is said about rooms of deals: in groups, where nobody's contents are shown, and on screens."""

from collections.abc import Mapping
from typing import Any

from bot.html import Html, esc, fill, lines
from bot.i18n import N_, Translator
from bot.texts.kinds import TYPE_NAMES, TYPE_SIGNS
from core.enums import InteractionType
from core.room_states import RoomFailure

FAILURES = {
    RoomFailure.RIGHTS: N_(
        "The bot may not manage topics in “{group}”. An administrator of the group makes it an administrator "
        "with the right “Manage topics”; then try again."
    ),
    RoomFailure.NO_FORUM: N_(
        "“{group}” has no topics. Its owner turns them on in the settings of the group; then try again."
    ),
    RoomFailure.NO_GROUP: N_(
        "The bot is not in “{group}” any more. Somebody adds it again as an administrator; then try again."
    ),
    RoomFailure.NO_TOPIC: N_("The topic was deleted in “{group}”. A new one can be opened."),
    RoomFailure.REFUSED: N_("Telegram did not do it in “{group}”. Please try again later."),
}
"""Why Telegram did not do what was asked, and what to do."""

ROOM_NOTES = {
    "room_asked": N_("Telegram is asked to open it"),
    "room_failed": N_("⚠️ The room of a deal"),
    "room_group_forgotten": N_("Forgotten; its topics stay in Telegram"),
    "room_group_left": N_("⚠️ The bot is not in a group of rooms any more"),
    "room_opened": N_("The room is open"),
    "room_rights_lost": N_("⚠️ The bot may not manage the topics of a group of rooms any more"),
    "room_unbound": N_("Parted; the topic stays in Telegram"),
    "rooms_off": N_("Rooms are off"),
    "rooms_on": N_("Rooms are on"),
}
"""Codes of notes about rooms (bot.texts.notes)."""

ROOM_EVENTS = ("room_failed", "room_group_left", "room_rights_lost")
"""Those of them that come of their own accord."""

WORD_AND_LEAVE = N_("I work in private chats only: please write to me directly.")
HOW_TO_BEGIN = N_(
    "Deals can have their rooms in this group. Turn topics on in its settings, make me an administrator with the "
    "right “Manage topics”, and write /room here."
)
NEEDS_FORUM = N_(
    "This group has no topics yet. Its owner opens the settings of the group and turns “Topics” on; "
    "then write /room here again."
)
NEEDS_RIGHTS = N_(
    "I may not manage topics here yet. In the settings of the group: Administrators, add me, and allow "
    "“Manage topics”; then write /room here again."
)
ONLY_LEADERS = N_("A manager or an administrator says which group has rooms of deals. Nothing was changed.")
ONE_MESSAGE = N_(
    "Nothing was saved. In one message, please: <code>/call WHO: TEXT</code>; or answer somebody's message with /add."
)
NO_ROOM_HERE = N_(
    "This topic is no deal's room, and nothing was saved. In our private chat <code>/room d3</code> opens one."
)
REST_IS_PRIVATE = N_(
    "Here I take calls, meetings, letters, SMS and plans of this deal; the rest in our private chat."
)

_BOUND = N_("Deals have their rooms in this group from now on. “Room” on a deal's card opens one.")
_BOUND_OF = N_(
    "Deals of the department {department} have their rooms in this group from now on. “Room” on a deal's card opens one."
)
_OPENED = (
    N_("💼 The room of the deal /{deal}."),
    N_(
        "What you write to me here becomes part of the deal: mention me, reply to me, or begin with /call, /meeting, "
        "/sms, /email or /plan. So does any message that somebody of the deal's team reacts to, with 👍 or another."
    ),
    N_(
        "The rest stays yours: it is kept sealed for 48 hours, in case somebody reacts to it, and then forgotten. "
        "Everybody in the group can read the topic."
    ),
)
_UNBOUND = N_("This topic is no deal's room any more: nothing said here is taken from now on.")


def say(tr: Translator, payload: Mapping[str, Any]) -> Html:
    """A line for a group by its code; empty for codes of a newer version."""
    code = payload.get("code")
    if code == "group_bound":
        department = str(payload.get("department") or "")
        return fill(tr._(_BOUND_OF), department=esc(department)) if department else esc(tr._(_BOUND))
    if code == "room_opened":
        first, *rest = _OPENED
        return lines(
            fill(tr._(first), deal=esc(str(payload.get("deal", "")))), *(esc(tr._(one)) for one in rest)
        )
    return esc(tr._(_UNBOUND)) if code == "room_unbound" else Html("")


def taken(tr: Translator, payload: Mapping[str, Any]) -> Html:
    """The short line that confirms an interaction in a room: its kind and reference, and nothing of what it says."""
    type_ = InteractionType(payload["type"])
    return esc(f"{TYPE_SIGNS[type_]} {tr._(TYPE_NAMES[type_])} · /i{payload['interaction']}")


def failure(tr: Translator, reason: str, group: str) -> Html:
    """Why a room is not as it should be, and what to do; nothing for no reason."""
    if reason not in set(RoomFailure):
        return Html("")
    return fill(tr._(FAILURES[RoomFailure(reason)]), group=esc(group))
