"""Every hour: sweep a part of the blob store, all of it in a day."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Sweep the part whose turn it is."""
    await context.blobs.sweep_next()


JOB = Job("sweep_blobs", timedelta(hours=1), run)
