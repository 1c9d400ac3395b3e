"""Reading coordinates: variants of one are equal, nothing raises (domain.md P1, P2)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.enums import AddressKind
from core.rules.coordinates import (
    name_key,
    parse_address,
    parse_email,
    parse_messenger,
    parse_phone,
    parse_post,
    parse_site,
    phone_tail,
)

COUNTRIES = st.sampled_from(["RU", "GB", "US", "DE", "", "XX", "ru"])
HOSTILE = st.one_of(
    st.text(max_size=400),
    st.text(alphabet="+0123456789 ()-.@<>\"'\\;,x#ёЁ\u200b\u202eİßﬁ①＠", max_size=60),
    st.emails(),
)


class TestPhone:
    @pytest.mark.parametrize(
        ("text", "country"),
        [
            ("+7 916 123-45-67", "GB"),
            ("8 (916) 123-45-67", "RU"),
            ("89161234567", "RU"),
            ("7 916 123 45 67", "RU"),
            ("9161234567", "RU"),
            ("+7(916)1234567", ""),
            ("тел.: +7 916 123‑45‑67", "RU"),
            ("0079161234567", "RU"),
            ("＋７ ９１６ １２３ ４５ ６７", "US"),
            ("\u202a+79161234567\u202c", "US"),
            ("+7 916 123-45-67 доб. 12", "RU"),
            ("+7 916 123-45-67 ext. 5", "RU"),
        ],
    )
    def test_p2_variants_of_one_number_are_one_value(self, text: str, country: str) -> None:
        address = parse_phone(text, country)
        assert address is not None
        assert (address.kind, address.value, address.original) == (
            AddressKind.PHONE,
            "+79161234567",
            text.strip(),
        )

    @pytest.mark.parametrize(
        "text", ["", "   ", "abc", "12", "+7", "1-800-FLOWERS", "123-45-67", "+" * 50, "9" * 500]
    )
    def test_what_is_no_full_number_is_none(self, text: str) -> None:
        assert parse_phone(text, "RU") is None

    @given(
        digits=st.from_regex(r"9[0-9]{9}", fullmatch=True),
        marks=st.lists(st.sampled_from(["", " ", "-", ".", "\u00a0"]), min_size=9, max_size=9),
    )
    def test_separators_do_not_matter(self, digits: str, marks: list[str]) -> None:
        spread = "".join(digit + mark for digit, mark in zip(digits, [*marks, ""], strict=True))
        plain, separated = parse_phone(f"+7{digits}", "RU"), parse_phone(f"8 {spread}", "RU")
        assert plain is not None
        assert separated is not None
        assert plain.value == separated.value == f"+7{digits}"

    def test_tail_is_the_digits_reversed(self) -> None:
        assert phone_tail("+7 916 123-45-67") == "76543216197"
        assert phone_tail("no digits") == ""


class TestEmail:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("John.Smith@Acme.COM", "john.smith@acme.com"),
            (" <john@acme.com> ", "john@acme.com"),
            ("mailto:john@acme.com", "john@acme.com"),
            ('"john"@acme.com', "john@acme.com"),
            ('"John Smith"@acme.com', '"john smith"@acme.com'),
            ('"a\\"b"@acme.com', '"a\\"b"@acme.com'),
            ("иван@почта.рф", "иван@xn--80a1acny.xn--p1ai"),
            ("иван@xn--80a1acny.xn--p1ai", "иван@xn--80a1acny.xn--p1ai"),
            ("john@acme.com.", "john@acme.com"),
            ("root@localhost", "root@localhost"),
            ("john@[192.0.2.1]", "john@[192.0.2.1]"),
            ("jo\u200bhn@acme.com", "john@acme.com"),
            ("john＠acme.com", "john@acme.com"),
            ("o'hara+tag@acme.co.uk", "o'hara+tag@acme.co.uk"),
        ],
    )
    def test_p2_is_normalised(self, text: str, value: str) -> None:
        address = parse_email(text)
        assert address is not None
        assert (address.kind, address.value) == (AddressKind.EMAIL, value)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "john",
            "@acme.com",
            "john@",
            "john@acme..com",
            "john smith@acme.com",
            "a@b@c.com",
            "john@-acme.com",
            "x" * 65 + "@acme.com",
            "john@" + "a" * 300 + ".com",
            "x@" * 5000,
        ],
    )
    def test_what_is_no_address_is_none(self, text: str) -> None:
        assert parse_email(text) is None


class TestOtherKinds:
    @pytest.mark.parametrize("text", ["@John_Smith", "t.me/john_smith", "https://t.me/John_Smith/"])
    def test_messenger_name_and_link_are_one(self, text: str) -> None:
        address = parse_messenger(text)
        assert address is not None
        assert address.value == "@john_smith"

    @pytest.mark.parametrize("text", ["https://www.Acme.com/", "acme.com", "http://acme.com"])
    def test_site_without_scheme_and_www(self, text: str) -> None:
        address = parse_site(text)
        assert address is not None
        assert address.value == "acme.com"

    @pytest.mark.parametrize("text", ["acme", "", "javascript:alert(1)", "john@acme.com", "a b.com"])
    def test_what_is_no_site_is_none(self, text: str) -> None:
        assert parse_site(text) is None

    def test_post_ignores_case_and_spacing(self) -> None:
        one, other = parse_post("Москва,  ул. Королёва 5"), parse_post("москва, УЛ. Королева 5")
        assert one is not None
        assert other is not None
        assert one.value == other.value


@given(text=HOSTILE, country=COUNTRIES, kind=st.sampled_from(AddressKind))
@example(text="İ@İ.com", country="RU", kind=AddressKind.EMAIL)
@example(text="ß@ß.de", country="DE", kind=AddressKind.EMAIL)
def test_p1_reading_never_raises_and_is_idempotent(text: str, country: str, kind: AddressKind) -> None:
    address = parse_address(kind, text, country)
    if address is None:
        return
    again = parse_address(kind, address.value, country)
    assert again is not None
    assert again.value == address.value


@given(st.text(max_size=100))
def test_name_key_is_idempotent(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


def test_name_key_ignores_case_yo_and_spaces() -> None:
    assert name_key("  Артём\tСЕМЁНОВ ") == name_key("артем  семенов") == "артем семенов"
