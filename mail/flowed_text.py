"""Plain text whose paragraphs were broken by the sender's program (RFC 3676: format=flowed)."""

import re

_QUOTES = re.compile(r"(>*) ?")
_SIGNATURE = "-- "


def unfold_flowed(text: str, *, delsp: bool) -> str:
    """Soft line breaks undone: a line that ends in a blank goes on in the next one of the same quote depth.

    Args:
        text: The text as it was sent.
        delsp: Whether the blank was only there to mark the break (languages without blanks between words).
    """
    out: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for line in text.replace("\r\n", "\n").split("\n"):
        marks = _QUOTES.match(line)
        quoted, start = (len(marks[1]), marks.end()) if marks is not None else (0, 0)
        body = line[start:]
        if paragraph and (quoted != depth or body == _SIGNATURE):
            out.append(_mark("".join(paragraph), depth))
            paragraph.clear()
        depth = quoted
        soft = body.endswith(" ") and body != _SIGNATURE
        paragraph.append(body[:-1] if soft and delsp else body)
        if not soft:
            out.append(_mark("".join(paragraph), depth))
            paragraph.clear()
    if paragraph:
        out.append(_mark("".join(paragraph), depth))
    return "\n".join(out)


def _mark(line: str, depth: int) -> str:
    return f"{'>' * depth} {line}" if depth else line
