"""Twice a minute: welcome those who are back, and bring back what was told to others in their place."""

from datetime import timedelta

from scheduler.job import Job, JobContext


async def run(context: JobContext) -> None:
    """Welcome them."""
    await context.absences.welcome_back()


JOB = Job("welcome_back", timedelta(seconds=30), run)
