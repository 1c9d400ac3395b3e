"""What a card says of plans around it: what comes next, that one repeats, what takes the same time."""

from bot.html import Html, esc, fill, join
from bot.reader import Reader
from bot.screens.interaction_line import interaction_line
from bot.texts.kinds import TYPE_SIGNS
from bot.texts.repeats import repeat_words
from core.enums import FunctionalOption, InteractionState
from core.queries.interaction_card import InteractionCard


def next_step_line(reader: Reader, card: InteractionCard) -> Html | None:
    """What was planned to follow, with its reference; of a plan nothing is said of what comes after it."""
    step = card.next_step
    if step is None or card.deleted or card.state is InteractionState.PLANNED:
        return None
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return None
    when = reader.day(step.due_on) if step.due_on is not None else reader.when(step.happened_at)
    return fill(
        reader._("Next: {sign} {when} · /{ref}"),
        sign=esc(TYPE_SIGNS[step.type]),
        when=when,
        ref=esc(f"i{step.id}"),
    )


def series_line(reader: Reader, card: InteractionCard) -> Html | None:
    """That a plan repeats, and how."""
    if card.series is None or card.state is not InteractionState.PLANNED:
        return None
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return None
    return join(" ", Html("🔁"), repeat_words(reader, card.series.repeat))


def conflict_lines(reader: Reader, card: InteractionCard) -> list[Html]:
    """What else is planned for that time, each with its reference; "Move" stands below."""
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return []
    return [
        fill(reader._("⚠️ At the same time: {appointment}"), appointment=interaction_line(reader, one))
        for one in card.conflicts
    ]
