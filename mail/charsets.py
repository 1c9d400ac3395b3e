"""Which letters do these bytes mean? Declared charsets are believed while they can be; else it is guessed."""

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

GUESSED_CHARSETS = ["utf_8", "cp1251", "koi8_r", "cp866", "cp1252", "gb18030", "shift_jis", "euc_kr", "big5"]
"""What mail without a usable declaration is written in; a short list, since a long one guesses worse."""

_GUESS_BYTES = 4096
_RUN = re.compile(rb"[\x80-\xff]++")
_TOUCHING = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]++|(?<![\x80-\xff])[\x80-\xff]++(?=[A-Za-z])")

_FREQUENCY = dict.fromkeys("оеаин", 8.3) | dict.fromkeys("тсрвлк", 4.8) | dict.fromkeys("мдпуя", 2.7)
_FREQUENCY |= dict.fromkeys("ыьгзбчй", 1.6) | dict.fromkeys("хжшюцщэфъё", 0.5)
"""Letters of a hundred in Russian texts."""

_USUAL_FREQUENCY = 5.5
"""What they are worth on average in a Russian text; of letters at random it is 3."""

_WORD_START = re.compile(r"(?<![А-Яа-яЁё])[А-ЯЁ]")
_FEW_BYTES = 8
"""Fewer letters than this prove no charset."""

_DEFAULTS = frozenset({"cp1252", "windows-1252", "iso-8859-1"})
_CYRILLIC = ("cp1251", "koi8_r", "cp866")
_ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "x-mac-cyrillic": "mac_cyrillic",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "cp-850": "cp850",
    "win-1251": "cp1251",
}
"""What is declared and what is meant, wider where senders write more than they declare (WHATWG, Encoding)."""

_REFUSED = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
"""Codecs that are no charsets of mail; idna is quadratic besides."""


@lru_cache(maxsize=256)
def find_codec(charset: str) -> str | None:
    """The codec of a declared charset, None for a name that means none."""
    name = charset.strip().strip("\"'").lower()
    if not name or len(name) > 40 or not re.fullmatch(r"[a-z0-9_.:+-]+", name):
        return None
    try:
        info = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return None
    if info.name in _REFUSED or not getattr(info, "_is_text_encoding", True):
        return None
    return info.name


def decode_text(raw: bytes, charset: str | None, hint: str | None = None) -> tuple[str, bool]:
    """Bytes as text; never raises.

    Args:
        raw: The bytes.
        charset: The charset declared for them, None when there is none.
        hint: A charset declared elsewhere in the same letter.

    Returns:
        The text, and whether the declaration could be kept to (always true without one).
    """
    declared = find_codec(charset) if charset else None
    if declared is not None and not _contradicts(raw, charset or ""):
        try:
            return raw.decode(declared), True
        except (UnicodeError, ValueError):
            pass
    text = _decode_undeclared(raw, hint)
    return text, charset is None or (declared is not None and raw.isascii())


def _contradicts(raw: bytes, charset: str) -> bool:
    """Whether the bytes show that a default was declared and not what they are: mail programs without Russian.

    Every byte means something in these charsets, so that decoding never fails and shows nonsense instead.
    """
    name = charset.strip().strip("\"'").lower()
    if raw.isascii() or _ALIASES.get(name, name) not in _DEFAULTS:
        return False
    if name.endswith("ascii"):
        return True
    sample = raw[:_GUESS_BYTES]
    if sum(byte > 127 for byte in sample) < _FEW_BYTES:
        return False
    return _is_utf8(sample) or max(_cyrillic_score(sample, codec) for codec in _CYRILLIC) > 0.8


def _is_utf8(sample: bytes) -> bool:
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        return len(sample) == _GUESS_BYTES and error.start > _GUESS_BYTES - 4  # Cut inside a letter.
    return True


def _decode_undeclared(raw: bytes, hint: str | None) -> str:
    hinted = find_codec(hint) if hint else None
    for codec in ("utf-8", hinted):
        if codec is None:
            continue
        try:
            return raw.decode(codec)
        except (UnicodeError, ValueError):
            continue
    return raw.decode(_guess(raw), "replace")


def _guess(raw: bytes) -> str:
    sample = raw[:_GUESS_BYTES]
    scores = {codec: _cyrillic_score(sample, codec) for codec in _CYRILLIC}
    best = max(scores, key=lambda codec: scores[codec])
    if scores[best] > 0.6:
        return best
    if _stands_in_latin_words(sample):
        return "cp1252"
    found = from_bytes(sample, cp_isolation=GUESSED_CHARSETS, enable_fallback=False).best()
    return found.encoding if found is not None else "cp1252"


def _stands_in_latin_words(raw: bytes) -> bool:
    """Whether most runs of high bytes touch an ASCII letter: accents of a Latin alphabet, no script of its own."""
    return len(_TOUCHING.findall(raw)) * 2 > len(_RUN.findall(raw))


def _cyrillic_score(raw: bytes, codec: str) -> float:
    """How much the high bytes look like Russian, about 1 for what is.

    The wrong one of two Cyrillic charsets swaps case, takes one letter for another or for a frame: so letters are
    weighed by how often Russians write them, and small letters and capitals at the beginnings of words count more.
    """
    if _stands_in_latin_words(raw):
        return 0.0
    foreign = [character for character in raw.decode(codec, "replace") if ord(character) > 127]
    if not foreign:
        return 0.0
    usual = (
        sum(_FREQUENCY.get(character.lower(), 0.0) for character in foreign) / len(foreign) / _USUAL_FREQUENCY
    )
    return usual * (0.7 + 0.3 * _share_in_usual_case(raw.decode(codec, "replace"), len(foreign)))


def _share_in_usual_case(text: str, foreign: int) -> float:
    small = sum("а" <= character <= "я" or character == "ё" for character in text)
    return (small + len(_WORD_START.findall(text))) / foreign
