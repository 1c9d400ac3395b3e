"""How a process is told to stop.

The first SIGTERM or SIGINT drains and closes in order; a second one leaves at once. What was under way then is
where it would be after a crash: stored, and taken up at the next start.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)

_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_ECHO_SECONDS = 0.1
"""Some senders signal a process and its group, so that one wish arrives twice."""


@contextmanager
def stopped_by_signals() -> Iterator[asyncio.Event]:
    """An event that the first signal sets; the second ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    asked_at = 0.0

    def on_signal() -> None:
        nonlocal asked_at
        if stop.is_set():
            if loop.time() - asked_at > _ECHO_SECONDS:
                os._exit(1)
            return
        asked_at = loop.time()
        logger.info("Stopping; once more to leave at once", extra={"event": "stop_asked"})
        stop.set()

    for number in _SIGNALS:
        loop.add_signal_handler(number, on_signal)
    try:
        yield stop
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
