"""One process a part: on SQLite no second process may run the same part of the product.

The lock is a file beside the database, held by the kernel for the life of the process, however it ends. It is what
lets a new outbox take over at once what a killed one left in flight, instead of waiting for its leases. On
PostgreSQL rows are claimed, and several processes may run a part.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.supervision import Fatal
from core.database import Database


@contextmanager
def hold_parts(database: Database, parts: Iterable[str]) -> Iterator[bool]:
    """Hold the locks of parts until the end of the block; gives whether this process is alone with them.

    Raises:
        Fatal: Another process runs one of them.
    """
    if not database.is_sqlite or not database.url.database:
        yield False
        return
    with ExitStack() as stack:
        for part in parts:
            stack.enter_context(_hold(Path(f"{database.url.database}.{part}.lock"), part))
        yield True


@contextmanager
def _hold(path: Path, part: str) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Fatal(f"another process runs the {part} on this database already") from error
        yield
    finally:
        os.close(descriptor)
