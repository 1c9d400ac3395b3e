"""Every few seconds: the next time of repeated plans whose latest is over though nobody said so."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Carry on until nothing is over, in portions."""
    while await context.repeats.carry_on():
        continue


JOB = Job("carry_on_series", timedelta(seconds=5), run)
