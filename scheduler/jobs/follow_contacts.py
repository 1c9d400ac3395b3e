"""Every ten minutes: what is due so long after the last contact is put off where there was one since."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Look at every such series, in portions."""
    last = 0
    while (last := await context.repeats.follow_contacts(last)) != 0:
        continue


JOB = Job("follow_contacts", timedelta(minutes=10), run)
