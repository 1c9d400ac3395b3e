"""Letters that come within a minute are told as one message (conversation.md 10; docs/decisions/0028).

The first message comes at once and begins a minute. What comes for the same user until it is over is added to one
row of the outbox that is held until then, and that is told at its end; it begins the next minute. What asks
something, an answer that somebody waits for and a bounce are never held.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.enums import OutboxState
from core.models import LetterMinute, OutboxItem
from core.repositories import letter_minutes, outbox
from core.services.work import Work

MINUTE = timedelta(seconds=60)

NOTE = "letter"
NOTE_OF_SEVERAL = "letters"
SCREEN = "letters"
"""Shows letters by number: ``letters:12:13``."""


async def gather_letters(work: Work, together: timedelta) -> None:
    """Make one notice a user of what this transaction brings, and hold it where they were told of letters just now.

    To be called last: what is held is locked until the commit, and whoever delivers waits for it.
    """
    by_user: dict[int, list[OutboxItem]] = {}
    for item in work.notices(NOTE):
        if item.user_id is not None:
            by_user.setdefault(item.user_id, []).append(item)
    if not by_user:
        return
    minutes = await letter_minutes.load(work.session, by_user)
    held = await outbox.find_held(work.session, by_user)
    for user_id, (first, *others) in by_user.items():
        work.withdraw(others)
        numbers = [one.payload["show"][1:] for one in (first, *others)]
        if user_id in held:
            work.withdraw([first])
            _tell(held[user_id], [*held[user_id].payload["show"].split(":")[1:], *numbers])
            continue
        if others:
            _tell(first, numbers)
        minute = minutes.get(user_id)
        begins_at = work.now
        if minute is not None and work.now < minute.until:
            begins_at = min(minute.until, work.now + together)
            _hold(first, numbers, begins_at)
        _begin_minute(work, minute, user_id, begins_at + together)


def _hold(item: OutboxItem, numbers: Sequence[str], until: datetime) -> None:
    _tell(item, numbers)
    item.state, item.due_at = OutboxState.HELD, until


def _tell(item: OutboxItem, numbers: Sequence[str]) -> None:
    note = NOTE if len(numbers) == 1 else NOTE_OF_SEVERAL
    item.payload = {"show": ":".join((SCREEN, *numbers)), "note": note}


def _begin_minute(work: Work, minute: LetterMinute | None, user_id: int, until: datetime) -> None:
    if minute is None:
        work.session.add(LetterMinute(user_id=user_id, until=until))
    else:
        minute.until = until
