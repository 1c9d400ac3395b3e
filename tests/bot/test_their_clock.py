"""The other side's clock on cards, and a better time for a call into their night (domain.md U5)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.enums import Language
from core.models import Contact, Interaction
from core.services.reminders import Reminders
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import FixedClock

ANNA = 1001


async def anna(office: Office, **fields: Any) -> Hand:
    await office.add_user(ANNA, **{"timezone": "Europe/Moscow", **fields})
    return Hand(office, ANNA)


async def zone_of(office: Office, name: str) -> str | None:
    async with office.database.reading() as session:
        return await session.scalar(select(Contact.timezone).where(Contact.name == name))


async def test_a_call_into_their_night_says_so_and_has_a_better_time(office: Office) -> None:
    hand = await anna(office)
    card = await hand.write("/call tomorrow 15:00 John +7 423 200-00-00: samples")
    assert "It is night there: 22:00, Vladivostok" in card
    card = await hand.tap("🌤")
    assert "tomorrow 13:30" in card
    assert "That is 20:30 there, Vladivostok" in card
    assert not any("🌤" in one for one in await hand.labels())


async def test_what_was_said_by_hand_goes_before_the_phone(office: Office) -> None:
    hand = await anna(office)
    await hand.write("/contact new John Smith, +7 423 200-00-00")
    async with office.database.reading() as session:
        contact_id = await session.scalar(select(Contact.id).where(Contact.name == "John Smith"))
    card = await hand.write(f"/contact c{contact_id} tz Berlin")
    assert "It is 13:00 there, Berlin" in card
    assert await zone_of(office, "John Smith") == "Europe/Berlin"
    assert "That is 13:00 there, Berlin" in await hand.write(
        "/call tomorrow 15:00 John +7 423 200-00-00: samples"
    )
    await hand.write(f"/edit c{contact_id} timezone none")
    assert "Vladivostok" in await hand.write(f"/c{contact_id}")
    await hand.write("/undo")
    assert await zone_of(office, "John Smith") == "Europe/Berlin"


async def test_a_zone_by_buttons(office: Office) -> None:
    hand = await anna(office)
    await hand.write("/contact new John Smith")
    await hand.tap("Edit")
    await hand.tap("Time zone")
    await hand.write("+5:30")
    await hand.tap("1.")
    assert (await zone_of(office, "John Smith")) == "Asia/Kolkata"
    refused = await hand.write("/contact new Mary")
    assert "Mary" in refused


async def test_the_reminder_tells_it_in_russian(office: Office, clock: FixedClock) -> None:
    hand = await anna(office, language=Language.RU)
    card = await hand.write("/call завтра 11:00 Иван +7 423 200-00-00: образцы")
    assert "Там будет 18:00, Владивосток" in card
    clock.move(timedelta(hours=19, minutes=45))
    await Reminders(office.works).send_due()
    await office.idle()
    assert "18:00, Владивосток" in (await office.last(ANNA))["text"]


@pytest.mark.parametrize(
    "said",
    [
        "/call tomorrow 15:00 John +7 495 200-00-00: the same clock",
        "/call tomorrow 15:00 John +7 916 123-45-67: a mobile phone tells nothing",
        "/call tomorrow 15:00 John: nobody knows",
        "/meeting tomorrow 15:00 John +7 423 200-00-00: a meeting is where it is",
    ],
)
async def test_where_there_is_nothing_to_tell_nothing_is_told(office: Office, said: str) -> None:
    hand = await anna(office)
    assert " there" not in await hand.write(said)
    async with office.database.reading() as session:
        assert len((await session.scalars(select(Interaction))).all()) == 1
