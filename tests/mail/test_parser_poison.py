"""Mail bombs: our own reader takes each within its time and memory, in a process that has no more of either."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from app.blobs import FileBlobs
from mail.parser_pool import ParserPool
from mail.parser_process import ParserLimits, ReadingSpec
from mail.reader_chain import ReadLetter

MEGABYTE = 1_000_000


def nested(depth: int, kind: str, inner: bytes) -> bytes:
    """Multiparts in one another."""
    head = "Content-Type: multipart/{}; boundary=b{}\r\n\r\n--b{}\r\n"
    return "".join(head.format(kind, level, level) for level in range(depth)).encode() + inner


def mixed(part: bytes, times: int) -> bytes:
    """One multipart with a part many times."""
    return b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + (b"--a\r\n" + part + b"\r\n") * times


def zip_bomb() -> bytes:
    """A hundred kilobytes that unpack to a hundred megabytes."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(2):
            archive.writestr(f"{number}.bin", b"\0" * (50 * MEGABYTE))
    return packed.getvalue()


TNEF = b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22\0\0"
POISON: dict[str, Callable[[], bytes]] = {
    "a topic of 80,000 encoded words": lambda: b"Subject: " + b"=?utf-8?Q?=D0=9F?= " * 80_000 + b"\r\n\r\nx",
    "2,000 multiparts in one another": lambda: nested(2_000, "mixed", b""),
    "multiparts of one boundary in one another": lambda: b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 20_000,
    "alternatives in one another": lambda: nested(49, "alternative", b"Content-Type: text/html\r\n\r\n" + b"<p>x" * MEGABYTE),
    "3,000 brackets in From": lambda: b"From: " + b"(" * 3_000 + b"\r\n\r\n",
    "quotes without end": lambda: b"From: " + b'"' * MEGABYTE + b"\r\n\r\n",
    "no id in the id": lambda: b"Message-ID: <>\r\n\r\nx",
    "a group": lambda: b"To: undisclosed-recipients:;\r\nCc: a:b@c.example;\r\n\r\nx",
    "a charset nobody knows": lambda: b"Content-Type: text/plain; charset=X-UNKNOWN\r\n\r\n\xff\xfe",
    "a charset with NUL": lambda: b"Content-Type: text/plain; charset=utf\0-8\r\n\r\n\xff\xfe",
    "a quadratic codec": lambda: b"Content-Type: text/plain; charset=idna\r\n\r\n" + b"a." * MEGABYTE,
    "490 texts in unknown charsets": lambda: mixed(b"Content-Type: text/plain; charset=x\r\n\r\n" + bytes(range(128, 256)) * 100, 490),
    "half a million fields": lambda: b"X: y\r\n" * 500_000,
    "half a million lines of one field": lambda: b"X: y\r\n" + b" y\r\n" * 500_000,
    "half a million parts": lambda: mixed(b"\r\n", 500_000),
    "a boundary in every dash": lambda: b"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + b"-" * (10 * MEGABYTE),
    "a boundary to be guessed a million times": lambda: b"Content-Type: multipart/mixed\r\n\r\n" + b"--a\r\n" * MEGABYTE,
    "types with a thousand parameters": lambda: mixed(b"Content-Type: text/html;" + b" a*0*=x;" * 1_000 + b"\r\n\r\n", 400),
    "types with a thousand blanks": lambda: mixed(b"Content-Type: text/html;" + b" " * 8_000 + b"a\r\n\r\n", 400),
    "addresses without end": lambda: b"To: " + b"=?utf-8?B?0J8=?= <a@b.example>,\r\n " * 40_000 + b"\r\n\r\nx",
    "blanks in an address": lambda: b"To: " + b" " * 30_000 + b"\r\n\r\nx",
    "ids without end": lambda: b"References: " + b"<" * MEGABYTE + b"\r\nIn-Reply-To: " + b"a@" * MEGABYTE + b"\r\n\r\n",
    "open comments": lambda: b"Content-Type: text/html\r\n\r\n" + b"<!--" * MEGABYTE,
    "open attributes": lambda: b"Content-Type: text/html\r\n\r\n" + b"<a href='" * MEGABYTE,
    "20,000 nested lists": lambda: b"Content-Type: text/html\r\n\r\n" + b"<ul><li>" * 20_000,
    "a character beyond Unicode": lambda: b"Content-Type: text/html\r\n\r\n&#" + b"9" * MEGABYTE,
    "a paragraph of a million soft lines": lambda: b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \r\n" * 300_000,
    "signed messages without end": lambda: b"\r\n" + b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 100_000,
    "signatures without end": lambda: b"\r\n-----BEGIN PGP SIGNED MESSAGE-----\n" + b"-----BEGIN PGP SIGNATURE-----\n" * 100_000,
    "lines of uuencode": lambda: b"Content-Transfer-Encoding: x-uuencode\r\n\r\n" + b"#AAAA\r\n" * 300_000,
    "winmail.dat that lies about lengths": lambda: TNEF + b"\x01\x03\x90\x06\0\x08\0\0\0\xff\xff\xff\x7f\0\0\0\0\0\0" * 100_000,
    "winmail.dat of empty attributes": lambda: TNEF + b"\x01\x03\x90\x06\0\0\0\0\0\0\0" * MEGABYTE,
    "letters in letters": lambda: b"Content-Type: message/rfc822\r\n\r\n" * 10_000 + b"x",
    "8 MB of line ends": lambda: b"Subject: x\r\n\r\n" + b"\n" * (8 * MEGABYTE),
    "a zip bomb": lambda: b"Content-Type: application/zip; name=bomb.zip\r\n\r\n" + zip_bomb(),
    "8 MB without a line end": lambda: b"Subject: x\r\n\r\n" + b"x" * (8 * MEGABYTE),
    "8 MB of header": lambda: b"x" * (8 * MEGABYTE),
    "nothing": lambda: b"",
}  # fmt: skip


async def read_all(folder: Path) -> dict[str, ReadLetter]:
    blobs = FileBlobs(folder)
    names = {blobs.save(make()): name for name, make in POISON.items()}
    spec = ReadingSpec("app.blobs:FileBlobs", folder, "tests.mail.patient_readers:PATIENT")
    pool = ParserPool(spec, ParserLimits(workers=1, seconds=60))
    await pool.start()
    try:
        return {names[one.sha256]: one for one in await pool.read(list(names))}
    finally:
        await pool.close()


async def test_each_bomb_is_read_by_the_first_reader_with_its_time_and_memory(tmp_path: Path) -> None:
    results = await read_all(tmp_path)
    assert {name: (one.reader, one.reason) for name, one in results.items()} == dict.fromkeys(
        POISON, ("own", "")
    )
    bomb = results["a zip bomb"].letter
    assert bomb is not None
    (packed,) = bomb.attachments
    assert (packed.name, packed.size < MEGABYTE * 2) == ("bomb.zip", True)
    group = results["a group"].letter
    assert group is not None
    assert ([one.address for one in group.to], [one.address for one in group.cc]) == ([], ["b@c.example"])
