"""Letters that nobody would write: mutated ones, spliced ones, poison and noise, from a seed.

`python -m tests.mail.fuzz_letters SEED COUNT [FOLDER...]` reads COUNT of them within the limits of issue and house
(2 s of processor time, 256 MB) and tells about those that a reader raised on or was stopped at; exit code 1 then.
"""

import hashlib
import logging
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from email import policy
from email.message import EmailMessage
from pathlib import Path

from mail.parser_worker import limit_memory
from mail.reader_chain import Alarm, Task, read_down

MEGABYTES = 256
SECONDS = 2.0
LONGEST_SEED = 200_000

TOKENS = (
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"--", b"--x\r\n", b"--x--\r\n", b"\0", b"\xff", b"=", b"==", b"=?", b"?=",
    b"=?utf-8?B?0J8=?=", b"=?utf-8?Q?=D0?= =?utf-8?Q?=9F?=", b"=?x-nothing?Z?abc?=", b"(", b")", b"<", b">", b'"', b"\\",
    b";", b":", b",", b"@", b"<>", b"a:b;", b"%", b"'", b"*", b"*0*=", b"utf-8''%D0%9F", b"filename*0*=", b"filename=",
    b"../../", b"\xe2\x80\xae", b"charset=", b"charset=\0", b"charset=utf-16", b"charset=utf-7", b"charset=idna",
    b"charset=hex", b"charset=unicode-escape", b"boundary=", b'boundary="x"', b'boundary=""', b"method=REQUEST",
    b"Content-Type: multipart/mixed; boundary=x\r\n", b"Content-Type: multipart/alternative; boundary=x\r\n",
    b"Content-Type: multipart/digest; boundary=x\r\n", b"Content-Type: multipart/report\r\n",
    b"Content-Type: multipart/signed; boundary=x\r\n", b"Content-Type: message/rfc822\r\n",
    b"Content-Type: message/delivery-status\r\n", b"Content-Type: text/html\r\n", b"Content-Type: text/calendar\r\n",
    b"Content-Type: text/plain; format=flowed; delsp=yes\r\n", b"Content-Type: application/ms-tnef\r\n",
    b"Content-Type: application/pkcs7-mime\r\n", b"Content-Type: text/plain; charset=gb2312\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n", b"Content-Disposition: attachment; filename=winmail.dat\r\n",
    b"Message-ID: <>\r\n", b"References: <a@b>\r\n", b"From: ", b"Subject: ", b"Date: ", b"To: ",
    b"begin 644 f\r\n", b"-----BEGIN PGP SIGNED MESSAGE-----\r\n", b"-----BEGIN PGP MESSAGE-----\r\n",
    b"-----BEGIN PGP SIGNATURE-----\r\n", b"<!--", b"-->", b"<a href='", b"<ul><li>", b"<script>", b"<style>", b"&#x110000;",
    b"&#99999999999;", b"&amp", b"<![CDATA[", b"\x78\x9f\x3e\x22", b"\x01\x02\x90\x06\x00\x08\x00\x04\x00\x00\x00", b">", b"> ",
)  # fmt: skip


def seeds(folders: Sequence[Path]) -> list[bytes]:
    """Letters to begin with: composed ones, and the files of folders."""
    found = [_compose(number) for number in range(12)]
    for folder in folders:
        files = sorted(one for one in folder.rglob("*") if one.is_file())
        found += [file.read_bytes()[:LONGEST_SEED] for file in files]
    return found


def _compose(number: int) -> bytes:
    message = EmailMessage(policy.SMTP)
    message["Subject"] = "Коммерческое предложение " * (number + 1)
    message["From"] = '"Иван Петров" <ivan@firm.example>'
    message["To"] = "anna@zveno.example, Boris <boris@zveno.example>, team: c@zveno.example;"
    message["Date"] = "Tue, 24 Nov 2026 15:00:00 +0300"
    message["Message-ID"] = f"<{number}@firm.example>"
    message.set_content("Добрый день\n\n> вопрос\nответ \nещё\n" * number, cte=("base64", "8bit")[number % 2])
    if number % 3:
        message.add_alternative("<p>Добрый <b>день</b><br><img src='cid:x'>" * number, subtype="html")
    if number % 4 == 0:
        inner = EmailMessage(policy.SMTP)
        inner["Subject"] = "inner"
        inner.set_content("inside")
        message.add_attachment(inner)
    if number % 5 == 0:
        message.add_attachment(b'x\x9f>"\1\0' + bytes(40), "application", "ms-tnef", filename="winmail.dat")
    message.add_attachment(b"\0\1" * number, "application", "pdf", filename=f"счёт {number}.pdf")
    return message.as_bytes()


def letters(seed: int, count: int, beginnings: Sequence[bytes]) -> Iterator[bytes]:
    """So many letters; the same ones for the same seed and beginnings."""
    rng = random.Random(seed)
    for _ in range(count):
        kind = rng.random()
        if kind < 0.05:
            yield rng.randbytes(rng.randint(0, 5_000))
        elif kind < 0.15:
            yield b"".join(rng.choices(TOKENS, k=rng.randint(0, 200)))
        elif kind < 0.2:
            yield rng.choice(TOKENS) * rng.randint(1, 20_000) + rng.choice(beginnings)[:2_000]
        else:
            yield _mutate(rng, rng.choice(beginnings), rng.choice(beginnings))


def _mutate(rng: random.Random, raw: bytes, other: bytes) -> bytes:
    text = bytearray(raw)
    for _ in range(rng.randint(1, 12)):
        place = rng.randint(0, len(text))
        length = min(rng.choice((1, 2, 8, 64, 1_000)), len(text) - place)
        match rng.randrange(7):
            case 0:
                text[place:place] = rng.choice(TOKENS)
            case 1:
                text[place:place] = rng.choice(TOKENS) * rng.choice((2, 50, 3_000))
            case 2:
                del text[place : place + length]
            case 3:
                text[place : place + length] = rng.randbytes(length)
            case 4:
                text[place:place] = text[place : place + length] * rng.choice((1, 3, 100))
            case 5:
                cut = rng.randint(0, len(other))
                text[place : place + length] = other[cut : cut + 2_000]
            case _:
                del text[place:]
        del text[3 * LONGEST_SEED :]
    return bytes(text)


def main(seed: int, count: int, folders: Sequence[Path]) -> int:
    """Read them; how many were not read by the first reader in time."""
    beginnings = seeds(folders)
    limit_memory(MEGABYTES)
    alarm, slowest, failed = Alarm(), 0.0, 0
    for number, raw in enumerate(letters(seed, count, beginnings)):
        begun = time.process_time()
        read = read_down(Task(hashlib.sha256(raw).hexdigest()), raw, alarm=alarm).read
        took = time.process_time() - begun
        slowest = max(slowest, took)
        if read.reader != "own" or took > SECONDS:
            failed += 1
            with tempfile.NamedTemporaryFile(
                prefix=f"fuzz-{seed}-{number}-", suffix=".eml", delete=False
            ) as file:
                file.write(raw)
            logger.error(
                "%s: %s after %.2f s, read by %r", file.name, read.reason or "slow", took, read.reader
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    logger.info("%d letters, %d failed, slowest %.2f s, %d MB in all", count, failed, slowest, peak)
    return failed


logger = logging.getLogger(__name__)

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    sys.exit(1 if main(int(sys.argv[1]), int(sys.argv[2]), [Path(one) for one in sys.argv[3:]]) else 0)
