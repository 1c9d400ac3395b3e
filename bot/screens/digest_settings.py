"""When a user is told of their day and week: each digest with its hour, and the switch that turns it off."""

from babel.dates import get_day_names

from bot.html import bold, esc, fill, italic, lines
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Row, Screen, ScreenTable, act, go
from core.enums import DigestKind, FunctionalOption
from core.rules.digests import FRIDAY, MONDAY, DigestTime, hour_of
from core.rules.working_time import Hours

screens = ScreenTable()

NAMES = {
    DigestKind.MORNING: N_("☀️ Morning"),
    DigestKind.EVENING: N_("🌙 Evening"),
    DigestKind.WEEKLY: N_("📈 Week"),
}
HOURS = {
    DigestKind.MORNING: (7, 8, 9, 10),
    DigestKind.EVENING: (17, 18, 19, 20),
}
"""Hours worth a button."""


@screens.screen("digests", option=FunctionalOption.OTHER_INTERACTIONS)
async def show_digests(reader: Reader, _address: Address) -> Screen:
    """``digests``: each of them, and the buttons that change it."""
    times, hours = await reader.services.digests.list_times(reader.caller)
    text = lines(
        bold(esc(reader._("🔔 What is told by itself"))),
        *(
            fill("{name}: {when}", name=esc(reader._(NAMES[one.kind])), when=esc(_when(reader, one, hours)))
            for one in times
        ),
        esc(
            reader._(
                "Without a sound, and only where there is something to tell; never on days off of your own."
            )
        ),
        fill(
            reader._("Typed: {how}"),
            how=italic(esc("/settings morning 8 evening off weekly friday")),
        ),
    )
    keyboard: list[Row] = [(_switch(reader, one), *_choices(reader, one, hours)) for one in times]
    return Screen(text, (*keyboard, (go(reader._("‹ Settings"), "settings"),)))


def _when(reader: Reader, one: DigestTime, hours: Hours) -> str:
    if not one.is_on:
        return reader._("off")
    clock = f"{hour_of(one, hours)}:00"
    if one.weekday is None:
        return (
            reader._("at {clock} on working days").format(clock=clock)
            if one.kind is DigestKind.MORNING
            else reader._("at {clock}").format(clock=clock)
        )
    return f"{day_name(reader, one.weekday)}, {clock}"


def day_name(reader: Reader, weekday: int) -> str:
    """A day of the week in the reader's language."""
    return str(get_day_names("wide", context="stand-alone", locale=str(reader.user.language))[weekday])


def _switch(reader: Reader, one: DigestTime) -> Button:
    name = reader._(NAMES[one.kind])
    label = reader._("🔕 {name}: off") if one.is_on else reader._("🔔 {name}: on")
    return act(label.format(name=name), "digest", one.kind, "off" if one.is_on else "on")


def _choices(reader: Reader, one: DigestTime, hours: Hours) -> tuple[Button, ...]:
    if not one.is_on:
        return ()
    if one.kind is DigestKind.WEEKLY:
        other = MONDAY if one.weekday == FRIDAY else FRIDAY
        word = "monday" if other == MONDAY else "friday"
        return (act(day_name(reader, other).capitalize(), "digest", one.kind, word),)
    present = hour_of(one, hours)
    return tuple(act(f"{hour}:00", "digest", one.kind, hour) for hour in HOURS[one.kind] if hour != present)
