"""Readers that do to their process what a letter tells them to: the chain of tests of the parser pool."""

import os
import signal
import time

from mail.parser import ParsedLetter, parse_letter
from mail.reader_chain import Reader

HANG = b"hang below Python"
LOOP = b"loop in Python"
EAT = b"eat memory"
RAISE = b"raise"
LEAK = b"leak memory"
KILL = b"be killed"
KILL_ONCE = b"be killed once: "

LEAKED: list[bytes] = []


def read_first(raw: bytes) -> ParsedLetter:
    """Obey the letter."""
    body = raw.partition(b"\n\n")[2]
    if body.startswith(HANG):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])
        time.sleep(60)
    while body.startswith(LOOP):
        pass
    if body.startswith(EAT):
        return parse_letter(b"x" * (1 << 32))
    if body.startswith(LEAK):
        LEAKED.append(b"x" * (200 * 1024 * 1024))
    if body.startswith(RAISE):
        raise ZeroDivisionError
    if body.startswith(KILL_ONCE):
        _die_unless_marked(body.removeprefix(KILL_ONCE).strip().decode())
    elif body.startswith(KILL):
        os.kill(os.getpid(), signal.SIGKILL)
    return parse_letter(raw)


def _die_unless_marked(marker: str) -> None:
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


CHAIN = (Reader("first", read_first, 0.3), Reader("second", parse_letter, 1.0))
HOPELESS = (Reader("only", read_first, 0.3),)
