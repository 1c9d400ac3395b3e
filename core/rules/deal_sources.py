"""Which marketing event a new deal came from (domain.md, Subject; D1)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

REMEMBERED = timedelta(days=365)
"""How long after an event what begins with its people is still put down to it."""

SAME_DAY = timedelta(days=1)


class EventFacts(NamedTuple):
    """A marketing event in which somebody of a chain took part."""

    subject_id: int
    title: str
    began_at: datetime
    last_at: datetime


def choose_event(events: Iterable[EventFacts], first_contact_at: datetime) -> EventFacts | None:
    """The latest event that had begun when the chain did, and was not over for more than a year; None: none was."""
    fits = [
        one
        for one in events
        if one.began_at < first_contact_at + SAME_DAY and first_contact_at - one.last_at <= REMEMBERED
    ]
    return max(fits, key=lambda one: (one.began_at, one.subject_id), default=None)
