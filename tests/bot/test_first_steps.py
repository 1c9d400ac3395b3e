"""From the invitation to the first note, in at most three taps (conversation.md, flows)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.handlers.preferences import NAMELESS
from core.enums import Language, Role
from core.models import User
from tests.bot.office import Office

ANNA = 1001


def buttons_of(message: dict[str, Any]) -> list[str]:
    return [
        button["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row
    ]


async def load_user(office: Office, account_id: int) -> User:
    async with office.database.reading() as session:
        return (await session.scalars(select(User).where(User.telegram_id == account_id))).one()


async def test_u1_invited_person_is_at_work_after_two_taps(office: Office) -> None:
    token = await office.services.people.invite(None, Role.REP, "Anna Petrova")
    await office.people.add_account("Anna", id=ANNA, language_code="ru")
    await office.open_link(ANNA, token)
    welcome = await office.last(ANNA)
    assert buttons_of(welcome) == ["Русский", "English"]
    await office.tap(ANNA, welcome, text="Русский")
    question = await office.message(ANNA, welcome["message_id"])
    assert question["text"].startswith("Какой часовой пояс?")
    await office.tap(ANNA, question, data="zone:Asia/Yekaterinburg")
    ready = await office.last(ANNA)
    assert "Екатеринбург, там 17:00" in ready["text"]
    user = await load_user(office, ANNA)
    assert (user.name, user.language, user.timezone, user.introduced) == (
        "Anna Petrova",
        Language.RU,
        "Asia/Yekaterinburg",
        True,
    )


async def test_pin_tells_the_zone(office: Office) -> None:
    await office.add_user(ANNA, introduced=False)
    await office.tap(ANNA, await office.last(ANNA), text="English")
    await office.tap(ANNA, await office.last(ANNA), text="📍 Send a pin")
    await office.people.press(ANNA, "📍 Share my place", latitude=43.12, longitude=131.88)
    await office.idle()
    assert (await load_user(office, ANNA)).timezone == "Asia/Vladivostok"
    chat = await office.people.chat(ANNA)
    assert [key["text"] for row in chat["keyboard"]["keyboard"] for key in row] == [
        "📥 Inbox",
        "📅 Today",
        "🔎 Find",
        "☰ More",
    ]


async def test_typed_city_tells_the_zone(office: Office) -> None:
    await office.add_user(ANNA, introduced=False)
    await office.tap(ANNA, await office.last(ANNA), text="English")
    await office.write(ANNA, "Питер")
    assert (await load_user(office, ANNA)).timezone == "Europe/Moscow"


async def test_ambiguous_offset_offers_numbered_zones(office: Office) -> None:
    await office.add_user(ANNA, introduced=False)
    await office.tap(ANNA, await office.last(ANNA), text="English")
    await office.write(ANNA, "+3")
    offered = await office.last(ANNA)
    assert buttons_of(offered)[0].startswith("1. Moscow")
    await office.write(ANNA, "/2")
    user = await load_user(office, ANNA)
    assert (user.timezone, user.introduced) == ("Europe/Minsk", True)


async def test_unknown_city_is_said_and_asked_again(office: Office) -> None:
    await office.add_user(ANNA, introduced=False)
    await office.tap(ANNA, await office.last(ANNA), text="English")
    (answer,) = await office.write(ANNA, "Zzyzx <b>")
    assert answer["text"].startswith("No time zone is known for Zzyzx <b>.")
    await office.write(ANNA, "Berlin")
    assert (await load_user(office, ANNA)).timezone == "Europe/Berlin"


async def test_administrator_from_the_settings_gets_a_name(office: Office) -> None:
    await office.services.people.ensure_administrators([ANNA])
    await office.people.add_account("Vera", id=ANNA, last_name="Orlova")
    await office.open_link(ANNA)
    assert (await load_user(office, ANNA)).name == NAMELESS
    await office.tap(ANNA, await office.last(ANNA), text="English")
    await office.tap(ANNA, await office.last(ANNA), data="zone:Europe/London")
    assert (await load_user(office, ANNA)).name == "Vera Orlova"


async def test_u1_stranger_is_refused_once_a_day(office: Office, clock: Any) -> None:
    await office.people.add_account("Eve", id=666, language_code="en")
    first = await office.open_link(666)
    assert ["not part of it" in one["text"] for one in first] == [True]
    assert await office.write(666, "/inbox") == []
    assert await office.write(666, "hello?") == []
    clock.move(timedelta(hours=24, seconds=1))
    assert len(await office.write(666, "hello again")) == 1


async def test_u1_used_invitation_lets_nobody_in(office: Office) -> None:
    token = await office.services.people.invite(None, Role.REP)
    for account_id, name in ((ANNA, "Anna"), (666, "Eve")):
        await office.people.add_account(name, id=account_id, language_code="en")
        await office.open_link(account_id, token)
    assert "was used or has expired" in (await office.last(666))["text"]
    async with office.database.reading() as session:
        assert len((await session.scalars(select(User))).all()) == 1


async def test_start_of_somebody_known_shows_the_help(office: Office) -> None:
    await office.add_user(ANNA)
    (answer,) = await office.open_link(ANNA)
    assert answer["text"].startswith("What can be written here")
