"""Rules of mailboxes: conditions over what a letter says, and what is done with it (original.md 106-111). Pure.

A condition is plain JSON, nested at will within bounds: ``{"all": […]}``, ``{"any": […]}``, ``{"not": …}`` and
tests of one thing, ``{"domain": "example.org"}``. Rules are asked in order; the first that holds decides.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from core.enums import MailClass
from core.errors import Invalid

MAX_DEPTH = 6
MAX_TESTS = 60
MAX_WORD = 200
"""Bounds of one condition, so that no rule slows a batch of letters."""


def outsiders_of(senders: frozenset[str], recipients: frozenset[str], own: frozenset[str]) -> frozenset[str]:
    """With whom a letter is exchanged: with a sender from outside, else with those recipients who are none of us."""
    return (senders - own) or (recipients - own)


@dataclass(frozen=True)
class LetterFacts:
    """What rules look at.

    Attributes:
        senders: Addresses in From, lower case.
        recipients: Addresses in To, Cc and Bcc, lower case.
        others: Those that are not our own: whom the letter is exchanged with. Empty: it is internal.
        known: Whether one of these is a contact's.
        text: As it is stored, which is bounded.
        folder: The folder's name on the server; for Gmail and its like, a label.
    """

    senders: frozenset[str]
    recipients: frozenset[str]
    others: frozenset[str]
    topic: str
    text: str
    has_attachment: bool
    mail_class: MailClass
    folder: str
    known: bool

    @cached_property
    def folded_topic(self) -> str:
        """The topic as it is compared; folded once, however many rules look at it."""
        return self.topic.casefold()

    @cached_property
    def folded_text(self) -> str:
        """The text as it is compared."""
        return self.text.casefold()


@dataclass(frozen=True, slots=True)
class RuleActions:
    """What a rule does; leaving a letter out goes with nothing else.

    Attributes:
        exclude: The letter is not captured, its fate names the rule (domain.md M4).
        tags: Words put on it; a folder of letters is a tag.
        responsible_id: Who answers for it, and has it on their worklist.
        subject_id: What it is about, unless it continues something known.
        reviewed: It starts reviewed.
        share: It is shared with the team and those who lead its owner (domain.md U2).
    """

    exclude: bool = False
    tags: tuple[str, ...] = ()
    responsible_id: int | None = None
    subject_id: int | None = None
    reviewed: bool = False
    share: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to be asked."""

    id: int
    name: str
    condition: Mapping[str, Any]
    actions: RuleActions


def find_rule(rules: Iterable[Rule], facts: LetterFacts) -> Rule | None:
    """The first rule that holds; None: the letter goes its usual way."""
    return next((rule for rule in rules if holds(rule.condition, facts)), None)


def holds(condition: Mapping[str, Any], facts: LetterFacts) -> bool:
    """Whether a condition that `check_condition` let pass holds for a letter."""
    ((key, value),) = condition.items()
    if key == "all":
        return all(holds(one, facts) for one in value)
    if key == "any":
        return any(holds(one, facts) for one in value)
    if key == "not":
        return not holds(value, facts)
    return _TESTS[key](facts, value)


def _matches(pattern: str, addresses: frozenset[str]) -> bool:
    return any(fnmatchcase(one, pattern) for one in addresses)


def _in_domain(facts: LetterFacts, domain: str) -> bool:
    """Whether everybody outside whom it is exchanged with is of a domain, or below it.

    A letter that goes to somebody else too is not left out for the sake of one address.
    """
    return bool(facts.others) and all(
        (found := one.rpartition("@")[2]) == domain or found.endswith(f".{domain}") for one in facts.others
    )


_TESTS: dict[str, Callable[[LetterFacts, Any], bool]] = {
    "sender": lambda facts, value: _matches(value, facts.senders),
    "recipient": lambda facts, value: _matches(value, facts.recipients),
    "address": lambda facts, value: (
        bool(facts.others) and all(fnmatchcase(one, value) for one in facts.others)
    ),
    "domain": _in_domain,
    "topic": lambda facts, value: value in facts.folded_topic,
    "text": lambda facts, value: value in facts.folded_text,
    "attachment": lambda facts, value: facts.has_attachment is value,
    "list": lambda facts, value: (facts.mail_class in {MailClass.LIST, MailClass.NEWSLETTER}) is value,
    "automatic": lambda facts, value: (facts.mail_class is not MailClass.NORMAL) is value,
    "class": lambda facts, value: facts.mail_class.value == value,
    "folder": lambda facts, value: fnmatchcase(facts.folder.casefold(), value),
    "known": lambda facts, value: facts.known is value,
    "internal": lambda facts, value: (not facts.others) is value,
}
"""Tests of one thing by their word; the value was read by `check_condition`."""

_FLAGS = frozenset({"attachment", "list", "automatic", "known", "internal"})


def check_condition(raw: object) -> dict[str, Any]:
    """Read a condition as somebody wrote it: the same with its values in the form that is compared.

    Raises:
        Invalid: It is none, is too deep or too large, or tests something unknown.
    """
    left = [MAX_TESTS]
    return _check(raw, MAX_DEPTH, left)


def _check(raw: object, depth: int, left: list[int]) -> dict[str, Any]:
    left[0] -= 1
    if depth == 0 or left[0] < 0:
        raise Invalid("condition", "too large")
    if not isinstance(raw, Mapping) or len(raw) != 1:
        raise Invalid("condition", _short(raw))
    ((key, value),) = raw.items()
    if key in {"all", "any"}:
        if not isinstance(value, list) or not value:
            raise Invalid("condition", _short(raw))
        return {key: [_check(one, depth - 1, left) for one in value]}
    if key == "not":
        return {key: _check(value, depth - 1, left)}
    if key not in _TESTS:
        raise Invalid("condition", _short(key))
    return {key: _check_value(key, value)}


def _check_value(key: str, value: object) -> str | bool:
    if key in _FLAGS:
        if not isinstance(value, bool):
            raise Invalid(key, _short(value))
        return value
    word = value.strip().casefold() if isinstance(value, str) else ""
    if not word or len(word) > MAX_WORD:
        raise Invalid(key, _short(value))
    if key == "domain":
        word = word.lstrip("@.")
        if "." not in word or "@" in word or any(one.isspace() for one in word):
            raise Invalid(key, _short(value))
    if key == "class" and word not in set(MailClass):
        raise Invalid(key, word)
    return word


def _short(value: object) -> str:
    return str(value)[:MAX_WORD]


_ACTIONS: dict[str, type] = {
    "exclude": bool,
    "tags": list,
    "responsible_id": int,
    "subject_id": int,
    "reviewed": bool,
    "share": bool,
}


def check_actions(raw: Mapping[str, Any]) -> RuleActions:
    """Read actions from plain JSON.

    Raises:
        Invalid: There are none, one is unknown or not of its type, or others stand beside the exclusion.
    """
    for key, value in raw.items():
        kind = _ACTIONS.get(key)
        if kind is None or not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Invalid("action", _short(key))
    actions = RuleActions(**{**raw, "tags": tuple(_check_tag(one) for one in raw.get("tags", ()))})
    if actions == RuleActions():
        raise Invalid("action", "")
    if actions.exclude and actions != RuleActions(exclude=True):
        raise Invalid("action", "exclude")
    return actions


def _check_tag(tag: object) -> str:
    word = tag.strip().lstrip("#").casefold() if isinstance(tag, str) else ""
    if not word or len(word) > 64 or any(character.isspace() for character in word):
        raise Invalid("tag", _short(tag))
    return word


def shape_actions(actions: RuleActions) -> dict[str, Any]:
    """Actions as plain JSON: what `check_actions` reads."""
    empty = RuleActions()
    shaped: dict[str, Any] = {
        name: getattr(actions, name) for name in _ACTIONS if getattr(actions, name) != getattr(empty, name)
    }
    if "tags" in shaped:
        shaped["tags"] = list(actions.tags)
    return shaped


def describe_condition(condition: Mapping[str, Any]) -> str:
    """A condition in the short form that operators read: ``domain=example.org and not known``."""
    ((key, value),) = condition.items()
    if key in {"all", "any"}:
        return (
            "(" + (" and " if key == "all" else " or ").join(describe_condition(one) for one in value) + ")"
        )
    if key == "not":
        return f"not {describe_condition(value)}"
    if isinstance(value, bool):
        return key if value else f"not {key}"
    return f"{key}={value}"


def exclusion_of(whom: str) -> dict[str, Any]:
    """The condition of everything exchanged with an address, or with a domain.

    Raises:
        Invalid: It is neither.
    """
    word = whom.strip()
    local, at, _ = word.partition("@")
    return check_condition({"address": word} if at and local else {"domain": word})


def all_of(tests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The condition under which all of some hold; of one, that one itself.

    Raises:
        Invalid: There are none.
    """
    if not tests:
        raise Invalid("condition", "")
    return dict(tests[0]) if len(tests) == 1 else {"all": [dict(one) for one in tests]}
