"""The shape of the one file that sets an organisation up, and what makes no sense in it (interface.md, setup).

A section that is absent leaves its part alone. Names are what things are known by; `was` renames.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
)

from core.enums import DealKindType, FunctionalOption, InteractionType, SalesList
from core.rules.coordinates import plain_text
from core.rules.currencies import LARGEST_RATE
from core.rules.deal_stages import Requirable
from core.rules.options import needed_by

Place = tuple[str | int, ...]


def _plain(value: Any) -> Any:
    """Text as the chat would keep it, so that both know a thing by the same name."""
    return plain_text(value) if isinstance(value, str) else value


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(min_length=1, max_length=100), BeforeValidator(_plain)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200), BeforeValidator(_one_line)]
Rate = Annotated[
    Decimal,
    Field(gt=0, le=LARGEST_RATE, decimal_places=10),
    PlainSerializer(lambda rate: f"{rate:f}", return_type=str, when_used="json"),
]
"""Written out, never with an exponent: people read the file."""
Days = Annotated[int, Field(ge=1, le=3650)]
Recorded = Literal["call", "meeting", "email", "sms"]

LISTS = tuple(one.value for one in SalesList)
"""Sections that are plain lists of names."""


class Problem(NamedTuple):
    """Something that makes no sense, and where: keys and numbers from the top of the file."""

    place: Place
    what: str


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(_Part):
    """An item of a list: its name alone, or with the name it had, or archived."""

    name: Name
    was: Name | None = None
    archived: bool = False


def _alone(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


Item = Annotated[Entry, BeforeValidator(_alone)]


class DepartmentPart(_Part):
    """A department, under another if told."""

    name: Name
    parent: Name | None = None
    was: Name | None = None


class CurrencyPart(_Part):
    """A currency with its rates: what one unit was worth in the organisation's own, from days on."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    name: Annotated[str, StringConstraints(max_length=100), BeforeValidator(_plain)] = ""
    digits: Annotated[int, Field(ge=0, le=2)] = 2
    rates: dict[date, Rate] = {}


class TaskPart(_Part):
    """A task of a stage."""

    text: Text
    type: InteractionType = InteractionType.PLANNED
    due_in_days: Annotated[int, Field(ge=0, le=3650)] = 1


class ContactPart(_Part):
    """A role whose bearers must have been spoken with, not longer ago than so many days."""

    role: Name
    within_days: Days | None = None


class StagePart(_Part):
    """A stage of a kind: what deals come to there, how long they stay, what it asks for."""

    name: Name
    probability: Annotated[int, Field(ge=0, le=100)] | None = None
    expected_days: Days | None = None
    rest_days: Days | None = None
    tasks: tuple[TaskPart, ...] = ()
    fields: tuple[Requirable, ...] = ()
    roles: tuple[Name, ...] = ()
    contacts: tuple[ContactPart, ...] = ()
    interactions: tuple[Recorded, ...] = ()


class KindPart(_Part):
    """A kind of deals; the first of the file is the default."""

    name: Name
    was: Name | None = None
    type: DealKindType
    commitment: Text
    archived: bool = False
    stages: tuple[Annotated[StagePart, BeforeValidator(_alone)], ...] = ()


class SetupFile(_Part):
    """The whole file."""

    departments: tuple[Annotated[DepartmentPart, BeforeValidator(_alone)], ...] | None = None
    stages: tuple[Item, ...] | None = None
    partner_roles: tuple[Item, ...] | None = None
    person_roles: tuple[Item, ...] | None = None
    loss_reasons: tuple[Item, ...] | None = None
    unmet_reasons: tuple[Item, ...] | None = None
    competitors: tuple[Item, ...] | None = None
    sources: tuple[Item, ...] | None = None
    currencies: tuple[CurrencyPart, ...] | None = None
    kinds: tuple[KindPart, ...] | None = None
    options: dict[FunctionalOption, bool] | None = None

    def items(self, section: str) -> tuple[Entry, ...] | None:
        """The items of a list by the section's name; None: the file says nothing of it."""
        found: tuple[Entry, ...] | None = getattr(self, section)
        return found


def read_setup(data: Any) -> tuple[SetupFile | None, tuple[Problem, ...]]:
    """Read plain data; all that is wrong with it comes at once, and then there is no file."""
    try:
        setup = SetupFile.model_validate(data if data is not None else {})
    except ValidationError as error:
        return None, tuple(_as_problem(one) for one in error.errors(include_url=False, include_input=False))
    problems = tuple(find_problems(setup))
    return (None if problems else setup), problems


def _as_problem(error: Any) -> Problem:
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "there is no such field"
    return Problem(tuple(one for one in error["loc"] if one != "[key]"), message[0].lower() + message[1:])


def find_problems(setup: SetupFile) -> Iterator[Problem]:
    """What contradicts itself in a file whose parts are right each."""
    for section in LISTS:
        yield from _twice((section,), [one.name for one in setup.items(section) or ()], "name")
    yield from _twice(("currencies",), [one.code for one in setup.currencies or ()], "code")
    yield from _departments(setup.departments or ())
    yield from _kinds(setup)
    for option, is_on in (setup.options or {}).items():
        needed = needed_by(option)
        if is_on and needed is not None and (setup.options or {}).get(needed) is False:
            yield Problem(("options", option.value), f"needs {needed.value}, which is off")


def _twice(place: Place, names: Sequence[str], field: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, name in enumerate(names):
        if name.casefold() in first:
            yield Problem((*place, number, field), f"{name!r} comes twice")
        first.setdefault(name.casefold(), number)


def _departments(departments: Sequence[DepartmentPart]) -> Iterator[Problem]:
    yield from _twice(("departments",), [one.name for one in departments], "name")
    parents = {one.name.casefold(): (one.parent or "").casefold() for one in departments}
    for number, one in enumerate(departments):
        above, seen = (one.parent or "").casefold(), {one.name.casefold()}
        while above:
            if above in seen:
                yield Problem(("departments", number, "parent"), f"{one.name!r} lies below itself")
                break
            seen.add(above)
            above = parents.get(above, "")


def _kinds(setup: SetupFile) -> Iterator[Problem]:
    kinds = setup.kinds or ()
    yield from _twice(("kinds",), [one.name for one in kinds], "name")
    if setup.kinds is not None and all(one.archived for one in kinds):
        yield Problem(("kinds",), "one kind at least must be there to choose")
    stages = _names(one for one in setup.stages if not one.archived) if setup.stages is not None else None
    roles = [_names(side) if side is not None else None for side in (setup.partner_roles, setup.person_roles)]
    known_roles = None if None in roles else {name for side in roles for name in side or ()}
    for number, kind in enumerate(kinds):
        place: Place = ("kinds", number)
        plain = kind.type is DealKindType.PLAIN
        if plain and kind.stages:
            yield Problem((*place, "stages"), "a plain kind has no stages")
        if not plain and not kind.stages:
            yield Problem((*place, "stages"), f"a {kind.type.value} kind needs stages")
        yield from _twice((*place, "stages"), [one.name for one in kind.stages], "name")
        for step, stage in enumerate(kind.stages):
            here: Place = (*place, "stages", step)
            if stages is not None and stage.name.casefold() not in stages:
                yield Problem((*here, "name"), f"{stage.name!r} is not in the list of stages")
            if known_roles is not None:
                yield from unknown_roles(here, stage, known_roles)


def unknown_roles(place: Place, stage: StagePart, known: Iterable[str]) -> Iterator[Problem]:
    """The roles that a stage names and no list has; `known` are names in lower case, archived roles too.

    A role that was archived stays a condition of the stages that named it.
    """
    names = set(known)
    for number, role in enumerate(stage.roles):
        if role.casefold() not in names:
            yield Problem((*place, "roles", number), f"{role!r} is in no list of roles")
    for number, contact in enumerate(stage.contacts):
        if contact.role.casefold() not in names:
            yield Problem((*place, "contacts", number, "role"), f"{contact.role!r} is in no list of roles")


def _names(entries: Iterable[Entry]) -> set[str]:
    return {one.name.casefold() for one in entries}
