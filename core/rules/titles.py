"""What a thing is called when nobody named it."""

import re

MAX_LENGTH = 60
_FIRST_SENTENCE = re.compile(r"\s*(.+?)(?:[.!?…]\s|\n|$)", re.DOTALL)


def title_of(topic: str, text: str) -> str:
    """The topic, else the beginning of the text's first sentence, cut at a word; a dash for nothing at all."""
    if topic.strip():
        return _shorten(topic)
    match = _FIRST_SENTENCE.match(text)
    return _shorten(match[1]) if match is not None else "—"


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= MAX_LENGTH:
        return line
    cut = line[:MAX_LENGTH].rsplit(" ", 1)[0].rstrip(",;:-–— ")
    return f"{cut or line[:MAX_LENGTH]}…"
