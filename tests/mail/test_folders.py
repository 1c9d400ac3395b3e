"""Which folders are watched, and which of them holds sent mail (domain.md M2)."""

import pytest

from core.enums import FolderRole
from mail.folders import choose_folders, find_sent
from mail.imap_session import FolderInfo


def folder(name: str, *flags: str, delimiter: str = "/") -> FolderInfo:
    return FolderInfo(name, frozenset(flags), delimiter)


GMAIL = [
    folder("INBOX"),
    folder("[Gmail]", "\\noselect"),
    folder("[Gmail]/Вся почта", "\\all"),
    folder("[Gmail]/Корзина", "\\trash"),
    folder("[Gmail]/Спам", "\\junk"),
    folder("[Gmail]/Отправленные", "\\sent"),
]


@pytest.mark.parametrize(
    ("listed", "sent"),
    [
        ([folder("INBOX"), folder("Sent"), folder("Gesendet", "\\sent")], "Gesendet"),
        ([folder("INBOX"), folder("Отправленные")], "Отправленные"),
        ([folder("Sent Items"), folder("Sent")], "Sent"),
        ([folder("[Gmail]/Sent Mail")], "[Gmail]/Sent Mail"),
        ([folder("[Gmail]/Отправленные")], "[Gmail]/Отправленные"),
        ([folder("INBOX"), folder("INBOX.Sent Messages", delimiter=".")], "INBOX.Sent Messages"),
        ([folder("Gesendete Objekte")], "Gesendete Objekte"),
        ([folder("Éléments envoyés")], "Éléments envoyés"),
        ([folder("Elementos enviados"), folder("Sent")], "Sent"),
        ([folder("Projects/Sent")], None),
        ([folder("INBOX"), folder("Presented")], None),
    ],
)
def test_m2_the_folder_of_sent_mail(listed: list[FolderInfo], sent: str | None) -> None:
    assert find_sent(listed) == sent


def test_by_default_inbox_and_sent_are_watched_the_inbox_last() -> None:
    listed = [folder("INBOX"), folder("Trash"), folder("Sent", "\\sent"), folder("Top", "\\noselect")]
    assert choose_folders(listed, None) == [("Sent", FolderRole.SENT), ("INBOX", FolderRole.INBOX)]


def test_wanted_folders_are_taken_as_named() -> None:
    listed = [folder("INBOX"), folder("Sent"), folder("Clients")]
    assert choose_folders(listed, ["inbox", "Sent", "Clients", "Gone"]) == [
        ("Clients", FolderRole.OTHER),
        ("Gone", FolderRole.OTHER),
        ("Sent", FolderRole.SENT),
        ("INBOX", FolderRole.INBOX),
    ]


def test_a_folder_that_cannot_be_opened_is_not_watched() -> None:
    assert choose_folders([folder("INBOX"), folder("Sent", "\\noselect")], None) == [
        ("INBOX", FolderRole.INBOX)
    ]


def test_m2_at_gmail_all_mail_covers_inbox_and_sent_without_spam_and_bin() -> None:
    assert choose_folders(GMAIL, None, is_gmail=True) == [("[Gmail]/Вся почта", FolderRole.OTHER)]


def test_at_gmail_with_all_mail_hidden_inbox_and_sent_are_watched() -> None:
    shown = [one for one in GMAIL if "\\all" not in one.flags]
    assert choose_folders(shown, None, is_gmail=True) == [
        ("[Gmail]/Отправленные", FolderRole.SENT),
        ("INBOX", FolderRole.INBOX),
    ]


def test_elsewhere_a_folder_of_all_mail_may_hold_spam_and_is_not_used() -> None:
    assert ("[Gmail]/Вся почта", FolderRole.OTHER) not in choose_folders(GMAIL, None)


def test_at_gmail_folders_wanted_by_name_are_taken_as_named() -> None:
    assert choose_folders(GMAIL, ["INBOX"], is_gmail=True) == [("INBOX", FolderRole.INBOX)]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("clients/2026", "Clients.2026"),
        ("Clients.2026", "Clients.2026"),
        ("КЛИЕНТЫ", "Клиенты"),
        ("twins", "twins"),
        ("Twins", "Twins"),
        ("nowhere", "nowhere"),
        ("inbox", "INBOX"),
    ],
)
def test_folders_are_found_as_people_write_them(written: str, found: str) -> None:
    names = ("INBOX", "Clients.2026", "Клиенты", "Twins", "TWINS")
    listed = [folder(name, delimiter=".") for name in names]
    assert choose_folders(listed, [written])[0].name == found
