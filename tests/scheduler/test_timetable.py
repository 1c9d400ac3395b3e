import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from scheduler.catalogue import JOBS
from scheduler.job import Job, JobContext
from scheduler.jobs import (
    clear_abandoned,
    purge_room_words,
    purge_updates,
    send_due_digests,
    send_due_reminders,
    sweep_blobs,
    tell_quarantined,
)
from scheduler.timetable import PAUSE, Timetable


@dataclass
class CountingReminders:
    """Gives portions until none is left."""

    portions: list[int] = field(default_factory=list)
    calls: int = 0
    ahead: timedelta | None = None

    async def send_due(self) -> int:
        self.calls += 1
        return self.portions.pop(0) if self.portions else 0

    async def next_due(self) -> timedelta | None:
        return self.ahead


@dataclass
class CountingInbox:
    kept: list[timedelta] = field(default_factory=list)

    async def purge(self, keep: timedelta) -> int:
        self.kept.append(keep)
        return 3


@dataclass
class CountingQuarantine:
    calls: int = 0

    async def tell_keepers(self) -> int:
        self.calls += 1
        return 2


@dataclass
class CountingImports:
    calls: int = 0

    async def tell(self) -> int:
        self.calls += 1
        return 1


@dataclass
class CountingAbandoned:
    waited: list[timedelta] = field(default_factory=list)

    async def clear(self, after: timedelta) -> int:
        self.waited.append(after)
        return 1


@dataclass
class CountingWaits:
    looks: int = 0
    forgotten: int = 0

    async def look_at_due(self) -> int:
        self.looks += 1
        return 100 if self.looks == 1 else 0

    async def forget_keys(self) -> None:
        self.forgotten += 1


@dataclass
class CountingPromises:
    calls: int = 0

    async def remind_due(self) -> int:
        self.calls += 1
        return 0


@dataclass
class CountingRhythms:
    calls: int = 0

    async def renew_next(self) -> int:
        self.calls += 1
        return 0


@dataclass
class CountingBlobs:
    calls: int = 0

    async def sweep_next(self) -> int:
        self.calls += 1
        return 1


@dataclass
class CountingAbsences:
    calls: int = 0

    async def welcome_back(self) -> int:
        self.calls += 1
        return 0


class CountingRepeats:
    """Has no series to carry on."""

    async def carry_on(self) -> int:
        return 0

    async def follow_contacts(self, after_id: int) -> int:
        return after_id


def context(**services: Any) -> JobContext:
    return JobContext(
        **{
            "reminders": CountingReminders(),
            "digests": CountingReminders(),
            "waits": CountingWaits(),
            "promises": CountingPromises(),
            "rhythms": CountingRhythms(),
            "inbox": CountingInbox(),
            "quarantine": CountingQuarantine(),
            "imports": CountingImports(),
            "abandoned": CountingAbandoned(),
            "blobs": CountingBlobs(),
            "room_messages": CountingInbox(),
            "absences": CountingAbsences(),
            "repeats": CountingRepeats(),
            **services,
        }
    )


@asynccontextmanager
async def running(timetable: Timetable) -> AsyncIterator[None]:
    task = asyncio.create_task(timetable.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_reminders_are_sent_until_nothing_is_due() -> None:
    reminders = CountingReminders([100, 100, 7])
    await send_due_reminders.run(context(reminders=reminders))
    assert reminders.calls == 4


async def test_digests_are_looked_at_until_nothing_is_due() -> None:
    digests = CountingReminders([100, 3])
    await send_due_digests.run(context(digests=digests))
    assert digests.calls == 3


async def test_updates_are_kept_for_two_days() -> None:
    inbox = CountingInbox()
    await purge_updates.run(context(inbox=inbox))
    assert inbox.kept == [timedelta(hours=48)]


async def test_words_of_rooms_are_kept_for_two_days() -> None:
    messages = CountingInbox()
    await purge_room_words.run(context(room_messages=messages))
    assert messages.kept == [timedelta(hours=48)]


async def test_keepers_are_told_of_quarantined_letters() -> None:
    quarantine = CountingQuarantine()
    await tell_quarantined.run(context(quarantine=quarantine))
    assert quarantine.calls == 1


async def test_what_was_begun_and_left_is_forgotten_after_a_day() -> None:
    abandoned = CountingAbandoned()
    await clear_abandoned.run(context(abandoned=abandoned))
    assert abandoned.waited == [timedelta(days=1)]


async def test_the_blob_store_is_swept() -> None:
    blobs = CountingBlobs()
    await sweep_blobs.run(context(blobs=blobs))
    assert blobs.calls == 1


def test_every_job_has_a_name_of_its_own() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)


async def test_a_job_runs_again_and_again_while_another_fails() -> None:
    ran = asyncio.Event()
    counts = {"good": 0, "bad": 0}

    async def good(_context: JobContext) -> None:
        counts["good"] += 1
        if counts["good"] >= 3 and counts["bad"] >= 2:
            ran.set()

    async def bad(_context: JobContext) -> None:
        counts["bad"] += 1
        raise LookupError("broken")

    every = timedelta(seconds=0.02)
    timetable = Timetable(context(), [Job("good", every, good), Job("bad", every, bad)])
    async with running(timetable):
        await asyncio.wait_for(ran.wait(), 20)
        assert not timetable.is_well()


async def test_a_job_that_works_again_is_well_again() -> None:
    attempts = 0
    recovered = asyncio.Event()

    async def flaky(_context: JobContext) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise LookupError("once")
        if attempts > 2:
            recovered.set()

    timetable = Timetable(context(), [Job("flaky", timedelta(seconds=0.02), flaky)])
    async with running(timetable):
        await asyncio.wait_for(recovered.wait(), 20)
        assert timetable.is_well()


async def test_a_start_that_falls_into_a_running_one_is_left_out() -> None:
    together = 0
    most = 0
    starts = asyncio.Semaphore(0)

    async def slow(_context: JobContext) -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0.1)
        together -= 1
        starts.release()

    timetable = Timetable(context(), [Job("slow", timedelta(seconds=0.01), slow)])
    async with running(timetable):
        for _ in range(3):
            await asyncio.wait_for(starts.acquire(), 20)
    assert most == 1


async def test_a_stop_waits_for_the_running_job() -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def slow(_context: JobContext) -> None:
        started.set()
        await asyncio.sleep(0.2)
        ended.set()

    timetable = Timetable(context(), [Job("slow", timedelta(seconds=0.01), slow)])
    async with running(timetable):
        await asyncio.wait_for(started.wait(), 20)
    assert ended.is_set()


RARELY = timedelta(hours=1)


async def test_a_job_starts_at_the_moment_there_is_work_again() -> None:
    asked: list[int] = []
    again = asyncio.Event()

    async def work(_context: JobContext) -> None:
        asked.append(len(asked))
        if len(asked) > 2:
            again.set()

    async def ahead(_context: JobContext) -> timedelta | None:
        return timedelta(milliseconds=20)

    timetable = Timetable(context(), [Job("due", RARELY, work, ahead)])
    async with running(timetable):
        while not asked:
            timetable.wake("due", timedelta(0))
            await asyncio.sleep(0.01)
        await asyncio.wait_for(again.wait(), 20)


async def test_a_job_woken_while_it_runs_runs_again() -> None:
    runs = 0
    started, go_on, again = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work(_context: JobContext) -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            started.set()
            await go_on.wait()
        else:
            again.set()

    timetable = Timetable(context(), [Job("due", RARELY, work)])
    async with running(timetable):
        while not started.is_set():
            timetable.wake("due", timedelta(0))
            await asyncio.sleep(0.01)
        timetable.wake("due", timedelta(0))
        go_on.set()
        await asyncio.wait_for(again.wait(), 20)
    assert runs == 2


async def test_what_is_due_and_cannot_be_done_is_not_tried_without_a_pause() -> None:
    runs = 0

    async def work(_context: JobContext) -> None:
        nonlocal runs
        runs += 1

    async def overdue(_context: JobContext) -> timedelta | None:
        return timedelta(seconds=-5)

    timetable = Timetable(context(), [Job("due", RARELY, work, overdue)])
    async with running(timetable):
        while not runs:
            timetable.wake("due", timedelta(0))
            await asyncio.sleep(0.01)
        before, began = runs, time.monotonic()
        await asyncio.sleep(0.1)
        assert runs - before <= (time.monotonic() - began) / PAUSE.total_seconds() + 1


async def test_a_timetable_that_does_not_run_is_not_woken() -> None:
    timetable = Timetable(context(), [Job("due", RARELY, send_due_reminders.run)])
    timetable.wake("due", timedelta(0))
    assert timetable.is_well()
