"""Choosing language, time zone and working hours: in the first questions and in the settings, typed or tapped."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

from aiogram.types import KeyboardButton, ReplyKeyboardMarkup

from bot.digest_words import read_digests
from bot.errors import UsageWrong
from bot.html import esc, fill
from bot.i18n import N_
from bot.kinds import Content
from bot.reminder_words import read_ahead, read_quiet
from bot.screens.base import numbered
from bot.screens.preferences import zone_button
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable
from bot.zones import find_zones, zone_at
from core.enums import DigestKind, Language
from core.errors import Invalid, TimeInvalid
from core.values import Caller, DialogState, Origin

verbs = VerbTable()

ZONE_FLOW = "zone"
"""The dialog that waits for a city or a pin."""

SETTINGS = frozenset({"tz", "lang", "hours", "holidays", "remind", "quiet", *DigestKind})
"""What can be typed after /settings, in any order."""

Setter = Callable[[Caller], Awaitable[object]]

NAMELESS = "Administrator"
"""What a user is called who was made from ADMIN_IDS and has not been met yet (core.services.people)."""


@verbs.verb("language")
async def choose_language(turn: Turn, arguments: Arguments) -> Reply | None:
    """Set the language; during the first questions the time zone comes next."""
    language = _read_language(arguments.word())
    if turn.user.introduced:
        await turn.services.people.set_language(turn.caller, language, show="language")
        return None
    turn.set_dialog(DialogState(ZONE_FLOW))
    await turn.services.people.set_language(turn.caller, language, show="start_zone")
    return None


@verbs.verb("zone")
async def choose_zone(turn: Turn, arguments: Arguments) -> None:
    """Set the time zone that a button names."""
    await _set_zone(turn, arguments.text())


@verbs.verb("pin")
async def ask_pin(turn: Turn, _arguments: Arguments) -> Reply:
    """Ask for a place on the map; a city can be written instead."""
    turn.set_dialog(DialogState(ZONE_FLOW))
    button = KeyboardButton(text=turn._("📍 Share my place"), request_location=True)
    keyboard = ReplyKeyboardMarkup(keyboard=[[button]], resize_keyboard=True, one_time_keyboard=True)
    return Say(
        esc(turn._("Tap the button below, or write a city. The place itself is not kept.")),
        below=keyboard,
        new=True,
    )


@verbs.flow(ZONE_FLOW, accepts=(Content.TEXT, Content.LOCATION))
async def read_zone(turn: Turn) -> Reply | None:
    """A city, country or offset that was typed, or a pin."""
    location = turn.message.location if turn.message is not None else None
    if location is not None:
        zone = await asyncio.to_thread(zone_at, location.latitude, location.longitude)
        if zone is None:
            return Say(esc(turn._("That place lies in no time zone of land. Please write a city.")))
        await _set_zone(turn, zone)
        return None
    return await _read_typed_zone(turn, turn.said)


@verbs.content(Content.LOCATION)
async def take_pin(turn: Turn) -> Reply | None:
    """A pin that nobody asked for: the one thing it can tell is the time zone.

    One's own place sets it at once, and can be undone; a place that is forwarded or has a name may be a client's.
    """
    message = turn.message
    location = message.location if message is not None else None
    zone = await asyncio.to_thread(zone_at, location.latitude, location.longitude) if location else None
    if message is None or zone is None or zone == turn.user.timezone:
        return Say(esc(turn._("Nothing was saved: a place can be written into a meeting, in words.")))
    if message.forward_origin is None and message.venue is None:
        await _set_zone(turn, zone)
        return None
    return Say(
        esc(turn._("Nothing was saved. Take the time zone of this place?")), ((zone_button(turn, zone),),)
    )


@verbs.verb("hours")
async def choose_hours(turn: Turn, arguments: Arguments) -> Reply | None:
    """Set the working hours that a button names."""
    await turn.services.people.set_hours(turn.caller, arguments.integer(), arguments.integer())
    return None


@verbs.verb("holidays")
async def choose_holidays(turn: Turn, arguments: Arguments) -> None:
    """Set whether public holidays are days off, as a button says."""
    await turn.services.people.set_public_holidays(turn.caller, kept=arguments.switch())


@verbs.verb(
    "settings",
    usage=N_(
        "/settings [tz City] [lang en] [hours 9-18] [holidays on|off] [morning 8|off] [evening 18|off] [weekly friday|off]"
    ),
    menu=N_("Language, time zone, hours"),
    menu_order=58,
)
async def open_settings(turn: Turn, arguments: Arguments) -> Reply | None:
    """Show the settings, or set what is named; last what has more to show.

    That is a zone that answers the first questions, and otherwise a language: the keyboard at the bottom follows.
    """
    wanted = _read_settings(arguments)
    if not wanted:
        return Show("settings")
    setters = await _read_setters(turn, wanted)
    is_new = not turn.user.introduced
    if "tz" in wanted:
        zones = await asyncio.to_thread(find_zones, wanted["tz"], turn.now)
        if len(zones) != 1:
            return _ask_which_zone(turn, wanted["tz"], zones)
        setters["tz"] = partial(turn.services.people.set_timezone, timezone=zones[0])
        if is_new:
            setters["tz"] = lambda _caller: _set_zone(turn, zones[0])
    last = len(wanted) - 1
    for place, name in enumerate(sorted(wanted, key=lambda name: name == ("tz" if is_new else "lang"))):
        await setters[name](turn.caller if place == last else _aside(turn.caller))
    return None


async def _read_setters(turn: Turn, wanted: Mapping[str, str]) -> dict[str, Setter]:
    """What sets each of the settings but the zone; all are read before the first is set."""
    people, setters = turn.services.people, dict[str, Setter]()
    if "lang" in wanted:
        setters["lang"] = partial(
            people.set_language, language=_read_language(wanted["lang"]), show="language"
        )
    if "hours" in wanted:
        starts, ends = _read_hours(wanted["hours"])
        setters["hours"] = partial(people.set_hours, starts=starts, ends=ends)
    if "holidays" in wanted:
        kept = Arguments(wanted["holidays"]).switch()
        setters["holidays"] = partial(people.set_public_holidays, kept=kept)
    if "remind" in wanted:
        type_, minutes = read_ahead(turn, wanted["remind"])
        setters["remind"] = partial(turn.services.reminder_wishes.set_default, type_=type_, minutes=minutes)
    if "quiet" in wanted:
        starts, ends = read_quiet(wanted["quiet"])
        setters["quiet"] = partial(turn.services.reminder_wishes.set_quiet, starts=starts, ends=ends)
    for name, time in (await read_digests(turn, wanted)).items():
        setters[name] = partial(turn.services.digests.set_time, wanted=time)
    return setters


async def _read_typed_zone(turn: Turn, text: str) -> Reply | None:
    zones = await asyncio.to_thread(find_zones, text, turn.now)
    if len(zones) == 1:
        await _set_zone(turn, zones[0])
        return None
    return _ask_which_zone(turn, text, zones)


def _ask_which_zone(turn: Turn, text: str, zones: tuple[str, ...]) -> Reply:
    if not zones:
        return Say(
            fill(
                turn._(
                    "No time zone is known for <i>{text}</i>. A bigger city nearby, a country, or +3 will do."
                ),
                text=esc(text[:60]),
            )
        )
    keyboard, choices = numbered([zone_button(turn, zone) for zone in zones])
    return Say(esc(turn._("Which of these?")), keyboard, choices)


async def _set_zone(turn: Turn, zone: str) -> None:
    """Set a zone; during the first questions that is the last of them.

    The two steps of the introduction can be repeated: only the second ends the update.
    """
    people = turn.services.people
    if turn.flow == ZONE_FLOW:
        turn.set_dialog(None)
    if turn.user.introduced:
        await people.set_timezone(turn.caller, zone)
        return
    await people.set_timezone(_aside(turn.caller), zone)
    account = turn.tap.from_user if turn.tap is not None else turn.message and turn.message.from_user
    name = account.full_name if account and turn.user.name == NAMELESS else None
    await people.introduce(turn.caller, name, show="start_done")


def _aside(caller: Caller) -> Caller:
    """The same caller for a step that is not the last of its update: it ends nothing and shows nothing."""
    return replace(caller, origin=Origin())


def _read_settings(arguments: Arguments) -> dict[str, str]:
    """``tz New York lang en hours 9-18`` as names and values; each name begins a new one."""
    wanted: dict[str, list[str]] = {}
    name = ""
    while arguments:
        word = arguments.word()
        if word.lower() in SETTINGS:
            name = word.lower()
            wanted[name] = []
        elif name:
            wanted[name].append(word)
        else:
            raise UsageWrong
    if any(not words for words in wanted.values()):
        raise UsageWrong
    return {name: " ".join(words) for name, words in wanted.items()}


def _read_language(text: str) -> Language:
    try:
        return Language(text.lower())
    except ValueError as error:
        raise Invalid("language", text) from error


def _read_hours(text: str) -> tuple[int, int]:
    starts, _, ends = text.replace("–", "-").replace(" ", "").partition("-")
    if not (starts.isdecimal() and ends.isdecimal() and len(starts) < 3 and len(ends) < 3):
        raise TimeInvalid("hours", text)
    return int(starts), int(ends)
