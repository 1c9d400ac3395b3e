"""Parts are found where senders say, and where they should have said."""

import pytest

from core.values import Letter
from mail.parser import parse_letter

TYPE = "Content-Type: multipart/mixed; boundary="


def parse(raw: str) -> Letter:
    return parse_letter(raw.encode()).letter


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_line_ends_of_any_system(line_end: str) -> None:
    raw = f"{TYPE}x\n\npreamble\n--x\n\none\n--x  \nContent-Type: text/plain; name=a.txt\n\ntwo\n--x--\nepilogue"
    letter = parse(raw.replace("\n", line_end))
    assert (letter.text, [(one.name, one.size) for one in letter.attachments]) == ("one", [("a.txt", 3)])


@pytest.mark.parametrize(
    ("declared", "defect"),
    [("", "no_boundary"), ("other", "no_parts"), ('"x and more"', "no_parts")],
)
def test_a_wrong_boundary_is_guessed_from_the_lines(declared: str, defect: str) -> None:
    letter = parse(
        f"{TYPE}{declared}\n\n--real\nContent-Type: text/plain\n\none\n--real\nContent-type: text/html\n\n<p>two\n--real--\n"
    )
    assert letter.text == "one\n\ntwo"
    assert {defect, "boundary_guessed"} <= set(letter.defects)


def test_a_multipart_without_parts_is_text() -> None:
    letter = parse(f"{TYPE}x\n\nWritten by a program that forgot its parts.\n")
    assert (letter.text, letter.attachments) == ("Written by a program that forgot its parts.", ())


def test_a_multipart_without_anything_is_nothing() -> None:
    letter = parse(f"{TYPE}x\n\n\n--x--\n")
    assert letter.attachments == ()


def test_a_boundary_longer_than_allowed_is_a_boundary() -> None:
    boundary = "b" * 900
    assert parse(f'{TYPE}"{boundary}"\n\n--{boundary}\n\none\n--{boundary}--\n').text == "one"


def test_a_boundary_that_begins_like_another_ends_nothing_of_it() -> None:
    inner = f"{TYPE}ab\n\n--ab\n\none\n--ab--\n"
    assert parse(f"{TYPE}a\n\n--a\n{inner}\n--a\n\ntwo\n--a--").text == "one\n\ntwo"


def test_parts_of_a_digest_are_letters_unless_they_say_otherwise() -> None:
    letter = parse(
        "Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: one\n\nfirst\n--x\n\nSubject: two\n\nsecond\n--x--"
    )
    assert [one.name for one in letter.attachments] == ["one.eml", "two.eml"]
    assert letter.text == "first"


def test_a_letter_that_is_a_letter_has_its_text() -> None:
    letter = parse("Subject: out\nContent-Type: message/rfc822\n\nSubject: in\n\nwords\n")
    assert (letter.topic, letter.text, [one.name for one in letter.attachments]) == (
        "out",
        "words",
        ["in.eml"],
    )


def test_a_bounce_without_words_of_its_own_tells_what_the_server_said() -> None:
    letter = parse(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n"
        "Content-Type: message/delivery-status\n\nDiagnostic-Code: smtp; 550 no such user\n--x--"
    )
    assert "550 no such user" in letter.text


def test_other_tellings_of_a_text_are_no_files() -> None:
    letter = parse(
        "Content-Type: multipart/alternative; boundary=x\n\n--x\n\nplain\n--x\n"
        "Content-Type: text/x-amp-html\n\n<html amp4email>\n--x\nContent-Type: text/html\n\n<p>html\n--x--"
    )
    assert (letter.text, letter.attachments) == ("plain", ())


def test_a_text_that_has_a_name_is_a_file_and_read_where_there_is_no_other() -> None:
    named = "--x\nContent-Type: text/plain; name=notes.txt\nContent-Disposition: inline\n\nnotes\n"
    alone = parse(f"{TYPE}x\n\n{named}--x--")
    assert (alone.text, [one.name for one in alone.attachments]) == ("notes", ["notes.txt"])
    beside = parse(f"{TYPE}x\n\n--x\n\nwords\n{named}--x--")
    assert (beside.text, [one.name for one in beside.attachments]) == ("words", ["notes.txt"])


def test_a_type_without_its_semicolon_is_believed() -> None:
    assert parse('Content-Type: multipart/mixed\n boundary="x"\n\n--x\n\none\n--x--').text == "one"
