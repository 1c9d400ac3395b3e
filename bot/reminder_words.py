"""Reading what people say of reminders: when, how long ahead, in which hours never (domain.md I5, U5)."""

from bot.capturing import frame_of
from bot.errors import UsageWrong
from bot.texts.interaction_fields import type_of
from bot.turn import Turn
from bot.verbs import Arguments
from core.enums import InteractionType, ReminderKind
from core.errors import TimeInvalid
from core.rules.reminder_words import read_bound, read_minutes
from core.rules.time_words import read_when
from core.values import InteractionId, ReminderWish

OFF = frozenset({"off", "none", "no", "нет", "выкл", "без"})
HOURS_OF_DAY = 24
BOTH = 2
"""Quiet hours begin and end."""


def read_wish(turn: Turn, text: str) -> ReminderWish:
    """When somebody wants to be reminded, as they say it.

    Raises:
        TimeInvalid: It is no time.
    """
    bound = read_bound(text, frame_of(turn))
    if bound is not None:
        return ReminderWish(*bound)
    return ReminderWish(ReminderKind.AT, at=read_when(text, frame_of(turn)).at)


async def snooze_by_words(turn: Turn, interaction_id: InteractionId, said: str) -> bool:
    """Come again later, where the answer to a reminder is a time and nothing else: "in an hour", "через час"."""
    try:
        when = read_when(said, frame_of(turn))
    except TimeInvalid:
        return False
    wish = ReminderWish(ReminderKind.AT, at=when.at)
    await turn.services.reminder_wishes.remind(turn.caller, interaction_id, wish)
    return True


def read_ahead(turn: Turn, text: str) -> tuple[InteractionType, tuple[int, ...]]:
    """How long ahead of what: ``meeting 60,15``, "call 1 h", ``plan off``; in minutes.

    Raises:
        UsageWrong: The type is none, or something is no span of time.
    """
    arguments = Arguments(text)
    name = arguments.word()
    is_plan = name.casefold() in {InteractionType.PLANNED, "plan", "план"}
    type_ = InteractionType.PLANNED if is_plan else type_of(turn, name)
    said = arguments.text()
    minutes = () if said.casefold() in OFF else read_minutes(said, frame_of(turn))
    if type_ is None or minutes is None:
        raise UsageWrong
    return type_, minutes


def read_quiet(text: str) -> tuple[int, int]:
    """Quiet hours: ``21-8``, or ``off``, which is none.

    Raises:
        UsageWrong: These are no hours.
    """
    if text.casefold().strip() in OFF:
        return 0, 0
    hours = text.replace("\u2013", "-").replace(":", "-").replace("-", " ").split()
    if len(hours) != BOTH or not all(one.isdecimal() and int(one[:3]) <= HOURS_OF_DAY for one in hours):
        raise UsageWrong
    starts, ends = (int(one) % HOURS_OF_DAY for one in hours)
    return starts, ends
