"""`zveno run`: the product until it is told to stop."""

import logging
from collections.abc import Collection

from app.bootstrap import open_core
from app.parts import PARTS
from app.product import check_parts, open_product
from app.settings import Settings
from app.signals import stopped_by_signals
from core import failpoints

logger = logging.getLogger(__name__)


async def run(settings: Settings, wanted: Collection[str] = PARTS) -> None:
    """Run the wanted parts until a signal.

    Raises:
        SettingsInvalid: It cannot work with these settings.
        SchemaOutdated: PostgreSQL wants `zveno migrate`.
        Fatal: A part cannot go on.
    """
    check_parts(settings, wanted)
    failpoints.arm(settings.failpoint)
    with stopped_by_signals() as stop:
        async with open_core(settings) as core, open_product(core, wanted) as product:
            logger.info(
                "Zveno runs: %s", ", ".join(product.supervisor.names), extra={"event": "product_started"}
            )
            await product.supervisor.run_until(stop)
    logger.info("Zveno has stopped", extra={"event": "product_stopped"})
