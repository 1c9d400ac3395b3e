"""Named places where a test lets the process die, to see that nothing is lost and nothing happens twice.

They stand where "stored before acknowledged" and "effect once" are decided. A process is armed at its start by
the setting FAILPOINT: ``effect_committed``, or ``effect_committed:3`` for the third time the place is reached.
It then ends there as by a power cut: SIGKILL, no handler, no flush. It is a hook for tests: settings refuse it
with Telegram's own API server, and unarmed a place costs one comparison.

    update_fetched     a batch of updates has come and is not stored
    update_stored      it is stored; Telegram has not been told
    effect_written     the effect of an update, before its commit
    effect_committed   after it, before the outbox is kicked
    outbox_claimed     a confirmation or notice is about to be sent
    telegram_accepted  it was sent and is not marked
    outbox_marked      it is marked
    topic_opened       a deal room's topic is opened in Telegram, its number not kept
    mail_fetched       a letter has come and is not kept
    blob_saved         its bytes are kept, nothing else is
    letters_received   a batch of letters is received and not captured
    letters_written    a batch of letters, before the commit of its capture
    letters_committed  after it, before the mail door knows
    reminder_claimed   a reminder that is due, before its commit
    digest_claimed     a digest that is due, before its commit
"""

import os
import signal
from typing import Final

NAMES: Final = (
    "update_fetched",
    "update_stored",
    "effect_written",
    "effect_committed",
    "outbox_claimed",
    "telegram_accepted",
    "outbox_marked",
    "topic_opened",
    "mail_fetched",
    "blob_saved",
    "letters_received",
    "letters_written",
    "letters_committed",
    "reminder_claimed",
    "digest_claimed",
)
"""Each is reached at exactly one place of the product."""


class _Trap:
    """What is armed in this process."""

    name: str | None = None
    left: int = 0


def parse(spec: str) -> tuple[str, int]:
    """Name and count of ``NAME`` or ``NAME:COUNT``.

    Raises:
        ValueError: There is no such place, or the count is no number from 1 on.
    """
    name, _, count = spec.partition(":")
    if name not in NAMES:
        raise ValueError(f"must be one of {', '.join(NAMES)}, with :COUNT or without")
    if count and (not count.isdecimal() or int(count) == 0):
        raise ValueError("COUNT must be a number from 1 on")
    return name, int(count or 1)


def arm(spec: str | None) -> None:
    """Let this process die at a place; None: nowhere.

    Raises:
        ValueError: As `parse`.
    """
    _Trap.name, _Trap.left = parse(spec) if spec is not None else (None, 0)


def reach(name: str) -> None:
    """Die here, if this is the place and the time."""
    if name == _Trap.name:
        _Trap.left -= 1
        if _Trap.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
