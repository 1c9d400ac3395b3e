"""Reviewing the inbox in the chat (domain.md R; conversation.md, flows)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.enums import CallResult, FunctionalOption, InteractionType, Language, Role
from core.models import InteractionOwner, OptionSwitch, User
from core.values import InteractionId, When
from tests.bot.hand import Hand, anna
from tests.bot.office import Office
from tests.conftest import NOON, FixedClock
from tests.factories.calls import person, record_call
from tests.factories.people import caller_of, make_department

MARIA = 1002


async def missed(office: Office, user: User, count: int = 1) -> list[InteractionId]:
    """Missed incoming calls, which start unreviewed (domain.md R2); the last one is the newest."""
    return [
        await record_call(
            office.works,
            caller_of(user),
            [person(f"Client {number}")],
            topic=f"Call {number}",
            result=CallResult.NOT_REACHED,
            when=When(NOON - timedelta(hours=count - number)),
        )
        for number in range(1, count + 1)
    ]


async def review_of(office: Office, interaction_id: int) -> InteractionOwner:
    async with office.database.reading() as session:
        owner = await session.scalar(
            select(InteractionOwner).where(InteractionOwner.interaction_id == interaction_id)
        )
    assert owner is not None
    return owner


async def test_the_inbox_is_reviewed_with_one_tap_each(office: Office) -> None:
    user, hand = await anna(office)
    calls = await missed(office, user, 3)
    text = await hand.write("/inbox")
    for waiting, call in zip((3, 2, 1), reversed(calls), strict=True):
        assert text.splitlines()[0] == f"📥 Inbox {waiting}"
        assert text.splitlines()[2] == f"📞 Call, incoming · not reached · unreviewed · /i{call}"
        text = await hand.tap("Reviewed")
    assert text.splitlines()[:2] == ["📥 Inbox 0", "Nothing waits for a look."]
    assert hand.taps == 3
    assert all([(await review_of(office, call)).reviewed for call in calls])


async def test_the_inbox_in_russian_by_the_bottom_keyboard(office: Office) -> None:
    user, hand = await anna(office, language=Language.RU)
    (call,) = await missed(office, user)
    text = await hand.write("📥 Входящие 1")
    assert text.splitlines()[2] == f"📞 Звонок, входящий · не дозвонились · не рассмотрено · /i{call}"


async def test_next_goes_through_all_and_from_the_top_again(office: Office) -> None:
    user, hand = await anna(office)
    calls = await missed(office, user, 3)
    await hand.write("/inbox")
    seen = []
    for _ in range(4):
        seen.append((await hand.see()).splitlines()[2].rpartition("/")[2])
        await hand.tap("Next ›")
    assert seen == [f"i{one}" for one in (*reversed(calls), calls[-1])]


async def test_what_follows_is_named_below_the_card(office: Office) -> None:
    user, hand = await anna(office)
    first, second = await missed(office, user, 2)
    text = await hand.write("/inbox")
    assert text.index(f"/i{second}") < text.index(f"/i{first}")


async def test_r1_a_managers_inbox_says_whom_it_waits_for_and_next_goes_through_all(office: Office) -> None:
    async with office.database.transaction() as session:
        department = await make_department(session, "East")
    user, _ = await anna(office, department_id=department.id)
    await office.add_user(MARIA, "Maria", role=Role.MANAGER, department_id=department.id)
    manager = Hand(office, MARIA)
    calls = await missed(office, user, 3)
    await manager.write("/inbox")
    for call in (*reversed(calls), calls[-1]):
        shown = (await manager.see()).splitlines()
        assert f"/i{call}" in shown[2]
        assert f"👀 Not reviewed by {user.name}" in shown
        assert "✅ Reviewed" not in await manager.labels()
        await manager.tap("Next ›")


async def test_later_puts_off_and_goes_on(office: Office, clock: FixedClock) -> None:
    user, hand = await anna(office)
    first, second = await missed(office, user, 2)
    await hand.write("/inbox")
    await hand.tap("Later")
    text = await hand.tap("In 1 hour")
    assert f"/i{first}" in text.splitlines()[2]
    assert (await review_of(office, second)).review_after == NOON + timedelta(hours=1)
    assert (await hand.write("/inbox")).splitlines()[0] == "📥 Inbox 1"
    assert "⏰ until today 13:00" in await hand.write("/snoozed")
    clock.move(timedelta(hours=2))
    assert (await hand.write("/inbox")).splitlines()[0] == "📥 Inbox 2"


async def test_r3_typed_snooze_takes_words_of_time(office: Office) -> None:
    user, hand = await anna(office, timezone="Europe/Moscow", language=Language.RU)
    (call,) = await missed(office, user)
    card = await hand.write(f"/snooze i{call} завтра в 9:00")
    assert "⏰ вернётся завтра 09:00" in card.splitlines()[0]
    owner = await review_of(office, call)
    assert not owner.reviewed
    assert owner.review_after is not None
    assert owner.review_after.isoformat() == "2026-11-25T06:00:00+00:00"


@pytest.mark.parametrize("time", ["yesterday", "2020-01-01 10:00", "soon"])
async def test_r3_a_snooze_into_the_past_is_refused(office: Office, time: str) -> None:
    user, hand = await anna(office)
    (call,) = await missed(office, user)
    assert "Nothing was changed" in await hand.write(f"/snooze i{call} {time}")
    assert (await review_of(office, call)).review_after is None


@pytest.mark.parametrize("form", ["i{id}", "{id}", "/i{id}"])
async def test_all_forms_of_a_reference(office: Office, form: str) -> None:
    user, hand = await anna(office)
    (call,) = await missed(office, user)
    await hand.write(f"/reviewed {form.format(id=call)}")
    assert (await review_of(office, call)).reviewed
    await hand.write(f"/unreviewed {form.format(id=call)}")
    assert not (await review_of(office, call)).reviewed


async def test_typed_time_for_later(office: Office) -> None:
    user, hand = await anna(office)
    (call,) = await missed(office, user)
    await hand.write(f"/i{call}")
    await hand.tap("Later")
    await hand.tap("Type it")
    assert "was not understood" in await hand.write("some day")
    assert "⏰ until Fri 27 Nov, 09:00" in await hand.write("Friday 9:00")


async def test_a_double_tap_changes_nothing(office: Office) -> None:
    user, hand = await anna(office)
    (call,) = await missed(office, user)
    await hand.write(f"/i{call}")
    button = next(one for one in await hand.data() if one.startswith("reviewed"))
    await hand.tap("Reviewed")
    await hand.forge(button)
    assert (await review_of(office, call)).reviewed
    assert "unreviewed" in await hand.write("/undo"), "one change was made, one is taken back"


async def test_on_control_is_unreviewed_outgoing_mail(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/email John: sent the offer")
    await hand.tap("More")
    assert "on control" in (await hand.tap("On control")).splitlines()[0]
    assert "/i1" in await hand.write("/inbox")


async def test_the_list_keeps_its_place_when_one_returns(office: Office) -> None:
    user, hand = await anna(office)
    await missed(office, user, 8)
    await hand.write("/inbox")
    page = await hand.tap("List")
    assert page.splitlines()[0] == "📥 Inbox 8"
    assert len(page.splitlines()) == 7
    second = await hand.tap("›")
    assert len(second.splitlines()) == 3
    card = await hand.tap("2")
    assert card.splitlines()[0].startswith("📞 Call, incoming")
    assert await hand.tap("Back") == second
    await hand.write("/1")
    assert (await hand.see()).splitlines()[1] == "Client 2"


async def test_o2_without_review_flags_they_are_gone(office: Office) -> None:
    user, hand = await anna(office)
    (call,) = await missed(office, user)
    async with office.database.transaction() as session:
        await session.merge(OptionSwitch(name=FunctionalOption.REVIEW_FLAGS, is_on=False))
    for command in ("/inbox", "/snoozed", f"/reviewed i{call}", f"/unreviewed {call}", f"/snooze i{call} 2h"):
        assert "There is no such command" in await hand.write(command)
    card = await hand.write(f"/i{call}")
    assert "unreviewed" not in card
    assert not any("Reviewed" in label or "Later" in label for label in await hand.labels())
    await hand.forge(f"reviewed:i{call}")
    assert not (await review_of(office, call)).reviewed


async def test_o2_types_switched_off_are_in_no_list(office: Office) -> None:
    user, hand = await anna(office)
    await missed(office, user)
    await record_call(
        office.works, caller_of(user), [person("Mary")], type=InteractionType.EMAIL, topic="A letter"
    )
    async with office.database.transaction() as session:
        await session.merge(OptionSwitch(name=FunctionalOption.OTHER_INTERACTIONS, is_on=False))
    assert (await hand.write("/inbox")).splitlines()[0] == "📥 Inbox 1"
    assert "Client 1" not in await hand.write("/list")
    assert await hand.write("/i1") == "No such interaction, or it is not yours to see."
