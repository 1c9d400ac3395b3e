"""Words that say when a digest is told: ``8``, ``off``, ``friday``, ``monday 9``, in both languages."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.turn import Turn
from bot.verbs import Arguments
from core.enums import DigestKind
from core.errors import TimeInvalid
from core.rules.digests import DEFAULTS, FRIDAY, MONDAY, DigestTime

_OFF = frozenset({"off", "выкл", "нет"})
_ON = frozenset({"on", "вкл", "да"})
_DAYS = {
    "monday": MONDAY,
    "mon": MONDAY,
    "понедельник": MONDAY,
    "пн": MONDAY,
    "friday": FRIDAY,
    "fri": FRIDAY,
    "пятница": FRIDAY,
    "пятницу": FRIDAY,
    "пт": FRIDAY,
}
_HOUR = re.compile(r"([01]?[0-9]|2[0-3])(?::00)?", re.ASCII)


def read_digest(present: DigestTime, words: str) -> DigestTime:
    """The settings after such words; what they do not say stays.

    Raises:
        TimeInvalid: They say something else; only the week has a day, and only whole hours are kept.
    """
    found = replace(present, is_on=True)
    if present.kind is DigestKind.WEEKLY and present.weekday is None:
        found = replace(found, weekday=DEFAULTS[DigestKind.WEEKLY].weekday)
    arguments = Arguments(words)
    while arguments:
        word = arguments.word().lower().strip(",;")
        hour = _HOUR.fullmatch(word)
        if word in _OFF:
            found = replace(found, is_on=False)
        elif word in _DAYS and present.kind is DigestKind.WEEKLY:
            found = replace(found, weekday=_DAYS[word])
        elif hour is not None:
            found = replace(found, hour=int(hour[1]))
        elif word not in _ON:
            raise TimeInvalid("hours", words)
    return found


async def read_digests(turn: Turn, wanted: Mapping[str, str]) -> dict[str, DigestTime]:
    """What is wanted of the user's digests, by name; names that are no digest's are passed over.

    Raises:
        TimeInvalid: The words of one say nothing that can be.
    """
    names = set(wanted) & set(DigestKind)
    if not names:
        return {}
    times, _ = await turn.services.digests.list_times(turn.caller)
    return {one.kind: read_digest(one, wanted[one.kind]) for one in times if one.kind in names}
