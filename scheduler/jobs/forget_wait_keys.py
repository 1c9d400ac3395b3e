"""Every hour: forget what leads to waits that are over."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Forget them."""
    await context.waits.forget_keys()


JOB = Job("forget_wait_keys", timedelta(hours=1), run)
