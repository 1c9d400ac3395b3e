"""What a person wants to read of a letter: what its sender wrote, without quotations and the signature.

    text with marks ── lines ── quoted? attribution? repeated header? ── own lines ── signature off ── new text

Linear in the length of the text. In doubt a line stays: what is cut is one tap away, but nobody looks for what
they do not know of. Whoever passes a letter on wants it read: nothing of it is cut. A library was looked for
(decisions/0023).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mail.new_text_lines import LineKind, kinds_of, read_lines
from mail.new_text_marks import drop_marks
from mail.new_text_signature import Signatures

_MAX_PASSES = 4
_BLANK_LINES = re.compile(r"\n{3,}")
_FORWARDED = re.compile(
    r"^\s*(?:\[[^\[\]]{0,40}\]\s*)?(?:fwd?|fw|wg|tr|пересл|перес|перенапр|пер|fs)\s*(?:\[\d+\])?:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NewText:
    """A letter in three parts; each is made of lines of it, in order.

    Attributes:
        text: What is new; never empty where the letter is not.
        signature: Signatures, closing phrases and footers of the sender.
        quoted: What is repeated of other letters.
    """

    text: str
    signature: str = ""
    quoted: str = ""


MAX_LINES = 20_000
"""Nobody reads a longer text in a chat: it stays whole, and costs its reader no time."""


def is_forwarded(topic: str) -> bool:
    """Whether a topic says that a letter is passed on."""
    return _FORWARDED.match(topic) is not None


def split_letter(marked: str, *, senders: Sequence[str] = (), forwarded: bool = False) -> NewText:
    """The parts of a letter's text.

    Args:
        marked: The text, with the marks of its HTML if it was one.
        senders: Names and addresses of From, by which a signature is known.
        forwarded: Whether the letter passes another one on: then nothing of it is cut.
    """
    whole = NewText(drop_marks(marked))
    if forwarded or marked.count("\n") > MAX_LINES:
        return whole
    signatures = Signatures(senders)
    found = _split(marked, signatures)
    if not found.signature and not found.quoted:
        return found
    for _ in range(_MAX_PASSES):
        again = _split(found.text, signatures)
        if again.text == found.text:
            return found
        found = NewText(
            again.text, _text((again.signature, found.signature)), _text((again.quoted, found.quoted))
        )
    return whole


def _split(marked: str, signatures: Signatures) -> NewText:
    lines = read_lines(marked)
    kinds = kinds_of(lines)
    own: list[str] = []
    signed: list[str] = []
    start = 0
    for place, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind is LineKind.OWN:
            own.append(line.text)
        elif place and kinds[place - 1] is LineKind.OWN:
            _cut_signature(own, start, signed, signatures)
            own.append("")
            start = len(own)
    _cut_signature(own, start, signed, signatures)
    _cut_signature(own, 0, signed, signatures)
    signed += [line.text for line, kind in zip(lines, kinds, strict=True) if kind is LineKind.SIGNATURE]
    quoted = _text(line.text for line, kind in zip(lines, kinds, strict=True) if kind is LineKind.QUOTED)
    if text := _text(own):
        return NewText(text, _text(signed), quoted)
    if text := _text(signed):
        return NewText(text, "", quoted)
    return NewText(quoted)


def _cut_signature(own: list[str], start: int, signed: list[str], signatures: Signatures) -> None:
    """Move what signs the lines from `start` on to the signature."""
    part = own[start:]
    end = signatures.start(part)
    signed += part[end:]
    del own[start + end :]


def _text(lines: Iterable[str]) -> str:
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n ")
