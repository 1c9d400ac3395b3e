"""Reading a day where a command takes one: when a deal was won, when its close is expected."""

import re
from datetime import date, timedelta

from bot.turn import Turn
from core.errors import TimeInvalid

_NEAR = {
    "today": 0,
    "сегодня": 0,
    "yesterday": -1,
    "вчера": -1,
    "tomorrow": 1,
    "завтра": 1,
}
_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", re.ASCII)


def read_day(turn: Turn, text: str) -> date:
    """A day: ISO, ``20.11.2026``, or today, yesterday, tomorrow of the reader.

    Raises:
        TimeInvalid: It is none.
    """
    said = text.strip().casefold()
    if said in _NEAR:
        return turn.today + timedelta(days=_NEAR[said])
    dotted = _DOTTED.fullmatch(said)
    try:
        if dotted is not None:
            return date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
        return date.fromisoformat(said)
    except ValueError as error:
        raise TimeInvalid("day", text) from error
