"""How do words of people go over an IMAP wire: folder names in modified UTF-7, strings in quotes?

RFC 3501, 5.1.3 (modified UTF-7) and section 9 (quoted strings). What cannot be quoted goes as a literal.
"""

import binascii
from collections.abc import Iterable, Iterator
from datetime import date

LONGEST_UID_SET = 7_000
"""Characters; servers may refuse command lines of more than 8,192 (RFC 7162, 4)."""

_PRINTABLE = range(0x20, 0x7F)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def encode_folder(name: str) -> str:
    """A folder name in modified UTF-7: ASCII as it is, everything else in `&...-`."""
    out: list[str] = []
    foreign: list[str] = []
    for character in name:
        if ord(character) not in _PRINTABLE:
            foreign.append(character)
            continue
        out.append(_encode_run(foreign))
        foreign.clear()
        out.append("&-" if character == "&" else character)
    out.append(_encode_run(foreign))
    return "".join(out)


def _encode_run(characters: Iterable[str]) -> str:
    raw = "".join(characters).encode("utf-16-be", "surrogatepass")
    if not raw:
        return ""
    base64 = binascii.b2a_base64(raw, newline=False).rstrip(b"=").replace(b"/", b",")
    return f"&{base64.decode('ascii')}-"


def decode_folder(wire: bytes) -> str:
    """The name again; what is no modified UTF-7 is taken as UTF-8, then as Latin-1: shown rather than refused."""
    try:
        text = wire.decode("ascii")
    except UnicodeDecodeError:
        return wire.decode("utf-8", "replace")
    out: list[str] = []
    rest = text
    while rest:
        plain, shift, rest = rest.partition("&")
        out.append(plain)
        if not shift:
            break
        run, closed, rest = rest.partition("-")
        decoded = "&" if closed and not run else _decode_run(run) if closed else None
        if decoded is None:
            return text
        out.append(decoded)
    return "".join(out)


def _decode_run(run: str) -> str | None:
    padded = run.replace(",", "/") + "=" * (-len(run) % 4)
    try:
        return binascii.a2b_base64(padded, strict_mode=True).decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def quote(text: str) -> str | bytes:
    """A string argument: quoted where the grammar allows it, else its UTF-8 bytes to be sent as a literal."""
    if all(ord(character) in _PRINTABLE for character in text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return text.encode("utf-8", "surrogatepass")


def format_uid_set(uids: Iterable[int]) -> str:
    """UIDs as a sequence set with runs shortened: 1,2,3,7 becomes `1:3,7`."""
    return ",".join(_format_runs(uids))


def format_uid_sets(uids: Iterable[int]) -> Iterator[str]:
    """The same in pieces that fit into a command line; none for no UIDs."""
    piece = ""
    for run in _format_runs(uids):
        if piece and len(piece) + len(run) >= LONGEST_UID_SET:
            yield piece
            piece = ""
        piece = f"{piece},{run}" if piece else run
    if piece:
        yield piece


def _format_runs(uids: Iterable[int]) -> Iterator[str]:
    runs: list[list[int]] = []
    for uid in sorted(set(uids)):
        if runs and uid == runs[-1][1] + 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    for first, last in runs:
        yield str(first) if first == last else f"{first}:{last}"


def format_day(day: date) -> str:
    """A day as SEARCH takes it, whatever the system's language: 24-Nov-2026 (RFC 9051, `date`)."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04d}"
