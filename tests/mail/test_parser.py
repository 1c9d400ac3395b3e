"""Reading letters: what is well formed survives the way, what is not is data, nothing ever raises."""

import hashlib
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.enums import Importance
from core.values import Letter
from mail.parser import parse_letter

CORPUS = Path(__file__).parents[3] / "shared" / "mail-corpus"

WORDS = st.text(
    st.characters(
        codec="utf-8", categories=["L", "Nd", "Zs", "Po", "Sc"], exclude_characters="\x85\u2028\u2029"
    ),
    max_size=60,
).map(lambda text: " ".join(text.split()))
LINES = st.lists(WORDS, max_size=6).map("\n".join).map(str.strip)
FILES = st.lists(
    st.tuples(
        st.text(st.characters(categories=["Ll", "Lo"]), min_size=1, max_size=20), st.binary(max_size=200)
    ),
    max_size=3,
)


def parse(raw: str | bytes) -> Letter:
    return parse_letter(raw.encode() if isinstance(raw, str) else raw).letter


class TestNeverRaises:
    @given(st.binary(max_size=2_000))
    def test_on_arbitrary_bytes(self, raw: bytes) -> None:
        assert parse_letter(raw).letter.size == len(raw)

    @given(
        st.lists(
            st.sampled_from(
                [
                    b"Content-Type: multipart/mixed; boundary=x\r\n",
                    b'Content-Type: multipart/alternative; boundary="y"\r\n',
                    b"Content-Type: text/html; charset=koi8-r\r\n",
                    b"Content-Type: text/plain; charset=\x00bad\r\n",
                    b"Content-Type: message/rfc822\r\n",
                    b"Content-Transfer-Encoding: base64\r\n",
                    b"Content-Transfer-Encoding: quoted-printable\r\n",
                    b"Content-Transfer-Encoding: x-uuencode\r\n",
                    b"Content-Disposition: attachment; filename*0*=utf-8''%D0; filename*1*=%9F\r\n",
                    b"Subject: =?utf-8?B?0J8=?= =?x?Q?=ZZ?= =?utf-8?B?!?=\r\n",
                    b'From: "\\\r\n',
                    b"To: a:b,c;<d@e>(((\r\n",
                    b"Date: Mon, 99 Foo 20260 99:99:99 +9999\r\n",
                    b"Message-ID: <>\r\n",
                    b"\r\n",
                    b"--x\r\n",
                    b"--x--\r\n",
                    b"--y\r\n",
                    b"<p>&#99999999999999999999;<!-- \xff\r\n",
                    b"=\r\n",
                    b"begin 644 f\r\n#AAAA\r\n",
                ]
            ),
            max_size=40,
        )
    )
    def test_on_pieces_of_letters_in_any_order(self, pieces: list[bytes]) -> None:
        raw = b"".join(pieces)
        letter = parse_letter(raw).letter
        for text in (letter.topic, letter.text, *(one.name for one in letter.attachments)):
            text.encode()
            assert "\x00" not in text

    @pytest.mark.parametrize(
        "path", sorted(CORPUS.rglob("*.eml")) if CORPUS.is_dir() else [], ids=lambda path: path.name
    )
    def test_on_awkward_letters_and_on_what_is_left_when_they_are_cut(self, path: Path) -> None:
        raw = path.read_bytes()
        for part in (raw, raw[: len(raw) // 2], raw[len(raw) // 3 :]):
            letter = parse_letter(part).letter
            letter.text.encode()
            letter.topic.encode()

    @pytest.mark.skipif(
        not CORPUS.is_dir(), reason="the collection of awkward letters is not beside the project"
    )
    def test_the_collection_is_there(self) -> None:
        assert len(list(CORPUS.rglob("*.eml"))) > 100

    @pytest.mark.parametrize(
        "raw",
        [
            b"Subject: " + b"=?utf-8?Q?=D0=9F?= " * 80_000 + b"\r\n\r\nx",
            b"From: " + b"(" * 300_000 + b"\r\n\r\n",
            b"From: " + b'"' * 300_000 + b"\r\n\r\n",
            b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2_000)
            ),
            b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n\r\n" * 100_000,
            b"X: y\r\n" * 200_000,
            b"Content-Type: text/html\r\n\r\n" + b"<ul><li>" * 50_000,
            b"Content-Type: text/html\r\n\r\n" + b"<a href='" * 50_000,
            b"Content-Type: text/html\r\n\r\n" + b"<!--" * 100_000,
            b"Content-Type: text/html\r\n\r\n" + b"<" * 300_000,
            b"Content-Type: text/html\r\n\r\n&#" + b"9" * 300_000,
            b"Content-Type: text/plain;" + b" a=b;" * 100_000 + b"\r\n\r\n",
            b"References: " + b"<a@b> " * 100_000 + b"\r\n\r\n",
        ],
        ids=range(13),
    )
    @pytest.mark.timeout(60)
    def test_poison_does_not_take_minutes_as_quadratic_reading_would(self, raw: bytes) -> None:
        assert parse_letter(raw).letter.size == len(raw)


class TestRoundTrip:
    @given(WORDS, LINES, WORDS, FILES)
    def test_what_is_composed_is_read(
        self, topic: str, text: str, name: str, files: list[tuple[str, bytes]]
    ) -> None:
        message = EmailMessage(policy.SMTP)
        message["Subject"] = topic
        message["From"] = f'"{name.replace(chr(92), "").replace(chr(34), "")}" <anna@zveno.example>'
        message["Message-ID"] = "<one@zveno.example>"
        message.set_content(text + "\n", cte="base64")
        for file_name, content in files:
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=f"{file_name}.bin"
            )
        parsed = parse_letter(message.as_bytes())
        letter = parsed.letter
        assert letter.topic == topic
        assert letter.text.split() == text.split()
        assert letter.from_[0].address == "anna@zveno.example"
        assert letter.message_id == "one@zveno.example"
        assert [(one.name, one.size) for one in letter.attachments] == [
            (f"{one}.bin", len(raw)) for one, raw in files
        ]
        assert list(parsed.files) == [raw for _, raw in files]
        assert [one.sha256 for one in letter.attachments] == [
            hashlib.sha256(raw).hexdigest() for _, raw in files
        ]


class TestText:
    def test_of_alternatives_the_plain_one_is_taken(self) -> None:
        message = EmailMessage()
        message.set_content("plain words")
        message.add_alternative("<p>html words</p>", subtype="html")
        assert parse(message.as_bytes()).text == "plain words"

    def test_an_empty_plain_alternative_gives_way_to_html(self) -> None:
        message = EmailMessage()
        message.set_content(" \n")
        message.add_alternative("<p>Здравствуйте</p><p>Анна<br>и Борис</p>", subtype="html")
        assert parse(message.as_bytes()).text == "Здравствуйте\n\nАнна\nи Борис"

    def test_pictures_of_html_are_files_and_no_text(self) -> None:
        message = EmailMessage()
        message.set_content("<p>see <img src='cid:a'></p>", subtype="html")
        message.add_related(b"GIF89a", "image", "gif", cid="<a>")
        letter = parse(message.as_bytes())
        assert letter.text == "see"
        assert [(one.name, one.content_type) for one in letter.attachments] == [("part-1.gif", "image/gif")]

    def test_a_forwarded_letter_stays_one_file(self) -> None:
        inner = EmailMessage()
        inner["Subject"] = "inner"
        inner.set_content("inside")
        message = EmailMessage()
        message.set_content("outside")
        message.add_attachment(inner)
        letter = parse(message.as_bytes())
        assert letter.text == "outside"
        assert [one.content_type for one in letter.attachments] == ["message/rfc822"]

    @pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "cp866", "iso-8859-5", "utf-8", "utf-16"])
    def test_declared_charsets(self, charset: str) -> None:
        text = "Добрый день, коммерческое предложение во вложении"
        head = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode()
        assert parse(head + text.encode(charset)).text == text

    @pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "utf-8"])
    @pytest.mark.parametrize("declared", ["", "; charset=x-unknown"])
    def test_russian_without_a_usable_declaration_is_read_nevertheless(
        self, charset: str, declared: str
    ) -> None:
        text = "Добрый день, отправляю коммерческое предложение"
        letter = parse(f"Content-Type: text/plain{declared}\r\n\r\n".encode() + text.encode(charset))
        assert letter.text == text
        assert ("charset" in letter.defects) == bool(declared)

    def test_bad_base64_and_quoted_printable_go_as_far_as_they_go(self) -> None:
        head = "Content-Transfer-Encoding: {}\r\n\r\n"
        assert parse(head.format("base64") + "SGVsbG8!gd29ybGQ").text == "Hello world"
        assert parse(head.format("quoted-printable") + "a=3Db=ZZ=\r\nc").text == "a=b=ZZc"

    def test_a_missing_end_of_the_last_part_is_a_defect_and_no_loss(self) -> None:
        letter = parse(
            "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nfirst\r\n--x\r\n\r\nsecond"
        )
        assert letter.text == "first\n\nsecond"
        assert "not_closed" in letter.defects

    def test_more_text_than_anybody_reads_is_shortened(self) -> None:
        letter = parse("Subject: long\r\n\r\n" + "word " * 100_000)
        assert len(letter.text) == 200_000
        assert "text_shortened" in letter.defects


class TestHeader:
    @pytest.mark.parametrize(
        ("field", "topic"),
        [
            (b"=?utf-8?B?0J/RgNC40LLQtdGC?=", "Привет"),
            (b"=?utf-8?B?0J/RgNC4?=\r\n =?utf-8?B?0LLQtdGC?=", "Привет"),
            (b"=?utf-8?B?0J/R?= =?utf-8?B?gNC40LLQtdGC?=", "Привет"),
            (b"=?koi8-r?Q?=F0=D2=C9=D7=C5=D4?= all", "Привет all"),
            (b"Re: =?UTF-8?Q?caf=C3=A9_au_lait?=", "Re: café au lait"),
            (b"=?utf-8*ru?Q?=D0=9F?=", "П"),
            (b"=?no-such?Q?abc?=", "abc"),
            ("Привет".encode(), "Привет"),
            ("Привет, коллеги".encode("cp1251"), "Привет, коллеги"),
            ("Привет, коллеги".encode("koi8-r"), "Привет, коллеги"),
            ("Frösche".encode("latin-1"), "Frösche"),
            (b"a\r\n\tb \x00\x1b c", "a b c"),
            (b"", ""),
        ],
    )
    def test_topics(self, field: bytes, topic: str) -> None:
        assert parse(b"Subject: " + field + b"\r\n\r\n").topic == topic

    def test_an_eight_bit_topic_is_read_in_the_charset_of_the_text(self) -> None:
        head = b"Content-Type: text/plain; charset=iso-8859-2\r\nSubject: "
        assert parse(head + "Żółw".encode("iso-8859-2") + b"\r\n\r\n").topic == "Żółw"

    @pytest.mark.parametrize(
        ("field", "name"),
        [
            ('filename="Отчёт.pdf"', "Отчёт.pdf"),
            ("filename*=utf-8''%D0%9E%D1%82%D1%87%D1%91%D1%82.pdf", "Отчёт.pdf"),
            ("filename*0*=utf-8''%D0%9E; filename*1*=%D1%82; filename*2=.pdf", "От.pdf"),
            ('filename="=?utf-8?B?0J7Rgi5wZGY=?="', "От.pdf"),
            (r'filename="..\..\etc/passwd"', "passwd"),
            ('filename=""', "part-1.pdf"),
        ],
    )
    def test_file_names(self, field: str, name: str) -> None:
        raw = f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {field}\r\n\r\nx"
        assert [one.name for one in parse(raw).attachments] == [name]

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("Tue, 24 Nov 2026 15:00:00 +0300", datetime(2026, 11, 24, 12, tzinfo=UTC)),
            ("24 Nov 26 12:00 GMT", datetime(2026, 11, 24, 12, tzinfo=UTC)),
            ("Tue, 24 Nov 2026 12:00:00 -0000", datetime(2026, 11, 24, 12, tzinfo=UTC)),
            ("yesterday", None),
            ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ],
    )
    def test_dates(self, written: str, read: datetime | None) -> None:
        assert parse(f"Date: {written}\r\n\r\n").sent_on == read

    def test_ids(self) -> None:
        letter = parse(
            "Message-ID: <A@b>\r\nIn-Reply-To: Your message <c@\r\n d>\r\nReferences: <e@f> <c@d>\r\n <e@f>\r\n"
            "X-Zveno-ID: <own@zveno>\r\n\r\n"
        )
        assert (letter.message_id, letter.in_reply_to, letter.references, letter.own_ids) == (
            "A@b",
            ("c@d",),
            ("e@f", "c@d"),
            ("own@zveno",),
        )

    @pytest.mark.parametrize("field", ["", "Message-ID: <>\r\n", "Message-ID:\r\n", "Message-ID: junk\r\n"])
    def test_no_message_id_is_a_defect(self, field: str) -> None:
        letter = parse(field + "Subject: x\r\n\r\n")
        assert letter.message_id == ""
        assert "no_message_id" in letter.defects

    def test_of_very_many_references_the_root_and_the_latest_stay(self) -> None:
        ids = " ".join(f"<{number}@x>" for number in range(300))
        references = parse(f"References: {ids}\r\n\r\n").references
        assert (len(references), references[0], references[-1]) == (100, "0@x", "299@x")

    @pytest.mark.parametrize(
        ("field", "importance"),
        [
            ("Importance: High", Importance.HIGH),
            ("X-Priority: 1 (Highest)", Importance.HIGH),
            ("Priority: non-urgent", Importance.LOW),
            ("X-Priority: 3", Importance.NORMAL),
            ("X-Other: high", Importance.NORMAL),
        ],
    )
    def test_importance(self, field: str, importance: Importance) -> None:
        assert parse(f"{field}\r\n\r\n").importance is importance

    def test_a_letter_without_header_is_all_text(self) -> None:
        letter = parse("just words\nand more")
        assert letter.text == "just words\nand more"
        assert "header_not_ended" in letter.defects

    def test_a_huge_field_does_not_hide_the_fields_after_it(self) -> None:
        letter = parse("Subject: " + "x" * 1_000_000 + "\r\nFrom: anna@zveno.example\r\n\r\n")
        assert letter.from_[0].address == "anna@zveno.example"
        assert "field_too_long" in letter.defects

    @settings(max_examples=20)
    @given(st.integers(1, 3))
    def test_parsing_twice_gives_the_same(self, times: int) -> None:
        raw = b"Subject: x\r\nFrom: a@b.example\r\n\r\ntext" * times
        assert parse_letter(raw) == parse_letter(raw)
