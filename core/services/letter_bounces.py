"""What follows from letters that say that another one was not delivered (RFC 3464).

A bounce is believed only about a letter of ours that it answers, and only for those it was written to: anybody
can send a letter that looks like one.
"""

from collections.abc import Sequence
from typing import NamedTuple

from core.enums import AddressKind, Direction
from core.repositories import bounces
from core.services.work import Work
from core.values import Ref, RefKind


class Bounce(NamedTuple):
    """A bounce with the letter that it answers."""

    interaction_id: int
    parent_id: int


async def mark_bounced(work: Work, said: Sequence[Bounce]) -> None:
    """Mark the addresses of contacts to which letters of ours could not be delivered."""
    for one in said:
        told = await bounces.find_bounce(work.session, one.interaction_id)
        if told is None or not told.failed or told.parent_direction is not Direction.OUT:
            continue
        written_to = await bounces.list_recipients(work.session, one.parent_id)
        values = written_to.intersection(told.failed)
        for row in await bounces.list_addresses(work.session, AddressKind.EMAIL, values):
            if row.bounced_at is None or row.bounced_at < told.happened_at:
                work.change(row, of=Ref(RefKind.CONTACT, row.contact_id), bounced_at=told.happened_at)
