"""Every second: look whether answers came that are waited for, and tell of those that did not."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Look until nothing is due, in portions."""
    while await context.waits.look_at_due():
        continue


JOB = Job("look_at_waits", timedelta(seconds=1), run)
