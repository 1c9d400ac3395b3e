"""Times of plans that cannot be: told, and nothing lost (conversation.md, texts for trouble)."""

import pytest
from sqlalchemy import select

from core.enums import InteractionState, Language
from core.models import Interaction, Participant
from tests.bot.hand import Hand
from tests.bot.office import Office

ANNA = 1001


async def plans(office: Office) -> list[tuple[str, str, str]]:
    async with office.database.reading() as session:
        rows = await session.execute(
            select(Interaction, Participant.presentation)
            .outerjoin(Participant, Participant.interaction_id == Interaction.id)
            .where(Interaction.state == InteractionState.PLANNED)
            .order_by(Interaction.id)
        )
        return [(f"{one.happened_at:%d %H:%M}", one.text, who) for one, who in rows]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("the 32nd John: samples", "the 32nd"),
        ("31 June John: samples", "31 June"),
        ("25:99 John: samples", "25:99"),
        ("2026-13-45 10:00 John: samples", "2026-13-45 10:00"),
        ("30 февраля John: samples", "30 февраля"),
    ],
)
async def test_what_is_no_time_is_kept_and_told(office: Office, said: str, words: str) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    card = await hand.write(f"/plan {said}")
    assert f"the time “{words}” was not understood" in card
    assert await plans(office) == [("24 12:30", f"{words} samples", "John")]
    await hand.tap("Move")
    await hand.tap("Tomorrow 12:30")
    assert (await plans(office))[0][0] == "25 12:30"


async def test_what_is_past_is_kept_and_told(office: Office) -> None:
    await office.add_user(ANNA, language=Language.RU)
    hand = Hand(office, ANNA)
    card = await hand.write("/plan вчера в 15:00 Иван: образцы")
    assert "«вчера в 15:00» уже прошло" in card
    assert await plans(office) == [("24 12:30", "вчера в 15:00 образцы", "Иван")]


async def test_a_next_step_in_the_past_is_told_too(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/call John: price")
    assert "is past" in await hand.write("/next i1 yesterday send it")
    assert await plans(office) == [("24 12:30", "yesterday send it", "John")]


async def test_a_typed_next_try_must_lie_ahead_and_the_question_stays(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/call John: price")
    await hand.write("/edit i1 result not_reached")
    await hand.tap("Type when")
    assert "Nothing was changed" in await hand.write("yesterday 15:00")
    await hand.write("tomorrow 15:00")
    assert await plans(office) == [("25 15:00", "price", "John")]


async def test_the_dialog_asks_again_for_a_time_that_is_over(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/plan")
    await hand.write("John")
    await hand.write("samples")
    assert "Nothing was changed" in await hand.write("yesterday 15:00")
    await hand.write("tomorrow 15:00")
    assert await plans(office) == [("25 15:00", "samples", "John")]
