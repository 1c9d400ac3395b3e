"""At the moment the nearest reminder is due, and once a second: write the reminders that are due to the outbox.

The look once a second is one step into an index. It finds what another process has written, and what is due all at
once because the clock was moved.
"""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Send until nothing is due, in portions; one that brings nothing ends it."""
    while await context.reminders.send_due():
        continue


async def next_due(context: JobContext) -> timedelta | None:
    """How long until the nearest one is due."""
    return await context.reminders.next_due()


JOB = Job("send_due_reminders", timedelta(seconds=1), run, next_due)
