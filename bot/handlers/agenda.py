"""A user's days: /today, /week, /free, /overdue; planning where there is room."""

import re
from datetime import datetime

from bot.asking import ask
from bot.days import read_day
from bot.errors import UsageWrong
from bot.i18n import N_
from bot.screens.day_lines import day_of, day_word
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, InteractionState

verbs = VerbTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
QUESTIONS = {
    "meeting": N_("Meeting, {time}. With whom, and what about? For example: John, Acme: show the samples"),
    "call": N_("Call, {time}. Whom, and what about? For example: John, Acme: ask for the order"),
    "plan": N_("Plan, {time}. Whom does it concern, and what is to be done?"),
}
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):?([0-5][0-9])", re.ASCII)


@verbs.verb("today", option=OTHER, usage=N_("/today [DAY]"), menu=N_("Plans of today"), menu_order=30)
async def show_today(turn: Turn, arguments: Arguments) -> Reply:
    """The agenda of the day, or of another one."""
    return Show(f"day:1:{_read_day(turn, arguments)}" if arguments else "today")


@verbs.verb("week", option=OTHER, usage=N_("/week [DAY]"))
async def show_week(turn: Turn, arguments: Arguments) -> Reply:
    """The agenda of seven days, from today or from another day on."""
    return Show(f"week:1:{_read_day(turn, arguments)}" if arguments else "week")


@verbs.verb("overdue", option=OTHER, usage=N_("/overdue"))
async def show_overdue(_turn: Turn, _arguments: Arguments) -> Reply:
    """Plans of days before today."""
    return Show("overdue")


@verbs.verb("free", option=OTHER, usage=N_("/free [DAY]"))
async def show_free(turn: Turn, arguments: Arguments) -> Reply:
    """Where the day has room."""
    return Show(f"free:{_read_day(turn, arguments)}" if arguments else f"free:{turn.today:%Y%m%d}")


@verbs.verb("slot", option=OTHER)
async def plan_in_slot(turn: Turn, arguments: Arguments) -> Reply:
    """A time where there is room: what is to be planned there, then with whom, asked in one question."""
    day, clock = day_of(turn, arguments.word()), _CLOCK.fullmatch(arguments.word())
    if clock is None:
        raise UsageWrong
    if not arguments:
        return Show(f"slot:{day:%Y%m%d}:{clock[1]}{clock[2]}")
    kind = arguments.word()
    if kind not in QUESTIONS:
        raise UsageWrong
    time = f"{day_word(turn, day)} {clock[1]}:{clock[2]}"
    lead = f"{datetime.combine(day, datetime.min.time()):%Y-%m-%d} {clock[1]}:{clock[2]}"
    return ask(turn, kind, lead, turn._(QUESTIONS[kind]).format(time=time))


def _read_day(turn: Turn, arguments: Arguments) -> str:
    return f"{read_day(turn, arguments.text(), InteractionState.PLANNED):%Y%m%d}"
