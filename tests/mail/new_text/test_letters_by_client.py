"""Each letter of each program shows what is new in it, and nothing else."""

import pytest

from mail.new_text import split_letter
from mail.parser import parse_letter
from tests.mail.new_text.client_letters import ClientLetter, read_letters

LETTERS = read_letters()
WANTED = 60


def test_there_are_enough_letters_of_both_languages_and_all_programs() -> None:
    assert len(LETTERS) >= WANTED
    assert len({one.client for one in LETTERS}) == 9
    languages = [one.language for one in LETTERS]
    assert min(languages.count("ru"), languages.count("en")) >= WANTED // 3
    assert len({one.name for one in LETTERS}) == len(LETTERS)


@pytest.mark.parametrize("one", LETTERS, ids=lambda one: one.name)
def test_what_is_new_is_told_apart(one: ClientLetter) -> None:
    letter = parse_letter(one.raw).letter
    assert letter.new_text == one.new
    assert letter.text


@pytest.mark.parametrize("one", LETTERS, ids=lambda one: one.name)
def test_every_line_of_a_letter_is_in_one_of_its_parts(one: ClientLetter) -> None:
    text = parse_letter(one.raw).letter.text
    parts = split_letter(text)
    found = sorted(
        line
        for part in (parts.text, parts.signature, parts.quoted)
        for line in part.split("\n")
        if line.strip()
    )
    assert found == sorted(line for line in text.split("\n") if line.strip())
