"""Time zones as people say them: a city, a country, an offset, a pin on the map."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import tzfpy
from babel import Locale
from babel.core import get_global

from core.enums import Language

LIKELY = {
    "RU": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk"),
    "BY": ("Europe/Minsk", "Europe/Moscow"),
    "KZ": ("Asia/Almaty", "Asia/Qyzylorda", "Europe/Moscow"),
    "GB": ("Europe/London", "Europe/Berlin", "America/New_York"),
    "DE": ("Europe/Berlin", "Europe/London", "Europe/Moscow"),
    "US": ("America/New_York", "America/Chicago", "America/Los_Angeles"),
}
"""Zones offered first, by country."""

_SPEAK_RUSSIAN = frozenset({"RU", "BY", "KZ"})
_BY_LANGUAGE = {Language.RU: LIKELY["RU"], Language.EN: LIKELY["GB"]}

CITIES = {
    "Europe/Moscow": "питер, санкт-петербург, спб, saint petersburg, st petersburg, казань, kazan, нижний новгород, "
    "nizhny novgorod, воронеж, voronezh, краснодар, krasnodar, ростов-на-дону, rostov, сочи, sochi, мск, msk, "
    "ярославль, тула, рязань, тверь, белгород, курск, архангельск, мурманск, пенза, чебоксары",
    "Europe/Samara": "тольятти, tolyatti, ижевск, izhevsk",
    "Asia/Yekaterinburg": "екб, ekb, челябинск, chelyabinsk, уфа, ufa, пермь, perm, тюмень, tyumen, оренбург, сургут",
    "Asia/Krasnoyarsk": "абакан, кызыл, норильск",
    "Asia/Irkutsk": "улан-удэ, ulan-ude, братск",
    "Asia/Vladivostok": "хабаровск, khabarovsk, находка",
    "Asia/Yakutsk": "благовещенск, blagoveshchensk",
    "Asia/Almaty": "астана, astana, алма-ата, шымкент",
    "Europe/Berlin": "мюнхен, munich, münchen, гамбург, hamburg, франкфурт, frankfurt, кёльн, cologne, köln",
    "Europe/London": "манчестер, manchester, эдинбург, edinburgh, бирмингем, birmingham",
    "America/New_York": "вашингтон, washington, бостон, boston, майами, miami, nyc, атланта, atlanta",
    "America/Los_Angeles": "сан-франциско, san francisco, сиэтл, seattle, la",
    "America/Chicago": "даллас, dallas, хьюстон, houston, остин, austin",
}
"""Big cities that no zone is named for."""

CHOICES_LIMIT = 6

_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?([0-5]\d))?", re.ASCII)


def likely_zones(country: str, language: Language) -> tuple[str, ...]:
    """Three zones worth a button each, for somebody of this country and language."""
    first = LIKELY.get(country) or tuple(sorted(_zones_of_country().get(country, ())))
    if language is Language.RU and country not in _SPEAK_RUSSIAN:
        first = first[:1]
    return tuple(dict.fromkeys((*first, *_BY_LANGUAGE[language])))[:3]


def zone_at(latitude: float, longitude: float) -> str | None:
    """The zone of a place on the map; None in the open sea."""
    zone: str = tzfpy.get_tz(longitude, latitude)
    return zone if zone in _present() and not zone.startswith("Etc/") else None


def find_zones(text: str, now: datetime) -> tuple[str, ...]:
    """Zones that a typed text may mean, the likeliest first; at most a handful, none when it says nothing."""
    key = _key(text)
    if not key:
        return ()
    exact = _by_identifier().get(key)
    if exact is not None:
        return (exact,)
    named = _names().get(key)
    if named is not None:
        return named[:CHOICES_LIMIT]
    offset = _OFFSET.fullmatch(key)
    if offset is not None:
        return _with_offset(offset, now)
    if len(key) < 3:
        return ()
    found = [zone for name, zones in _names().items() if name.startswith(key) for zone in zones]
    return tuple(dict.fromkeys(found))[:CHOICES_LIMIT]


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").replace("_", " ").split())


@lru_cache(maxsize=1)
def _present() -> frozenset[str]:
    """All zones; asking the system walks a folder of files."""
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def _by_identifier() -> dict[str, str]:
    return {_key(zone): zone for zone in _present() if "/" in zone or zone == "UTC"}


@lru_cache(maxsize=1)
def _zones_of_country() -> dict[str, tuple[str, ...]]:
    countries: dict[str, list[str]] = {}
    present = _present()
    for zone, country in get_global("zone_territories").items():
        if zone in present:
            countries.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in countries.items()}


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, ...]]:
    names: dict[str, dict[str, None]] = {}
    locales = [Locale.parse(str(language)) for language in Language]

    def put(name: str, *zones: str) -> None:
        names.setdefault(_key(name), {}).update(dict.fromkeys(zones))

    for zone, cities in CITIES.items():
        for city in cities.split(","):
            put(city, zone)
    for country, zones in _zones_of_country().items():
        likely_first = tuple(
            dict.fromkeys((*(one for one in LIKELY.get(country, ()) if one in zones), *zones))
        )
        for locale in locales:
            territory = locale.territories.get(country)
            if territory:
                put(territory, *likely_first)
        for zone in zones:
            put(zone.rpartition("/")[2], zone)
            for locale in locales:
                city = locale.time_zones.get(zone, {}).get("city")
                if city:
                    put(city, zone)
    return {name: tuple(zones) for name, zones in names.items()}


def _with_offset(match: re.Match[str], now: datetime) -> tuple[str, ...]:
    sign = 1 if match[1] == "+" else -1
    wanted = sign * timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    known = [zone for zones in LIKELY.values() for zone in zones]
    known += [zone for zones in _zones_of_country().values() for zone in sorted(zones)]
    fitting = (zone for zone in known if now.astimezone(ZoneInfo(zone)).utcoffset() == wanted)
    return tuple(dict.fromkeys(fitting))[:CHOICES_LIMIT]


def local_time(zone: str, now: datetime) -> str:
    """What the clocks show there now: "15:04"."""
    return now.astimezone(ZoneInfo(zone)).strftime("%H:%M")
