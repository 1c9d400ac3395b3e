"""Letters as a sales team has them, made in numbers: the same for the same seed.

The mix of a real inbox: 60 % in Russian, bodies as quoted-printable and base64, 75 % with an HTML alternative, 38 %
with files, 40 % answers with their References, some five hundred correspondents. They are put together by hand,
because the email package would take longer to write ten thousand letters than anybody takes to import them.
"""

import binascii
import random
from base64 import b64encode, encodebytes
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final, NamedTuple

from bench.support.dovecot import StoredLetter

OWNER: Final = "anna@zveno.example"
"""Whose inbox it is; one answer in four is hers, as copies that people send to themselves."""

BEGIN: Final = datetime(2024, 1, 9, 6, 0, tzinfo=UTC)

CORRESPONDENTS: Final = 500
RUSSIAN, WITH_HTML, WITH_FILES, ANSWERS = 0.60, 0.75, 0.38, 0.40

_FILES_A_LETTER: Final = WITH_FILES * 1.2 * 0.95
_TEXT_KB: Final = 7.7
"""What a letter weighs on average without its files."""

_LARGEST_FILE_KB: Final = 3_000
_LINE: Final = 57
"""Bytes in a full line of base64 (RFC 2045, 6.8)."""

_RUSSIAN_WORDS: Final = [
    "договор",
    "поставка",
    "паллеты",
    "счёт",
    "оплата",
    "срок",
    "отгрузка",
    "склад",
    "цена",
    "скидка",
    "партия",
    "заказ",
    "образец",
    "качество",
    "условия",
    "доставка",
    "завтра",
    "сегодня",
    "просим",
    "сообщить",
    "направляем",
    "вложении",
    "согласно",
    "вашему",
    "запросу",
    "коммерческое",
    "предложение",
    "спецификация",
    "приложение",
    "подписать",
    "оригинал",
    "почтой",
    "звонок",
    "встреча",
    "обсудить",
    "детали",
    "менеджер",
    "отдел",
    "закупок",
    "пожалуйста",
    "подтвердите",
    "получение",
    "спасибо",
    "уважением",
    "ждём",
    "ответа",
    "количество",
    "единиц",
    "изменение",
    "график",
    "производство",
]
_ENGLISH_WORDS: Final = [
    "contract",
    "delivery",
    "pallets",
    "invoice",
    "payment",
    "term",
    "shipment",
    "warehouse",
    "price",
    "discount",
    "batch",
    "order",
    "sample",
    "quality",
    "conditions",
    "tomorrow",
    "today",
    "please",
    "advise",
    "attached",
    "according",
    "your",
    "request",
    "commercial",
    "offer",
    "specification",
    "annex",
    "sign",
    "original",
    "post",
    "call",
    "meeting",
    "discuss",
    "details",
    "manager",
    "purchasing",
    "confirm",
    "receipt",
    "thanks",
    "regards",
    "reply",
    "quantity",
    "units",
    "change",
    "schedule",
    "production",
    "freight",
    "customs",
]
_NAMES: Final = (
    ("Иван Петров", "Мария Кузнецова", "Олег Сидоров", "Анна Волкова", "Пётр Орлов", "Елена Соколова"),
    ("John Smith", "Mary Jones", "Peter Brown", "Olga Keller", "James Wilson", "Sarah Miller"),
)
_FILES: Final = (
    ("Договор поставки.pdf", "application/pdf"),
    ("Счёт № 118.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("offer.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("photo.jpg", "image/jpeg"),
    ("drawing.png", "image/png"),
)


class _Sent(NamedTuple):
    """What an answer needs to know of the letter it answers."""

    message_id: str
    references: tuple[str, ...]
    topic: str
    correspondent: int
    russian: bool


class Correspondence:
    """An endless correspondence.

    Args:
        mean_kb: What a letter weighs on average; the size of the files is chosen for it.
        seed: Another one makes other letters.
        begin: When the first arrives.
        step: The time from one to the next, on average.
    """

    def __init__(
        self,
        mean_kb: float = 46.0,
        seed: int = 1,
        *,
        begin: datetime = BEGIN,
        step: timedelta = timedelta(minutes=10),
    ) -> None:
        self._chance = random.Random(seed)
        self._at = begin
        self._step = step.total_seconds()
        self._file_kb = max(0.5, (mean_kb - _TEXT_KB) / _FILES_A_LETTER)
        self._lines = _encode_pool(self._chance)
        self._recent: deque[_Sent] = deque(maxlen=400)
        self._seed = seed
        self._number = 0

    def letters(self, count: int) -> Iterator[StoredLetter]:
        """The next letters, with line feeds alone as in a Maildir."""
        for _ in range(count):
            self._number += 1
            self._at += timedelta(seconds=round(self._chance.uniform(0.2, 1.8) * self._step))
            yield StoredLetter(self._write(), self._at)

    def _write(self) -> bytes:
        chance = self._chance
        answered = chance.choice(self._recent) if self._recent and chance.random() < ANSWERS else None
        sent = self._address(answered)
        by_owner = answered is not None and chance.random() < 0.25
        parts = self._text_parts(russian=sent.russian)
        if chance.random() < WITH_FILES:
            files = [self._file() for _ in range(2 if chance.random() < 0.2 else 1)]
            parts = _join("mixed", f"m{self._number}", [parts, *files])
        self._recent.append(sent)
        return self._head(sent, answered, by_owner=by_owner) + parts

    def _address(self, answered: _Sent | None) -> _Sent:
        """Who writes, about what, under which id."""
        chance = self._chance
        message_id = f"{self._seed}.{self._number}.{chance.getrandbits(48):x}@acme.example"
        if answered is not None:
            references = (*answered.references[-8:], answered.message_id)
            topic = f"Re: {answered.topic.removeprefix('Re: ')}"
            return answered._replace(message_id=message_id, references=references, topic=topic)
        russian = chance.random() < RUSSIAN
        topic = self._words(chance.randint(2, 7), russian=russian).capitalize()
        return _Sent(message_id, (), topic, chance.randrange(CORRESPONDENTS), russian)

    def _head(self, sent: _Sent, answered: _Sent | None, *, by_owner: bool) -> bytes:
        them, her = _person(sent.correspondent), f"{_encode_words('Анна Белова')} <{OWNER}>"
        date = format_datetime(self._at - timedelta(seconds=self._chance.randint(1, 90)))
        lines = [f"Return-Path: <client{sent.correspondent}@company{sent.correspondent % 170}.example>"]
        lines += [
            f"Received: from relay{hop}.example ([192.0.2.{hop + 7}]) by mx{hop}.zveno.example with ESMTPS id "
            f"{self._chance.getrandbits(64):016x}\n\tfor <{OWNER}>; {date}"
            for hop in range(3)
        ]
        lines += [
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=acme.example; s=mail;\n\tb="
            + b64encode(self._chance.randbytes(192)).decode(),
            f"From: {her if by_owner else them}",
            f"To: {them if by_owner else her}",
        ]
        if self._chance.random() < 0.2:
            lines.append(f"Cc: {_person((sent.correspondent + 170) % CORRESPONDENTS)}")
        lines += [
            f"Subject: {_encode_words(sent.topic)}",
            f"Date: {date}",
            f"Message-ID: <{sent.message_id}>",
        ]
        if answered is not None:
            lines.append(f"In-Reply-To: <{answered.message_id}>")
            lines.append("References: " + "\n\t".join(f"<{one}>" for one in sent.references))
        lines += ["X-Mailer: Mailer 16.0", "MIME-Version: 1.0", ""]
        return "\n".join(lines).encode()

    def _text_parts(self, *, russian: bool) -> bytes:
        paragraphs = [
            self._words(self._chance.randint(8, 45), russian=russian).capitalize() + "."
            for _ in range(self._chance.randint(2, 9))
        ]
        plain = self._text("plain", "\n\n".join(paragraphs) + "\n")
        if self._chance.random() >= WITH_HTML:
            return plain
        inner = "".join(
            f'<p class="MsoNormal" style="margin:0 0 12px 0"><span style="font-size:11pt">{one}</span></p>\n'
            for one in paragraphs
        )
        style = "<style>p.MsoNormal {margin:0cm; font-size:11.0pt; font-family:Calibri,sans-serif;}</style>"
        html = self._text("html", f"<html><head>{style}</head><body>\n{inner}</body></html>\n")
        return _join("alternative", f"a{self._number}", [plain, html])

    def _text(self, subtype: str, text: str) -> bytes:
        charset = "windows-1251" if self._chance.random() < 0.1 else "utf-8"
        raw = text.encode(charset)
        if self._chance.random() < 0.5:
            encoding, body = "quoted-printable", binascii.b2a_qp(raw)
        else:
            encoding, body = "base64", encodebytes(raw)
        head = f"Content-Type: text/{subtype}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
        return head.encode() + body

    def _file(self) -> bytes:
        """A file of the pool's bytes; one in twenty is the same picture again."""
        if self._chance.random() < 0.05:
            start, count, (name, kind) = 0, 60, _FILES[4]
        else:
            size = min(self._chance.lognormvariate(-0.5, 1.0) * self._file_kb, _LARGEST_FILE_KB)
            count = max(2, round(size * 1024 / (_LINE * 4 // 3 + 1)))
            start = self._chance.randrange(len(self._lines) - count)
            name, kind = self._chance.choice(_FILES)
        written = _encode_words(name)
        head = (
            f'Content-Type: {kind}; name="{written}"\nContent-Transfer-Encoding: base64\n'
            f'Content-Disposition: attachment; filename="{written}"\n\n'
        )
        return head.encode() + b"\n".join(self._lines[start : start + count]) + b"\n"

    def _words(self, count: int, *, russian: bool) -> str:
        return " ".join(self._chance.choices(_RUSSIAN_WORDS if russian else _ENGLISH_WORDS, k=count))


def _encode_pool(chance: random.Random) -> list[bytes]:
    """Four megabytes as full lines of base64; a run of them is the body of a file like no other."""
    return encodebytes(chance.randbytes(_LINE * 75_000)).splitlines()


def _person(number: int) -> str:
    names = _NAMES[number % 2]
    name = _encode_words(f"{names[number % len(names)]} {number}")
    return f"{name} <client{number}@company{number % 170}.example>"


def _encode_words(text: str) -> str:
    """Encoded words of at most 75 characters (RFC 2047), or the text itself where it is ASCII."""
    if text.isascii():
        return text
    pieces = [text[start : start + 20] for start in range(0, len(text), 20)]
    return "\n ".join(f"=?utf-8?B?{b64encode(piece.encode()).decode()}?=" for piece in pieces)


def _join(subtype: str, boundary: str, parts: list[bytes]) -> bytes:
    """A multipart of parts that bring their own headers."""
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n'
    delimiter = f"--{boundary}\n".encode()
    inner = b"".join(delimiter + part + b"\n" for part in parts)
    return head.encode() + inner + f"--{boundary}--\n".encode()
