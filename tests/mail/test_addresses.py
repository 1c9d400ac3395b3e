"""Address fields, as they should be and as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.addresses import parse_addresses


@pytest.mark.parametrize(
    ("field", "people"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ("Anna <A@B.Example>", [("Anna", "a@b.example")]),
        (
            '"Smith, John" <j@b.example>, Mary <m@b.example>',
            [("Smith, John", "j@b.example"), ("Mary", "m@b.example")],
        ),
        ("a@b.example (Anna (Sales))", [("Anna Sales", "a@b.example")]),
        (
            "Team: a@b.example, Bo <b@b.example>; c@b.example",
            [("", "a@b.example"), ("Bo", "b@b.example"), ("", "c@b.example")],
        ),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?B?0JDQvdC90LA=?= <a@b.example>", [("Анна", "a@b.example")]),
        ('"=?utf-8?B?0JDQvdC90LA=?=" <a@b.example>', [("Анна", "a@b.example")]),
        ("Анна Петрова", [("Анна Петрова", "")]),
        ("Mailer <>", [("Mailer", "")]),
        ("<@hop,@hop2:a@b.example>", [("", "a@b.example")]),
        ("a@почта.рф", [("", "a@xn--80a1acny.xn--p1ai")]),
        ('"very long"@b.example', [("", '"very long"@b.example')]),
        (", ,;", []),
        ("a@b.example;c@b.example", [("", "a@b.example"), ("", "c@b.example")]),
        ("Anna a@b.example", [("", "a@b.example")]),
    ],
)
def test_fields(field: str, people: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in parse_addresses(field.encode())] == people


def test_an_undeclared_name_is_read_in_the_charset_of_the_letter() -> None:
    field = "Анна".encode("koi8-r") + b" <a@b.example>"
    assert parse_addresses(field, "koi8-r")[0].name == "Анна"


@given(st.binary(max_size=400))
def test_any_bytes_give_people_with_a_name_or_an_address(field: bytes) -> None:
    for one in parse_addresses(field):
        assert one.name or one.address
        one.name.encode()


ADDRESS_PIECES = st.sampled_from(
    ["a@b.example", "<c@d.example>", '"Anna, B"', "Анна", "Anna B.", ",", ";", " ", "(note)", "<", ">", '"', "\\", ":", "@"]
)  # fmt: skip


@given(st.lists(ADDRESS_PIECES, max_size=8).map("".join))
def test_plain_addresses_and_addresses_piece_by_piece_give_the_same(field: str) -> None:
    """A comment before it keeps the reader from taking the field as plain."""
    raw = field.encode()
    assert parse_addresses(raw) == parse_addresses(b"()," + raw)
