"""Words of the search index: stemmed in two languages, any text (architecture.md 12)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.words import MAX_QUERY_WORDS, MAX_WORD, query_words, stem_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("каталог", "Каталогами"),
        ("предложение", "ПРЕДЛОЖЕНИЙ"),
        ("ёлка", "елки"),
        ("price", "Prices"),
        ("running", "runs"),
        ("ｆｕｌｌ", "full"),
        ("клю\u00adчевой", "ключевого"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem_words([one]) == stem_words([other])


def test_distinct_stems_in_order_up_to_the_limit() -> None:
    assert stem_words(["Prices, price! 5 %", "договор price"]) == ("price", "5", "договор")
    assert stem_words(["one two three"], limit=2) == ("one", "two")
    assert stem_words([]) == stem_words(["", " \u200b!?"]) == ()


@given(st.lists(st.text(max_size=200), max_size=5))
def test_stems_are_letters_and_digits_alone(texts: list[str]) -> None:
    stems = stem_words(texts)
    assert all(0 < len(stem) <= MAX_WORD for stem in stems)
    assert all(stem.isalnum() for stem in stems)
    assert len(set(stems)) == len(stems)


@given(st.text(max_size=3000))
def test_a_query_asks_for_a_few_words(text: str) -> None:
    assert len(query_words(text)) <= MAX_QUERY_WORDS
