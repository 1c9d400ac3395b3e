"""Every few seconds: tell how far first imports are, those of whom anything has changed."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Tell those who began them."""
    await context.imports.tell()


JOB = Job("tell_import_progress", timedelta(seconds=5), run)
