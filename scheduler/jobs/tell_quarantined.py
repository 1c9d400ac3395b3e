"""Every ten seconds: tell keepers of letters that could not be taken, those of an import together."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Tell those who are to be told now."""
    await context.quarantine.tell_keepers()


JOB = Job("tell_quarantined", timedelta(seconds=10), run)
