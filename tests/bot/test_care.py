"""Care of interactions in the chat: comments, tags, fields, deletion, handing over (domain.md I7, I8)."""

from typing import Any

import pytest
from sqlalchemy import select

from core.enums import CallResult, Importance, InteractionState, InteractionType, Language, Source
from core.models import InteractionTag, User
from core.values import InteractionId
from tests.bot.hand import ANNA, anna
from tests.bot.office import Office
from tests.factories.calls import person, record_call
from tests.factories.people import caller_of

BORIS = 1002


async def a_call(office: Office, user: User, **fields: Any) -> InteractionId:
    return await record_call(office.works, caller_of(user), [person("John Smith")], **fields)


class TestComment:
    async def test_typed(self, office: Office) -> None:
        user, hand = await anna(office)
        call = await a_call(office, user)
        card = await hand.write(f"/comment i{call} wants <b>twenty</b>")
        assert await office.comments() == ["wants <b>twenty</b>"]
        assert "Anna, today 12:00: wants <b>twenty</b>" in card

    async def test_by_buttons_and_back(self, office: Office) -> None:
        user, hand = await anna(office)
        call = await a_call(office, user)
        await hand.write(f"/i{call}")
        await hand.tap("More")
        assert await hand.tap("Comment") == "What is to be noted?"
        assert (await hand.tap("Cancel")).startswith(f"📞 Call, incoming · /i{call}")
        await hand.tap("More")
        await hand.tap("Comment")
        await hand.write("call back")
        assert await office.comments() == ["call back"]

    async def test_reply_to_a_card_is_a_comment(self, office: Office) -> None:
        user, hand = await anna(office)
        call = await a_call(office, user)
        await hand.write(f"/i{call}")
        await office.people.send(ANNA, "will think about it", reply_to=hand.message_id)
        await office.idle()
        assert await office.comments() == ["will think about it"]

    async def test_without_text_it_is_asked_for(self, office: Office) -> None:
        user, hand = await anna(office)
        call = await a_call(office, user)
        assert await hand.write(f"/comment {call}") == "What is to be noted?"
        await hand.write("later")
        assert await office.comments() == ["later"]


async def test_tags_are_put_on_and_taken_off(office: Office) -> None:
    user, hand = await anna(office)
    call = await a_call(office, user)
    assert "#цена" in await hand.write(f"/tag i{call} #Цена")
    assert "the tag" in await hand.write(f"/tag i{call} two words")
    await hand.write(f"/i{call}")
    await hand.tap("More")
    assert "#цена" not in await hand.tap("✖️ #цена")
    async with office.database.reading() as session:
        assert (await session.scalars(select(InteractionTag))).all() == []


class TestEdit:
    @pytest.mark.parametrize(
        ("said", "field", "value"),
        [
            ("text new words: all of them", "text", "new words: all of them"),
            ("topic Price", "topic", "Price"),
            ("importance high", "importance", Importance.HIGH),
            ("result not reached", "result", CallResult.NOT_REACHED),
            ("duration 1h 5m", "duration_s", 3900),
            ("duration 12", "duration_s", 720),
        ],
    )
    async def test_typed(self, office: Office, said: str, field: str, value: object) -> None:
        user, hand = await anna(office)
        call = await a_call(office, user)
        await hand.write(f"/edit i{call} {said}")
        assert getattr(await office.interaction(call), field) == value

    async def test_in_russian_words(self, office: Office) -> None:
        user, hand = await anna(office, language=Language.RU)
        call = await a_call(office, user)
        await hand.write(f"/edit i{call} важность высокая")
        await hand.write(f"/edit i{call} направление исходящий")
        await hand.write(f"/edit i{call} длительность 5 мин")
        await hand.write(f"/edit i{call} время вчера в 10:00")
        one = await office.interaction(call)
        assert (one.importance, one.direction, one.duration_s) == (Importance.HIGH, "out", 300)
        assert one.happened_at.isoformat() == "2026-11-23T10:00:00+00:00"

    async def test_by_buttons_a_refused_value_asks_again(self, office: Office) -> None:
        user, hand = await anna(office)
        call = await a_call(office, user)
        await hand.write(f"/i{call}")
        await hand.tap("Edit")
        await hand.tap("Time")
        assert "the 32nd" in await hand.write("the 32nd")
        assert "yesterday 10:00" in await hand.write("yesterday 10:00")

    @pytest.mark.parametrize(
        "said", ["colour red", "importance huge", "duration soon", "when in 3 days", "result maybe"]
    )
    async def test_what_makes_no_sense_changes_nothing(self, office: Office, said: str) -> None:
        user, hand = await anna(office)
        call = await a_call(office, user)
        before = await office.interaction(call)
        assert "Nothing was changed" in await hand.write(f"/edit i{call} {said}")
        after = await office.interaction(call)
        assert (after.importance, after.happened_at, after.result) == (
            before.importance,
            before.happened_at,
            before.result,
        )

    async def test_i7_a_letter_keeps_its_content(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/email John: price")
        await hand.tap("Edit")
        assert not any("Text" in label for label in await hand.labels())
        assert "keeps its content" in await hand.write("/edit i1 text other")
        assert (await office.interaction(1)).text == "price"

    async def test_i7_the_direction_of_a_captured_letter_is_no_matter_of_opinion(
        self, office: Office
    ) -> None:
        user, hand = await anna(office)
        letter = await a_call(office, user, type=InteractionType.EMAIL, source=Source.MAILBOX)
        assert "keeps its content" in await hand.write(f"/edit i{letter} direction out")
        assert (await office.interaction(letter)).direction == "in"

    async def test_the_time_of_a_plan_moves_it(self, office: Office) -> None:
        _, hand = await anna(office)
        await hand.write("/plan tomorrow 15:00 John: price")
        await hand.write("/edit i1 when tomorrow 16:00")
        one = await office.interaction(1)
        assert (one.state, one.happened_at.hour) == (InteractionState.PLANNED, 16)


async def test_i8_deleting_hides_and_restoring_brings_back(office: Office) -> None:
    user, hand = await anna(office)
    call = await a_call(office, user)
    await hand.write(f"/i{call}")
    await hand.tap("More")
    deleted = await hand.tap("Delete")
    assert "deleted" in deleted.splitlines()[0]
    assert hand.taps == 2
    assert "No such interaction" in await hand.write(f"/comment i{call} x")
    await hand.write(f"/i{call}")
    restored = await hand.tap("Restore")
    assert "deleted" not in restored.splitlines()[0]
    assert (await office.interaction(call)).deleted_at is None


class TestAssign:
    async def test_by_buttons(self, office: Office) -> None:
        user, hand = await anna(office)
        boris = await office.add_user(BORIS, "Boris")
        call = await a_call(office, user)
        await hand.write(f"/i{call}")
        await hand.tap("More")
        await hand.tap("Hand over")
        assert "Boris" in await hand.tap("Boris")
        assert (await office.interaction(call)).responsible_id == boris.id
        assert (await office.last(BORIS))["text"].startswith("This is yours now · 📞 Call")

    async def test_typed_and_by_number(self, office: Office) -> None:
        user, hand = await anna(office)
        boris = await office.add_user(BORIS, "Boris")
        first, second = await a_call(office, user), await a_call(office, user)
        await hand.write(f"/assign i{first} u{boris.id}")
        await hand.write(f"/assign i{second}")
        await hand.write("/1")
        assert {(await office.interaction(one)).responsible_id for one in (first, second)} == {boris.id}

    async def test_u2_nobody_and_nothing_unknown(self, office: Office) -> None:
        user, hand = await anna(office)
        call = await a_call(office, user)
        assert "No such" in await hand.write(f"/assign i{call} u99")
        assert "No such" in await hand.write(f"/assign i99 u{user.id}")
        assert (await office.interaction(call)).responsible_id == user.id


@pytest.mark.parametrize(
    "command",
    [
        "/comment i{id} x",
        "/tag i{id} x",
        "/edit i{id} text x",
        "/delete i{id}",
        "/restore i{id}",
        "/reviewed i{id}",
        "/unreviewed i{id}",
        "/snooze i{id} tomorrow",
        "/done i{id} x",
        "/move i{id} tomorrow",
        "/drop i{id}",
        "/noshow i{id}",
        "/remind i{id} tomorrow",
        "/next i{id} tomorrow x",
        "/i{id}",
    ],
)
async def test_u2_what_others_do_alone_is_not_there(office: Office, command: str) -> None:
    _, hand = await anna(office)
    boris = await office.add_user(BORIS, "Boris")
    call = await a_call(office, boris)
    for number in (call, 999, 10**17):
        answer = await hand.write(command.format(id=number))
        assert answer == "No such interaction, or it is not yours to see."
    one = await office.interaction(call)
    assert (one.text, one.deleted_at, one.topic) == ("", None, "Price request")


@pytest.mark.parametrize(
    "data",
    [
        "comment",
        "edit:i1",
        "edit:i1:text",
        "edit:x",
        "edit:i1:direction:sideways",
        "snooze:i1:",
        "show:care",
        "show:care:x",
        "show:text:1:99999",
        "show:later:1:inbox:inbox",
        "show:assign:zz",
        "show:assign:i1:999",
        "ask:edit:i1:text:more",
        "ask:delete:i1",
        "ask:nothing",
        "reviewed:inbox",
        "undo:x",
        "undo:99",
        "next:i1:call:",
        "done:i1:planned",
        "with:call:d1",
        "due:call:tomorrow",
        "show:found:0:",
        "show:inbox:after:x",
        "i1" * 20,
    ],
)
async def test_forged_buttons_change_nothing(office: Office, data: str) -> None:
    user, hand = await anna(office)
    call = await a_call(office, user)
    await hand.write(f"/i{call}")
    await hand.forge(data)
    assert hand.toast or await hand.see()
    one = await office.interaction(call)
    assert (one.text, one.direction, one.deleted_at, one.state) == ("", "in", None, InteractionState.DONE)
    assert "code" not in hand.toast
