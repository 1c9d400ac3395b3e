"""Every hour: forget updates that have had their effect."""

import logging
from datetime import timedelta

from scheduler.job import Job, JobContext

KEEP = timedelta(hours=48)
"""Telegram repeats an update for 24 hours at most; twice that, to be safe."""

logger = logging.getLogger(__name__)


async def run(context: JobContext) -> None:
    """Forget them."""
    purged = await context.inbox.purge(KEEP)
    if purged:
        logger.info("Forgot %d updates", purged, extra={"event": "updates_purged"})


JOB = Job("purge_updates", timedelta(hours=1), run)
