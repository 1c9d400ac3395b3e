"""Names of files that leave for a chat: nothing of a path, nothing hidden, nothing that starts by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outgoing_files import NAME_LIMIT, harmless_name, is_program, plain_name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("spec.pdf", "spec.pdf"),
        ("Прайс  на паллеты.xlsx", "Прайс на паллеты.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\offer.doc", "offer.doc"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nc.txt", "ab c.txt"),
        ("", "file"),
        (" .. ", "file"),
        ("a<b>:c.txt", "a_b__c.txt"),
        ("x" * 200 + ".docx", "x" * 115 + ".docx"),
    ],
)
def test_a_name_is_made_plain(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@given(st.text())
def test_any_name_becomes_one_that_can_be_stored(name: str) -> None:
    plain = plain_name(name)
    assert 0 < len(plain) <= NAME_LIMIT
    assert not set(plain) & set('/\\\x00\r\n\u202e\u2066<>:"|?*')
    assert plain_name(plain) == plain


@pytest.mark.parametrize(
    ("name", "content_type", "expected"),
    [
        ("setup.EXE", "application/octet-stream", True),
        ("photo.jpg.scr", "image/jpeg", True),
        ("run.sh ", "text/plain", True),
        ("report", "application/x-msdownload; name=report", True),
        ("spec.pdf", "application/pdf", False),
        ("exe", "text/plain", True),
        ("archive.zip", "application/zip", False),
    ],
)
def test_programs_are_known_by_ending_or_type(name: str, content_type: str, *, expected: bool) -> None:
    assert is_program(name, content_type) is expected
    assert not is_program(harmless_name(name), "application/octet-stream")
