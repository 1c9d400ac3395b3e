"""Reading a contact out of what was typed: ``John Smith, +7 916 123-45-67 company c4``."""

import re
from dataclasses import dataclass

from bot.texts.contacts import read_contact_kind
from core.enums import ContactKind
from core.rules.participant_text import participant_from_text
from core.values import Address, ContactId, Ref, RefKind

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class TypedContact:
    """What was said of a new contact."""

    kind: ContactKind
    name: str
    addresses: tuple[Address, ...]
    partner_id: ContactId | None


def read_contact(text: str, country: str) -> TypedContact:
    """Name, coordinates, company and kind.

    A reference ``c4`` is the company that the person works for, alone or after the word "company". The word
    "company" without one, "person" and "individual" say the kind, where they are the last words; without any of
    it the contact is an individual.
    """
    words = [(match[0].strip(",;"), match.span()) for match in _WORD.finditer(text)]
    partner_id: ContactId | None = None
    kind: ContactKind | None = None
    end = len(text)
    for word, (start, _) in reversed(words):
        ref = Ref.parse(word)
        said_kind = read_contact_kind(word) if word.islower() else None
        if ref is not None and ref.kind is RefKind.CONTACT and partner_id is None:
            partner_id = ContactId(ref.id)
        elif said_kind is not None and kind is None and start > 0:
            kind = said_kind
        else:
            break
        end = start
    if partner_id is not None:
        kind = ContactKind.PERSON
    said = participant_from_text(text[:end], country)
    return TypedContact(kind or ContactKind.INDIVIDUAL, said.presentation, said.addresses, partner_id)


def split_presentation(presentation: str) -> tuple[str, str]:
    """The likely names of a person and of a company in a participant's presentation: "John Smith, Acme"."""
    person, comma, company = presentation.partition(",")
    return person.strip(), company.strip() if comma and company.strip() else person.strip()
