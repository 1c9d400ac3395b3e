"""What a file is called and where it comes from."""

import pytest
from aiogram.types import Chat, Document, Message, PhotoSize, Voice
from hypothesis import given
from hypothesis import strategies as st

from bot.attached_files import DOWNLOAD_LIMIT, NAME_LIMIT, SentFile, file_of, read_file


def message_with(**content: object) -> Message:
    return Message.model_validate({"message_id": 1, "date": 1, "chat": Chat(id=1, type="private"), **content})


def document(name: str | None) -> Message:
    return message_with(document=Document(file_id="f", file_unique_id="u", file_name=name, file_size=7))


@pytest.mark.parametrize(
    ("given_name", "kept_name"),
    [
        ("offer.pdf", "offer.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\offer.pdf", "offer.pdf"),
        ("gnp.\u202eexe", "gnp.exe"),
        ("folder/", "file"),
        (None, "file"),
    ],
)
def test_names_lose_their_folders(given_name: str | None, kept_name: str) -> None:
    file = file_of(document(given_name))
    assert file == SentFile("f", kept_name, "application/octet-stream", 7)


@given(st.text(max_size=400))
def test_any_name_is_short_and_without_folders(name: str) -> None:
    file = file_of(document(name))
    assert file is not None
    assert 0 < len(file.name) <= NAME_LIMIT
    assert not set(file.name) & {"/", "\\", "\x00"}


def test_a_photo_is_taken_in_its_largest_size() -> None:
    sizes = [
        PhotoSize(file_id=f"f{width}", file_unique_id=f"u{width}", width=width, height=1, file_size=width)
        for width in (90, 1280)
    ]
    assert file_of(message_with(photo=sizes)) == SentFile("f1280", "photo.jpg", "image/jpeg", 1280)


def test_what_waits_in_a_dialog_reads_back() -> None:
    file = SentFile("f", "a.pdf", "application/pdf", DOWNLOAD_LIMIT + 1)
    assert read_file(file.as_json()) == file
    assert file.is_too_big


def test_a_message_without_a_file_has_none() -> None:
    assert file_of(message_with(text="words")) is None
    voice = Voice(file_id="v", file_unique_id="u", duration=1, mime_type="audio/ogg")
    assert file_of(message_with(voice=voice)) == SentFile("v", "voice.ogg", "audio/ogg", 0)
