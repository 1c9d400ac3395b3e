"""Every minute: learn how often people and deals are usually in touch, a portion at a time."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Look at the next portion."""
    await context.rhythms.renew_next()


JOB = Job("renew_rhythms", timedelta(minutes=1), run)
