"""The room of a deal: opened, looked at, unbound (decisions/0032).

What Telegram is to do is an outbox row of the same transaction; `core.services.room_topics` hears what became of it.
"""

from core.enums import FunctionalOption
from core.errors import NoRoomGroup, NotInTeam, RoomsOff
from core.models import Deal, DealRoom, RoomGroup, Subject
from core.queries import deal_rooms as views
from core.queries.deal_rooms import RoomView
from core.repositories import access, deal_rooms, subjects
from core.repositories.options import require_option
from core.room_states import RoomState
from core.rules.deal_rooms import choose_group, may_record
from core.services.room_groups import ask_to_open
from core.services.work import Work, Works
from core.values import Caller, DealId, Ref, RefKind

_UNDER_WAY = frozenset({RoomState.OPENING, RoomState.OPEN})


class DealRooms:
    """Rooms of single deals."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def look(self, caller: Caller, deal_id: DealId) -> RoomView:
        """The room of a deal, or that there is none.

        Raises:
            OptionOff, RoomsOff: Deals are switched off, or their rooms.
            NotFound: No such deal for the caller.
        """
        async with self._works.database.reading() as session:
            await require_option(session, FunctionalOption.DEALS)
            if not await views.is_on(session):
                raise RoomsOff
            deal, subject = await access.get_visible_deal(session, caller, deal_id)
            return await views.load_room(session, deal, subject)

    async def open(self, caller: Caller, deal_id: DealId) -> None:
        """Give a deal a room, or say where it is; a second asking while it is being opened changes nothing.

        Raises:
            OptionOff, RoomsOff: Deals are switched off, or their rooms.
            NotFound: No such deal for the caller.
            SubjectClosed: It is closed.
            NotInTeam: It is neither the caller's nor led by them.
            NoRoomGroup: No group takes rooms of such deals.
        """
        async with self._works.begin(caller, "open_room") as work:
            deal = await _get_deal(work, caller, deal_id, is_open=True)
            room = await deal_rooms.find_room_of(work.session, deal.id)
            if room is not None and room.state in _UNDER_WAY:
                work.confirm(f"room:{deal.id}")
                return
            group = await _choose_group(work, deal)
            room = await _begin(work, deal, room, group)
            ask_to_open(work, room, group.chat_id)
            work.confirm(f"room:{deal.id}", note="room_asked")

    async def unbind(self, caller: Caller, deal_id: DealId) -> None:
        """Part a deal from its topic; the topic stays in Telegram, what was captured stays with the deal.

        Raises:
            OptionOff, RoomsOff: Deals are switched off, or their rooms.
            NotFound: No such deal for the caller.
            NotInTeam: It is neither the caller's nor led by them.
        """
        async with self._works.begin(caller, "unbind_room") as work:
            deal = await _get_deal(work, caller, deal_id, is_open=False)
            room = await deal_rooms.find_room_of(work.session, deal.id)
            if room is not None:
                group = await work.session.get_one(RoomGroup, room.group_id)
                await deal_rooms.forget_words_of_room(work.session, room.id)
                await work.remove(room, of=Ref(RefKind.DEAL, deal.id))
                if room.thread_id is not None:
                    work.in_room(group.chat_id, "say", code="room_unbound", thread=room.thread_id)
            work.confirm(f"room:{deal.id}", note="room_unbound")


async def _get_deal(work: Work, caller: Caller, deal_id: DealId, *, is_open: bool) -> Deal:
    await require_option(work.session, FunctionalOption.DEALS)
    if not await views.is_on(work.session):
        raise RoomsOff
    get = access.get_open_deal if is_open else access.get_visible_deal
    deal, subject = await get(work.session, caller, deal_id)
    if not await records_in(work, caller, deal, subject):
        raise NotInTeam(Ref(RefKind.DEAL, deal.id))
    return deal


async def records_in(work: Work, caller: Caller, deal: Deal, subject: Subject) -> bool:
    """Whether the caller may make interactions in the room of a deal."""
    viewer = await access.viewer_of(work.session, caller)
    team = await subjects.list_team(work.session, subject.id)
    return may_record(viewer.people, team, deal.responsible_id)


async def _choose_group(work: Work, deal: Deal) -> RoomGroup:
    groups = await deal_rooms.groups_by_department(work.session)
    chain = await deal_rooms.departments_above(work.session, deal.responsible_id)
    group_id = choose_group(groups, chain)
    if group_id is None:
        raise NoRoomGroup
    return await work.session.get_one(RoomGroup, group_id)


async def _begin(work: Work, deal: Deal, room: DealRoom | None, group: RoomGroup) -> DealRoom:
    facts = {
        "group_id": group.id,
        "state": RoomState.OPENING,
        "failure": "",
        "thread_id": None,
        "asked_by": work.user_id,
        "asked_at": work.now,
    }
    of = Ref(RefKind.DEAL, deal.id)
    if room is not None:
        work.change(room, of=of, **facts)
        return room
    room = DealRoom(deal_id=deal.id, **facts)
    await work.add(room, of=of)
    await work.session.flush()
    return room
