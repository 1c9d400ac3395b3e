"""The user's own settings: language, time zone, working hours; and the same as the first questions."""

from bot.bottom import present_bottom
from bot.formats import country_name, zone_name
from bot.html import bold, esc, fill, italic, lines
from bot.reader import Reader
from bot.screens.base import Address, Button, Row, Screen, ScreenTable, act, go, rows
from bot.texts.roles import LANGUAGES, ROLES
from bot.zones import likely_zones, local_time
from core.enums import FunctionalOption

screens = ScreenTable()

HOURS = ((8, 17), (9, 18), (10, 19))
"""Working hours worth a button."""


@screens.screen("start")
async def show_welcome(_reader: Reader, _address: Address) -> Screen:
    """The first question: the language, asked in both."""
    text = lines(
        esc("👋 Zveno keeps your calls, meetings, letters and plans in one chain."),
        esc("Звенья складываются в цепочки, цепочки в сделки."),
        esc(""),
        esc("Which language? · Какой язык?"),
    )
    return Screen(text, (language_buttons("language"),))


def language_buttons(verb: str) -> Row:
    """A button for each language."""
    return tuple(act(name, verb, language) for language, name in LANGUAGES.items())


@screens.screen("start_zone")
async def show_zone_question(reader: Reader, _address: Address) -> Screen:
    """The second question: the time zone."""
    text = lines(
        bold(esc(reader._("Which time zone?"))),
        esc(reader._("Tap one, send a pin, or write a city.")),
    )
    return Screen(text, zone_keyboard(reader), takes_note=False)


def zone_keyboard(reader: Reader) -> tuple[Row, ...]:
    """Three likely zones with their time, and the pin."""
    chips = [zone_button(reader, zone) for zone in likely_zones(reader.user.country, reader.user.language)]
    return (*rows(chips, width=1), (act(reader._("📍 Send a pin"), "pin"),))


def zone_button(reader: Reader, zone: str) -> Button:
    """A zone by its place and the time it is there."""
    return act(f"{zone_name(zone, reader.tr)} · {local_time(zone, reader.now)}", "zone", zone)


@screens.screen("start_done")
async def show_first_steps(reader: Reader, _address: Address) -> Screen:
    """The end of the questions: something to try at once, and the keyboard at the bottom."""
    example = italic(esc(reader._("Called John, Acme, agreed on the price")))
    text = lines(
        fill(
            reader._("All set: {zone}, it is {time} there."),
            zone=esc(zone_name(reader.user.timezone, reader.tr)),
            time=esc(local_time(reader.user.timezone, reader.now)),
        ),
        fill(reader._("Try it: write {example}"), example=example),
    )
    return Screen(text, below=await present_bottom(reader), takes_note=False)


@screens.screen("settings")
async def show_settings(reader: Reader, _address: Address) -> Screen:
    """The user's settings, each with the buttons that change it."""
    user = reader.user
    text = lines(
        bold(esc(reader._("⚙️ Settings"))),
        fill("{name} · {role}", name=esc(user.name), role=esc(reader._(ROLES[user.role]))),
        fill(reader._("Language: {language}"), language=esc(LANGUAGES[user.language])),
        fill(
            reader._("Time zone: {zone}, it is {time} there"),
            zone=esc(zone_name(user.timezone, reader.tr)),
            time=esc(local_time(user.timezone, reader.now)),
        ),
        fill(reader._("Working hours: {hours}"), hours=esc(hours_text(user.day_starts, user.day_ends))),
        fill(
            reader._("Public holidays: days off ({country})")
            if user.public_holidays
            else reader._("Public holidays: working days ({country})"),
            country=esc(country_name(user.country, reader.tr)),
        ),
    )
    others = tuple(
        act(f"🌐 {name}", "language", language)
        for language, name in LANGUAGES.items()
        if language is not user.language
    )
    keyboard = (
        others,
        (go(reader._("🕒 Time zone"), "zones"), go(reader._("🗓 Working hours"), "hours")),
        (
            act(reader._("🏖 Work on public holidays"), "holidays", "off")
            if user.public_holidays
            else act(reader._("🏖 Rest on public holidays"), "holidays", "on"),
        ),
        (go(reader._("🌴 Days off"), f"days_off:{user.id}"),),
        ()
        if reader.lacks(FunctionalOption.OTHER_INTERACTIONS)
        else (go(reader._("⏰ Reminders"), "reminders"), go(reader._("🔔 What is told"), "digests")),
        ()
        if reader.lacks(FunctionalOption.OTHER_INTERACTIONS)
        else (go(reader._("🗓 Calendar"), "calendar"),),
        () if reader.lacks(FunctionalOption.MAIL_CLIENT) else (go(reader._("📮 Mailboxes"), "mailboxes"),),
        (go(reader._("‹ More"), "more"),),
    )
    return Screen(text, tuple(row for row in keyboard if row))


@screens.screen("language")
async def show_language(reader: Reader, _address: Address) -> Screen:
    """Another language was chosen: the keyboard at the bottom speaks it too, which takes a message of its own."""
    text = lines(
        fill(reader._("Language: {language}"), language=esc(LANGUAGES[reader.user.language])),
        esc(reader._("/settings: language, time zone, working hours")),
    )
    return Screen(text, below=await present_bottom(reader), takes_note=False)


def hours_text(starts: int, ends: int) -> str:
    """Working hours as they are written: ``9-18``."""
    return f"{starts}-{ends}"


@screens.screen("zones")
async def show_zones(reader: Reader, _address: Address) -> Screen:
    """Choosing another time zone."""
    text = lines(
        bold(esc(reader._("🕒 Time zone"))),
        fill(
            reader._("Now: {zone}. Tap one, send a pin, or write {command} and a city."),
            zone=esc(zone_name(reader.user.timezone, reader.tr)),
            command=italic(esc("/settings tz")),
        ),
    )
    return Screen(text, (*zone_keyboard(reader), (go(reader._("‹ Settings"), "settings"),)))


@screens.screen("hours")
async def show_hours(reader: Reader, _address: Address) -> Screen:
    """Choosing other working hours."""
    text = lines(
        bold(esc(reader._("🗓 Working hours"))),
        fill(
            reader._("Reminders of a day without an hour come at the first one. Tap, or write {command}"),
            command=italic(esc("/settings hours 9-18")),
        ),
    )
    chips = tuple(act(hours_text(starts, ends), "hours", starts, ends) for starts, ends in HOURS)
    return Screen(text, (chips, (go(reader._("‹ Settings"), "settings"),)))
