"""Reminders: set, put off, taken off; how long ahead, and when it is to be quiet (domain.md I5, U5)."""

from bot.i18n import N_
from bot.reminder_words import read_ahead, read_quiet, read_wish
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption

verbs = VerbTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS


@verbs.verb("remind", usage=N_("/remind i5 TIME, or 15 min before, 1 h after"))
async def remind(turn: Turn, arguments: Arguments) -> Reply | None:
    """Be reminded of an interaction: at a moment, before a plan, or after it if nothing happened."""
    interaction_id = arguments.interaction()
    if not arguments:
        return Show(f"remind:{interaction_id}")
    wish = read_wish(turn, arguments.text())
    await turn.services.reminder_wishes.remind(turn.caller, interaction_id, wish)
    return None


@verbs.verb("unremind", usage=N_("/unremind 5"))
async def take_off(turn: Turn, arguments: Arguments) -> None:
    """Take a reminder off: one of those that the screen of an interaction's reminders numbers."""
    await turn.services.reminder_wishes.take_off(turn.caller, arguments.integer())


@verbs.verb("ahead", option=OTHER, usage=N_("/ahead meeting 60,15"))
async def choose_ahead(turn: Turn, arguments: Arguments) -> None:
    """How long ahead of plans of a type one is reminded; the same as /settings remind."""
    type_, minutes = read_ahead(turn, arguments.text().replace(":", " ", 1))
    await turn.services.reminder_wishes.set_default(turn.caller, type_, minutes)


@verbs.verb("quiet", option=OTHER, usage=N_("/quiet 21-8"))
async def choose_quiet(turn: Turn, arguments: Arguments) -> None:
    """When it is to be quiet; the same as /settings quiet."""
    starts, ends = read_quiet(arguments.text())
    await turn.services.reminder_wishes.set_quiet(turn.caller, starts, ends)


verbs.question("remind", N_("When? For example: tomorrow 9:00, in 2 hours, 15 min before."))
