"""What a job is, and what jobs are given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


class Reminders(Protocol):
    """core.services.reminders.Reminders."""

    async def send_due(self) -> int:
        """Claim due reminders and write what is to be sent; how many were claimed."""
        ...

    async def next_due(self) -> timedelta | None:
        """How long it is until the nearest reminder is due, negative when that is past; None: none waits."""
        ...


class Waits(Protocol):
    """core.services.waits.Waits."""

    async def look_at_due(self) -> int:
        """Look whether what was waited for has happened, and tell of what has not; how many were looked at."""
        ...

    async def forget_keys(self) -> None:
        """Forget what leads to waits that are over."""
        ...


class Digests(Protocol):
    """core.services.digests.Digests."""

    async def send_due(self) -> int:
        """Look at due digests and write what is to be sent; how many were looked at."""
        ...


class Promises(Protocol):
    """core.services.promises.Promises."""

    async def remind_due(self) -> int:
        """Claim the promises that are due and write what is to be sent; how many were claimed."""
        ...


class Rhythms(Protocol):
    """core.services.rhythms.Rhythms."""

    async def renew_next(self) -> int:
        """Learn the rhythms of the next portion of contacts and deals; how many were learned."""
        ...


class Inbox(Protocol):
    """core.services.inbox.Inbox."""

    async def purge(self, keep: timedelta) -> int:
        """Forget updates done longer ago than `keep`; how many."""
        ...


class Quarantine(Protocol):
    """core.services.quarantine.Quarantine."""

    async def tell_keepers(self) -> int:
        """Tell keepers of letters that went into quarantine; how many keepers."""
        ...


class ImportProgress(Protocol):
    """core.services.import_progress.ImportProgress."""

    async def tell(self) -> int:
        """Tell how far first imports are; how many mailboxes."""
        ...


class AbandonedMailboxes(Protocol):
    """core.services.abandoned_mailboxes.AbandonedMailboxes."""

    async def clear(self, after: timedelta) -> int:
        """Forget mailboxes that were begun and not touched for so long; how many."""
        ...


class BlobSweep(Protocol):
    """core.services.blob_sweep.BlobSweep."""

    async def sweep_next(self) -> object:
        """Put bytes aside that nothing names, and forget what lies there for long; what it did."""
        ...


class Absences(Protocol):
    """core.services.absences.Absences."""

    async def welcome_back(self) -> int:
        """Welcome those whose absence is over; how many."""
        ...


class Repeats(Protocol):
    """core.services.repeats.Repeats."""

    async def carry_on(self) -> int:
        """Plan the next time of what repeats and is over; how many were looked at."""
        ...

    async def follow_contacts(self, after_id: int) -> int:
        """Put off what counts from the last contact; where to go on, 0 at the end."""
        ...


class RoomMessages(Protocol):
    """core.services.room_messages.RoomMessages."""

    async def purge(self, keep: timedelta) -> int:
        """Forget words kept for so long; how many messages'."""
        ...


@dataclass(frozen=True, slots=True)
class JobContext:
    """The services that jobs call."""

    reminders: Reminders
    digests: Digests
    waits: Waits
    promises: Promises
    rhythms: Rhythms
    inbox: Inbox
    quarantine: Quarantine
    imports: ImportProgress
    abandoned: AbandonedMailboxes
    blobs: BlobSweep
    room_messages: RoomMessages
    absences: Absences
    repeats: Repeats


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again.

    Attributes:
        name: As it stands in logs and health.
        every: From one start to the next; a start that falls into a running one is left out.
        run: Does it; must bear being broken off at any moment and being run by two processes at once.
        next_due: Asked after each run: how long until there is work again. The job then starts at that moment, where
            it comes before the next start anyway. None: only the timetable counts.
    """

    name: str
    every: timedelta
    run: Callable[[JobContext], Awaitable[None]]
    next_due: Callable[[JobContext], Awaitable[timedelta | None]] | None = None
