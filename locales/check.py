"""Says whether every sentence of the code stands in every catalogue, translated and with its fields intact.

python -m locales.check
"""

import re
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

from locales.update import extract_messages, languages, read_catalogue

_FIELD = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]|</?[a-z]+>")


def find_faults(sentence: str | tuple[str, ...], catalogue: Catalog) -> Iterator[str]:
    """What is wrong with the translation of one sentence: missing, fuzzy, or with other fields."""
    first = sentence if isinstance(sentence, str) else sentence[0]
    message = catalogue.get(first)
    if message is None or not all(_forms(message.string)):
        yield f"no translation of {first!r}"
        return
    if message.fuzzy:
        yield f"fuzzy translation of {first!r}"
    wanted = _fields(_forms(sentence)[-1])
    for text in _forms(message.string):
        if _fields(text) != wanted:
            yield f"other fields in {text!r} than in {first!r}"


def find_stale(catalogue: Catalog) -> Iterator[str]:
    """Sentences that the code no longer says."""
    said = {one if isinstance(one, str) else one[0] for one in extract_messages()}
    for message in catalogue:
        first = _forms(_id_of(message))[0]
        if first and first not in said:
            yield f"nobody says {first!r}"


def _id_of(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    """All plural forms of a text; one empty form when there is none."""
    if text is None:
        return [""]
    return [text] if isinstance(text, str) else list(text)


def _fields(text: str) -> list[str]:
    return sorted(_FIELD.findall(text))


def main() -> int:
    """Check all catalogues; 1 when there is any fault."""
    faults = []
    for language in languages():
        catalogue = read_catalogue(language)
        found = [fault for sentence in extract_messages() for fault in find_faults(sentence, catalogue)]
        faults += [f"{language}: {fault}\n" for fault in (*found, *find_stale(catalogue))]
    sys.stderr.writelines(faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
