"""Which folders of a mailbox are watched, and what each is for? (domain.md M2)."""

from collections.abc import Sequence

from core.enums import FolderRole
from core.services.mail_folders import WantedFolder
from mail.imap_session import FolderInfo

INBOX = "INBOX"

KNOWN_SENT_NAMES = (
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "[gmail]/sent mail",
    "[gmail]/отправленные",
    "inbox.sent",
    "inbox/sent",
    "отправленные",
    "отправленные письма",
    "отправленные элементы",
)
"""Names of the folder of sent mail where the server does not mark it (RFC 6154), best first, in lower case."""

_CLOSED = frozenset({"\\noselect", "\\nonexistent"})


def choose_folders(listed: Sequence[FolderInfo], wanted: Sequence[str] | None) -> list[WantedFolder]:
    """The folders to watch, the inbox last: it is the one that stays open while waiting for news.

    Args:
        listed: What the server lists.
        wanted: Names as the user wrote them; None: the inbox and the folder of sent mail.
    """
    open_ones = [one for one in listed if not one.flags & _CLOSED]
    sent = find_sent(open_ones)
    if wanted is None:
        chosen = [WantedFolder(one.name, role_of(one.name, sent)) for one in open_ones if one.name == sent]
        chosen += [WantedFolder(one.name, FolderRole.INBOX) for one in open_ones if is_inbox(one.name)][:1]
        return chosen
    names = dict.fromkeys(INBOX if is_inbox(name) else name for name in wanted)
    return [
        WantedFolder(name, role_of(name, sent))
        for name in sorted(names, key=lambda name: (is_inbox(name), name))
    ]


def find_sent(listed: Sequence[FolderInfo]) -> str | None:
    """The folder of sent mail: as the server marks it, else by its name."""
    marked = next((one.name for one in listed if "\\sent" in one.flags), None)
    if marked is not None:
        return marked
    by_name = {one.name.lower(): one.name for one in reversed(listed)}
    return next((by_name[name] for name in KNOWN_SENT_NAMES if name in by_name), None)


def role_of(name: str, sent: str | None) -> FolderRole:
    """What a folder is for."""
    if is_inbox(name):
        return FolderRole.INBOX
    return FolderRole.SENT if name == sent else FolderRole.OTHER


def is_inbox(name: str) -> bool:
    """INBOX is written in any case (RFC 3501, 5.1)."""
    return name.upper() == INBOX
