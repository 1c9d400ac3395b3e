"""Times and sums as the reader says them (conversation.md 9)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.formats import format_day, format_sum, format_when, zone_name
from bot.i18n import load_catalogues
from core.enums import Language

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CATALOGUES = load_catalogues()
EN, RU = CATALOGUES.translator(Language.EN), CATALOGUES.translator(Language.RU)


@pytest.mark.parametrize(
    ("delta", "english", "russian"),
    [
        (timedelta(hours=2), "today 17:00", "сегодня 17:00"),
        (timedelta(days=-1), "yesterday 15:00", "вчера 15:00"),
        (timedelta(days=1, hours=-3), "tomorrow 12:00", "завтра 12:00"),
        (timedelta(days=3), "Fri 27 Nov, 15:00", "пт 27 нояб., 15:00"),
        (timedelta(days=60), "Sat 23 Jan 2027, 15:00", "сб 23 янв. 2027, 15:00"),
    ],
)
def test_moments_are_said_in_the_readers_zone_and_language(
    delta: timedelta, english: str, russian: str
) -> None:
    assert format_when(NOW + delta, NOW, "Europe/Moscow", EN) == english
    assert format_when(NOW + delta, NOW, "Europe/Moscow", RU) == russian


def test_another_zone_is_named() -> None:
    said = format_when(NOW, NOW, "Europe/Moscow", EN, zone="Asia/Yekaterinburg")
    assert said == "today 17:00 (Yekaterinburg)"


def test_midnight_belongs_to_the_readers_day() -> None:
    late = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    assert format_when(late, NOW, "Europe/Moscow", EN) == "tomorrow 01:30"
    assert format_when(late, NOW, "Europe/London", EN) == "today 22:30"


def test_days_are_said_without_a_time() -> None:
    assert format_day(date(2026, 11, 27), NOW.date(), RU) == "пт 27 нояб."


@pytest.mark.parametrize(
    ("amount", "currency", "english", "russian"),
    [
        (Decimal(120000), "RUB", "120,000\xa0RUB", "120\xa0000\xa0₽"),
        (Decimal("99.50"), "EUR", "€99.50", "99,50\xa0€"),
    ],
)
def test_sums_are_written_as_the_locale_does(
    amount: Decimal, currency: str, english: str, russian: str
) -> None:
    assert format_sum(amount, currency, EN) == english
    assert format_sum(amount, currency, RU) == russian


def test_zones_are_named_for_their_place() -> None:
    assert zone_name("Asia/Yekaterinburg", RU) == "Екатеринбург"
    assert zone_name("Europe/London", EN) == "London"
