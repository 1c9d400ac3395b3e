"""Every hour: forget mailboxes that somebody began to connect and left, with what opens them."""

from datetime import timedelta

from scheduler.job import Job, JobContext

AFTER = timedelta(days=1)
"""Whoever was interrupted goes on the same day, or the next morning."""


async def run(context: JobContext) -> None:
    """Forget them."""
    await context.abandoned.clear(AFTER)


JOB = Job("clear_abandoned", timedelta(hours=1), run)
