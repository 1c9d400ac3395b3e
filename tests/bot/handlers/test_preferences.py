"""A user's own settings, typed and tapped."""

from typing import Any

import pytest
from sqlalchemy import select

from core.enums import Language
from core.models import User
from tests.bot.office import Office

ANNA = 1001


async def load_user(office: Office) -> User:
    async with office.database.reading() as session:
        return (await session.scalars(select(User).where(User.telegram_id == ANNA))).one()


def labels_below(chat: dict[str, Any]) -> list[str]:
    """The keyboard at the bottom, as the chat shows it."""
    return [button["text"] for row in chat["keyboard"]["keyboard"] for button in row]


def settings_of(user: User) -> tuple[Language, str, int, int]:
    return user.language, user.timezone, user.day_starts, user.day_ends


async def test_several_settings_in_one_message(office: Office) -> None:
    await office.add_user(ANNA)
    (shown,) = await office.write(ANNA, "/settings tz New York lang ru hours 8-17")
    assert settings_of(await load_user(office)) == (Language.RU, "America/New_York", 8, 17)
    assert shown["text"].startswith("Язык: Русский")
    assert labels_below(await office.people.chat(ANNA)) == ["📥 Входящие", "📅 Сегодня", "🔎 Найти", "☰ Ещё"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/settings lang xx", "This does not do for the language: xx."),
        ("/settings hours 25-99", "This does not do for the working hours: 25-99."),
        ("/settings hours soon", "The time soon was not understood."),
        ("/settings tz Zzyzx", "No time zone is known for Zzyzx."),
        ("/settings tz", "Something is missing there."),
        ("/settings please", "Something is missing there."),
        ("/settings lang ru tz Zzyzx", "No time zone is known for Zzyzx."),
    ],
)
async def test_wrong_settings_change_nothing_and_say_what_is_wrong(
    office: Office, typed: str, said: str
) -> None:
    before = settings_of(await office.add_user(ANNA))
    (answer,) = await office.write(ANNA, typed)
    assert answer["text"].startswith(said)
    assert settings_of(await load_user(office)) == before


async def test_u5_buttons_set_zone_and_hours_in_place(office: Office) -> None:
    await office.add_user(ANNA)
    (shown,) = await office.write(ANNA, "/settings")
    taps: tuple[dict[str, Any], ...] = (
        {"text": "🗓 Working hours"},
        {"text": "8-17"},
        {"text": "🕒 Time zone"},
        {"data": "zone:Europe/Moscow"},
    )
    for button in taps:
        await office.tap(ANNA, await office.message(ANNA, shown["message_id"]), **button)
    assert settings_of(await load_user(office)) == (Language.EN, "Europe/Moscow", 8, 17)
    text = (await office.message(ANNA, shown["message_id"]))["text"]
    assert text.endswith("The time zone is set")
    assert len(await office.people.bot_messages(ANNA, after=shown["message_id"])) == 0


async def test_another_language_turns_the_keyboard_at_the_bottom_too(office: Office) -> None:
    """Telegram takes that keyboard only with a new message; the old screen, in the old words, loses its buttons."""
    await office.add_user(ANNA)
    (settings,) = await office.write(ANNA, "/settings")
    await office.tap(ANNA, settings, text="🌐 Русский")
    assert settings_of(await load_user(office))[0] is Language.RU
    (said,) = await office.people.bot_messages(ANNA, after=settings["message_id"])
    assert said["text"].startswith("Язык: Русский\n/settings:")
    assert labels_below(await office.people.chat(ANNA)) == ["📥 Входящие", "📅 Сегодня", "🔎 Найти", "☰ Ещё"]
    assert not (await office.message(ANNA, settings["message_id"])).get("reply_markup")


async def test_u5_public_holidays_are_days_off_until_one_says_otherwise(office: Office) -> None:
    await office.add_user(ANNA)
    (shown,) = await office.write(ANNA, "/settings")
    assert "Public holidays: days off (Russia)" in shown["text"]
    await office.tap(ANNA, shown, text="🏖 Work on public holidays")
    assert (await load_user(office)).public_holidays is False
    shown = await office.message(ANNA, shown["message_id"])
    assert "Public holidays: working days (Russia)" in shown["text"]
    await office.write(ANNA, "/settings holidays on hours 8-17")
    user = await load_user(office)
    assert (user.public_holidays, user.day_starts) == (True, 8)
    (answer,) = await office.write(ANNA, "/settings holidays maybe hours 9-18")
    assert answer["text"].startswith("Something is missing there.")
    assert (await load_user(office)).day_starts == 8


async def test_undo_takes_a_setting_back(office: Office) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "/settings hours 8-17")
    (answer,) = await office.write(ANNA, "/undo")
    assert settings_of(await load_user(office))[2:] == (9, 18)
    assert answer["text"].endswith("Undone")


async def test_nothing_to_undo_is_said(office: Office) -> None:
    await office.add_user(ANNA)
    (answer,) = await office.write(ANNA, "/undo")
    assert answer["text"] == "There is nothing to undo."


async def test_cancel_leaves_the_dialog(office: Office) -> None:
    await office.add_user(ANNA)
    (zones,) = await office.write(ANNA, "/settings")
    await office.tap(ANNA, zones, text="🕒 Time zone")
    await office.tap(ANNA, zones, text="📍 Send a pin")
    (answer,) = await office.write(ANNA, "/cancel")
    assert answer["text"] == "Cancelled. Nothing was saved."
    (answer,) = await office.write(ANNA, "/cancel")
    assert answer["text"] == "Nothing was in progress."
