"""A rule of letters in one line: for which letters, and what is done with them.

    example.org unknown tag clients give u2
    └─ all of these ──┘ └─ what is done ──┘

A word with ``@`` is an address, one with a dot a domain, ``topic=price`` words of the topic; what has blanks stands
in quotation marks. Buttons put the same line together word by word.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import UsageWrong
from core.rules.mail_rules import all_of, check_condition, exclusion_of
from core.values import Ref, RefKind

EXCLUDE, TAG, GIVE, ABOUT, REVIEWED, SHARE = "exclude", "tag", "give", "about", "reviewed", "share"

_ACTIONS = {
    EXCLUDE: EXCLUDE,
    "исключить": EXCLUDE,
    TAG: TAG,
    "метка": TAG,
    GIVE: GIVE,
    "передать": GIVE,
    ABOUT: ABOUT,
    "предмет": ABOUT,
    REVIEWED: REVIEWED,
    "рассмотрено": REVIEWED,
    SHARE: SHARE,
    "открыть": SHARE,
}
"""What is done, as it may be written."""

_FLAGS: Mapping[str, dict[str, bool]] = {
    "lists": {"list": True},
    "рассылки": {"list": True},
    "automatic": {"automatic": True},
    "автоматические": {"automatic": True},
    "files": {"attachment": True},
    "файлы": {"attachment": True},
    "unknown": {"known": False},
    "незнакомые": {"known": False},
    "internal": {"internal": True},
    "внутренние": {"internal": True},
}

_FIELDS = {
    "topic": "topic",
    "тема": "topic",
    "text": "text",
    "текст": "text",
    "folder": "folder",
    "папка": "folder",
    "sender": "sender",
    "отправитель": "sender",
    "recipient": "recipient",
    "получатель": "recipient",
}

_SUBJECTS = frozenset({RefKind.SUBJECT, RefKind.DEAL, RefKind.INTERACTION})


@dataclass(slots=True)
class RuleWords:
    """A rule as it was written.

    Attributes:
        which: The words that say for which letters, as they were written.
        condition: What they mean.
        actions: What is done, as core.rules.mail_rules reads it, but for the subject.
        about: What the letters are to be about; the subject behind it is for the services to tell.
    """

    which: str
    condition: dict[str, Any]
    actions: dict[str, Any] = field(default_factory=dict)
    about: Ref | None = None

    @property
    def does_something(self) -> bool:
        """Whether it says what is to be done."""
        return bool(self.actions) or self.about is not None


def read_rule(text: str) -> RuleWords:
    """Take a line apart.

    Raises:
        UsageWrong: It says not for which letters, or an action lacks its word.
        Invalid: One of its words does not do.
    """
    words = _split(text)
    first = next((place for place, one in enumerate(words) if one.casefold() in _ACTIONS), len(words))
    if first == 0:
        raise UsageWrong
    condition = check_condition(all_of([_test(one) for one in words[:first]]))
    rule = RuleWords(" ".join(quoted(one) for one in words[:first]), condition)
    _read_actions(rule, words[first:])
    return rule


def quoted(word: str) -> str:
    """A word as it stands in a line: in quotation marks where it holds blanks."""
    return f'"{word}"' if any(one.isspace() for one in word) else word


def _split(text: str) -> list[str]:
    """Words, those in quotation marks as one; a mark without its other half is a letter like any."""
    reader = shlex.shlex(text, posix=True, punctuation_chars=False)
    reader.whitespace_split, reader.quotes, reader.escape, reader.commenters = True, '"', "", ""
    try:
        return list(reader)
    except ValueError:
        return text.split()


def _test(word: str) -> dict[str, Any]:
    flag = _FLAGS.get(word.casefold())
    if flag is not None:
        return dict(flag)
    name, sign, value = word.partition("=")
    if sign and name.casefold() in _FIELDS:
        return {_FIELDS[name.casefold()]: value}
    return exclusion_of(word)


def _read_actions(rule: RuleWords, words: list[str]) -> None:
    waiting = list(words)
    while waiting:
        action = _ACTIONS.get(waiting.pop(0).casefold())
        if action is None:
            raise UsageWrong
        if action in {EXCLUDE, REVIEWED, SHARE}:
            rule.actions[action] = True
            continue
        if not waiting:
            raise UsageWrong
        _read_value(rule, action, waiting.pop(0))


def _read_value(rule: RuleWords, action: str, word: str) -> None:
    if action == TAG:
        rule.actions.setdefault("tags", []).append(word)
        return
    ref = Ref.parse(word)
    if action == GIVE and ref is not None and ref.kind is RefKind.USER:
        rule.actions["responsible_id"] = ref.id
    elif action == ABOUT and ref is not None and ref.kind in _SUBJECTS:
        rule.about = ref
    else:
        raise UsageWrong
