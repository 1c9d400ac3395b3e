"""How a mailbox fares: reached, not reached, stopped; and when its keeper is told of it.

A server that is away for some seconds is no news. Its keeper is told once when it stays away, and once when it
is back; a mailbox that only a person can put right stops, and its keeper is told at once.
"""

from datetime import timedelta

from core.enums import MailboxState
from core.errors import Missing
from core.models import Mailbox
from core.repositories import mailboxes
from core.services.work import Work
from core.values import Ref, RefKind

FAILURES_BEFORE_NEWS = 2
AWAY_BEFORE_NEWS = timedelta(seconds=20)
"""The first retries come within seconds: two failures alone may be a restart of the server."""


async def note_stopped(work: Work, mailbox: Mailbox, reason: str) -> None:
    """Stop an active mailbox and tell its keeper, once.

    Args:
        work: The transaction.
        mailbox: Locked for change.
        reason: A word for the door's texts: auth, certificate, encryption, key.
    """
    if mailbox.state is not MailboxState.ACTIVE:
        return
    work.change(mailbox, of=_ref(mailbox), state=MailboxState.STOPPED, state_reason=reason)
    mailbox.failing_since, mailbox.told_failing = None, False
    key = f"mailbox_stopped:{mailbox.id}:{int(work.now.timestamp())}"
    await _tell(work, mailbox, note="mailbox_stopped", key=key, reason=reason)


async def note_reached(work: Work, mailbox: Mailbox) -> None:
    """Note that everything the server has was looked at; who was told of trouble is told that it is over."""
    if mailbox.told_failing:
        await _tell(work, mailbox, note="mailbox_back")
    mailbox.last_success_at, mailbox.failures = work.now, 0
    mailbox.failing_since, mailbox.told_failing = None, False
    if mailbox.state is MailboxState.ACTIVE:
        mailbox.state_reason = None


async def note_unreached(work: Work, mailbox: Mailbox, reason: str) -> None:
    """Note a failed attempt; it is made again, so the state stays."""
    mailbox.failures += 1
    mailbox.failing_since = mailbox.failing_since or work.now
    if mailbox.state is not MailboxState.ACTIVE:
        return
    mailbox.state_reason = reason
    away = work.now - mailbox.failing_since
    if mailbox.failures >= FAILURES_BEFORE_NEWS and away >= AWAY_BEFORE_NEWS and not mailbox.told_failing:
        mailbox.told_failing = True
        await _tell(work, mailbox, note="mailbox_unreachable", reason=reason)


def forget_trouble(mailbox: Mailbox) -> None:
    """Begin anew after a person has paused, resumed or put right a mailbox."""
    mailbox.failures, mailbox.failing_since, mailbox.told_failing = 0, None, False


async def _tell(work: Work, mailbox: Mailbox, *, note: str, key: str = "", **extra: str) -> None:
    try:
        keeper = await mailboxes.find_keeper(work.session, mailbox)
    except Missing:
        return  # Nobody works in the department any more; administrators see the state on their list.
    work.notify(keeper, _ref(mailbox), note=note, key=key, **extra)


def _ref(mailbox: Mailbox) -> Ref:
    return Ref(RefKind.MAILBOX, mailbox.id)
