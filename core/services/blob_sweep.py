"""Bytes that nobody needs any more are not kept for ever (docs/decisions/0030).

a letter was left out, a mailbox removed ── keep ──▶ its sighting names no bytes
nothing names a file                     ── keep ──▶ put aside ── a day ──▶ forgotten
                                                        └── named after all ──▶ brought back
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from core.ports import SweptBlobs
from core.repositories import blob_names
from core.services.work import Works

ASIDE_FOR = timedelta(days=1)
"""How long bytes lie aside: far longer than anybody takes from keeping bytes to naming them."""

PARTS = 24
"""The store is looked through in so many parts, one an hour: a look reads every name in the database."""

AT_ONCE = 500
BYTES = 256

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Swept:
    """What a sweep did: sightings that let go of their bytes, files put aside, brought back and forgotten."""

    released: int = 0
    put_aside: int = 0
    brought_back: int = 0
    forgotten: int = 0


class BlobSweep:
    """Sweeps the blob store, a part at a time; may be broken off at any moment and run by several processes.

    What was left out is kept by the product's clock, files by the machine's, since their dates are.

    Args:
        works: Begins works.
        blobs: The store.
        keep: How long bytes stay that nobody needs.
    """

    def __init__(self, works: Works, blobs: SweptBlobs, keep: timedelta) -> None:
        self._works = works
        self._blobs = blobs
        self._keep = keep

    async def sweep_next(self) -> Swept:
        """Sweep the part of this hour."""
        return await self.sweep(int(self._works.clock.now().timestamp()) // 3600 % PARTS)

    async def sweep(self, part: int) -> Swept:
        """Sweep one part of the store, and everything that lies aside.

        Args:
            part: From 0 to PARTS - 1; with the first one sightings let go of bytes.
        """
        done = Swept()
        if part == 0:
            await self._release(done)
        await self._look_aside(done)
        await self._put_aside(BYTES * part // PARTS, BYTES * (part + 1) // PARTS, done)
        if done != Swept():
            logger.info(
                "Swept: %d released, %d put aside, %d brought back, %d forgotten",
                done.released,
                done.put_aside,
                done.brought_back,
                done.forgotten,
                extra={"event": "blobs_swept"},
            )
        return done

    async def _release(self, done: Swept) -> None:
        before = self._works.clock.now() - self._keep
        last = 0
        while True:
            async with self._works.database.transaction() as session:
                rows = await blob_names.list_needless(session, before, after_id=last, limit=AT_ONCE)
                if not rows:
                    return
                recent = await blob_names.list_decided_since(session, rows, before)
                ids = [one.id for one in rows if one.id not in recent]
                await blob_names.release(session, ids)
            done.released += len(ids)
            last = rows[-1].id

    async def _look_aside(self, done: Swept) -> None:
        """What is named after all goes back; what is not, and lies there for long enough, is forgotten."""
        aside = await asyncio.to_thread(self._blobs.list_aside)
        digests = sorted(aside)
        for start in range(0, len(digests), AT_ONCE):
            some = digests[start : start + AT_ONCE]
            async with self._works.database.reading_aside() as session:
                named = await blob_names.list_named_of(session, some)
            for digest in some:
                if digest in named:
                    done.brought_back += await asyncio.to_thread(self._blobs.bring_back, digest)
                elif aside[digest] > ASIDE_FOR:
                    await asyncio.to_thread(self._blobs.forget, digest)
                    done.forgotten += 1

    async def _put_aside(self, first: int, behind: int, done: Swept) -> None:
        old = await asyncio.to_thread(self._blobs.list_older, first, behind, self._keep)
        if not old:
            return
        async with self._works.database.reading_aside() as session:
            named = await blob_names.list_named(
                session, f"{first:02x}", f"{behind:02x}" if behind < BYTES else "g"
            )
        for digest in old:
            if digest not in named:
                done.put_aside += await asyncio.to_thread(self._blobs.put_aside, digest, self._keep)
