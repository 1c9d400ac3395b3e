"""The parts that people and companies have in a deal: likely ones to choose, others can be typed.

What was typed or chosen is kept as it is; a known word is shown in the reader's language.
"""

from functools import cache

from bot.i18n import N_, load_catalogues
from bot.reader import Reader
from core.enums import ContactKind

PERSON_ROLES = {
    "decides": N_("decides"),
    "influences": N_("influences"),
    "uses": N_("uses it"),
    "contact": N_("passes on"),
}
COMPANY_ROLES = {
    "client": N_("client"),
    "competitor": N_("competitor"),
    "supplier": N_("supplier"),
    "mediator": N_("mediator"),
}
ROLES = PERSON_ROLES | COMPANY_ROLES


def likely_roles(kind: ContactKind | None) -> dict[str, str]:
    """Codes and message ids of the roles that a contact of this kind may have."""
    return COMPANY_ROLES if kind is ContactKind.PARTNER else PERSON_ROLES


@cache
def _known_words() -> dict[str, str]:
    """Every known role's word in every language, and its message id."""
    catalogues = load_catalogues()
    return {
        word.casefold(): message
        for message in ROLES.values()
        for word in catalogues.in_every_language(message)
    }


def role_word(reader: Reader, role: str) -> str:
    """A stored role as the reader says it; what is not known as it was typed."""
    message = _known_words().get(role.casefold())
    return reader._(message) if message is not None else role
