"""How is an iCalendar put together? Its components and their properties, within caps (RFC 5545, 3.1 and 3.4).

Lines are read one by one, so that a broken one costs itself and not the invitation; what no invitation needs,
such as alarms and inline files, is passed over before it is looked at. Never raises.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from icalendar.parser import Contentline
from icalendar.parser.content_line import UFOLD

MAX_LINES = 20_000
MAX_LINE = 16_000
MAX_COMPONENTS = 200
MAX_DEPTH = 4
MAX_PROPERTIES = 300
"""Properties of one name in a component."""

_NAME = re.compile(r"[ \t]*([A-Za-z0-9-]{1,60})[ \t]*[;:]")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_KEPT = {
    "VCALENDAR": frozenset({"METHOD", "X-WR-TIMEZONE"}),
    "VEVENT": frozenset(
        {
            *("UID", "RECURRENCE-ID", "SEQUENCE", "DTSTAMP", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS"),
            *("DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "ORGANIZER", "ATTENDEE", "LAST-MODIFIED"),
            *("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"),
        }
    ),
    "VTIMEZONE": frozenset({"TZID", "X-LIC-LOCATION"}),
    "STANDARD": frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
    "DAYLIGHT": frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
}
"""Components and properties that are read at all."""


@dataclass(frozen=True, slots=True)
class Property:
    """One content line.

    Attributes:
        value: As written; texts are still escaped.
        parameters: By name in upper case.
        line: The whole line, for values whose senders forget the quotes around parameters.
    """

    value: str
    parameters: dict[str, str]
    line: str

    @property
    def text(self) -> str:
        """The value of a property of type TEXT (RFC 5545, 3.3.11)."""
        return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.value).strip()


@dataclass(slots=True)
class Component:
    """One component with the properties that are read of it."""

    name: str
    properties: dict[str, list[Property]] = field(default_factory=dict)
    children: "list[Component]" = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        """The first property of a name."""
        found = self.properties.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        """The first text of a name; empty when there is none."""
        found = self.first(name)
        return found.text if found is not None else ""

    def all(self, name: str) -> list[Property]:
        """All properties of a name."""
        return self.properties.get(name, [])

    def named(self, *names: str) -> "list[Component]":
        """The components inside it that bear one of these names."""
        return [one for one in self.children if one.name in names]


def read_components(content: bytes) -> Component:
    """Everything that a calendar holds, under one nameless component."""
    root = Component("")
    open_components, count, skipped = [root], 0, 0
    for line in _lines(content):
        match = _NAME.match(line)
        name = match[1].upper() if match is not None else ""
        value = line[match.end() :].strip().upper() if match is not None and name in {"BEGIN", "END"} else ""
        if name == "BEGIN":
            if skipped or value not in _KEPT or count >= MAX_COMPONENTS or len(open_components) > MAX_DEPTH:
                skipped += 1
                continue
            count += 1
            child = Component(value)
            open_components[-1].children.append(child)
            open_components.append(child)
        elif name == "END":
            if skipped:
                skipped -= 1
            elif len(open_components) > 1:
                open_components.pop()
        elif not skipped:
            _keep(open_components[-1], name, line)
    return root


def _lines(content: bytes) -> Iterator[str]:
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    unfolded = UFOLD.sub("", text.replace("\r\r\n", "\r\n"))
    for number, line in enumerate(unfolded.splitlines() if "\r\n" not in unfolded else unfolded.split("\n")):
        if number >= MAX_LINES:
            return
        clean = _CONTROL.sub("", line.rstrip("\r")[:MAX_LINE]).replace("\r", " ")
        if clean:
            yield clean


def _keep(component: Component, name: str, line: str) -> None:
    if name not in _KEPT.get(component.name, frozenset()):
        return
    found = component.properties.setdefault(name, [])
    if len(found) < MAX_PROPERTIES:
        found.append(_read(name, line))


def _read(name: str, line: str) -> Property:
    """A line's value and parameters; without parameters where they cannot be read."""
    try:
        _, parameters, value = Contentline(line).raw_parts()  # type: ignore[no-untyped-call] # The library has no types here.
    except ValueError:
        rest = line.partition(name)[2] or line
        return Property(rest.partition(":")[2].strip(), {}, line)
    plain = {
        str(key).upper(): ",".join(one) if isinstance(one, list) else str(one)
        for key, one in parameters.items()
    }
    return Property(value.strip(), plain, line)
