"""Time zones as people say them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.zones import CITIES, LIKELY, find_zones, likely_zones, zone_at
from core.enums import Language

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Москва", "Europe/Moscow"),
        ("moscow", "Europe/Moscow"),
        ("  САНКТ-ПЕТЕРБУРГ ", "Europe/Moscow"),
        ("Екатеринбург", "Asia/Yekaterinburg"),
        ("екат", "Asia/Yekaterinburg"),
        ("New York", "America/New_York"),
        ("нью-йорк", "America/New_York"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/New_York", "America/New_York"),
        ("Франция", "Europe/Paris"),
    ],
)
def test_places_are_understood(said: str, zone: str) -> None:
    assert find_zones(said, NOW) == (zone,)


def test_big_countries_offer_their_likely_zones_first() -> None:
    assert find_zones("Россия", NOW)[:3] == ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk")


def test_offsets_offer_zones_that_have_them_now() -> None:
    zones = find_zones("UTC+5:30", NOW)
    assert "Asia/Kolkata" in zones
    assert {str(NOW.astimezone(ZoneInfo(zone)).strftime("%z")) for zone in zones} == {"+0530"}


@given(st.text(max_size=30))
def test_any_text_finds_zones_that_exist_or_none(text: str) -> None:
    for zone in find_zones(text, NOW):
        assert ZoneInfo(zone).key == zone


def test_places_on_the_map() -> None:
    assert zone_at(55.75, 37.62) == "Europe/Moscow"
    assert zone_at(0.0, -30.0) is None


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("country", [*LIKELY, "FR", "", "XX"])
def test_three_zones_are_always_at_hand(country: str, language: Language) -> None:
    zones = likely_zones(country, language)
    assert len(zones) == len(set(zones)) == 3
    assert [ZoneInfo(zone).key for zone in zones] == list(zones)


def test_named_cities_lie_in_zones_that_exist() -> None:
    assert [ZoneInfo(zone).key for zone in CITIES] == list(CITIES)
