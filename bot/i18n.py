"""Every sentence in the reader's language (architecture.md rule 9).

Message ids are the English texts. The catalogues are read from their .po source at start and compiled in
memory, so that no built file can be older than its source.

Marking: ``reader._("…")`` and ``reader.ngettext("…", "…", n)`` where a reader is at hand, `N_` in tables. The
extraction (``make translations``) knows these names.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.enums import Language

DOMAIN = "zveno"


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools know
    """Mark a message of a table for extraction; it is translated where it is shown."""
    return message


class Translator:
    """Sentences in one language."""

    def __init__(self, language: Language, translations: NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def _(self, message: str) -> str:
        """The message in this language, the message itself where the catalogue lacks it."""
        return self._translations.gettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The form that the language uses with this number."""
        return self._translations.ngettext(singular, plural, number)


class Catalogues:
    """All translators, one a language."""

    def __init__(self, translations: Mapping[Language, NullTranslations]) -> None:
        self._translators = {
            language: Translator(language, translations.get(language, NullTranslations()))
            for language in Language
        }

    def translator(self, language: Language) -> Translator:
        """The translator of a language."""
        return self._translators[language]

    def in_every_language(self, message: str) -> frozenset[str]:
        """All that a message may look like, to recognise a label whoever sees it."""
        return frozenset(translator._(message) for translator in self._translators.values())


def load_catalogues() -> Catalogues:
    """Compile the catalogues that the product brings; English needs none.

    Raises:
        ValueError: A catalogue cannot be read; the product does not start with a part of its words.
    """
    return Catalogues({language: _compile(language) for language in _present_languages()})


def _present_languages() -> Iterable[Language]:
    folder = resources.files("locales")
    return [language for language in Language if (folder / language / "LC_MESSAGES").is_dir()]


@cache
def _compile(language: Language) -> NullTranslations:
    source = resources.files("locales") / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    with source.open("rb") as file:
        catalogue = read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
