"""Participants out of a person's words: coordinates, and the rest as presentation (domain.md P1)."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import AddressKind
from core.rules.participant_text import find_coordinates, participant_from_text, participants_from_text


@pytest.mark.parametrize(
    ("text", "presentation", "values"),
    [
        ("John Smith, Acme +7 916 123-45-67", "John Smith, Acme", ["+79161234567"]),
        (
            "Иван Петров (ООО Ромашка), тел. 8 (916) 123-45-67, ivan@romashka.ru",
            "Иван Петров (ООО Ромашка)",
            ["+79161234567", "ivan@romashka.ru"],
        ),
        ("John <john@acme.com>", "John", ["john@acme.com"]),
        ('"Smith, John" <john@acme.com>', "Smith, John", ["john@acme.com"]),
        ('ООО "Ромашка" (info@romashka.ru)', 'ООО "Ромашка"', ["info@romashka.ru"]),
        ("e-mail: john@acme.com", "john@acme.com", ["john@acme.com"]),
        ("John @john_smith", "John", ["@john_smith"]),
        ("john@acme.com, JOHN@acme.com", "john@acme.com", ["john@acme.com"]),
        ("+44 20 7946 0958", "+44 20 7946 0958", ["+442079460958"]),
        ("Mary", "Mary", []),
        ("", "", []),
        ("1 200 000 руб, 24.11.2026 15:00", "1 200 000 руб, 24.11.2026 15:00", []),
    ],
)
def test_p1_presentation_and_coordinates(text: str, presentation: str, values: list[str]) -> None:
    draft = participant_from_text(text, "RU")
    assert draft.presentation == presentation
    assert [one.value for one in draft.addresses] == values


def test_several_are_separated_by_semicolons_and_lines() -> None:
    drafts = participants_from_text("John +7 916 123-45-67; ;Mary, Acme\r\nПётр petr@acme.ru;", "RU")
    assert [one.presentation for one in drafts] == ["John", "Mary, Acme", "Пётр"]
    assert [len(one.addresses) for one in drafts] == [1, 0, 1]


def test_spans_point_at_what_was_said() -> None:
    text = "call 8 916 123-45-67 or write john@acme.com."
    found = find_coordinates(text, "RU")
    assert [text[one.start : one.end] for one in found] == ["8 916 123-45-67", "john@acme.com"]
    assert [one.address.kind for one in found] == [AddressKind.PHONE, AddressKind.EMAIL]


@pytest.mark.parametrize(
    ("country", "text", "values"),
    [
        ("GB", "ring 07911 123456 or 020 7946 0958", ["+447911123456", "+442079460958"]),
        ("US", "John (555) 010-0199", ["+15550100199"]),
        ("RU", "8-800-555-35-35, 8.916.123.45.67", ["+78005553535", "+79161234567"]),
        ("RU", "договор 89161234567890, счёт 40702810500000001234", []),
        ("RU", "на 1 500 000 000 руб до 24.11.2026", []),
        ("RU", "ИНН 7701234567", []),
        ("", "8 916 123-45-67", []),
        ("XX", "+7 916 123-45-67", ["+79161234567"]),
    ],
)
def test_phones_of_a_country_are_told_from_other_digits(country: str, text: str, values: list[str]) -> None:
    assert [one.address.value for one in find_coordinates(text, country)] == values


@given(st.text(alphabet=st.sampled_from("+78916 ()-.@acmeруб;\n<>\"'/:_0123456789"), max_size=120))
def test_any_text_is_read_without_error_and_spans_never_overlap(text: str) -> None:
    found = find_coordinates(text, "RU")
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(text[one.start : one.end].strip() for one in found)
    assert all(draft.presentation for draft in participants_from_text(text, "RU"))


def test_ten_thousand_hostile_characters_are_read() -> None:
    for text in ("@" * 10_000, "a@" * 5_000, "8" * 10_000, "(" * 10_000, "a" * 9_000 + "@b.com"):
        assert len(find_coordinates(text, "RU")) <= 5_000
