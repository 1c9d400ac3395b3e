"""The timetable: APScheduler wakes, the truth is in the database.

Nothing is stored in the scheduler itself, so that a restart, or a second process, changes nothing: a job looks
at the database for what is due. Missed starts are made up by one run (coalesce), however late they are.

A job that knows when there is work again is started at that very moment; its regular starts are the net below, for
what another process has written and for a clock that was moved.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.job import Job, JobContext

logger = logging.getLogger(__name__)

PAUSE = timedelta(milliseconds=10)
"""At least so long after its end a job that knows its next moment starts again, whatever is overdue."""

AGAIN = timedelta(milliseconds=1)
"""After so long a job starts that was woken while it ran."""


class Timetable:
    """Runs jobs at their times; a failing job is logged and tried again at its next time."""

    def __init__(self, context: JobContext, jobs: Sequence[Job]) -> None:
        self._context = context
        self._jobs = jobs
        self._failing: set[str] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._woken: set[str] = set()
        """Jobs that were to start while they ran."""
        self._scheduler: AsyncIOScheduler | None = None
        self._stopping = False

    async def run(self) -> None:
        """Keep the timetable until cancelled; then what is running is waited for, not broken off."""
        self._stopping = False
        scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": AsyncIOExecutor()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )
        for job in self._jobs:
            scheduler.add_job(self._start, "interval", [job], id=job.name, seconds=job.every.total_seconds())
        scheduler.start()
        self._scheduler = scheduler
        try:
            await asyncio.Event().wait()
        finally:
            self._stopping = True
            self._scheduler = None
            scheduler.shutdown(wait=False)
            if self._running:
                await asyncio.shield(asyncio.gather(*self._running))

    def wake(self, name: str, delay: timedelta) -> None:
        """Start a job after a while, unless it starts before that anyway; called from the loop that runs it."""
        if any(task.get_name() == name for task in self._running):
            self._woken.add(name)
            return
        self._start_by(name, delay)

    def _start_by(self, name: str, delay: timedelta) -> None:
        job = None if self._scheduler is None else self._scheduler.get_job(name)
        at = datetime.now(UTC) + max(delay, timedelta(0))
        if job is not None and (job.next_run_time is None or at < job.next_run_time):
            job.modify(next_run_time=at)

    def is_well(self) -> bool:
        """Whether the last run of every job worked."""
        return not self._failing

    async def _start(self, job: Job) -> None:
        """What APScheduler calls. The work is a task of its own, which a shutdown does not cancel."""
        if self._stopping or any(task.get_name() == job.name for task in self._running):
            return
        task = asyncio.create_task(self._work(job), name=job.name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.wait([task])
        if job.name in self._woken:
            self._woken.discard(job.name)
            self._start_by(job.name, AGAIN)

    async def _work(self, job: Job) -> None:
        try:
            await job.run(self._context)
            if job.next_due is not None:
                ahead = await job.next_due(self._context)
                if ahead is not None:
                    self._start_by(job.name, max(ahead, PAUSE))
        except Exception:
            self._failing.add(job.name)
            logger.exception("Job %s failed", job.name, extra={"event": "job_failed", "job": job.name})
        else:
            if job.name in self._failing:
                self._failing.discard(job.name)
                logger.info("Job %s works again", job.name, extra={"event": "job_recovered", "job": job.name})
