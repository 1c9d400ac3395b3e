"""Where a day has room: the free stretches of its working hours; a tap plans there."""

from datetime import timedelta

from bot.html import bold, esc, fill, lines
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, go, rows
from bot.screens.day_lines import day_of, day_word, span_word
from bot.screens.listing import numbered_lines
from core.enums import FunctionalOption
from core.rules.user_day import Span, to_local

screens = ScreenTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
STARTS = timedelta(hours=1)
"""A long stretch offers its whole hours, so that a tap plans at a time and not only at its beginning."""

MOST_STARTS = 12

KINDS = (("meeting", N_("🤝 Meeting")), ("call", N_("📞 Call")), ("plan", N_("🗓 Plan")))
"""What can be planned in a stretch: the verb, and its button."""


@screens.screen("free", option=OTHER)
async def show_free(reader: Reader, address: Address) -> Screen:
    """``free:20261125``: where the day has room, and buttons for the times at which something could begin."""
    day = day_of(reader, address.rest)
    spans = await reader.services.agenda_views.free(reader.caller, day)
    heading = bold(fill(reader._("🕳 Free: {day}"), day=esc(day_word(reader, day))))
    step = timedelta(days=1)
    beside = tuple(
        go(reader._(label).format(day=day_word(reader, other)), f"free:{other:%Y%m%d}")
        for label, other in ((N_("◀ {day}"), day - step), (N_("{day} ▶"), day + step))
        if other >= reader.today
    )
    back = (go(reader._("‹ Day"), f"day:1:{day:%Y%m%d}"),)
    if not spans:
        nothing = esc(reader._("No room in the working hours of this day."))
        return Screen(lines(heading, nothing), (beside, back))
    starts = [word for span in spans for word in _starts(reader, span)][:MOST_STARTS]
    buttons = [act(word, "slot", f"{day:%Y%m%d}", word.replace(":", "")) for word in starts]
    entries = numbered_lines([esc(_with_length(reader, span)) for span in spans])
    hint = esc(reader._("Tap a time to plan something there."))
    return Screen(
        lines(heading, *entries, hint),
        (*rows(buttons, width=4), beside, back),
        tuple(
            act("1", "slot", f"{day:%Y%m%d}", _starts(reader, span)[0].replace(":", "")).data
            for span in spans
        ),
    )


def _starts(reader: Reader, span: Span) -> list[str]:
    """Clock times within a stretch: its beginning, and the whole hours behind it that leave half an hour."""
    zone = reader.user.timezone
    found = [span.start]
    hour = to_local(span.start, zone).replace(minute=0)
    first = span.start + (hour + STARTS - to_local(span.start, zone))
    while first + STARTS / 2 <= span.end:
        found.append(first)
        first += STARTS
    return list(dict.fromkeys(to_local(one, zone).strftime("%H:%M") for one in found))


def _with_length(reader: Reader, span: Span) -> str:
    minutes = int((span.end - span.start).total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    if not hours:
        length = reader._("{minutes} min").format(minutes=rest)
    elif not rest:
        length = reader._("{hours} h").format(hours=hours)
    else:
        length = reader._("{hours} h {minutes} min").format(hours=hours, minutes=rest)
    return f"{span_word(reader, span)} · {length}"


@screens.screen("slot", option=OTHER)
async def show_slot(reader: Reader, address: Address) -> Screen:
    """``slot:20261125:1400``: what is to be planned there."""
    day = day_of(reader, address.words[0] if address.words else "")
    clock = address.words[1] if len(address.words) > 1 else ""
    heading = bold(
        esc(
            reader._("What is planned {day} at {clock}?").format(
                day=day_word(reader, day), clock=f"{clock[:2]}:{clock[2:4]}"
            )
        )
    )
    kinds = tuple(act(reader._(label), "slot", f"{day:%Y%m%d}", clock, verb) for verb, label in KINDS)
    return Screen(heading, (kinds, (go(reader._("‹ Free"), f"free:{day:%Y%m%d}"),)))
