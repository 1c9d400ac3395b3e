"""Changing the time zone in the chat: by a pin, a city, a button; what moved is listed and can be undone (U5)."""

import pytest
from sqlalchemy import select

from core.enums import Language
from core.models import User
from tests.bot.hand import Hand
from tests.bot.office import Office

ANNA = 1001
VLADIVOSTOK = (43.115, 131.885)


async def zone_of(office: Office) -> str:
    async with office.database.reading() as session:
        return (await session.scalars(select(User))).one().timezone


async def with_plans(office: Office, language: Language = Language.EN) -> Hand:
    """A call at 14:00 on Thursday, and something to do on Friday."""
    await office.add_user(ANNA, timezone="UTC", language=language)
    hand = Hand(office, ANNA)
    await hand.write("/call 2026-11-26 14:00 John: samples")
    await hand.write("/plan 2026-11-27 Mary: offer")
    return hand


async def test_a_city_lists_what_moved_and_what_did_not(office: Office) -> None:
    hand = await with_plans(office)
    text = await hand.write("/settings tz Vladivostok")
    shown = text.splitlines()
    assert shown[0] == "🕒 Vladivostok, it is 22:00 there"
    assert shown[1] == "Kept on the wall clock, so moved:"
    assert "Mary: offer · Fri 27 Nov · /i2" in shown[2]
    assert shown[3] == "Appointments keep their moment; your clock shows:"
    assert "Fri 27 Nov, 00:00 · /i1 · was 14:00" in shown[4]
    assert "Mary" in await hand.tap("1")
    await hand.tap("Back")
    assert "Undone" in await hand.tap("Undo")
    assert await zone_of(office) == "UTC"


async def test_one_s_own_pin_sets_it_at_once(office: Office) -> None:
    hand = await with_plans(office)
    await office.people.share_location(ANNA, *VLADIVOSTOK)
    await office.idle()
    assert (await office.last(ANNA))["text"].startswith("🕒 Vladivostok")
    assert await zone_of(office) == "Asia/Vladivostok"
    await hand.write("/undo")
    assert await zone_of(office) == "UTC"


@pytest.mark.parametrize(
    ("language", "said"), [(Language.EN, "nothing moved"), (Language.RU, "ничего не сдвинулось")]
)
async def test_where_nothing_was_planned_it_says_so(office: Office, language: Language, said: str) -> None:
    await office.add_user(ANNA, timezone="UTC", language=language)
    hand = Hand(office, ANNA)
    await hand.write("/settings")
    await hand.tap("🕒")
    assert said in await hand.tap("Москва" if language is Language.RU else "Moscow")
