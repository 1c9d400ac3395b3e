"""Reading never raises, writing gives back what was written."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from simulator.mail_letters import Attachment, Draft, read, write

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINE = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)


@given(st.binary(max_size=400))
def test_reading_any_bytes_never_raises(raw: bytes) -> None:
    assert read(raw, "INBOX", NOON, seen=False).folder == "INBOX"


@given(
    st.lists(
        st.sampled_from(
            [
                b"Subject: =?x-none?b?////?=\r\n",
                b"Subject: =?utf-8?b?0K?=\r\n",
                b"From: =?utf-8?q?=FF?= <a@b>, undisclosed:;\r\n",
                b"To: (((((\r\n",
                b"Message-ID: <>\r\n",
                b"Content-Type: multipart/mixed; boundary=b\r\n",
                b"Content-Type: text/html; charset=\x00\r\n",
                b"Content-Transfer-Encoding: base64\r\n",
                b"\r\n",
                b"--b\r\n",
                b"<script>alert(1)</script>\r\n",
            ]
        ),
        max_size=12,
    )
)
def test_reading_nasty_headers_never_raises(lines: list[bytes]) -> None:
    assert isinstance(read(b"".join(lines), "INBOX", NOON, seen=False).text, str)


@given(subject=LINE, name=LINE, text=LINE)
def test_what_is_written_is_read_back(subject: str, name: str, text: str) -> None:
    draft = Draft(name, "mary@acme.test", ["rep@demo.test"], subject, text, NOON, "<a@b>", ["<r@b>"])
    shown = read(write(draft), "Sent", NOON, seen=True)
    assert (shown.subject, shown.text, shown.from_name) == (subject, text, name)
    assert (shown.in_reply_to, list(shown.references)) == ("<a@b>", ["<r@b>", "<a@b>"])


def test_an_html_letter_is_shown_as_its_source() -> None:
    raw = b"Content-Type: text/html; charset=utf-8\r\n\r\n<b>hi</b><script>x</script>"
    assert read(raw, "INBOX", NOON, seen=False).text == "<b>hi</b><script>x</script>"


def test_a_file_with_a_strange_type_is_sent_as_bytes() -> None:
    attachment = Attachment("a.eml", "message/rfc822", b"x")
    draft = Draft("", "mary@acme.test", ["rep@demo.test"], "s", "t", NOON, attachments=[attachment])
    assert read(write(draft), "Sent", NOON, seen=True).attachments == [
        {"name": "a.eml", "content_type": "application/octet-stream", "size": 1}
    ]


def test_a_bomb_of_nested_parts_or_encoded_words_is_shown_in_time() -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth)
        for depth in range(1500)
    )
    assert read(nested, "INBOX", NOON, seen=False).folder == "INBOX"
    words = b"Message-ID: <m@x>\r\nSubject: " + b" =?utf-8?q?a?=\r\n" * 80_000 + b"\r\nbody"
    assert read(words, "INBOX", NOON, seen=False).text == "body"
    assert read(b"From: " + b"(" * 3000 + b"\r\n\r\nbody", "INBOX", NOON, seen=False).folder == "INBOX"
