"""Names of files are safe to show and to save, and still tell what they are."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.letter_files import MAX_NAME_CHARACTERS, clean_file_name
from mail.parser import parse_letter


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("Отчёт за март.pdf", "Отчёт за март.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\offer.doc", "offer.doc"),
        ("..", ""),
        ("/", ""),
        ("a\x00b\x1b\r\n.txt", "ab .txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("zero\u200bwidth\ufeff.txt", "zerowidth.txt"),
        ('what? "this": <that>|*.txt', "what_ _this__ _that___.txt"),
        ("  spaced   out .txt ", "spaced out .txt"),
        ("👩\u200d💻.png", "👩\u200d💻.png"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("x" * 300, "x" * 200),
        (".htaccess", "htaccess"),
    ],
)
def test_names(declared: str, name: str) -> None:
    assert clean_file_name(declared) == name


@given(st.text(max_size=400))
def test_a_name_has_no_path_no_control_character_and_an_end(declared: str) -> None:
    name = clean_file_name(declared)
    assert len(name) <= MAX_NAME_CHARACTERS
    assert not set(name) & set('/\\<>:"|?*\0\r\n\t\u202e\u2066')
    assert name.strip(". ") == name
    assert clean_file_name(name) == name


def test_an_embedded_letter_is_named_by_its_topic() -> None:
    outer = EmailMessage()
    outer.set_content("see below")
    for topic in ("Договор 12/3", ""):
        inner = EmailMessage()
        inner["Subject"] = topic
        inner.set_content("inside")
        outer.add_attachment(inner)
    letter = parse_letter(outer.as_bytes()).letter
    assert [one.name for one in letter.attachments] == ["Договор 12 3.eml", "part-2.eml"]


def test_pictures_of_the_text_come_after_the_files() -> None:
    message = EmailMessage()
    message.set_content("<p><img src='cid:a'>", subtype="html")
    message.add_related(b"GIF89a", "image", "gif", cid="<a>", filename="logo.gif")
    message.add_attachment(b"%PDF", "application", "pdf", filename="offer.pdf")
    message.add_attachment(b"GIF89a", "image", "gif", filename="photo.gif")
    letter = parse_letter(message.as_bytes()).letter
    assert [one.name for one in letter.attachments] == ["offer.pdf", "photo.gif", "logo.gif"]
