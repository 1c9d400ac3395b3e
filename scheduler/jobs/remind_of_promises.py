"""Every ten seconds: remind of the promises that are due."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Remind until nothing is due, in portions."""
    while await context.promises.remind_due():
        continue


JOB = Job("remind_of_promises", timedelta(seconds=10), run)
