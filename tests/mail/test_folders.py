"""Which folders are watched, and which of them holds sent mail (domain.md M2)."""

import pytest

from core.enums import FolderRole
from mail.folders import choose_folders, find_sent
from mail.imap_session import FolderInfo


def folder(name: str, *flags: str) -> FolderInfo:
    return FolderInfo(name, frozenset(flags), "/")


@pytest.mark.parametrize(
    ("listed", "sent"),
    [
        ([folder("INBOX"), folder("Sent"), folder("Gesendet", "\\sent")], "Gesendet"),
        ([folder("INBOX"), folder("Отправленные")], "Отправленные"),
        ([folder("Sent Items"), folder("Sent")], "Sent"),
        ([folder("[Gmail]/Sent Mail")], "[Gmail]/Sent Mail"),
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
