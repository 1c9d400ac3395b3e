"""Rooms of deals: off until turned on, opened once, following their deals; and what is said in them (decisions/0032)."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.enums import FunctionalOption, UpdateState
from core.errors import Invalid, NoRoomGroup, NotAllowed, NotFound, NotInTeam, RoomsOff
from core.models import InboundUpdate, Interaction, OutboxItem, RoomMessage, User
from core.room_states import RoomFailure, RoomState
from core.rules.deal_rooms import KEEP
from core.services.care import Care
from core.services.erasure import Erasure
from core.services.inbox import Inbox, NewUpdate
from core.services.rooms import Rooms, build_rooms
from core.values import DealId, Ref, RefKind, UserId
from tests.factories.core import Core
from tests.factories.mail import FolderBlobs, OpenBox
from tests.factories.people import make_user
from tests.factories.rooms import GROUP, THREAD, effects, open_room, room_of, take, turn_on, words


@pytest.fixture
def rooms(core: Core) -> Rooms:
    return build_rooms(core.org.works, OpenBox())


async def new_deal(core: Core, title: str = "Acme, 20 pallets") -> DealId:
    return await core.deals.create(core.org.anna, title)


async def notices(core: Core, note: str) -> Sequence[OutboxItem]:
    async with core.org.database.reading() as session:
        items = await session.scalars(select(OutboxItem).order_by(OutboxItem.id))
        return [one for one in items if one.payload.get("note") == note]


async def an_update(core: Core, number: int = 1) -> int:
    """A stored update of a group; returns its row."""
    body = {"update_id": number, "message": {"text": "between us"}}
    (stored,) = await Inbox(core.org.works).store(1, [NewUpdate(number, GROUP, body)])
    return stored.id


async def kept(core: Core) -> list[str]:
    async with core.org.database.reading() as session:
        return [one.sealed for one in await session.scalars(select(RoomMessage))]


# -- the switch and the groups ----------------------------------------------------------------------------------


async def test_rooms_are_off_until_an_administrator_turns_them_on(core: Core, rooms: Rooms) -> None:
    deal_id = await new_deal(core)
    assert not await rooms.groups.is_on()
    for refused in (
        rooms.deals.open(core.org.anna, deal_id),
        rooms.deals.look(core.org.anna, deal_id),
        rooms.groups.bind(core.org.administrator, GROUP, "Rooms"),
    ):
        with pytest.raises(RoomsOff):
            await refused
    for caller in (core.org.anna, core.org.manager):
        with pytest.raises(NotAllowed):
            await rooms.groups.turn(caller, is_on=True)
    await rooms.groups.turn(core.org.administrator, is_on=True)
    assert await rooms.groups.is_on()
    await core.options.set(core.org.administrator, FunctionalOption.DEALS, is_on=False)
    assert not await rooms.groups.is_on(), "without deals there are no rooms of deals"


async def test_without_a_group_no_room_is_opened(core: Core, rooms: Rooms) -> None:
    await rooms.groups.turn(core.org.administrator, is_on=True)
    with pytest.raises(NoRoomGroup):
        await rooms.deals.open(core.org.anna, await new_deal(core))
    assert await effects(core.org.works) == []


async def test_a_manager_binds_for_the_departments_they_lead(core: Core, rooms: Rooms) -> None:
    await rooms.groups.turn(core.org.administrator, is_on=True)
    with pytest.raises(NotAllowed):
        await rooms.groups.bind(core.org.anna, GROUP, "Rooms")
    with pytest.raises(NotAllowed):
        await rooms.groups.bind(core.org.manager, GROUP, "Rooms", department="South")
    with pytest.raises(Invalid):
        await rooms.groups.bind(core.org.manager, GROUP, "Rooms", department="West")
    await rooms.groups.bind(core.org.manager, GROUP, "Rooms", message_id=3)
    (said,) = await effects(core.org.works, "say")
    assert (said.payload["code"], said.payload["department"], said.payload["reply_to"]) == (
        "group_bound",
        "Sales",
        3,
    )
    await rooms.groups.bind(core.org.manager, GROUP, "Rooms", department=" north ")
    (group,) = await rooms.groups.list_groups(core.org.manager)
    assert (group.department, group.rooms, group.is_left) == ("North", 0, False)


async def test_the_room_is_in_the_group_of_the_nearest_department(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator, GROUP)
    await rooms.groups.bind(core.org.manager, GROUP - 1, "Sales")
    await rooms.deals.open(core.org.anna, await new_deal(core))
    (asked,) = await effects(core.org.works, "open")
    assert asked.payload["chat"] == GROUP - 1
    await rooms.groups.left(GROUP - 1)
    (told,) = await notices(core, "room_group_left")
    assert told.user_id == core.org.manager.user_id
    await rooms.deals.open(core.org.anna, await new_deal(core, "Another"))
    assert (await effects(core.org.works, "open"))[-1].payload["chat"] == GROUP
    assert await rooms.groups.returned(GROUP - 1, "Sales team")
    assert not await rooms.groups.returned(-5, "Somebody else's")
    assert [one.title for one in await rooms.groups.list_groups(core.org.manager)] == [
        "Rooms of deals",
        "Sales team",
    ]


async def test_a_group_that_moves_keeps_its_rooms(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator, -500)
    deal_id = await new_deal(core)
    await open_room(core.org.works, rooms, core.org.anna, deal_id)
    await rooms.groups.moved(-500, GROUP)
    assert (await rooms.deals.look(core.org.anna, deal_id)).link.endswith(f"/1000000077/{THREAD}")
    assert (await rooms.messages.find_place(GROUP, THREAD)).room_id is not None


async def test_forgetting_a_group_takes_its_rooms_and_is_undone_as_one_step(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    room_id = await open_room(core.org.works, rooms, core.org.anna, deal_id)
    await rooms.messages.keep(await an_update(core), words(room_id, "Twenty"))
    (group,) = await rooms.groups.list_groups(core.org.administrator)
    with pytest.raises(NotAllowed):
        await rooms.groups.forget(core.org.outsider, group.id)
    await rooms.groups.forget(core.org.administrator, group.id)
    assert not (await rooms.messages.find_place(GROUP, THREAD)).is_known
    assert await kept(core) == []
    await core.undo.undo_last(core.org.administrator)
    assert (await rooms.messages.find_place(GROUP, THREAD)).room_id == room_id
    with pytest.raises(NotFound):
        await rooms.groups.forget(core.org.administrator, 99)


# -- the life of a room -----------------------------------------------------------------------------------------


async def test_a_room_is_asked_for_once(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    await rooms.deals.open(core.org.anna, deal_id)
    await rooms.deals.open(core.org.manager, deal_id)
    assert len(await effects(core.org.works, "open")) == 1
    assert (await rooms.deals.look(core.org.anna, deal_id)).state is RoomState.OPENING


async def test_only_who_works_on_the_deal_opens_its_room(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    with pytest.raises(NotFound):
        await rooms.deals.open(core.org.outsider, deal_id)
    await rooms.deals.open(core.org.manager, deal_id)


async def test_who_sees_the_deal_by_one_call_alone_does_not_work_in_its_room(
    core: Core, rooms: Rooms
) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    room_id = await open_room(core.org.works, rooms, core.org.anna, deal_id)
    taken = await rooms.messages.take(core.org.anna, take(room_id, "Seen", message_id=49))
    assert taken is not None
    await core.assignment.assign(core.org.anna, Ref(RefKind.INTERACTION, taken), core.org.boris.user_id)
    with pytest.raises(NotInTeam):
        await rooms.deals.unbind(core.org.boris, deal_id)
    assert await rooms.messages.take(core.org.boris, take(room_id, "Mine too")) is None


async def test_an_opened_room_has_a_link_and_says_what_it_is(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    await open_room(core.org.works, rooms, core.org.anna, deal_id)
    room = await rooms.deals.look(core.org.anna, deal_id)
    assert (room.state, room.link) == (RoomState.OPEN, f"https://t.me/c/1000000077/{THREAD}")
    said = (await effects(core.org.works, "say"))[-1]
    assert (said.payload["code"], said.payload["thread"]) == ("room_opened", THREAD)
    (told,) = await notices(core, "room_opened")
    assert told.user_id == core.org.anna.user_id


async def test_a_topic_that_was_opened_twice_by_a_death_leaves_the_first(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    room_id = await open_room(core.org.works, rooms, core.org.anna, deal_id)
    topic = await rooms.topics.find(room_id)
    assert topic is not None
    await rooms.topics.opened(topic, THREAD + 5, {})
    assert (await room_of(core.org.works, deal_id)).thread_id == THREAD


async def test_the_topic_follows_name_and_end_of_its_deal_and_their_undoing(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    room_id = await open_room(core.org.works, rooms, core.org.anna, deal_id)
    steps = len(await effects(core.org.works, "follow"))

    async def after_that() -> tuple[str, bool]:
        nonlocal steps
        steps += 1
        assert len(await effects(core.org.works, "follow")) == steps
        topic = await rooms.topics.find(room_id)
        assert topic is not None
        return topic.name, topic.is_closed

    await core.deals.edit(core.org.anna, deal_id, "title", "Acme, 30 pallets")
    assert await after_that() == ("Acme, 30 pallets", False)
    await core.undo.undo_last(core.org.anna)
    assert await after_that() == ("Acme, 20 pallets", False)
    await core.deals.win(core.org.anna, deal_id)
    await core.deals.close(core.org.anna, deal_id)
    assert await after_that() == ("Acme, 20 pallets", True)
    await core.deals.reopen(core.org.manager, deal_id)
    assert await after_that() == ("Acme, 20 pallets", False)
    await core.deals.edit(core.org.anna, deal_id, "amount", "500")
    assert len(await effects(core.org.works, "follow")) == steps, "what the topic does not show moves nothing"


async def test_a_refusal_of_telegram_is_told_to_who_asked_and_can_be_tried_again(
    core: Core, rooms: Rooms
) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    await rooms.deals.open(core.org.anna, deal_id)
    room = await room_of(core.org.works, deal_id)
    await rooms.topics.failed(room.id, RoomFailure.RIGHTS, core.org.anna.user_id)
    (told,) = await notices(core, "room_failed")
    assert told.user_id == core.org.anna.user_id
    view = await rooms.deals.look(core.org.anna, deal_id)
    assert (view.state, view.failure) == (RoomState.FAILED, "rights")
    await rooms.deals.open(core.org.anna, deal_id)
    assert len(await effects(core.org.works, "open")) == 2
    assert (await rooms.deals.look(core.org.anna, deal_id)).state is RoomState.OPENING


async def test_a_topic_that_was_deleted_can_be_opened_anew(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    room_id = await open_room(core.org.works, rooms, core.org.anna, deal_id)
    await rooms.topics.failed(room_id, RoomFailure.NO_TOPIC, None)
    assert (await rooms.deals.look(core.org.anna, deal_id)).state is RoomState.GONE
    assert (await rooms.messages.find_place(GROUP, THREAD)).room_id is None
    await open_room(core.org.works, rooms, core.org.anna, deal_id, thread=THREAD + 1)
    assert (await rooms.deals.look(core.org.anna, deal_id)).link.endswith(f"/{THREAD + 1}")


async def test_what_changed_while_rooms_were_off_is_caught_up_with(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    opened, asked = await new_deal(core), await new_deal(core, "Another")
    room_id = await open_room(core.org.works, rooms, core.org.anna, opened)
    await rooms.deals.open(core.org.anna, asked)
    await rooms.groups.turn(core.org.administrator, is_on=False)
    assert await rooms.topics.find(room_id) is None, "off: nothing is done in groups"
    assert await rooms.messages.take(core.org.anna, take(room_id, "x")) is None
    before = await effects(core.org.works)
    await rooms.groups.turn(core.org.administrator, is_on=True)
    caught_up = (await effects(core.org.works))[len(before) :]
    assert [one.payload["do"] for one in caught_up] == ["follow", "open"]


async def test_an_unbound_topic_takes_nothing_more(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    room_id = await open_room(core.org.works, rooms, core.org.anna, deal_id)
    await rooms.deals.unbind(core.org.anna, deal_id)
    assert (await effects(core.org.works))[-1].payload["code"] == "room_unbound"
    assert (await rooms.deals.look(core.org.anna, deal_id)).state is None
    assert await rooms.messages.take(core.org.anna, take(room_id, "late")) is None
    await core.undo.undo_last(core.org.anna)
    assert await rooms.messages.take(core.org.anna, take(room_id, "back")) is not None


# -- what is said -----------------------------------------------------------------------------------------------


async def test_i2_who_wrote_it_is_its_author_and_the_deal_its_subject(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    room_id = await open_room(core.org.works, rooms, core.org.anna, deal_id)
    async with core.org.database.transaction() as session:
        kate: User = await make_user(session, "Kate", telegram_id=5005)
    await core.deals.add_to_team(core.org.anna, deal_id, UserId(kate.id))
    taken = await rooms.messages.take(core.org.anna, take(room_id, "They want 20", account_id=5005))
    assert taken is not None
    interaction = await core.interaction(taken)
    deal = await rooms.deals.look(core.org.anna, deal_id)
    assert (interaction.author_id, interaction.responsible_id, interaction.text) == (
        kate.id,
        kate.id,
        "They want 20",
    )
    assert (await core.subject_of(taken)).title == deal.title
    assert (interaction.chat_id, interaction.message_id) == (GROUP, 50)
    (shown,) = await effects(core.org.works, "taken")
    assert (shown.payload["interaction"], shown.payload["thread"]) == (taken, THREAD)
    assert "They want" not in str(shown.payload), "what goes back to the group carries no contents"


async def test_the_same_message_is_taken_once_even_after_it_was_deleted(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    room_id = await open_room(core.org.works, rooms, core.org.anna, await new_deal(core))
    taken = await rooms.messages.take(core.org.anna, take(room_id, "They want 20"))
    assert taken is not None
    assert await rooms.messages.take(core.org.manager, take(room_id, "They want 20")) is None
    await core.care.delete(core.org.anna, taken)
    assert await rooms.messages.take(core.org.anna, take(room_id, "They want 20")) is None
    assert len(await effects(core.org.works, "taken")) == 1


async def test_who_does_not_work_on_the_deal_is_told_once_and_nothing_is_recorded(
    core: Core, rooms: Rooms
) -> None:
    await turn_on(rooms, core.org.administrator)
    room_id = await open_room(core.org.works, rooms, core.org.anna, await new_deal(core))
    for number in (50, 51):
        assert await rooms.messages.take(core.org.outsider, take(room_id, "x", message_id=number)) is None
    async with core.org.database.reading() as session:
        items = (await session.scalars(select(OutboxItem))).all()
        assert (await session.scalars(select(Interaction))).all() == []
    told = [one for one in items if one.payload.get("show") == "room_outsider"]
    assert [one.user_id for one in told] == [core.org.outsider.user_id]


async def test_words_wait_sealed_and_the_update_they_came_with_is_emptied(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    room_id = await open_room(core.org.works, rooms, core.org.anna, await new_deal(core))
    row_id = await an_update(core)
    await rooms.messages.keep(row_id, words(room_id, "between us"))
    async with core.org.database.reading() as session:
        update = await session.get_one(InboundUpdate, row_id)
    assert (update.state, update.body) == (UpdateState.DONE, {"update_id": 1})
    (sealed,) = await kept(core)
    assert "between us" not in sealed
    found = await rooms.messages.find(GROUP, 50)
    assert found == words(room_id, "between us")
    await rooms.messages.take(core.org.anna, take(room_id, "between us"))
    assert await kept(core) == [], "what was taken need not wait any more"


async def test_words_are_forgotten_after_two_days_and_when_rooms_go_off(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    room_id = await open_room(core.org.works, rooms, core.org.anna, await new_deal(core))
    await rooms.messages.keep(await an_update(core, 1), words(room_id, "old", message_id=50))
    core.org.clock.move(KEEP - timedelta(seconds=1))
    await rooms.messages.keep(await an_update(core, 2), words(room_id, "new", message_id=51))
    assert await rooms.messages.purge(KEEP) == 0
    core.org.clock.move(timedelta(seconds=1))
    assert await rooms.messages.purge(KEEP) == 1
    assert await rooms.messages.find(GROUP, 50) is None
    await rooms.groups.turn(core.org.administrator, is_on=False)
    assert await kept(core) == []
    await rooms.messages.keep(await an_update(core, 3), words(room_id, "off", message_id=52))
    assert await kept(core) == []


async def test_i7_an_edit_of_a_taken_message_makes_a_version(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    room_id = await open_room(core.org.works, rooms, core.org.anna, await new_deal(core))
    taken = await rooms.messages.take(core.org.anna, take(room_id, "They want 20"))
    assert taken is not None
    assert await Care(core.org.works).edit_from_chat(None, GROUP, 50, "They want 30")
    interaction = await core.interaction(taken)
    assert (interaction.text, interaction.version) == ("They want 30", 2)


async def test_i8_erasing_leaves_nothing_in_the_updates_of_the_group(
    core: Core, rooms: Rooms, tmp_path: Path
) -> None:
    await turn_on(rooms, core.org.administrator)
    room_id = await open_room(core.org.works, rooms, core.org.anna, await new_deal(core))
    row_id = await an_update(core)
    taken = await rooms.messages.take(core.org.anna, take(room_id, "between us"))
    await Inbox(core.org.works).settle([row_id])
    assert taken is not None
    await Erasure(core.org.works, FolderBlobs(tmp_path)).erase(core.org.administrator, taken)
    async with core.org.database.reading() as session:
        assert (await session.get_one(InboundUpdate, row_id)).body == {}


async def test_a_lost_deal_keeps_its_room_until_it_is_closed(core: Core, rooms: Rooms) -> None:
    await turn_on(rooms, core.org.administrator)
    deal_id = await new_deal(core)
    room_id = await open_room(core.org.works, rooms, core.org.anna, deal_id)
    await core.deals.lose(core.org.anna, deal_id, "Price")
    topic = await rooms.topics.find(room_id)
    assert topic is not None
    assert not topic.is_closed
