"""What counts as an answer, and how long one waits for it (pains.md 23).

Any channel counts: a letter or an SMS that came in, a call in which somebody was reached, a meeting that was held.
Automatic mail does not. How long one waits is counted in working days of the user, so that nobody is asked again
on a Sunday.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from core.enums import CallResult, Direction, InteractionState, InteractionType, MailClass
from core.errors import TimeInvalid
from core.rules.days_off import WEEK, WORKING_DAYS
from core.rules.time_phrase import Frame
from core.rules.time_vocabulary import NUMBERS
from core.rules.time_words import read_when
from core.rules.user_day import at_hour, user_day
from core.rules.working_time import Hours, after_working_days, working_days_between

LONGEST_WAIT = 365
"""Days; a longer patience is a slip of the finger."""

_DURATION = re.compile(
    r"(?:in |через |after |за )?(?P<count>\d{1,3}|[^\W\d]+)?\s*(?P<working>working |business |рабоч\w+ )?"
    r"(?P<unit>days?|дн\w+|день|weeks?|недел\w+)"
)


@dataclass(frozen=True, slots=True)
class Happening:
    """An interaction, as far as it may be an answer or another try."""

    type: InteractionType
    state: InteractionState
    direction: Direction | None
    result: CallResult | None
    mail_class: MailClass | None = None


def is_answer(one: Happening) -> bool:
    """Whether the other side said something in it."""
    if one.state is not InteractionState.DONE or one.mail_class not in {None, MailClass.NORMAL}:
        return False
    if one.type is InteractionType.CALL:
        return one.result is not CallResult.NOT_REACHED
    return one.type is InteractionType.MEETING or one.direction is Direction.IN


def is_try(one: Happening) -> bool:
    """Whether we turned to the other side in it, and nobody has answered yet."""
    if one.state is not InteractionState.DONE or one.direction is not Direction.OUT:
        return False
    return one.type is not InteractionType.CALL or one.result is CallResult.NOT_REACHED


def can_be_followed_up(one: Happening) -> bool:
    """Whether an answer to it can be waited for: we wrote, called or met, and it is done."""
    is_ours = one.type is InteractionType.MEETING or one.direction is Direction.OUT
    return one.state is InteractionState.DONE and is_ours


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer is waited for.

    Attributes:
        due_at: When its user is told that none came.
        working_days: The same in working days, at least one: how long it is waited for after the next try.
    """

    due_at: datetime
    working_days: int


def wait_working_days(since: datetime, count: int, hours: Hours) -> Patience:
    """Until the morning of the working day that comes so many working days later."""
    day = after_working_days(user_day(since, hours.timezone), max(count, 1), hours.days_off)
    return Patience(at_hour(day, hours.starts, hours.timezone), max(count, 1))


def read_patience(text: str, frame: Frame, hours: Hours) -> Patience:
    """How long a text says: "2 working days", "3 дня", "a week", or any time; a day alone means a working morning.

    "Until Friday" and "до пятницы" say the same as the day alone.

    Raises:
        TimeInvalid: It says no time.
    """
    text = " ".join(_after_leads(text.split()))
    counted = _read_duration(text, frame.now, hours)
    if counted is not None:
        return counted
    when = read_when(text, frame)
    if when.due_on is not None:
        return _until_day(when.due_on, frame.now, hours)
    days = working_days_between(frame.local.date(), user_day(when.at, hours.timezone), hours.days_off)
    return Patience(when.at, max(days, 1))


def _read_duration(text: str, now: datetime, hours: Hours) -> Patience | None:
    match = _DURATION.fullmatch(" ".join(text.casefold().replace("ё", "е").split()))
    if match is None:
        return None
    said = match["count"] or "1"
    count = int(said) if said.isdigit() else NUMBERS.get(said, 0)
    is_weeks = match["unit"].startswith(("week", "недел"))
    if not 0 < count <= LONGEST_WAIT // (WEEK if is_weeks else 1):
        return None
    if match["working"]:
        return wait_working_days(now, count * (WORKING_DAYS if is_weeks else 1), hours)
    today = user_day(now, hours.timezone)
    return _until_day(date.fromordinal(today.toordinal() + count * (WEEK if is_weeks else 1)), now, hours)


def _until_day(day: date, now: datetime, hours: Hours) -> Patience:
    worked = after_working_days(day, 0, hours.days_off)
    days = working_days_between(user_day(now, hours.timezone), worked, hours.days_off)
    return Patience(at_hour(worked, hours.starts, hours.timezone), max(days, 1))


_IF_SILENT = re.compile(
    r"\bif\s+(?:there(?:['\u2019]s| is)\s+)?(?:no\s+(?:answer|reply|response)"
    r"|\w+\s+(?:does not|doesn['\u2019]t|do not|don['\u2019]t)\s+(?:answer|reply|respond)"
    r"|nobody\s+(?:answers|replies|responds))"
    r"|\bесли\s+(?:\w+\s+)?не\s+(?:ответ(?:ит|ят)|отреагиру(?:ет|ют)|будет\s+ответа)",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;\n]|\.(?=\s|$)")
_TIME_LEADS = frozenset(["by", "until", "till", "within", "before", "до", "к", "ко", "течение"])
_MOST_WORDS = 6


def says_if_silent(text: str) -> bool:
    """Whether a text says what is to be done if nobody answers."""
    return _IF_SILENT.search(text) is not None


def read_if_silent(text: str, frame: Frame, hours: Hours) -> Patience | None:
    """How long an answer is waited for, as words say along with what is recorded: "if no answer by Friday".

    None where they do not say so, or no time that is still to come.
    """
    said = _IF_SILENT.search(text)
    if said is None:
        return None
    rest = text[said.end() :]
    end = _CLAUSE_END.search(rest)
    words = _after_leads((rest[: end.start()] if end is not None else rest).split()[: _MOST_WORDS + 2])
    for count in range(len(words), 0, -1):
        try:
            found = read_patience(" ".join(words[:count]), frame, hours)
        except TimeInvalid:
            continue
        return found if found.due_at > frame.now else None
    return None


def _after_leads(words: list[str]) -> list[str]:
    """Words without what leads to a time: "by", "до", "в течение"; "в пятницу" is a time as it stands."""
    while len(words) > 1 and words[0].casefold() in _TIME_LEADS | {"в"}:
        if words[0].casefold() == "в" and words[1].casefold() not in _TIME_LEADS:
            break
        words = words[1:]
    return words
