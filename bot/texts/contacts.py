"""What people call coordinates and the fields of a contact, on cards and typed."""

from core.enums import AddressKind, ContactKind

ADDRESS_SIGNS = {
    AddressKind.PHONE: "📱",
    AddressKind.EMAIL: "✉️",
    AddressKind.MESSENGER: "💬",
    AddressKind.SITE: "🌐",
    AddressKind.POST: "📮",
}

_TYPED = {
    "name": ("name", "имя", "название"),
    "phone": ("phone", "tel", "телефон", "тел"),
    "email": ("email", "e-mail", "mail", "почта"),
    "messenger": ("messenger", "telegram", "мессенджер", "телеграм"),
    "site": ("site", "web", "сайт"),
    "post": ("post", "address", "адрес"),
    "tax_number": ("tax_number", "tax", "inn", "инн"),
    "timezone": ("timezone", "tz", "zone", "пояс", "часовой_пояс"),
    "partner": ("partner", "company", "компания", "партнёр", "партнер", "организация"),
}
_FIELD_OF = {word: field for field, words in _TYPED.items() for word in words}

_KINDS = {
    ContactKind.PARTNER: (
        "partner",
        "company",
        "firm",
        "компания",
        "организация",
        "партнёр",
        "партнер",
        "фирма",
    ),
    ContactKind.PERSON: ("person", "контактное"),
    ContactKind.INDIVIDUAL: ("individual", "private", "человек", "физлицо"),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}


def read_contact_field(word: str) -> str:
    """The field of a contact that a typed word means; the word itself if it means none."""
    return _FIELD_OF.get(word.casefold(), word)


def read_contact_kind(word: str) -> ContactKind | None:
    """The kind of contact that a typed word means."""
    return _KIND_OF.get(word.casefold())
