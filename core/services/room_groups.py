"""Groups of deal rooms: the switch, which groups there are, and whose deals have their rooms there (decisions/0032)."""

from collections.abc import Sequence

from sqlalchemy import select

from core.enums import Role
from core.errors import Invalid, NotAllowed, NotFound, RoomsOff
from core.models import DealRoom, Department, RoomGroup, SettingSwitch, User
from core.queries import deal_rooms as views
from core.queries.deal_rooms import RoomGroupView
from core.repositories import deal_rooms
from core.repositories.access import list_led_departments, require_role
from core.room_states import RoomState, Setting
from core.rules.deal_rooms import may_bind
from core.services.work import Work, Works
from core.values import Caller

LEADERS = (Role.MANAGER, Role.ADMINISTRATOR)


class RoomGroups:
    """Turns rooms on and off, and binds groups."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def is_on(self) -> bool:
        """Whether rooms of deals are on; they are off until an administrator turns them on."""
        async with self._works.database.reading() as session:
            return await views.is_on(session)

    async def turn(self, caller: Caller, *, is_on: bool) -> None:
        """Turn rooms on or off. Off keeps them with their topics as they are, and forgets the words that waited.

        Raises:
            NotAllowed: The caller is no administrator.
        """
        require_role(caller, Role.ADMINISTRATOR, action="rooms")
        async with self._works.begin(caller, "rooms") as work:
            row = await work.session.get(SettingSwitch, Setting.DEAL_ROOMS.value)
            if row is None:
                row = SettingSwitch(name=Setting.DEAL_ROOMS.value, is_on=False)
                await work.add(row, of=None, note={"is_on": False})
            work.change(row, of=None, is_on=is_on)
            await work.session.flush()
            if is_on:
                await _catch_up(work)
            else:
                await deal_rooms.purge_words(work.session)
            work.confirm("rooms", note="rooms_on" if is_on else "rooms_off")

    async def list_groups(self, caller: Caller) -> Sequence[RoomGroupView]:
        """The groups of rooms.

        Raises:
            NotAllowed: The caller is neither manager nor administrator.
        """
        require_role(caller, *LEADERS, action="rooms")
        async with self._works.database.reading() as session:
            return await views.list_groups(session)

    async def bind(
        self, caller: Caller, chat_id: int, title: str, *, department: str = "", message_id: int | None = None
    ) -> None:
        """Make a group the one where deals of a department, or of the whole organisation, have their rooms.

        Args:
            caller: Who says so: an administrator, or a manager for departments they lead.
            chat_id: The group's chat.
            title: What the group is called.
            department: A department's name in any case; empty: a manager's own, an administrator's organisation.
            message_id: The message in the group that asked for it, to be answered there.

        Raises:
            RoomsOff: Rooms are off.
            NotAllowed: The caller may not say this of that department.
            Invalid: There is no such department.
        """
        require_role(caller, *LEADERS, action="bind_rooms")
        async with self._works.begin(caller, "bind_rooms") as work:
            if not await views.is_on(work.session):
                raise RoomsOff
            found = await _find_department(work, caller, department)
            led = await list_led_departments(work.session, caller)
            department_id = found.id if found is not None else None
            if not may_bind(caller.role, led, department_id):
                raise NotAllowed("bind_rooms")
            group = await deal_rooms.find_group(work.session, chat_id)
            facts = {"title": title, "department_id": department_id, "left_at": None, "may_lead": True}
            if group is None:
                group = RoomGroup(chat_id=chat_id, bound_by=caller.user_id, bound_at=work.now, **facts)
                await work.add(group, of=None)
            else:
                work.change(group, of=None, bound_by=caller.user_id, bound_at=work.now, **facts)
            work.in_room(
                chat_id,
                "say",
                code="group_bound",
                reply_to=message_id,
                department=found.name if found is not None else "",
            )

    async def forget(self, caller: Caller, group_id: int) -> None:
        """Unbind a group with all its rooms; the topics stay in Telegram, what was captured stays here.

        Raises:
            NotFound: There is no such group.
            NotAllowed: The caller may not say this of its department.
        """
        require_role(caller, *LEADERS, action="bind_rooms")
        async with self._works.begin(caller, "forget_rooms") as work:
            group = await work.session.get(RoomGroup, group_id, with_for_update=True)
            if group is None:
                raise NotFound(f"room group {group_id}")
            led = await list_led_departments(work.session, caller)
            if not may_bind(caller.role, led, group.department_id):
                raise NotAllowed("bind_rooms")
            for room, _ in await deal_rooms.list_rooms(work.session, group.id):
                await deal_rooms.forget_words_of_room(work.session, room.id)
                await work.remove(room, of=None)
            await work.session.flush()
            await work.remove(group, of=None)
            work.confirm("rooms", note="room_group_forgotten")

    async def left(self, chat_id: int) -> None:
        """Note that the bot is not in a group any more, and tell who had bound it."""
        async with self._works.begin(None, "leave_rooms") as work:
            group = await deal_rooms.find_group(work.session, chat_id)
            if group is not None and group.left_at is None:
                work.change(group, of=None, left_at=work.now)
                work.notify(group.bound_by, "rooms", note="room_group_left")

    async def returned(self, chat_id: int, title: str, *, may_lead: bool | None = None) -> bool:
        """Note that the bot is in a group, what that is called, and what it may do there.

        Who had bound the group is told when the bot may not manage its topics any more: it hears no reactions then.

        Args:
            chat_id: The group.
            title: What it is called.
            may_lead: Whether the bot may manage topics; None: as before.

        Returns:
            False when it is no group of rooms.
        """
        async with self._works.begin(None, "return_to_rooms") as work:
            group = await deal_rooms.find_group(work.session, chat_id)
            if group is None:
                return False
            if group.may_lead and may_lead is False:
                work.notify(group.bound_by, "rooms", note="room_rights_lost")
            leads = group.may_lead if may_lead is None else may_lead
            work.change(group, of=None, left_at=None, title=title, may_lead=leads)
            return True

    async def moved(self, chat_id: int, new_chat_id: int) -> None:
        """Follow a group that has become a supergroup with another number."""
        async with self._works.begin(None, "move_rooms") as work:
            group = await deal_rooms.find_group(work.session, chat_id)
            if group is not None and await deal_rooms.find_group(work.session, new_chat_id) is None:
                work.change(group, of=None, chat_id=new_chat_id)


async def _catch_up(work: Work) -> None:
    """Have topics brought where their deals are by now."""
    for room, chat_id in await deal_rooms.list_rooms(work.session):
        if room.state is RoomState.OPENING:
            ask_to_open(work, room, chat_id)
        elif room.state is RoomState.OPEN:
            work.in_room(chat_id, "follow", room=room.id)


def ask_to_open(work: Work, room: DealRoom, chat_id: int) -> None:
    """Have Telegram open the topic of a room."""
    reply_to = work.caller.origin.reply_to if work.caller is not None else None
    work.in_room(chat_id, "open", room=room.id, reply_to=dict(reply_to or {}))


async def _find_department(work: Work, caller: Caller, name: str) -> Department | None:
    """The department that is meant; None: the whole organisation."""
    if name:
        words = " ".join(name.split()).casefold()
        for one in await work.session.scalars(select(Department).order_by(Department.id)):
            if one.name.casefold() == words:
                return one
        raise Invalid("department", name)
    if caller.role is Role.ADMINISTRATOR:
        return None
    user = await work.session.get_one(User, caller.user_id)
    return await work.session.get(Department, user.department_id) if user.department_id is not None else None
