"""Brings the catalogues up to date with the messages marked in the code: ``python -m locales.update``.

Messages that are new get an empty translation, those that are gone are dropped, the others stay as they are.
Files are sorted and carry no dates or places, so that they change only where words change.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

DOMAIN = "zveno"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
HERE = Path(__file__).parent
MARKED = ("bot",)
"""Packages that speak to people."""


def extract_messages() -> list[str | tuple[str, ...]]:
    """All messages marked in the code, sorted; those with a plural as pairs."""
    found: set[str | tuple[str, ...]] = set()
    for package in MARKED:
        for _, _, message, _, _ in extract_from_dir(HERE.parent / package, keywords=KEYWORDS):
            found.add(message)
    return sorted(found, key=lambda message: message if isinstance(message, str) else message[0])


def catalogue_path(language: str) -> Path:
    """Where a language's words are."""
    return HERE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(language: str) -> Catalog:
    """A language's words as they are."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN, abort_invalid=True)


def languages() -> list[str]:
    """Languages that have a catalogue."""
    return sorted(path.parent.parent.name for path in HERE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def updated(language: str) -> Catalog:
    """A language's catalogue with exactly the messages of the code."""
    present = read_catalogue(language)
    fresh = Catalog(locale=language, domain=DOMAIN, project="zveno", fuzzy=False)
    for message in extract_messages():
        known = present.get(message)
        fresh.add(message, string=known.string if known is not None else None)
    return fresh


def write_catalogue(language: str, catalogue: Catalog) -> None:
    """Write a catalogue without anything that changes by itself."""
    header = [
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalogue.plural_forms}",
    ]
    head = 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in header) + "\n"
    path = catalogue_path(language)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(head.encode())
        write_po(file, catalogue, omit_header=True, no_location=True, sort_output=True, width=0)
    fresh.replace(path)


def main() -> None:
    """Update every catalogue."""
    for language in languages():
        write_catalogue(language, updated(language))


if __name__ == "__main__":
    main()
