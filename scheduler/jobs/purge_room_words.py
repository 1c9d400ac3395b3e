"""Every hour: forget what was said in rooms of deals and nobody reacted to."""

import logging
from datetime import timedelta

from core.rules.deal_rooms import KEEP
from scheduler.job import Job, JobContext

logger = logging.getLogger(__name__)


async def run(context: JobContext) -> None:
    """Forget it."""
    purged = await context.room_messages.purge(KEEP)
    if purged:
        logger.info("Forgot %d messages of rooms", purged, extra={"event": "room_words_purged"})


JOB = Job("purge_room_words", timedelta(hours=1), run)
