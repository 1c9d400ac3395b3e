"""What an import of the setup changes, and what of it does not fit."""

from dataclasses import dataclass, field
from typing import NamedTuple

from core.rules.setup_file import Place, Problem


class SetupChange(NamedTuple):
    """One change: of which section, to what, and which: added, renamed, changed, archived, restored, removed, on, off."""

    section: str
    name: str
    what: str


@dataclass(slots=True)
class SetupReport:
    """Collects while a file is applied; problems of all parts are told at once."""

    changes: list[SetupChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def changed(self, section: str, name: str, what: str) -> None:
        """Note a change, once for each thing."""
        change = SetupChange(section, name, what)
        fresh = SetupChange(section, name, "added")
        if change not in self.changes and not (what == "changed" and fresh in self.changes):
            self.changes.append(change)

    def problem(self, place: Place, what: str) -> None:
        """Note something that does not fit."""
        self.problems.append(Problem(place, what))
