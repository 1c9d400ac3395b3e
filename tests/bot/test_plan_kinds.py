"""What is planned may be told later: kind, place, goal, people (domain.md I3)."""

import pytest
from sqlalchemy import select

from core.enums import Channel, Direction, InteractionType, Language, ReminderState
from core.models import Reminder
from tests.bot.hand import anna
from tests.bot.office import Office


async def test_a_plan_becomes_a_meeting_with_two_taps_and_back(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/plan tomorrow 15:00 John: samples")
    await hand.tap("Edit")
    card = await hand.tap("🤝 Meeting")
    assert hand.taps == 2
    assert "tomorrow 15:00\u201315:30" in card
    assert (await office.interaction(1)).type is InteractionType.MEETING
    async with office.database.reading() as session:
        states = await session.scalars(select(Reminder.state).where(Reminder.interaction_id == 1))
        assert states.all() == [ReminderState.WAITING]
    await hand.write("/edit i1 kind plan")
    one = await office.interaction(1)
    assert (one.type, one.ends_at) == (InteractionType.PLANNED, None)


@pytest.mark.parametrize(
    ("said", "kind", "direction", "channel"),
    [
        ("звонок", InteractionType.CALL, Direction.OUT, None),
        ("SMS", InteractionType.SMS, Direction.OUT, Channel.SMS),
        ("письмо", InteractionType.EMAIL, Direction.OUT, None),
        ("план", InteractionType.PLANNED, None, None),
    ],
)
async def test_typed_in_russian(
    office: Office, said: str, kind: InteractionType, direction: Direction | None, channel: Channel | None
) -> None:
    _, hand = await anna(office, language=Language.RU)
    await hand.write("/plan завтра 15:00 Иван: образцы")
    await hand.write(f"/edit i1 вид {said}")
    one = await office.interaction(1)
    assert (one.type, one.direction, one.channel) == (kind, direction, channel)


async def test_place_goal_and_people_of_any_plan(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/call tomorrow 15:00 John: samples")
    await hand.write("/edit i1 place by the new line")
    assert "Place: by the new line" in await hand.write("/i1")
    await hand.tap("Edit")
    assert "John" in await hand.tap("People")


async def test_what_is_done_has_no_other_kind(office: Office) -> None:
    _, hand = await anna(office)
    await hand.write("/call John: samples")
    assert "has changed meanwhile" in await hand.write("/edit i1 kind meeting")
    await hand.write("/plan tomorrow John: samples")
    assert "Nothing was changed" in await hand.write("/edit i2 kind dance")
