"""Words as the search index keeps them: casefolded, ё as е, stemmed in Russian and English (architecture.md 12)."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

MAX_WORD = 64
MAX_WORDS = 5_000
"""A text is found by its first words; a novel in an attachment does not swell the index."""

MAX_QUERY_WORDS = 12
_MAX_CHARACTERS = 200_000
_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphens and the like stand within words."""


@lru_cache(maxsize=1)
def _stemmers() -> tuple[Stemmer.Stemmer, Stemmer.Stemmer]:
    return Stemmer.Stemmer("english"), Stemmer.Stemmer("russian")


def stem_words(texts: Iterable[str], *, limit: int = MAX_WORDS) -> tuple[str, ...]:
    """The distinct stems of texts in order of appearance, at most `limit` of them.

    Every word goes through both stemmers: each leaves the other's alphabet alone.
    """
    words: dict[str, None] = {}
    for text in texts:
        words.update(dict.fromkeys(_WORD.findall(_fold(text[:_MAX_CHARACTERS]))))
        if len(words) >= limit:
            break
    distinct = [word[:MAX_WORD] for word in words][:limit]
    english, russian = _stemmers()
    stems = russian.stemWords(english.stemWords(distinct))
    return tuple(dict.fromkeys(stem or word for stem, word in zip(stems, distinct, strict=True)))


def _fold(text: str) -> str:
    if text.isascii():
        return text.casefold()
    for (
        mark
    ) in _INVISIBLE:  # Looking for each is many times faster than translating, and hardly a text has one.
        text = text.replace(mark, "")
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")


def query_words(text: str) -> tuple[str, ...]:
    """The stems that a query asks for, all of which must match; the last may be the beginning of a word."""
    return stem_words((text[: MAX_QUERY_WORDS * (MAX_WORD + 1)],), limit=MAX_QUERY_WORDS)
