"""Plans that repeat: set, changed, ended (domain.md I3, U5)."""

from bot.capturing import frame_of
from bot.i18n import N_
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption
from core.rules.repeat_words import read_repeat
from core.rules.user_day import user_day

verbs = VerbTable()

OFF = frozenset(
    {"off", "stop", "no", "never", "нет", "стоп", "хватит", "выкл", "не повторять", "больше не повторять"}
)
LIKE = frozenset({"like", "like this", "так", "так же", "как этот"})
"""What ends a series, and what lets those that follow be like this one."""


@verbs.verb("repeat", option=FunctionalOption.OTHER_INTERACTIONS, usage=N_("/repeat i5 every Monday, or off"))
async def repeat(turn: Turn, arguments: Arguments) -> Reply | None:
    """Have a plan repeat, by another rule, or no more."""
    interaction_id = arguments.interaction()
    if not arguments:
        return Show(f"repeat:{interaction_id}")
    said = arguments.text()
    repeats = turn.services.repeats
    if said.casefold().strip() in OFF:
        await repeats.stop(turn.caller, interaction_id)
    elif said.casefold().strip() in LIKE:
        await repeats.take_over(turn.caller, interaction_id)
    else:
        card = await turn.services.views.interaction_card(turn.caller, interaction_id)
        first = card.due_on or user_day(card.happened_at, turn.user.timezone)
        rule = read_repeat(said, first, frame_of(turn))
        await repeats.repeat(turn.caller, interaction_id, rule)
    return None


verbs.question(
    "repeat",
    N_(
        "How often? For example: every Monday, every 2 weeks until 1 March, last Friday of the month, "
        "every 6 weeks after the last contact."
    ),
)
