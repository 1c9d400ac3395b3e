"""Every second: write the digests whose hour has come to the outbox."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Look until nothing is due, in portions; one that brings nothing ends it."""
    while await context.digests.send_due():
        continue


JOB = Job("send_due_digests", timedelta(seconds=1), run)
