"""Both languages say everything, with the same places to fill in (architecture.md rule 9)."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from bot.i18n import load_catalogues
from core.enums import Language
from locales.update import extract_messages, languages, read_catalogue, updated

PLACE = re.compile(r"\{([a-z_]*)[^}]*\}|(</?[a-z]+>)")


def entries(language: str) -> Iterator[Message]:
    return (message for message in read_catalogue(language) if message.id)


def texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


@pytest.mark.parametrize("language", languages())
class TestCatalogue:
    def test_holds_exactly_the_messages_of_the_code(self, language: str) -> None:
        present = {message.id for message in entries(language)}
        assert present == {message.id for message in updated(language) if message.id}

    def test_leaves_nothing_untranslated(self, language: str) -> None:
        empty = [message.id for message in entries(language) if not all(texts(message.string))]
        assert empty == []

    def test_has_no_guesses(self, language: str) -> None:
        assert [message.id for message in entries(language) if message.fuzzy] == []

    def test_keeps_placeholders_and_tags(self, language: str) -> None:
        differing = [
            message.id
            for message in entries(language)
            for text in texts(message.string)
            if sorted(PLACE.findall(text)) != sorted(PLACE.findall(texts(message.id)[-1]))
        ]
        assert differing == []


def test_code_marks_messages() -> None:
    assert "There is nothing to undo." in extract_messages()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "👥 1 пользователь"),
        (3, "👥 3 пользователя"),
        (11, "👥 11 пользователей"),
        (21, "👥 21 пользователь"),
    ],
)
def test_russian_counts_by_its_own_rules(number: int, said: str) -> None:
    tr = load_catalogues().translator(Language.RU)
    assert tr.ngettext("👥 {count} user", "👥 {count} users", number).format(count=number) == said


def test_english_is_its_own_catalogue() -> None:
    assert (
        load_catalogues().translator(Language.EN)._("There is nothing to undo.")
        == "There is nothing to undo."
    )


def test_labels_are_known_in_every_language() -> None:
    assert load_catalogues().in_every_language("Inbox") == {"Inbox", "Входящие"}
