"""What the audit keeps of shares, and how they are taken back by /undo as by the button (domain.md U2).

Taking back what was given also takes what the reader was given since because of it: answers in the thread, letters
of the mailbox. Giving again what was taken gives those letters again, and what will come, not what came meanwhile.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import CannotUndo
from core.models import AuditChange, Mailbox
from core.repositories import letter_grants, letter_shares
from core.services.work import Work
from core.values import Ref, RefKind

SHARE_MAILBOX, SHARE_THREAD, UNSHARE = "share_mailbox", "share_thread", "unshare"
SHARES = frozenset({SHARE_MAILBOX, SHARE_THREAD, UNSHARE})
"""Entities of the audit that are undone here."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a share gave: the numbers of the shares before and after it say which ones it made.

    Attributes:
        user_id: To whom; None: to the team and those who lead the owner.
        letters: How many, for people who read the audit.
        opened: Whether what will come is shared since.
    """

    mailbox_id: int
    user_id: int | None
    letters: int
    after_id: int
    up_to_id: int
    opened: bool = False


def note_given(work: Work, entity: str, of: Ref, given: Given) -> None:
    """Record that letters were shared."""
    work.record(entity, of=of, before={}, after=asdict(given), key=str(given.mailbox_id))


async def note_taken(
    work: Work, of: Ref, mailbox_id: int, thread: Collection[int] | None, user_id: int | None
) -> None:
    """Record what is about to be taken back: which letters from whom, and who was to see what will come."""
    grants = await letter_grants.list_grants(
        work.session, mailbox_id, interaction_ids=thread, user_id=user_id
    )
    letters: dict[tuple[int | None, bool], list[int]] = {}
    for one in grants:
        letters.setdefault((one.user_id, one.by_thread), []).append(one.interaction_id)
    readers = await letter_shares.list_mailbox_readers(work.session, mailbox_id) if thread is None else []
    before = {
        "letters": [[*reader, ids] for reader, ids in letters.items()],
        "readers": [one for one in readers if user_id in {None, one}],
    }
    after = {"user_id": user_id, "letters": len(grants)}
    work.record(UNSHARE, of=of, before=before, after=after, key=str(mailbox_id))


async def undo_share(work: Work, change: AuditChange) -> None:
    """Take one of these steps back.

    Raises:
        CannotUndo: The mailbox is somebody else's by now, or no longer private.
    """
    mailbox_id = int(change.key)
    mailbox = await work.session.get(Mailbox, mailbox_id)
    if mailbox is None or work.caller is None or mailbox.owner_id != work.caller.user_id:
        raise CannotUndo((str(Ref(RefKind.MAILBOX, mailbox_id)),))
    if change.entity == UNSHARE:
        await _give_again(work, mailbox_id, change.before or {})
    else:
        await _take_again(work, change, Given(**(change.after or {})))
    work.record(
        change.entity,
        of=_of(change),
        before=dict(change.after or {}),
        after={},
        key=change.key,
    )


def _of(change: AuditChange) -> Ref:
    return Ref.parse(change.object) or Ref(RefKind.MAILBOX, int(change.key))


async def _take_again(work: Work, change: AuditChange, given: Given) -> None:
    if change.entity == SHARE_THREAD:
        thread = await letter_shares.list_thread(work.session, given.mailbox_id, _of(change).id)
        await letter_grants.drop_since(
            work.session, given.mailbox_id, given.user_id, given.after_id, thread=thread
        )
        return
    if given.opened:
        await letter_grants.drop_mailbox_share(work.session, given.mailbox_id, given.user_id)
    await letter_grants.drop_since(
        work.session,
        given.mailbox_id,
        given.user_id,
        given.after_id,
        up_to_id=None if given.opened else given.up_to_id,
    )


async def _give_again(work: Work, mailbox_id: int, before: Mapping[str, Any]) -> None:
    for user_id, by_thread, ids in before["letters"]:
        await letter_shares.share_letters(work.session, mailbox_id, ids, user_id, by_thread=by_thread)
    for user_id in before["readers"]:
        await letter_shares.add_mailbox_share(work.session, mailbox_id, user_id, work.now)
