"""Rules of mailboxes (original.md 106-111, domain.md M4)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import MailClass
from core.errors import Invalid
from core.rules.mail_rules import (
    MAX_DEPTH,
    MAX_TESTS,
    LetterFacts,
    Rule,
    RuleActions,
    check_actions,
    check_condition,
    describe_condition,
    find_rule,
    holds,
    shape_actions,
)

OUR = "anna@zveno.example"


def facts(**changed: Any) -> LetterFacts:
    values: dict[str, Any] = {
        "senders": frozenset({"mary@shop.acme.example"}),
        "recipients": frozenset({OUR}),
        "others": frozenset({"mary@shop.acme.example"}),
        "topic": "Запрос цены",
        "text": "Please send the Catalogue",
        "has_attachment": True,
        "mail_class": MailClass.NORMAL,
        "folder": "INBOX",
        "known": True,
    }
    return LetterFacts(**{**values, **changed})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"sender": "MARY@shop.acme.example"}, True),
        ({"sender": "*@acme.example"}, False),
        ({"sender": "*@*.acme.example"}, True),
        ({"recipient": OUR}, True),
        ({"address": "mary@*"}, True),
        ({"domain": "acme.example"}, True),
        ({"domain": "@shop.acme.example"}, True),
        ({"domain": "me.example"}, False),
        ({"topic": "ЗАПРОС"}, True),
        ({"text": "catalogue"}, True),
        ({"attachment": False}, False),
        ({"list": False}, True),
        ({"automatic": True}, False),
        ({"class": "normal"}, True),
        ({"folder": "inbox"}, True),
        ({"folder": "work/*"}, False),
        ({"known": True}, True),
        ({"internal": True}, False),
        ({"not": {"known": True}}, False),
        ({"all": [{"known": True}, {"topic": "цены"}]}, True),
        ({"any": [{"known": False}, {"not": {"internal": True}}]}, True),
    ],
)
def test_a_condition_holds_or_not(condition: dict[str, Any], *, expected: bool) -> None:
    assert holds(check_condition(condition), facts()) is expected


def test_a_domain_leaves_no_letter_out_that_goes_to_somebody_else_too() -> None:
    both = facts(others=frozenset({"wife@home.example", "mary@acme.example"}))
    assert not holds(check_condition({"domain": "home.example"}), both)
    assert not holds(check_condition({"domain": "home.example"}), facts(others=frozenset()))


@pytest.mark.parametrize(
    "condition",
    [
        None,
        [],
        {},
        {"sender": "a@b.example", "topic": "x"},
        {"weather": "fine"},
        {"all": []},
        {"all": {"known": True}},
        {"not": [{"known": True}]},
        {"known": "yes"},
        {"topic": "   "},
        {"topic": 5},
        {"topic": "x" * 201},
        {"domain": "nodots"},
        {"domain": "a b.example"},
        {"class": "weird"},
        {"any": [{"known": True}] * MAX_TESTS},
    ],
)
def test_what_is_no_condition_is_refused(condition: object) -> None:
    with pytest.raises(Invalid):
        check_condition(condition)


def test_nesting_is_bounded() -> None:
    nested: dict[str, Any] = {"known": True}
    for _ in range(MAX_DEPTH - 1):
        nested = {"not": nested}
    assert holds(check_condition(nested), facts()) is (MAX_DEPTH % 2 == 1)
    with pytest.raises(Invalid):
        check_condition({"not": nested})


def test_the_first_rule_that_holds_decides() -> None:
    rules = [
        Rule(1, "lists", {"list": True}, RuleActions(exclude=True)),
        Rule(2, "acme", {"domain": "acme.example"}, RuleActions(tags=("acme",))),
        Rule(3, "all", {"internal": False}, RuleActions(reviewed=True)),
    ]
    found = find_rule(rules, facts())
    assert found is not None
    assert found.name == "acme"
    assert find_rule(rules[:1], facts()) is None


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"explode": True},
        {"exclude": "yes"},
        {"exclude": True, "tags": ["x"]},
        {"tags": ["two words"]},
        {"responsible_id": True},
    ],
)
def test_what_are_no_actions_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        check_actions(raw)


def test_actions_come_back_as_they_were_read() -> None:
    raw = {"tags": ["acme"], "responsible_id": 2, "reviewed": True}
    assert shape_actions(check_actions(raw)) == raw


TESTS = st.sampled_from(
    [{"known": True}, {"known": False}, {"topic": "цены"}, {"topic": "nothing"}, {"domain": "acme.example"}]
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        inner.map(lambda one: {"not": one}),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"all": some}),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"any": some}),
    ),
    max_leaves=8,
)


@given(CONDITIONS)
def test_not_all_is_any_not(condition: dict[str, Any]) -> None:
    """De Morgan, and reading twice is reading once."""
    try:
        read = check_condition(condition)
    except Invalid:
        return
    assert check_condition(read) == read
    assert holds({"not": read}, facts()) is not holds(read, facts())
    assert holds({"not": {"all": [read, read]}}, facts()) is holds({"any": [{"not": read}]}, facts())
    assert describe_condition(read)
