"""Every second: write the reminders that are due to the outbox."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Send until nothing is due, in portions; one that brings nothing ends it."""
    while await context.reminders.send_due():
        continue


JOB = Job("send_due_reminders", timedelta(seconds=1), run)
