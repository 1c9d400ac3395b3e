"""A rule of letters in one line: what it means, in both languages, and what does not do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageWrong
from bot.rule_words import read_rule
from core.errors import Invalid
from core.rules.mail_rules import check_actions, check_condition
from core.values import Ref, RefKind


@pytest.mark.parametrize(
    ("line", "condition", "actions"),
    [
        ("example.org", {"domain": "example.org"}, {}),
        ("John@acme.example exclude", {"address": "john@acme.example"}, {"exclude": True}),
        ("example.org tag clients tag Old", {"domain": "example.org"}, {"tags": ["clients", "Old"]}),
        ("lists reviewed", {"list": True}, {"reviewed": True}),
        ("рассылки рассмотрено", {"list": True}, {"reviewed": True}),
        ("unknown give u2 share", {"known": False}, {"responsible_id": 2, "share": True}),
        ("незнакомые передать /u2 открыть", {"known": False}, {"responsible_id": 2, "share": True}),
        ('topic="price list" tag prices', {"topic": "price list"}, {"tags": ["prices"]}),
        ('"тема=прайс лист" метка цены', {"topic": "прайс лист"}, {"tags": ["цены"]}),
        (
            "example.org folder=Archive files exclude",
            {"all": [{"domain": "example.org"}, {"folder": "archive"}, {"attachment": True}]},
            {"exclude": True},
        ),
    ],
)
def test_a_line_says_which_letters_and_what_is_done(
    line: str, condition: dict[str, object], actions: dict[str, object]
) -> None:
    rule = read_rule(line)
    assert (rule.condition, rule.actions) == (condition, actions)
    assert read_rule(rule.which).condition == condition


@pytest.mark.parametrize(
    ("word", "kind"), [("s7", RefKind.SUBJECT), ("d3", RefKind.DEAL), ("/i5", RefKind.INTERACTION)]
)
def test_letters_may_be_about_a_subject_a_deal_or_what_an_interaction_is_about(
    word: str, kind: RefKind
) -> None:
    rule = read_rule(f"example.org about {word}")
    assert rule.about == Ref(kind, int(word.lstrip("/")[1:]))
    assert rule.does_something


@pytest.mark.parametrize(
    "line",
    [
        "",
        "tag clients",
        "example.org tag",
        "example.org give",
        "example.org give Boris",
        "example.org about u2",
        "example.org tag clients nonsense",
    ],
)
def test_a_line_that_lacks_a_word_is_refused(line: str) -> None:
    with pytest.raises((UsageWrong, Invalid)):
        read_rule(line)


@pytest.mark.parametrize("line", ["nonsense", "topic= tag x"])
def test_words_that_say_nothing_about_letters_are_refused_by_name(line: str) -> None:
    with pytest.raises(Invalid):
        read_rule(line)


@given(st.text(max_size=80))
def test_whatever_is_written_is_read_or_refused(line: str) -> None:
    try:
        rule = read_rule(line)
    except (UsageWrong, Invalid):
        return
    assert check_condition(rule.condition) == rule.condition
    if rule.actions and "exclude" not in rule.actions and "tags" not in rule.actions:
        check_actions(rule.actions)
