"""What a search found, as a button."""

from bot.reader import Reader
from bot.texts.kinds import CONTACT_SIGNS, SUBJECT_SIGNS, TYPE_SIGNS
from core.enums import ContactKind, SubjectKind
from core.queries.search import Found


def found_label(reader: Reader, found: Found) -> str:
    """Sign, title and who, and when an interaction was."""
    if isinstance(found.kind, ContactKind):
        return _joined(CONTACT_SIGNS[found.kind], found.title, found.who)
    if isinstance(found.kind, SubjectKind):
        return _joined(SUBJECT_SIGNS[found.kind], found.title, "")
    when = f" · {reader.when(found.at)}" if found.at is not None else ""
    return _joined(TYPE_SIGNS[found.kind], found.who or found.title, found.title if found.who else "") + when


def _joined(sign: str, name: str, more: str) -> str:
    return f"{sign} {name}, {more}" if more else f"{sign} {name}"
