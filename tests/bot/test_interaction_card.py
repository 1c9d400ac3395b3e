"""The card of an interaction, line by line (conversation.md, Cards)."""

from datetime import timedelta

import pytest

from bot.screens.interaction import split_pages
from core.enums import (
    CallResult,
    Direction,
    FunctionalOption,
    Importance,
    InteractionType,
    Language,
    ParticipantRole,
    Source,
)
from core.models import OptionSwitch
from core.values import AttachmentDraft, When
from tests.bot.hand import anna
from tests.bot.office import Office
from tests.conftest import NOON, FixedClock
from tests.factories.calls import person, record_call
from tests.factories.people import caller_of


async def test_an_incoming_letter_that_answers(office: Office) -> None:
    user, hand = await anna(office)
    caller = caller_of(user)
    sent = await record_call(
        office.works,
        caller,
        [person("Mary Jones", "mary@acme.example", role=ParticipantRole.TO)],
        type=InteractionType.EMAIL,
        direction=Direction.OUT,
        topic="Price request",
    )
    answer = await record_call(
        office.works,
        caller,
        [
            person("Mary Jones", "mary@acme.example", role=ParticipantRole.FROM),
            person("Sam", "sam@acme.example", role=ParticipantRole.CC),
        ],
        type=InteractionType.EMAIL,
        topic="Re: Price request",
        text="Thank you,\n\nplease send the catalogue\nand\nthe price list\nby Friday.",
        parent_id=sent,
        source=Source.MAILBOX,
        attachments=(AttachmentDraft("spec.pdf", "application/pdf", 240 * 1024),),
    )
    card = await hand.write(f"/i{answer}")
    assert card.splitlines() == [
        f"✉️ Letter · unreviewed · /i{answer}",
        "new: Mary Jones, acme.example → you",
        "Re: Price request",
        "Thank you,",
        "please send the catalogue",
        "and",
        "the price list …",
        "📎 spec.pdf 240 KB",
        "today 12:00 · Anna",
        "🔗 Chain: Price request (2) /s1 · answers your letter",
    ]
    labels = await hand.labels()
    assert labels[:2] == ["✅ Reviewed", "⏰ Later"]
    assert {"🔗 Belongs to…", "📄 Whole text", "📎 Files 1"} <= set(labels)
    assert not any("Incoming" in label or "Outgoing" in label for label in labels)


async def test_the_same_letter_in_russian(office: Office) -> None:
    user, hand = await anna(office, language=Language.RU)
    letter = await record_call(
        office.works,
        caller_of(user),
        [person("Мария", "mary@acme.example", role=ParticipantRole.FROM)],
        type=InteractionType.EMAIL,
        importance=Importance.HIGH,
    )
    assert (await hand.write(f"/i{letter}")).splitlines() == [
        f"✉️ Письмо · ❗ важно · не рассмотрено · /i{letter}",
        "новый: Мария, acme.example → вы",
        "Price request",
        "сегодня 12:00 · Anna",
    ]


async def test_a_missed_call_with_many_people(office: Office) -> None:
    user, hand = await anna(office)
    call = await record_call(
        office.works,
        caller_of(user),
        [person(f"Client {number}") for number in range(6)],
        result=CallResult.NOT_REACHED,
        duration=timedelta(minutes=1),
        tags=("price", "urgent"),
    )
    assert (await hand.write(f"/i{call}")).splitlines() == [
        f"📞 Call, incoming · not reached · unreviewed · /i{call}",
        "Client 0; Client 1; Client 2; Client 3 and 2 more",
        "Price request",
        "today 12:00 · 1 minute · Anna",
        "#price #urgent",
    ]


async def test_i5_a_plan_is_overdue_when_its_time_is_over(office: Office, clock: FixedClock) -> None:
    _, hand = await anna(office)
    await hand.write("/meeting today 14:00 John: samples")
    await hand.write("/plan today Mary: catalogue")
    clock.move(timedelta(hours=2, minutes=15))
    assert "overdue" not in await hand.write("/i1")
    clock.move(timedelta(hours=1))
    assert "overdue" in await hand.write("/i1")
    assert "overdue" not in await hand.write("/i2")
    clock.move(timedelta(days=1))
    assert "yesterday · overdue" in await hand.write("/i2")


async def test_the_zone_of_the_reader(office: Office) -> None:
    user, hand = await anna(office, timezone="Asia/Vladivostok")
    call = await record_call(
        office.works, caller_of(user), [person("John")], when=When(NOON - timedelta(hours=24))
    )
    assert "yesterday 22:00" in await hand.write(f"/i{call}")


async def test_o2_without_deals_nothing_of_them_is_shown(office: Office) -> None:
    user, hand = await anna(office)
    call = await record_call(office.works, caller_of(user), [person("John")])
    assert "💼 Make a deal" in (await hand.write(f"/i{call}") and await hand.labels())
    async with office.database.transaction() as session:
        await session.merge(OptionSwitch(name=FunctionalOption.DEALS, is_on=False))
    await hand.write(f"/i{call}")
    assert not any("💼" in label for label in await hand.labels())


async def test_names_cannot_break_the_card(office: Office) -> None:
    user, hand = await anna(office)
    call = await record_call(
        office.works,
        caller_of(user),
        [person("<b>Bob</b> & /i99 \u202eevil"), person("שלום")],
        topic="</b> & <script> \u200b",
    )
    lines = (await hand.write(f"/i{call}")).splitlines()
    assert lines[0] == f"📞 Call, incoming · /i{call}"
    assert lines[1].startswith("<b>Bob</b> & /i99 evil; ")
    assert lines[2] == "</b> & <script>"


@pytest.mark.parametrize("text", ["", "a" * 10_000, "🙂" * 5_000, "word " * 3_000, "line\n" * 3_000])
def test_pages_hold_everything_and_fit(text: str) -> None:
    pages = split_pages(text)
    assert all(len(page.encode("utf-16-le")) // 2 <= 3600 for page in pages)
    assert "".join("".join(pages).split()) == "".join(text.split())


async def test_a_goal_that_repeats_the_words_is_said_once(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/plan tomorrow 10:00 John: the contract")
    assert "Goal: " not in await hand.write("/edit i1 goal the contract")
    assert "Goal: a signature" in await hand.write("/edit i1 goal a signature")


async def test_the_direction_toggle_agrees_with_its_noun(office: Office) -> None:
    _, hand = await anna(office, language=Language.RU)
    await hand.write("/call Иван: цена")
    assert "↙️ Входящий" in await hand.labels()
    await hand.write("/sms Иван: цена")
    assert "↙️ Входящее" in await hand.labels()


async def test_a_call_that_nobody_answered_is_called_so_before_it_is_made(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/call tomorrow 10:00 John: price")
    assert {"📵 Not reached", "📵 No-show"} & set(await hand.labels()) == {"📵 Not reached"}
    await hand.write("/meeting tomorrow 10:00 John: price")
    assert {"📵 Not reached", "📵 No-show"} & set(await hand.labels()) == {"📵 No-show"}


async def test_what_it_belongs_to_is_not_said_of_one_that_stands_alone(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/call John: price")
    assert "Now: " not in await hand.tap("Belongs to")
    await hand.write("/call Mary: delivery")
    await hand.write("/subject i2 i1")
    assert "Now: 🔗 Chain: price (2) /s1" in await hand.tap("Belongs to")
