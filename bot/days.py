"""Reading a day where a command takes one: when a deal was won, when its close is expected."""

from datetime import date

from bot.turn import Turn
from core.enums import InteractionState
from core.rules.time_words import Frame, read_when
from core.rules.times import day_of


def read_day(turn: Turn, text: str, state: InteractionState) -> date:
    """The day that a time says, in the reader's zone.

    Args:
        turn: Whose words.
        text: ISO or words: "yesterday", "1 December", "в пятницу".
        state: Planned: the nearest such day ahead is meant; done: the nearest one back.

    Raises:
        TimeInvalid: It is no time.
    """
    frame = Frame(turn.now, turn.user.timezone, turn.user.day_starts, state)
    return day_of(read_when(text, frame), turn.user.timezone)
