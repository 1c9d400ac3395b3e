"""Recording by command, in words and guided; through the real dispatcher (conversation.md, flows)."""

import pytest
from sqlalchemy import select

from core.enums import (
    CallResult,
    Channel,
    ContactKind,
    Direction,
    FunctionalOption,
    InteractionState,
    InteractionType,
    Language,
)
from core.models import Interaction, OptionSwitch, Participant
from core.services.contacts import ContactDraft
from core.values import ContactId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import NOON
from tests.factories.people import caller_of

ANNA = 1001


async def recorded(office: Office) -> list[Interaction]:
    """Everything that was recorded, in order."""
    async with office.database.reading() as session:
        return list(await session.scalars(select(Interaction).order_by(Interaction.id)))


async def people_of(office: Office, interaction_id: int) -> list[str]:
    """The presentations of an interaction's participants."""
    async with office.database.reading() as session:
        rows = await session.scalars(
            select(Participant.presentation)
            .where(Participant.interaction_id == interaction_id)
            .order_by(Participant.position)
        )
        return list(rows)


async def test_a_call_in_words_takes_no_tap_and_one_card_answers(office: Office) -> None:
    await office.add_user(ANNA)
    answers = await office.write(ANNA, "/call John Smith, Acme: agreed on the price")
    assert [one["text"].splitlines() for one in answers] == [
        [
            "📞 Call, outgoing · /i1",
            "John Smith, Acme",
            "agreed on the price",
            "today 12:00 · Anna",
            "",
            "Recorded",
        ]
    ]


async def test_a_call_in_words_in_russian(office: Office) -> None:
    await office.add_user(ANNA, "Анна", language=Language.RU)
    answers = await office.write(ANNA, "/call Иван Иванов, Ромашка: цена согласована")
    assert [one["text"].splitlines() for one in answers] == [
        [
            "📞 Звонок, исходящий · /i1",
            "Иван Иванов, Ромашка",
            "цена согласована",
            "сегодня 12:00 · Анна",
            "",
            "Записано",
        ]
    ]


@pytest.mark.parametrize(
    ("command", "type_", "direction", "channel", "state"),
    [
        ("call", InteractionType.CALL, Direction.OUT, None, InteractionState.DONE),
        ("meeting", InteractionType.MEETING, None, None, InteractionState.DONE),
        ("sms", InteractionType.SMS, Direction.OUT, Channel.SMS, InteractionState.DONE),
        ("email", InteractionType.EMAIL, Direction.OUT, None, InteractionState.DONE),
        ("plan", InteractionType.PLANNED, None, None, InteractionState.PLANNED),
    ],
)
async def test_i1_each_command_records_its_type(
    office: Office,
    command: str,
    type_: InteractionType,
    direction: Direction | None,
    channel: Channel | None,
    state: InteractionState,
) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, f"/{command} Mary Jones: sent the catalogue")
    (one,) = await recorded(office)
    assert (one.type, one.direction, one.channel, one.state) == (type_, direction, channel, state)
    assert one.text == "sent the catalogue"
    assert await people_of(office, one.id) == ["Mary Jones"]


@pytest.mark.parametrize(
    ("said", "people", "text"),
    [
        ("John Smith, Acme +44 20 7946 0958: price", ["John Smith, Acme"], "price"),
        ("John Smith; Mary Jones: price", ["John Smith", "Mary Jones"], "price"),
        (
            "asked john@acme.example for the price",
            ["john@acme.example"],
            "asked john@acme.example for the price",
        ),
        ("moved to 15:00", [], "moved to 15:00"),
        ("see https://acme.example/price", [], "see https://acme.example/price"),
        ("John:", ["John"], ""),
        ("John: at 15:00: gate 3", ["John"], "at 15:00: gate 3"),
        (f"{'long ' * 50}: text", [], f"{'long ' * 50}: text"),
    ],
)
async def test_who_stands_before_the_first_colon(
    office: Office, said: str, people: list[str], text: str
) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, f"/call {said}")
    (one,) = await recorded(office)
    assert await people_of(office, one.id) == people
    assert one.text == text


async def test_a_plan_begins_with_its_time(office: Office) -> None:
    await office.add_user(ANNA, timezone="Europe/Moscow")
    answers = await office.write(ANNA, "/plan tomorrow 15:00 John Smith: show samples")
    (one,) = await recorded(office)
    assert one.happened_at.isoformat() == "2026-11-25T12:00:00+00:00"
    assert await people_of(office, one.id) == ["John Smith"]
    assert answers[0]["text"].splitlines()[:4] == [
        "🗓 Plan · /i1",
        "John Smith",
        "show samples",
        "tomorrow 15:00 · Anna",
    ]


async def test_i3_a_meeting_ahead_is_planned_and_yesterdays_is_done(office: Office) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "/meeting tomorrow 11:00 Jane: office")
    await office.write(ANNA, "/call yesterday 10:00 Jane: asked for the price")
    await office.write(ANNA, "/call 15:00 works best for her")
    planned, done, unclear = await recorded(office)
    assert planned.state is InteractionState.PLANNED
    assert planned.ends_at is not None
    assert (planned.ends_at - planned.happened_at).total_seconds() == 30 * 60
    assert (done.state, done.happened_at.isoformat()) == (
        InteractionState.DONE,
        "2026-11-23T10:00:00+00:00",
    )
    assert (unclear.happened_at, unclear.text) == (NOON, "15:00 works best for her")


async def test_a_guided_call_takes_two_taps(office: Office) -> None:
    user = await office.add_user(ANNA)
    contact_id = await _acquaintance(office, user.id)
    hand = Hand(office, ANNA)
    question = await hand.write("/call")
    assert question.splitlines()[0] == "📞 Call"
    await hand.tap("John Smith")
    card = await hand.tap("Skip")
    assert hand.taps == 2
    assert card.splitlines()[:2] == ["📞 Call, outgoing · /i2", "John Smith"]
    async with office.database.reading() as session:
        linked = await session.scalar(select(Participant.contact_id).where(Participant.interaction_id == 2))
    assert linked == contact_id
    assert len(await office.people.bot_messages(ANNA)) == 2, "the card took the place of the question"


async def _acquaintance(office: Office, user_id: int) -> ContactId:
    async with office.database.reading() as session:
        from core.models import User  # noqa: PLC0415

        user = await session.get_one(User, user_id)
    contact_id = await office.services.contacts.create(
        caller_of(user), ContactDraft(ContactKind.INDIVIDUAL, "John Smith", ())
    )
    from core.values import InteractionDraft, ParticipantDraft  # noqa: PLC0415

    await office.services.capture.record(
        caller_of(user),
        InteractionDraft(
            InteractionType.CALL, participants=(ParticipantDraft("John", contact_id=contact_id),)
        ),
    )
    return contact_id


async def test_a_guided_call_typed_takes_no_tap(office: Office) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "/call")
    await office.write(ANNA, "John Smith, Acme")
    answers = await office.write(ANNA, "agreed: 20 pallets")
    assert answers[0]["text"].splitlines()[:3] == [
        "📞 Call, outgoing · /i1",
        "John Smith, Acme",
        "agreed: 20 pallets",
    ]


async def test_a_guided_plan_asks_when_at_the_end(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/plan")
    await hand.tap("Skip")
    await hand.write("buy samples")
    card = await hand.tap("In 1 hour")
    assert card.splitlines()[:3] == ["🗓 Plan · /i1", "buy samples", "today 13:00 · Anna"]
    assert hand.taps == 2


async def test_an_unreadable_time_keeps_what_was_said(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/plan")
    await hand.write("Mary")
    await hand.write("buy samples")
    refused = await hand.write("the 32nd")
    assert "the 32nd" in refused
    assert await recorded(office) == []
    card = await hand.write("Friday 15:00")
    assert card.splitlines()[:4] == ["🗓 Plan · /i1", "Mary", "buy samples", "Fri 27 Nov, 15:00 · Anna"]


async def test_people_of_the_day_are_offered(office: Office) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "/plan today 18:00 Mary Jones: call back")
    hand = Hand(office, ANNA)
    await hand.write("/call")
    await hand.tap("Mary Jones")
    await hand.tap("Skip")
    assert await people_of(office, 2) == ["Mary Jones"]


async def test_buttons_of_an_answered_question_change_nothing(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/call")
    await hand.tap("Skip")
    await hand.tap("Skip")
    await hand.forge("told:call")
    assert "Nothing was changed" in hand.toast
    await hand.forge("with:meeting:c7")
    assert "Nothing was changed" in hand.toast
    assert len(await recorded(office)) == 1


async def test_cancel_leaves_the_dialog(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/meeting")
    assert await hand.tap("Cancel") == "Cancelled. Nothing was saved."
    await hand.write("John")
    assert await recorded(office) == []


async def test_toggles_on_the_card(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/call John: price")
    assert (await hand.tap("Incoming")).startswith("📞 Call, incoming · /i1")
    assert (await hand.tap("Not reached")).startswith("📞 Call, incoming · not reached · /i1")
    await hand.write("/sms John: price")
    assert (await hand.tap("By Telegram")).startswith("💬 SMS, outgoing (Telegram) · /i2")
    assert (await hand.tap("Incoming")).startswith("💬 SMS, incoming (Telegram) · /i2")
    await hand.write("/email John: price")
    assert "John → you" in await hand.tap("Incoming")
    call, sms, letter = await recorded(office)
    assert (call.direction, call.result) == (Direction.IN, CallResult.NOT_REACHED)
    assert (sms.direction, sms.channel) == (Direction.IN, Channel.TELEGRAM)
    assert letter.direction is Direction.IN


async def test_undo_on_the_card_acts_once(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/call Mary: first")
    await hand.write("/call John: second")
    undo = next(one for one in await hand.data() if one.startswith("undo:"))
    assert "deleted" in (await hand.tap("Undo")).splitlines()[0]
    await hand.forge(undo)
    assert hand.toast == "There is nothing to undo."
    first, second = await recorded(office)
    assert first.deleted_at is None
    assert second.deleted_at is not None


@pytest.mark.parametrize("command", ["call", "meeting", "sms", "plan"])
async def test_o2_switched_off_commands_are_gone(office: Office, command: str) -> None:
    await office.add_user(ANNA)
    await switch_off(office, FunctionalOption.OTHER_INTERACTIONS)
    answers = await office.write(ANNA, f"/{command} John: price")
    assert "There is no such command" in answers[0]["text"]
    assert await recorded(office) == []


async def switch_off(office: Office, option: FunctionalOption) -> None:
    """Switch an option off for the organisation."""
    async with office.database.transaction() as session:
        await session.merge(OptionSwitch(name=option, is_on=False))


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> & *stars* _under_ [x](y)",
        "Иван 🙂👨‍👩‍👧 שלום",
        "zero\u200bwidth",
        "a" * 4000,
        "line\n" * 40,
    ],
)
async def test_any_text_is_kept_as_it_is_and_shown_safely(office: Office, text: str) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    card = await hand.write(f"/call {text}")
    (one,) = await recorded(office)
    assert one.text == text.strip()
    assert card.startswith("📞 Call, outgoing · /i1\n")
    assert len(card) < 1200


async def test_the_whole_text_is_shown_in_pages(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    words = " ".join(f"word{number}" for number in range(600))[:4000]
    await hand.write(f"/call {words}")
    first = await hand.tap("Whole text")
    second = await hand.tap("›")
    shown = " ".join([*first.splitlines()[2:], *second.splitlines()[2:]])
    assert shown.split() == words.split()
    assert (await hand.tap("‹ Card")).startswith("📞 Call, outgoing · /i1\n")


async def test_i7_an_edited_message_makes_a_version(office: Office) -> None:
    await office.add_user(ANNA)
    sent = await office.people.send(ANNA, "/call John Smith: agreed on the price")
    await office.idle()
    await office.people.edit(
        ANNA, int(sent["message"]["message_id"]), "/call John Smith: agreed on 20 pallets"
    )
    await office.idle()
    (one,) = await recorded(office)
    assert (one.text, one.version) == ("agreed on 20 pallets", 2)
    assert "agreed on 20 pallets" in (await office.last(ANNA))["text"]


async def test_an_edited_time_moves_the_plan(office: Office) -> None:
    await office.add_user(ANNA)
    sent = await office.people.send(ANNA, "/plan tomorrow 15:00 John: samples")
    await office.idle()
    await office.people.edit(
        ANNA, int(sent["message"]["message_id"]), "/plan tomorrow 16:00 John: two samples"
    )
    await office.idle()
    (one,) = await recorded(office)
    assert (one.happened_at.isoformat(), one.text) == ("2026-11-25T16:00:00+00:00", "two samples")


async def test_an_edit_of_a_guided_answer_is_followed(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/plan")
    await hand.tap("Skip")
    sent = await office.people.send(ANNA, "price: ask")
    await office.idle()
    hand.message_id = int((await office.last(ANNA))["message_id"])
    await hand.tap("In a week")
    await office.people.edit(ANNA, int(sent["message"]["message_id"]), "price: ask twice")
    await office.idle()
    (one,) = await recorded(office)
    assert one.text == "price: ask twice"
