"""Rooms of deals, from the private chat and in the group (decisions/0032)."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.enums import (
    Channel,
    Direction,
    FunctionalOption,
    InteractionType,
    OutboxKind,
    OutboxState,
    Role,
    UpdateState,
)
from core.models import (
    Attachment,
    DealRoom,
    InboundUpdate,
    Interaction,
    InteractionVersion,
    OutboxItem,
    Participant,
    RoomMessage,
    User,
)
from core.room_states import RoomState
from core.values import Caller, DealId
from tests.bot.forum import ANNA, BORIS, MARIA, STRANGER, Forum, make_forum
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import FixedClock
from tests.factories.deals import make_lists
from tests.factories.people import caller_of, make_department

SECRET = "what only we should know"
"""Said in a topic, and addressed to nobody."""


@dataclass
class Room:
    """A deal of Anna's with its room, which Boris, a stranger and the administrator Maria are in too."""

    forum: Forum
    deal_id: DealId
    thread: int
    anna: Caller
    hand: Hand

    @property
    def office(self) -> Office:
        return self.forum.office

    async def write(self, account_id: int, text: str, *, reply_to: int | None = None) -> int:
        return await self.forum.write(account_id, text, thread=self.thread, reply_to=reply_to)

    async def interactions(self) -> list[Interaction]:
        async with self.office.database.reading() as session:
            return list(await session.scalars(select(Interaction).order_by(Interaction.id)))


async def staff(office: Office) -> Caller:
    """Anna with her manager, an administrator, Boris of another department, and somebody from outside."""
    async with office.database.transaction() as session:
        sales, other = await make_department(session, "Sales"), await make_department(session, "Other")
    anna = await office.add_user(ANNA, department_id=sales.id)
    await office.add_user(BORIS, "Boris", department_id=other.id)
    await office.add_user(MARIA, "Maria", role=Role.ADMINISTRATOR)
    await office.people.add_account("Ivan", id=STRANGER, last_name="Petrov")
    await make_lists(office.works)
    return caller_of(anna)


async def prepare(office: Office) -> Room:
    """A room, opened by buttons."""
    anna = await staff(office)
    await Hand(office, MARIA).write("/rooms on")
    forum = await make_forum(office, ANNA, BORIS, STRANGER, creator=MARIA)
    await forum.write(MARIA, "/room")
    deal_id = await office.services.deals.create(anna, "Acme, 20 pallets")
    hand = Hand(office, ANNA)
    await hand.write(f"/d{deal_id}")
    await hand.tap("More")
    await hand.tap("Room")
    await hand.tap("Open a room")
    await office.idle()
    (thread,) = await forum.topics()
    return Room(forum, deal_id, thread, anna, hand)


# -- setting up -------------------------------------------------------------------------------------------------


async def test_rooms_are_off_and_nothing_of_them_is_seen(office: Office) -> None:
    anna = await staff(office)
    deal_id = await office.services.deals.create(anna, "Acme")
    hand = Hand(office, ANNA)
    await hand.write(f"/d{deal_id}")
    await hand.tap("More")
    assert not [one for one in await hand.labels() if "Room" in one]
    assert "off here" in await hand.write(f"/room d{deal_id}")


async def test_an_administrator_turns_rooms_on_by_buttons(office: Office) -> None:
    await staff(office)
    hand = Hand(office, MARIA)
    await hand.write("/admin")
    assert "Rooms are off" in await hand.tap("Rooms of deals")
    said = await hand.tap("Turn rooms on")
    assert hand.taps == 2
    assert "Rooms are on." in said
    assert "1) Make a group" in said
    assert "Rooms are off" in await hand.tap("Turn rooms off")
    assert "There is no such command" in await Hand(office, ANNA).write("/rooms on")


async def test_a_group_says_exactly_what_it_lacks(office: Office) -> None:
    await staff(office)
    await Hand(office, MARIA).write("/rooms on")
    forum = await make_forum(office, ANNA, creator=MARIA, forum=False)
    assert "write /room here" in (await forum.said())[-1], "who adds the bot is told how to go on"
    await forum.write(ANNA, "/room")
    assert (await forum.said())[-1].startswith("A manager or an administrator says")
    await forum.write(MARIA, "/room")
    assert (await forum.said())[-1].startswith("This group has no topics yet.")
    await office.people.request("POST", f"/groups/{forum.id}/forum", json={"forum": True})
    await forum.promote(rights=["can_delete_messages"])
    await forum.write(MARIA, "/room")
    assert (await forum.said())[-1].startswith("I may not manage topics here yet.")
    await forum.promote()
    await forum.write(MARIA, "/room Nowhere")
    assert "Nowhere" in (await forum.said())[-1]
    await forum.write(MARIA, "/room")
    assert (await forum.said())[-1].startswith("Deals have their rooms in this group from now on.")
    assert "Rooms · the whole organisation · 0 rooms" in await Hand(office, MARIA).write("/rooms")
    await forum.write(MARIA, "/room sales")
    assert "of the department Sales" in (await forum.said())[-1]
    assert "Rooms · Sales · 0 rooms" in await Hand(office, MARIA).write("/rooms")


async def test_a_group_is_forgotten_by_a_button_and_undone(office: Office) -> None:
    room = await prepare(office)
    hand = Hand(office, MARIA)
    assert "1 room" in await hand.write("/rooms")
    assert "the whole organisation" not in await hand.tap("Forget")
    await room.write(ANNA, "@zveno_demo_bot They want 20")
    assert await room.interactions() == []
    await hand.write("/undo")
    await room.write(ANNA, "@zveno_demo_bot They want 20")
    assert len(await room.interactions()) == 1


async def test_who_may_not_lead_does_not_keep_the_bot_in_a_group(office: Office) -> None:
    await staff(office)
    await Hand(office, MARIA).write("/rooms on")
    forum = await make_forum(office, creator=STRANGER)
    assert await forum.said() == [], "a foreign group is left without a word"
    assert len(await office.people.calls("leaveChat", chat_id=forum.id)) == 1


async def test_a_group_that_was_not_made_one_of_rooms_hears_nothing(office: Office) -> None:
    await staff(office)
    await Hand(office, MARIA).write("/rooms on")
    forum = await make_forum(office, ANNA, STRANGER, creator=MARIA)
    told = len(await forum.said())
    for account in (ANNA, MARIA, STRANGER):
        await forum.write(account, f"@zveno_demo_bot {SECRET}")
        await forum.write(account, f"/call Max: {SECRET}")
    assert len(await forum.said()) == told
    assert await _stored_words(office) == []


# -- a room is opened, followed, parted -------------------------------------------------------------------------


async def test_a_room_is_opened_in_three_taps_and_says_what_it_keeps(office: Office) -> None:
    room = await prepare(office)
    assert room.hand.taps == 3
    assert await room.forum.topics() == {room.thread: ("Acme, 20 pallets", False)}
    said = (await room.forum.said())[-1]
    assert said.startswith(f"💼 The room of the deal /d{room.deal_id}.")
    assert "48 hours" in said
    shown = await room.hand.see()
    assert "The room is open" in shown
    links = [
        one["url"]
        for row in (await room.hand.message())["reply_markup"]["inline_keyboard"]
        for one in row
        if "url" in one
    ]
    number = str(room.forum.id).removeprefix("-100")
    assert links == [f"https://t.me/c/{number}/{room.thread}"]
    assert "It is a topic in" in await room.hand.write(f"/room d{room.deal_id}")
    assert len(await room.forum.topics()) == 1, "asked for again, it is shown"


async def test_adding_is_explained_where_there_is_nothing_to_add(office: Office) -> None:
    await staff(office)
    assert "as an answer to a message" in await Hand(office, ANNA).write("/add")
    assert "It is written so: /room d3" in await Hand(office, ANNA).write("/room d1 sideways")


async def test_a_room_can_be_asked_for_in_the_group(office: Office) -> None:
    room = await prepare(office)
    other = await office.services.deals.create(room.anna, "Bolts")
    await room.forum.write(ANNA, f"/room d{other}")
    assert "Bolts" in [name for name, _ in (await room.forum.topics()).values()]
    assert "The room is open" in (await office.last(ANNA))["text"]
    await room.forum.write(BORIS, f"/room d{other}")
    assert (await room.forum.said())[-1] == "No such interaction, or it is not yours to see."


async def test_the_topic_follows_the_deal(office: Office) -> None:
    room = await prepare(office)
    await office.services.deals.edit(room.anna, room.deal_id, "title", "Acme, 30 pallets")
    await office.idle()
    assert await room.forum.topics() == {room.thread: ("Acme, 30 pallets", False)}
    await office.services.deals.win(room.anna, room.deal_id)
    await office.services.deals.close(room.anna, room.deal_id)
    await office.idle()
    assert await room.forum.topics() == {room.thread: ("Acme, 30 pallets", True)}
    await office.services.undo.undo_last(room.anna)
    await office.idle()
    assert await room.forum.topics() == {room.thread: ("Acme, 30 pallets", False)}


async def test_a_topic_that_somebody_closed_by_hand_is_no_trouble(office: Office) -> None:
    room = await prepare(office)
    await office.people.change_topic(room.forum.id, room.thread, MARIA, closed=True)
    await office.services.deals.win(room.anna, room.deal_id)
    await office.services.deals.close(room.anna, room.deal_id)
    await office.idle()
    assert await room.forum.topics() == {room.thread: ("Acme, 20 pallets", True)}
    assert await _failed(office) == 0


async def test_a_parted_topic_takes_nothing_more(office: Office) -> None:
    room = await prepare(office)
    await room.hand.tap("Part it")
    assert "It has no room yet" in await room.hand.see()
    assert (await room.forum.said())[-1].startswith("This topic is no deal's room any more")
    await room.write(ANNA, "@zveno_demo_bot late")
    assert (await room.forum.said())[-1].startswith("This topic is no deal's room, and nothing was saved.")
    assert await room.interactions() == []


# -- what Telegram refuses --------------------------------------------------------------------------------------


async def test_a_room_without_the_right_is_told_in_words_and_tried_again(office: Office) -> None:
    room = await prepare(office)
    await room.forum.promote(rights=[])
    other = await office.services.deals.create(room.anna, "Bolts")
    await room.hand.write(f"/room d{other}")
    await office.idle()
    told = (await office.last(ANNA))["text"]
    assert told.startswith("⚠️ The room of a deal · 💬 The room of Bolts")
    assert "“Manage topics”" in told
    await room.forum.promote()
    room.hand.message_id = int((await office.last(ANNA))["message_id"])
    await room.hand.tap("Try again")
    await office.idle()
    assert "Bolts" in [name for name, _ in (await room.forum.topics()).values()]


async def test_a_deleted_topic_is_told_and_another_can_be_opened(office: Office) -> None:
    room = await prepare(office)
    await office.people.change_topic(room.forum.id, room.thread, MARIA, deleted=True)
    await office.services.deals.edit(room.anna, room.deal_id, "title", "Acme, 30 pallets")
    await office.idle()
    told = await office.last(ANNA)
    assert "Its topic is gone." in told["text"]
    room.hand.message_id = int(told["message_id"])
    await room.hand.tap("Try again")
    await office.idle()
    assert [name for name, _ in (await room.forum.topics()).values()] == ["Acme, 30 pallets"]


async def test_rights_that_were_taken_are_told_once_and_shown(office: Office) -> None:
    room = await prepare(office)
    await room.forum.promote(administrator=False)
    told = (await office.last(MARIA))["text"]
    assert told.startswith("⚠️ The bot may not manage the topics of a group of rooms any more")
    assert "the bot may not manage topics" in told
    before = len(await office.people.bot_messages(MARIA))
    await room.forum.promote(rights=[])
    assert len(await office.people.bot_messages(MARIA)) == before
    await room.forum.promote()
    assert "may not manage" not in await Hand(office, MARIA).write("/rooms")


async def test_a_bot_that_was_thrown_out_tells_who_had_bound_the_group(office: Office) -> None:
    room = await prepare(office)
    bot = (await office.people.bots())[0]["id"]
    await office.people.request(
        "POST", f"/groups/{room.forum.id}/remove", json={"bot_id": bot, "by": STRANGER}
    )
    await office.idle()
    assert "The bot is not in a group of rooms any more" in (await office.last(MARIA))["text"]
    other = await office.services.deals.create(room.anna, "Bolts")
    assert "There is no group yet" in await room.hand.write(f"/room d{other}")


@pytest.mark.parametrize("kind", ["429", "5xx", "drop"])
async def test_a_telegram_that_is_busy_opens_the_room_later(
    office: Office, clock: FixedClock, kind: str
) -> None:
    room = await prepare(office)
    other = await office.services.deals.create(room.anna, "Bolts")
    await office.people.add_fault(kind, method="createForumTopic", times=1, retry_after=3)
    await office.people.send(ANNA, f"/room d{other}")
    await _wait_until_postponed(office)
    clock.move(timedelta(minutes=10))
    await office.idle()
    assert "Bolts" in [name for name, _ in (await room.forum.topics()).values()]
    assert "The room is open" in (await office.last(ANNA))["text"]


async def test_where_reactions_are_restricted_a_line_answers(office: Office) -> None:
    room = await prepare(office)
    said = await room.write(STRANGER, "Twenty pallets")
    await office.people.add_fault("400", method="setMessageReaction", description="REACTION_INVALID")
    await room.forum.react(ANNA, said, "👍")
    (taken,) = await room.interactions()
    assert await room.forum.said(after=said) == [f"💬 SMS · /i{taken.id}"]


async def test_a_group_that_refuses_holds_nobodys_own_chat_back(office: Office, clock: FixedClock) -> None:
    room = await prepare(office)
    other = await office.services.deals.create(room.anna, "Bolts")
    await office.people.add_fault("429", method="createForumTopic", times=1, retry_after=3)
    await office.people.send(ANNA, f"/room d{other}")
    await _wait_until_postponed(office)
    sent = await office.people.send(ANNA, "/call Max: agreed on Friday")
    shown = await office.people.wait_for(
        ANNA, lambda one: "agreed on Friday" in one.get("text", ""), after=sent["message"]["message_id"]
    )
    assert shown["from_bot"]
    clock.move(timedelta(minutes=10))
    await office.idle()


# -- what is said in a room -------------------------------------------------------------------------------------


async def test_what_is_said_to_the_bot_becomes_part_of_the_deal(office: Office) -> None:
    room = await prepare(office)
    asked = await room.write(ANNA, "@zveno_demo_bot, they want 20")
    await room.write(ANNA, "/call Max +7 495 555-01-02: agreed on Friday")
    welcome = next(one for one in (await room.forum.see())["messages"] if one["from_bot"] and "text" in one)
    await room.write(ANNA, "and lids", reply_to=welcome["message_id"])
    sms, call, reply = await room.interactions()
    assert (sms.type, sms.channel, sms.direction, sms.text) == (
        InteractionType.SMS,
        Channel.TELEGRAM,
        Direction.OUT,
        "they want 20",
    )
    assert (call.type, call.text, reply.text) == (InteractionType.CALL, "agreed on Friday", "and lids")
    assert {one.author_id for one in (sms, call, reply)} == {room.anna.user_id}
    deal = await office.services.views.deal_card(room.anna, room.deal_id)
    assert {one.subject_id for one in (sms, call, reply)} == {deal.subject.id}
    assert await room.forum.said(after=asked) == [
        f"💬 SMS · /i{sms.id}",
        f"📞 Call · /i{call.id}",
        f"💬 SMS · /i{reply.id}",
    ]


async def test_a_reaction_takes_a_message_with_its_writers_name(office: Office) -> None:
    room = await prepare(office)
    said = await room.write(STRANGER, "We need 20 pallets by Friday")
    assert await room.interactions() == []
    await room.forum.react(ANNA, said, "👍")
    (taken,) = await room.interactions()
    assert (taken.type, taken.direction, taken.text) == (
        InteractionType.SMS,
        Direction.IN,
        "We need 20 pallets by Friday",
    )
    async with office.database.reading() as session:
        people = [one.presentation for one in await session.scalars(select(Participant))]
    assert people == ["Ivan Petrov"]
    assert await room.forum.reactions(said) == ["👍", "👌"]
    await room.forum.react(ANNA, said, "🔥")
    await room.forum.react(ANNA, said)
    assert len(await room.interactions()) == 1


async def test_a_colleagues_message_is_the_colleagues(office: Office) -> None:
    room = await prepare(office)
    async with office.database.reading() as session:
        boris = (await session.scalars(select(User).where(User.telegram_id == BORIS))).one()
    said = await room.write(BORIS, "Spoke to the plant: Friday works")
    await room.forum.react(ANNA, said, "❤")
    (taken,) = await room.interactions()
    assert (taken.author_id, taken.direction) == (boris.id, Direction.OUT)
    assert "Undone" in await room.hand.write("/undo"), "it was Anna's doing"


async def test_a_message_is_taken_by_answering_it(office: Office) -> None:
    room = await prepare(office)
    first = await room.write(STRANGER, "Twenty pallets")
    await room.write(ANNA, "/add", reply_to=first)
    second = await room.write(STRANGER, "I called you at nine")
    await room.write(ANNA, "/call", reply_to=second)
    third = await room.write(STRANGER, "By Friday")
    await room.write(ANNA, "@zveno_demo_bot", reply_to=third)
    taken = await room.interactions()
    assert [(one.type, one.text, one.message_id) for one in taken] == [
        (InteractionType.SMS, "Twenty pallets", first),
        (InteractionType.CALL, "I called you at nine", second),
        (InteractionType.SMS, "By Friday", third),
    ]
    mine = next(one for one in (await room.forum.see())["messages"] if "/i1" in one.get("text", ""))
    last = await room.write(ANNA, "/add", reply_to=int(mine["message_id"]))
    assert (await room.forum.said(after=last))[0].startswith("Nothing was saved. In one message, please")
    assert len(await room.interactions()) == 3, "the bot's own lines are nobody's words"
    last = await room.write(ANNA, "/call")
    assert (await room.forum.said(after=last))[0].startswith("Nothing was saved. In one message, please")


async def test_what_nobody_addressed_or_reacted_to_is_nowhere_in_plain_words(office: Office) -> None:
    room = await prepare(office)
    await room.write(ANNA, SECRET)
    await room.write(STRANGER, SECRET)
    await room.forum.write(ANNA, SECRET)
    edited = await room.write(ANNA, "x")
    await room.forum.edit(ANNA, edited, SECRET)
    assert await room.interactions() == []
    assert await _stored_words(office) == []
    async with office.database.reading() as session:
        kept = list(await session.scalars(select(RoomMessage)))
    assert len(kept) == 3, "the room's own wait, sealed; what is said elsewhere in the group does not"
    assert not [one for one in kept if SECRET in one.sealed]


async def test_who_is_not_known_gets_nothing_at_all(office: Office) -> None:
    room = await prepare(office)
    last = await room.write(STRANGER, "@zveno_demo_bot hello")
    await room.write(STRANGER, "/call Max: hello")
    said = await room.write(ANNA, "hm")
    await room.forum.react(STRANGER, said, "👍")
    assert await room.forum.said(after=last) == []
    assert await room.interactions() == []
    assert await office.people.bot_messages(STRANGER) == []


async def test_who_does_not_work_on_the_deal_is_told_once_in_their_own_chat(office: Office) -> None:
    room = await prepare(office)
    last = await room.write(BORIS, "@zveno_demo_bot mine")
    await room.write(BORIS, "/call Max: mine")
    told = [one["text"] for one in await office.people.bot_messages(BORIS)]
    assert told[-1].startswith("Nothing was saved of that topic")
    assert len([one for one in told if "Nothing was saved" in one]) == 1
    assert await room.forum.said(after=last) == []
    assert await room.interactions() == []


async def test_i7_an_edit_makes_a_version_whoever_made_it(office: Office) -> None:
    room = await prepare(office)
    mine = await room.write(ANNA, "/call Max: agreed on Friday")
    theirs = await room.write(STRANGER, "Twenty")
    await room.forum.edit(STRANGER, theirs, "Twenty-five")
    await room.forum.react(ANNA, theirs, "👍")
    await room.forum.edit(STRANGER, theirs, "Thirty")
    await room.forum.edit(ANNA, mine, "/call Max: agreed on Monday")
    call, sms = await room.interactions()
    assert (call.text, call.version) == ("agreed on Monday", 2)
    assert (sms.text, sms.version) == ("Thirty", 2)
    async with office.database.reading() as session:
        former = [one.content["text"] for one in await session.scalars(select(InteractionVersion))]
    assert sorted(former) == ["Twenty-five", "agreed on Friday"]


async def test_a_file_is_taken_with_its_words(office: Office) -> None:
    room = await prepare(office)
    sent = await office.people.upload_in_group(
        room.forum.id,
        STRANGER,
        "document",
        b"%PDF-1.7 offer",
        name="offer.pdf",
        caption="Our conditions",
        thread_id=room.thread,
    )
    await office.idle()
    await room.forum.react(ANNA, int(sent["message"]["message_id"]), "👍")
    await office.people.upload_in_group(
        room.forum.id,
        ANNA,
        "document",
        b"%PDF-1.7 contract",
        name="contract.pdf",
        caption="@zveno_demo_bot",
        thread_id=room.thread,
    )
    await office.idle()
    offer, contract = await room.interactions()
    assert (offer.text, contract.text) == ("Our conditions", "")
    async with office.database.reading() as session:
        files = list(await session.scalars(select(Attachment).order_by(Attachment.id)))
    assert [(one.name, one.interaction_id) for one in files] == [
        ("offer.pdf", offer.id),
        ("contract.pdf", contract.id),
    ]
    assert files[0].sha256 is not None
    assert office.services.blobs.load(files[0].sha256) == b"%PDF-1.7 offer"


async def test_a_reference_opens_its_card_in_the_own_chat(office: Office) -> None:
    room = await prepare(office)
    await room.write(ANNA, "@zveno_demo_bot They want 20")
    (taken,) = await room.interactions()
    before = len(await room.forum.said())
    await room.write(ANNA, f"/i{taken.id}")
    assert "They want 20" in (await office.last(ANNA))["text"]
    await room.write(BORIS, f"/i{taken.id}")
    assert (await office.last(BORIS))["text"] == "No such interaction, or it is not yours to see."
    assert len(await room.forum.said()) == before, "nothing of it is shown in the group"


async def test_what_is_switched_off_is_refused_in_words(office: Office) -> None:
    room = await prepare(office)
    async with office.database.reading() as session:
        maria = (await session.scalars(select(User).where(User.telegram_id == MARIA))).one()
    await office.services.options.set(caller_of(maria), FunctionalOption.OTHER_INTERACTIONS, is_on=False)
    last = await room.write(ANNA, "/call Max: x")
    (said,) = await room.forum.said(after=last)
    assert "is switched off" in said
    await Hand(office, MARIA).write("/rooms off")
    last = await room.write(ANNA, f"/email Max: {SECRET}")
    assert await room.forum.said(after=last) == []
    assert await room.interactions() == []
    assert await _stored_words(office) == []


async def test_the_same_update_twice_is_taken_once(office: Office) -> None:
    room = await prepare(office)
    body = {"text": "@zveno_demo_bot They want 20", "thread_id": room.thread}
    sent = await office.people.act_in_group(room.forum.id, ANNA, "send", **body)
    await office.people.redeliver(sent["update_id"])
    await office.idle()
    assert len(await room.interactions()) == 1


async def test_a_forged_tap_in_a_group_does_nothing(office: Office) -> None:
    room = await prepare(office)
    welcome = next(one for one in (await room.forum.see())["messages"] if one["from_bot"] and "text" in one)
    await office.people.act_in_group(
        room.forum.id,
        ANNA,
        "click",
        message_id=welcome["message_id"],
        data=f"won:d{room.deal_id}",
        forged=True,
        wait=0,
    )
    await office.idle()
    async with office.database.reading() as session:
        states = set(await session.scalars(select(InboundUpdate.state)))
        room_row = (await session.scalars(select(DealRoom))).one()
    assert (states, room_row.state) == ({UpdateState.DONE}, RoomState.OPEN)


async def _stored_words(office: Office) -> list[int]:
    """Rows of the inbox that hold the secret."""
    async with office.database.reading() as session:
        rows = (await session.scalars(select(InboundUpdate))).all()
    return [one.id for one in rows if SECRET in str(one.body)]


async def _wait_until_postponed(office: Office) -> None:
    """Wait until something for a group waits for another try."""
    query = select(OutboxItem.id).where(
        OutboxItem.kind == OutboxKind.ROOM,
        OutboxItem.state == OutboxState.NEW,
        OutboxItem.error.is_not(None),
    )
    async with asyncio.timeout(30):
        found = None
        while found is None:
            async with office.database.reading() as session:
                found = await session.scalar(query)
            await asyncio.sleep(0.01)


async def _failed(office: Office) -> int:
    async with office.database.reading() as session:
        return len([one for one in await session.scalars(select(OutboxItem)) if one.error is not None])
