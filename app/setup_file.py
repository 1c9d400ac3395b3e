"""The file that sets an organisation up as YAML: read with the line of every value, written as people write it.

YAML 1.2 (ruamel.yaml): ``on`` and ``no`` are words there, and numbers stay as they were written until the shape of
the file says what they are, so that a rate loses no digit.
"""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from core.errors import SetupInvalid
from core.rules.setup_file import Place, Problem, SetupFile, read_setup

MAX_SIZE = 1_000_000
MAX_DEPTH = 20
WIDTH = 100

_NULL, _BOOL = "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool"


class SetupText:
    """A file as text: its plain data, and where each value stands.

    Attributes:
        lines: The line (from 1) of each value by its place, and of each key.
        problems: What is wrong with it as YAML.
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {(): 1}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()
        self.data = self._read(text)

    def line_of(self, place: Place) -> int:
        """The line of a value, or of the nearest thing around it that the file has."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]

    def _read(self, text: str) -> Any:
        if len(text) > MAX_SIZE:
            self.problems.append(Problem((), "too large for a setup"))
            return None
        try:
            root = YAML(typ="safe", pure=True).compose(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.lines[()] = mark.line + 1 if mark is not None else 1
            self.problems.append(Problem((), str(error.problem or error.context or "cannot be read")))
            return None
        except (YAMLError, RecursionError, ValueError):
            self.problems.append(Problem((), "cannot be read as YAML"))
            return None
        return None if root is None else self._value(root, ())

    def _value(self, node: Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in self._seen or len(place) > MAX_DEPTH:
            self.problems.append(Problem(place, "write it out: references and deep nesting are not read"))
            return None
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, place)
        if isinstance(node, SequenceNode):
            return [self._value(one, (*place, number)) for number, one in enumerate(node.value)]
        return self._scalar(node) if isinstance(node, ScalarNode) else None

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.problems.append(Problem(place, "a key must be a word"))
                continue
            name = str(key.value)
            here: Place = (*place, name)
            self.lines.setdefault(here, key.start_mark.line + 1)
            if name in found:
                self.lines[here] = key.start_mark.line + 1
                self.problems.append(Problem(here, "comes twice"))
                continue
            found[name] = self._value(value, here)
        return found

    @staticmethod
    def _scalar(node: ScalarNode) -> Any:
        tag, text = str(node.tag), str(node.value)
        if tag == _NULL:
            return None
        if tag == _BOOL and node.style is None:
            return text.casefold() == "true"
        return text


def parse_setup(text: str) -> tuple[SetupFile, SetupText]:
    """Read a file.

    Raises:
        SetupUnread: It is no YAML, or makes no sense; everything that is wrong is named.
    """
    read = SetupText(text)
    setup, problems = read_setup(read.data) if not read.problems else (None, tuple(read.problems))
    if setup is None:
        raise SetupUnread(problems, read)
    return setup, read


class SetupUnread(SetupInvalid):
    """A file that cannot be applied, with the text that tells its lines."""

    def __init__(self, problems: tuple[Problem, ...], text: SetupText) -> None:
        super().__init__(problems)
        self.text = text


def explain(name: str, problems: tuple[tuple[Place, str], ...], text: SetupText) -> list[str]:
    """One line a problem: file, line, field, what is wrong; in the order of the file."""
    told = sorted((text.line_of(place), _field(place), what) for place, what in problems)
    return [f"{name}:{line}: {field}{what}" for line, field, what in told]


def _field(place: Place) -> str:
    """``kinds[0].stages[2].probability: ``; entries are counted from 1, as people do."""
    path = ""
    for part in place:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return f"{path}: " if path else ""


def write_setup(setup: SetupFile) -> str:
    """A file as YAML, without what says nothing; names alone where that is all there is."""
    plain = setup.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    yaml = YAML()
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(_shorten(plain), stream)
    return stream.getvalue()


def _shorten(value: Any) -> Any:
    if isinstance(value, dict):
        return value["name"] if set(value) == {"name"} else {key: _shorten(one) for key, one in value.items()}
    return [_shorten(one) for one in value] if isinstance(value, list) else value
