"""How a plan repeats: set by chips, changed, ended; whether a change is for one or for all that follow."""

from babel.dates import get_day_names

from bot.html import Html, bold, esc, fill, join, lines
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, rows
from bot.screens.card_questions import asked, load_live, type_it
from bot.screens.interaction_text import head_line, time_of, who_line
from bot.screens.listing import back_row
from bot.texts.repeats import repeat_words
from core.enums import FunctionalOption, InteractionState
from core.errors import StateForbids
from core.queries.interaction_card import InteractionCard
from core.rules.user_day import user_day
from core.values import Ref, RefKind, When

screens = ScreenTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
CHIPS = (
    (N_("Every working day"), "every working day"),
    (N_("Every 2 weeks"), "every 2 weeks"),
    (N_("First working day of the month"), "first working day"),
    (N_("6 weeks after the last contact"), "every 6 weeks after the last contact"),
)
"""Label, and the words that the button stands for, beside those of the plan's own day."""

OCCASIONAL = 28
"""The last day that every month has; a later one is offered as the last."""


@screens.screen("repeat", option=OTHER)
async def show_repeat(reader: Reader, address: Address) -> Screen:
    """``repeat:5``: how it repeats and when it comes next, or how it could."""
    card = await load_live(reader, address)
    if card.state is not InteractionState.PLANNED and card.series is None:
        raise StateForbids(Ref(RefKind.INTERACTION, card.id), card.state)
    text = lines(head_line(reader, card), who_line(reader, card), time_of(reader, card), *_told(reader, card))
    return Screen(text, (*rows(_buttons(reader, card)), back_row(reader, f"i{card.id}")))


def _told(reader: Reader, card: InteractionCard) -> list[Html | None]:
    series = card.series
    if series is None:
        return [bold(esc(reader._("How often is it to be repeated?")))]
    following = join(", ", *(_shown(reader, one) for one in series.upcoming))
    return [
        fill("🔁 <b>{rule}</b>", rule=repeat_words(reader, series.repeat)),
        fill(reader._("Then: {times}"), times=following) if series.upcoming else None,
    ]


def _shown(reader: Reader, when: When) -> Html:
    return reader.day(when.due_on) if when.due_on is not None else reader.when(when.at)


def _buttons(reader: Reader, card: InteractionCard) -> list[Button | None]:
    ref = f"i{card.id}"
    if card.series is None:
        return [
            *_own_chips(reader, card),
            *_chips(reader, ref),
            type_it(reader, "repeat", ref),
        ]
    is_open = card.state is InteractionState.PLANNED
    return [
        act(reader._("🔁 The others like this"), "repeat", ref, "like") if is_open else None,
        act(reader._("✖️ Repeat no more"), "repeat", ref, "off"),
        act(reader._("⌨️ Another rule"), "ask", "repeat", ref) if is_open else None,
    ]


def _chips(reader: Reader, ref: str) -> list[Button]:
    return [act(reader._(label), "repeat", ref, words) for label, words in CHIPS]


def _own_chips(reader: Reader, card: InteractionCard) -> list[Button]:
    """By the plan's own weekday and day of the month."""
    day = card.due_on or user_day(card.happened_at, reader.user.timezone)
    ref = f"i{card.id}"
    weekday = get_day_names("abbreviated", locale=str(reader.user.language))[day.weekday()]
    english = get_day_names("wide", locale="en")[day.weekday()].casefold()
    by_day = reader._("Monthly, day {day}").format(day=day.day)
    by_end = reader._("Last day of the month")
    is_occasional = day.day > OCCASIONAL
    return [
        act(reader._("Every week: {weekday}").format(weekday=weekday), "repeat", ref, "every week"),
        act(by_end if is_occasional else by_day, "repeat", ref, "last day" if is_occasional else "monthly"),
        act(reader._("Monthly, last {weekday}").format(weekday=weekday), "repeat", ref, f"last {english}"),
    ]


@screens.screen("which", option=OTHER)
async def show_which(reader: Reader, address: Address) -> Screen:
    """``which:5:move:TIME`` or ``which:5:drop``: is it for this one alone, or for all that follow?"""
    card = await load_live(reader, address)
    verb, _, time = address.rest.partition(":")[2].partition(":")
    ref = f"i{card.id}"
    said = [time] if time else []
    keyboard = (
        (act(reader._("Only this one"), verb, ref, "one", *said),),
        (act(reader._("This and all that follow"), verb, ref, "all", *said),),
        back_row(reader, f"i{card.id}"),
    )
    return Screen(asked(reader, card, reader._("It repeats. For which?")), keyboard)
