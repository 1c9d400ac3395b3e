"""The room of a deal, and the groups that have rooms (decisions/0032)."""

from collections.abc import Sequence

from bot.html import Html, bold, esc, fill, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Row, Screen, ScreenTable, act, go, rows
from bot.screens.listing import back_row, numbered_lines
from bot.screens.subject_lines import TITLE_LIMIT
from bot.texts.rooms import failure
from core.enums import FunctionalOption, Role
from core.queries.deal_rooms import RoomGroupView, RoomView
from core.room_states import RoomState
from core.values import DealId

screens = ScreenTable()

LEADERS = (Role.MANAGER, Role.ADMINISTRATOR)
"""Who says which groups have rooms."""

NAME_LIMIT = 60

NONE_YET = N_(
    "It has no room yet. A room is a topic in the team's group: what is said to the bot there, and what somebody "
    "reacts to, becomes part of the deal."
)
STATES = {
    RoomState.OPENING: N_("It is being opened in “{group}”."),
    RoomState.OPEN: N_("It is a topic in “{group}”."),
    RoomState.FAILED: N_("It could not be opened."),
    RoomState.GONE: N_("Its topic is gone."),
}
HOW = (
    N_("Make a group, and turn “Topics” on in its settings."),
    N_("Add the bot as an administrator with the right “Manage topics”."),
    N_("Write /room in it; <i>/room Sales</i> for the deals of one department."),
)


@screens.screen("room", option=FunctionalOption.DEALS)
async def show_room(reader: Reader, address: Address) -> Screen:
    """The room of a deal: the way there, or the way to get one."""
    room = await reader.services.rooms.deals.look(reader.caller, DealId(address.number()))
    state = reader._(STATES[room.state] if room.state is not None else NONE_YET)
    text = lines(
        fill(
            reader._("💬 The room of <b>{title}</b> · /{ref}"),
            title=esc(shorten(room.title, TITLE_LIMIT)),
            ref=esc(f"d{room.deal_id}"),
        ),
        fill(state, group=esc(shorten(room.group, NAME_LIMIT))),
        failure(reader.tr, room.failure, shorten(room.group, NAME_LIMIT)) or None,
    )
    return Screen(text, (*rows(_ways(reader, room), width=1), back_row(reader, f"d{room.deal_id}")))


def _ways(reader: Reader, room: RoomView) -> list[Button | None]:
    deal = f"d{room.deal_id}"
    may_open = room.is_open and room.state not in {RoomState.OPENING, RoomState.OPEN}
    open_label = reader._("💬 Open a room") if room.state is None else reader._("🔁 Try again")
    return [
        Button(reader._("↗️ To the topic"), room.link, is_link=True) if room.link else None,
        act(open_label, "room", deal) if may_open else None,
        act(reader._("✖️ Part it from the deal"), "room", deal, "off") if room.state is not None else None,
        go(reader._("👥 Groups of rooms"), "rooms") if reader.user.role in LEADERS else None,
    ]


@screens.screen("rooms", option=FunctionalOption.DEALS, roles=LEADERS)
async def show_rooms(reader: Reader, _address: Address) -> Screen:
    """Whether there are rooms of deals, in which groups, and how a group becomes one of them."""
    is_on = await reader.services.rooms.groups.is_on()
    groups = await reader.services.rooms.groups.list_groups(reader.caller)
    back = "admin" if reader.user.role is Role.ADMINISTRATOR else "more"
    said = reader._("Rooms are on.") if is_on else reader._("Rooms are off; what was captured stays.")
    text = lines(
        bold(esc(reader._("💬 Rooms of deals"))),
        esc(
            reader._(
                "Each deal can have a topic in a group; what is addressed there becomes part of the deal."
            )
        ),
        esc(said),
        *([Html(""), *numbered_lines([_group_line(reader, one) for one in groups])] if groups else []),
        *(
            [Html(""), *(fill(f"{number}) " + reader._(one)) for number, one in enumerate(HOW, 1))]
            if is_on
            else []
        ),
    )
    return Screen(text, (*_switch(reader, is_on=is_on), *_partings(reader, groups), back_row(reader, back)))


def _group_line(reader: Reader, group: RoomGroupView) -> Html:
    whose = group.department or reader._("the whole organisation")
    count = reader.ngettext("{count} room", "{count} rooms", group.rooms).format(count=group.rooms)
    trouble = "" if group.may_lead else reader._(" · ⚠️ the bot may not manage topics")
    if group.is_left:
        trouble = reader._(" · ⚠️ the bot is not in it")
    return esc(f"{shorten(group.title, NAME_LIMIT)} · {whose} · {count}{trouble}")


def _switch(reader: Reader, *, is_on: bool) -> tuple[Row, ...]:
    if reader.user.role is not Role.ADMINISTRATOR:
        return ()
    if is_on:
        return ((act(reader._("Turn rooms off"), "rooms", "off"),),)
    return ((act(reader._("Turn rooms on"), "rooms", "on"),),)


def _partings(reader: Reader, groups: Sequence[RoomGroupView]) -> tuple[Row, ...]:
    return rows(
        [
            act(
                reader._("✖️ Forget “{group}”").format(group=shorten(one.title, 20)), "rooms", "forget", one.id
            )
            for one in groups
        ],
        width=1,
    )


@screens.screen("room_outsider")
async def show_outsider(reader: Reader, _address: Address) -> Screen:
    """Why nothing was saved of what somebody said or reacted to in a room."""
    return Screen(
        esc(
            reader._(
                "Nothing was saved of that topic: you do not work on its deal. Its responsible can take you into the team."
            )
        )
    )
