"""Which folders of a mailbox are watched, and what is each for? (domain.md M2)."""

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
    "отправленные",
    "отправленные письма",
    "отправленные элементы",
    "надіслані",
    "відправлені",
    "адпраўленыя",
    "жіберілген",
    "gesendet",
    "gesendete elemente",
    "gesendete objekte",
    "envoyés",
    "éléments envoyés",
    "messages envoyés",
    "enviados",
    "elementos enviados",
    "mensajes enviados",
    "itens enviados",
    "posta inviata",
    "inviata",
    "inviati",
    "verzonden",
    "verzonden items",
    "wysłane",
    "elementy wysłane",
    "odeslaná pošta",
    "odoslaná pošta",
    "elküldött elemek",
    "trimise",
    "skickat",
    "skickade objekt",
    "sendt post",
    "lähetetyt",
    "gönderilmiş öğeler",
    "gönderilenler",
    "已发送",
    "已发送邮件",
    "寄件備份",
    "送信済み",
    "送信済みアイテム",
    "보낸편지함",
)
"""Names of the folder of sent mail where the server does not mark it (RFC 6154), best first, in lower case."""

_ROOTS = frozenset({"", "inbox", "[gmail]", "[google mail]"})
"""Where such a folder lies; one of this name deeper among folders is somebody's own."""

_CLOSED = frozenset({"\\noselect", "\\nonexistent"})


def choose_folders(
    listed: Sequence[FolderInfo], wanted: Sequence[str] | None, *, is_gmail: bool = False
) -> list[WantedFolder]:
    r"""The folders to watch, the one that stays open while waiting for news last.

    At Gmail that is All Mail alone, where the server shows it: inbox and sent mail are labels within it, spam and
    bin are not, and what was archived stays in it. \All of other servers may hold spam and bin (RFC 6154), and is
    not used.

    Args:
        listed: What the server lists.
        wanted: Names as the user wrote them; None: the inbox and the folder of sent mail.
        is_gmail: Whether folders are labels of one store.
    """
    open_ones = [one for one in listed if not one.flags & _CLOSED]
    sent = find_sent(open_ones)
    if wanted is None:
        all_mail = next((one.name for one in open_ones if is_gmail and "\\all" in one.flags), None)
        if all_mail is not None:
            return [WantedFolder(all_mail, FolderRole.OTHER)]
        chosen = [WantedFolder(one.name, role_of(one.name, sent)) for one in open_ones if one.name == sent]
        chosen += [WantedFolder(one.name, FolderRole.INBOX) for one in open_ones if is_inbox(one.name)][:1]
        return chosen
    names = dict.fromkeys(find_named(name, open_ones) for name in wanted)
    return [
        WantedFolder(name, role_of(name, sent))
        for name in sorted(names, key=lambda name: (is_inbox(name), name))
    ]


def find_named(name: str, listed: Sequence[FolderInfo]) -> str:
    """The server's name of a folder as a person wrote it; as it was written where there is none.

    People write `/` between levels whatever the server does, and take no care of capitals.
    """
    if is_inbox(name):
        return INBOX
    if any(one.name == name for one in listed):
        return name
    alike = {one.name for one in listed if _plain(one.name, one.delimiter) == name.lower()}
    return alike.pop() if len(alike) == 1 else name


def find_sent(listed: Sequence[FolderInfo]) -> str | None:
    """The folder of sent mail: as the server marks it, else by its name."""
    marked = next((one.name for one in listed if "\\sent" in one.flags), None)
    if marked is not None:
        return marked
    by_name: dict[str, str] = {}
    for one in reversed(listed):
        root, _, leaf = _plain(one.name, one.delimiter).rpartition("/")
        if root in _ROOTS:
            by_name[leaf] = one.name
    return next((by_name[name] for name in KNOWN_SENT_NAMES if name in by_name), None)


def _plain(name: str, delimiter: str) -> str:
    """A name in lower case, its levels parted by `/`."""
    return (name.replace(delimiter, "/") if delimiter else name).lower()


def role_of(name: str, sent: str | None) -> FolderRole:
    """What a folder is for."""
    if is_inbox(name):
        return FolderRole.INBOX
    return FolderRole.SENT if name == sent else FolderRole.OTHER


def is_inbox(name: str) -> bool:
    """INBOX is written in any case (RFC 3501, 5.1)."""
    return name.upper() == INBOX
