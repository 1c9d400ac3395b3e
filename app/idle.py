"""Whether anything is still on its way: the question of `zveno wait-idle`.

Looked at from outside, beside the running product: updates without their effect, effects that have not left,
reminders that are due, updates that Telegram still holds, and letters that the product has not seen.
"""

import asyncio
import time
from dataclasses import dataclass

from app.bootstrap import Core
from app.telegram_door import TelegramAway, open_telegram
from core.enums import FunctionalOption
from core.queries.operations import OpenWork, count_open_work
from mail.sync import list_unsynced

LOOK_SECONDS = 0.1
QUIET_LOOKS = 2
"""So many looks in a row must find nothing, because what ends may begin something else."""


@dataclass(frozen=True, slots=True)
class Idleness:
    """What a look found open, as words for people; empty: nothing."""

    open: tuple[str, ...]


async def look(core: Core) -> Idleness:
    """Look once at everything; the servers are asked only when the database is quiet.

    When nothing else is open, what is held until its minute is over is told at once: who waits for all to be
    quiet wants to see it, and nothing comes any more that could be told with it (docs/decisions/0028).
    """
    work = await _count_work(core)
    found = _in_words(work)
    if not found and await core.services.repeats.has_over():
        found = ["repeated plans that are over"]
    if not found:
        found = await _look_at_telegram(core)
    if not found:
        found = await _look_at_mailboxes(core)
    if not found and work.held:
        await core.services.outbox.hasten_held()
        found = [f"{work.held} outbox rows held"]
    return Idleness(tuple(found))


async def _count_work(core: Core) -> OpenWork:
    reminders = await core.services.options.is_on(FunctionalOption.OTHER_INTERACTIONS)
    async with core.database.reading() as session:
        return await count_open_work(session, core.clock.now(), reminders=reminders)


def _in_words(work: OpenWork) -> list[str]:
    words = (
        (work.updates, "updates"),
        (work.outbox, "outbox rows"),
        (work.reminders, "due reminders"),
        (work.digests, "due digests"),
    )
    return [f"{count} {word}" for count, word in words if count]


async def _look_at_telegram(core: Core) -> list[str]:
    door = open_telegram(core.settings)
    if door is None:
        return []
    try:
        pending = await door.count_pending()
    except TelegramAway:
        return []
    return [f"{pending} updates at Telegram"] if pending else []


async def _look_at_mailboxes(core: Core) -> list[str]:
    watched = list(await core.services.mailboxes.list_watched())
    unsynced = await asyncio.gather(*(list_unsynced(one, core.mail, core.mail_settings) for one in watched))
    return [
        f"mailbox {mailbox_id}: {', '.join(folders)}"
        for mailbox_id, folders in zip(watched, unsynced, strict=True)
        if folders
    ]


async def wait_idle(core: Core, timeout_seconds: float) -> Idleness:
    """Look until nothing is open or the time is up; returns the last look."""
    deadline = time.monotonic() + timeout_seconds
    quiet = 0
    while True:
        found = await look(core)
        quiet = 0 if found.open else quiet + 1
        if quiet >= QUIET_LOOKS or (found.open and time.monotonic() >= deadline):
            return found
        await asyncio.sleep(LOOK_SECONDS)
