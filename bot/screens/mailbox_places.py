"""Where a mailbox was opened from: its card and what lies below it keep that, so that every way back leads there.

mailboxes:2 ──▶ m:3:1:mailboxes:2 ──▶ rules:3:1:1:mailboxes:2 ──▶ rule:3:5:1:1:mailboxes:2
                  └─ page, list ┘             └─ the mailbox's rest ┘
"""

from bot.screens.base import Address
from bot.screens.listing import back_to

LISTS = frozenset({"mailboxes", "all_mailboxes"})


def page_and_list(address: Address) -> tuple[int, str]:
    """Of a mailbox's card: the page of its folders, and the list that it was opened from; empty for none."""
    has_page = len(address.words) > 1 and address.words[1].isdecimal()
    back = back_to(address, 2 if has_page else 1)
    return address.number(1), back if back.partition(":")[0] in LISTS else ""


def rest_of(page: int, opened_from: str) -> str:
    """What follows a mailbox's number in its address; empty for the first page of one that was opened from nowhere."""
    if opened_from:
        return f"{page}:{opened_from}"
    return str(page) if page > 1 else ""


def mailbox_at(mailbox_id: int, rest: str) -> str:
    """The address of a mailbox's card as it was left."""
    return f"m:{mailbox_id}:{rest}" if rest else f"m{mailbox_id}"


def below(screen: str, rest: str) -> str:
    """The address of a screen below a mailbox, which remembers how its card was left."""
    return f"{screen}:{rest}" if rest else screen
