"""One registry of everything that can be done: typed or tapped, it is the same verb.

``/snooze i5 tomorrow`` and a button with the data ``snooze:i5:…`` reach the same function with the same
`Arguments`. Both are hostile: they are parsed anew, and rights are checked by the service.

Where a verb means another thing for another kind of object (``/edit i5``, ``/edit d3``), the module that knows
the object registers its own variant of it.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from bot.errors import UnknownVerb, UsageWrong
from bot.kinds import Content
from bot.turn import Reply, Turn
from core.enums import FunctionalOption, Role
from core.values import InteractionId, Ref, RefKind

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL | re.ASCII)
_INTEGER = re.compile(r"[0-9]{1,18}", re.ASCII)
_SWITCH = {"on": True, "off": False, "вкл": True, "выкл": False}


class Arguments:
    """What follows a verb, taken from left to right; words are parted by white space unless told otherwise."""

    def __init__(self, text: str, *, separator: str | None = None) -> None:
        self._rest = text.strip()
        self._separator = separator

    def __bool__(self) -> bool:
        return bool(self._rest)

    @property
    def rest(self) -> str:
        """What has not been taken yet, line breaks and all."""
        return self._rest

    def peek(self) -> str:
        """The next word without taking it; empty at the end."""
        return self._split()[0]

    def word(self) -> str:
        """Take the next word.

        Raises:
            UsageWrong: There is none.
        """
        word, self._rest = self._split()
        if not word:
            raise UsageWrong
        return word

    def optional_word(self) -> str:
        """Take the next word; empty when there is none."""
        word, self._rest = self._split()
        return word

    def ref(self, *kinds: RefKind) -> Ref:
        """Take a reference of one of these kinds.

        Raises:
            UsageWrong: There is no further word, or it is no reference of these kinds.
        """
        found = Ref.parse(self.word())
        if found is None or found.kind not in kinds:
            raise UsageWrong
        return found

    def optional_ref(self, *kinds: RefKind) -> Ref | None:
        """Take a reference of one of these kinds if it comes next; nothing is taken otherwise."""
        found = Ref.parse(self.peek())
        if found is None or found.kind not in kinds:
            return None
        self.word()
        return found

    def interaction(self) -> InteractionId:
        """Take an interaction: ``i5``, ``/i5``, or ``5`` where nothing else can be meant.

        Raises:
            UsageWrong: There is no further word, or it names none.
        """
        if _INTEGER.fullmatch(self.peek()):
            return InteractionId(self.integer())
        return InteractionId(self.ref(RefKind.INTERACTION).id)

    def integer(self) -> int:
        """Take a whole number of at most 18 digits.

        Raises:
            UsageWrong: There is none.
        """
        word = self.word()
        if _INTEGER.fullmatch(word) is None:
            raise UsageWrong
        return int(word)

    def switch(self) -> bool:
        """Take ``on`` or ``off``, in either language.

        Raises:
            UsageWrong: There is neither.
        """
        word = self.word().lower()
        if word not in _SWITCH:
            raise UsageWrong
        return _SWITCH[word]

    def text(self) -> str:
        """Take all that is left.

        Raises:
            UsageWrong: Nothing is left.
        """
        if not self._rest:
            raise UsageWrong
        taken, self._rest = self._rest, ""
        return taken

    def _split(self) -> tuple[str, str]:
        if self._separator is not None:
            word, _, rest = self._rest.partition(self._separator)
            return word, rest
        parts = self._rest.split(maxsplit=1)
        return (parts[0] if parts else ""), (parts[1] if len(parts) > 1 else "")


@dataclass(frozen=True, slots=True)
class Command:
    """A typed command, taken apart."""

    name: str
    mention: str
    arguments: str


def parse_command(text: str) -> Command | None:
    """``/snooze@bot i5 tomorrow`` taken apart; None when the text is no command."""
    match = _COMMAND.fullmatch(text.strip())
    if match is None:
        return None
    return Command(match[1].lower(), match[2] or "", match[3] or "")


class Variant(NamedTuple):
    """A verb for one kind of object."""

    name: str
    kind: RefKind


Key = TypeVar("Key")
Entry = TypeVar("Entry")
Act = Callable[[Turn, Arguments], Awaitable[Reply | None]]
Answer = Callable[[Turn], Awaitable[Reply | None]]


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done.

    Attributes:
        name: How it is typed, and the first part of its buttons' data.
        act: What does it.
        option: The functional option it belongs to; None: always there (domain.md O2).
        roles: Who has it at all; whether they may in a given case is the service's to say.
        usage: A message id that shows how it is typed; empty for what only buttons do.
        menu: A message id that describes it in the command menu; empty keeps it out of there.
        menu_order: Place in the command menu.
    """

    name: str
    act: Act
    option: FunctionalOption | None = None
    roles: frozenset[Role] = frozenset(Role)
    usage: str = ""
    menu: str = ""
    menu_order: int = 100

    def is_there_for(self, turn: Turn) -> bool:
        """Whether the verb exists for this user: role and functional option."""
        return not turn.lacks(self.option) and turn.user.role in self.roles


@dataclass(frozen=True, slots=True)
class Flow:
    """A guided dialog's step from question to question.

    Attributes:
        answer: Takes a message that is no command, while the dialog waits.
        accepts: The kinds of message it waits for; others are taken as if it did not wait.
        secret: It waits for a secret: whatever text comes is the answer, unless it is a command that exists.
    """

    answer: Answer
    accepts: frozenset[Content] = frozenset({Content.TEXT})
    secret: bool = False


class VerbTable:
    """The verbs and guided dialogs of one module of handlers."""

    def __init__(self) -> None:
        self.verbs: dict[str, Verb] = {}
        self.variants: dict[Variant, Verb] = {}
        self.flows: dict[str, Flow] = {}
        self.contents: dict[str, Answer] = {}
        self.questions: dict[str, str] = {}

    def variant(
        self, name: str, *kinds: RefKind, option: FunctionalOption | None = None, usage: str = ""
    ) -> Callable[[Act], Act]:
        """Register what a verb does when a reference of these kinds comes first."""

        def register(act: Act) -> Act:
            for kind in kinds:
                _put_once(self.variants, Variant(name, kind), Verb(name, act, option, usage=usage))
            return act

        return register

    def verb(
        self,
        name: str,
        *,
        option: FunctionalOption | None = None,
        roles: Iterable[Role] = Role,
        usage: str = "",
        menu: str = "",
        menu_order: int = 100,
    ) -> Callable[[Act], Act]:
        """Register a function as what a verb does."""

        def register(act: Act) -> Act:
            _put_once(self.verbs, name, Verb(name, act, option, frozenset(roles), usage, menu, menu_order))
            return act

        return register

    def question(self, name: str, text: str) -> None:
        """Name the message that asks for the last argument of a verb: the button ``ask:verb:…`` (bot.asking)."""
        _put_once(self.questions, name, text)

    def flow(
        self, name: str, *, accepts: Iterable[Content] = (Content.TEXT,), secret: bool = False
    ) -> Callable[[Answer], Answer]:
        """Register what takes the answers of a guided dialog: messages that are no command."""

        def register(answer: Answer) -> Answer:
            _put_once(self.flows, name, Flow(answer, frozenset(accepts), secret))
            return answer

        return register

    def content(self, kind: str) -> Callable[[Answer], Answer]:
        """Register what takes a kind of message (bot.kinds) when no guided dialog waits for it."""

        def register(answer: Answer) -> Answer:
            _put_once(self.contents, kind, answer)
            return answer

        return register


class Verbs:
    """All verbs, guided dialogs and takers of content."""

    def __init__(self, tables: Iterable[VerbTable]) -> None:
        self._verbs: dict[str, Verb] = {}
        self._variants: dict[Variant, Verb] = {}
        self._flows: dict[str, Flow] = {}
        self._contents: dict[str, Answer] = {}
        self._questions: dict[str, str] = {}
        for table in tables:
            for name, verb in table.verbs.items():
                _put_once(self._verbs, name, verb)
            for variant, verb in table.variants.items():
                _put_once(self._variants, variant, verb)
            for name, flow in table.flows.items():
                _put_once(self._flows, name, flow)
            for kind, answer in table.contents.items():
                _put_once(self._contents, kind, answer)
            for name, text in table.questions.items():
                _put_once(self._questions, name, text)

    def __iter__(self) -> Iterator[Verb]:
        return iter(self._verbs.values())

    def find(self, name: str, turn: Turn) -> Verb | None:
        """The verb of that name, if it exists for this user."""
        verb = self._verbs.get(name)
        return verb if verb is not None and verb.is_there_for(turn) else None

    def takes_secret(self, turn: Turn, command: str = "") -> Answer | None:
        """What takes the text of this turn as a secret; None when no dialog waits for one, or a command came."""
        flow = self._flows.get(turn.flow)
        if flow is None or not flow.secret:
            return None
        known = command in self._verbs or any(variant.name == command for variant in self._variants)
        return None if known else flow.answer

    def question_of(self, name: str) -> str:
        """The message id that asks for the last argument of a verb; empty when nothing is asked."""
        return self._questions.get(name, "")

    def flow(self, name: str) -> Flow | None:
        """What takes the answers of a guided dialog; None for none or one of an older version."""
        return self._flows.get(name)

    def content(self, kind: str) -> Answer | None:
        """What takes a kind of message."""
        return self._contents.get(kind)

    async def run(self, turn: Turn, name: str, arguments: Arguments) -> Reply | None:
        """Do what a verb says.

        Raises:
            UnknownVerb: There is no such verb for this user.
            UsageWrong: It lacks something; the error says how it is written.
        """
        verb = self._choose(name, arguments)
        if verb is None or not verb.is_there_for(turn):
            raise UnknownVerb(name)
        try:
            return await verb.act(turn, arguments)
        except UsageWrong as error:
            error.usage = error.usage or verb.usage
            raise

    def _choose(self, name: str, arguments: Arguments) -> Verb | None:
        ref = Ref.parse(arguments.peek())
        variant = self._variants.get(Variant(name, ref.kind)) if ref is not None else None
        return variant or self._verbs.get(name)


def _put_once(table: dict[Key, Entry], name: Key, value: Entry) -> None:
    if name in table:
        raise ValueError(f"{name} is registered twice")
    table[name] = value
