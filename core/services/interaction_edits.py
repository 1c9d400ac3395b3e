"""Fields of an interaction that people edit, and which of them a message keeps for ever (domain.md I4, I7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from core.enums import CallResult, Channel, Direction, Importance, InteractionState, InteractionType, Source
from core.errors import Invalid, StateForbids
from core.models import Interaction
from core.rules import times
from core.services import planning
from core.services.work import Work
from core.values import Ref, RefKind, When

_MESSAGES = frozenset({InteractionType.EMAIL, InteractionType.SMS})
_CONTENT = frozenset({"topic", "text", "direction", "channel", "when"})
_TOLD = frozenset({"direction", "channel"})
"""What a person said of a message rather than what stands in it: corrected where a person recorded it."""


def is_sent_or_received(interaction: Interaction) -> bool:
    """Whether the content is fixed: a letter or SMS that has gone out or come in (domain.md I7)."""
    return interaction.type in _MESSAGES and interaction.state is InteractionState.DONE


def keeps(interaction: Interaction, field: str) -> bool:
    """Whether a field belongs to the content that a sent or received message keeps (domain.md I7)."""
    return field in _CONTENT and is_sent_or_received(interaction) and not _is_told(interaction, field)


def _is_told(interaction: Interaction, field: str) -> bool:
    return field in _TOLD and interaction.source is Source.CHAT


async def set_when(work: Work, interaction: Interaction, value: Any) -> None:
    """Give something done another time; it keeps its length.

    Raises:
        Invalid: The value is no time, or lies ahead.
        TimeInvalid: It cannot be.
        StateForbids: It is a plan: those are moved, not edited.
    """
    if not isinstance(value, When):
        raise Invalid("when", str(value))
    when = times.check_when(value, work.now)
    if interaction.state is InteractionState.PLANNED:
        raise StateForbids(Ref(RefKind.INTERACTION, interaction.id), interaction.state)
    if when.at > work.now + times.AHEAD:
        raise Invalid("when", when.at.isoformat())
    await work.touch(interaction.id)
    length = interaction.ends_at - interaction.happened_at if interaction.ends_at is not None else None
    ends_at = when.ends_at or (when.at + length if length is not None else None)
    of = Ref(RefKind.INTERACTION, interaction.id)
    work.change(interaction, of=of, happened_at=when.at, ends_at=ends_at, time_known=when.time_known)
    for owner in await planning.list_owners(work, interaction.id):
        work.change(owner, of=of, happened_at=when.at)


def _read_text(value: Any) -> str:
    return str(value).strip()


_READERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "topic": ("topic", _read_text),
    "text": ("text", _read_text),
    "goal": ("goal", _read_text),
    "place": ("place", _read_text),
    "importance": ("importance", Importance),
    "direction": ("direction", Direction),
    "channel": ("channel", Channel),
    "result": ("result", CallResult),
}


def read_field(interaction: Interaction, field: str, value: Any) -> dict[str, Any]:
    """The column and value that a field told by a person becomes.

    Raises:
        Invalid: The interaction has no such field, or the value is none of it.
    """
    if field == "duration":
        if not isinstance(value, timedelta) or value < timedelta(0):
            raise Invalid(field, str(value))
        _require_type(interaction, field, {InteractionType.CALL})
        return {"duration_s": int(value.total_seconds())}
    if field not in _READERS:
        raise Invalid("field", field)
    if field == "result":
        _require_type(interaction, field, {InteractionType.CALL})
    if field == "direction":
        _require_type(interaction, field, {InteractionType.CALL, *_MESSAGES})
    if field == "channel":
        _require_type(interaction, field, {InteractionType.SMS})
    column, read = _READERS[field]
    try:
        return {column: read(value)}
    except ValueError as error:
        raise Invalid(field, str(value)) from error


def _require_type(interaction: Interaction, field: str, types: set[InteractionType]) -> None:
    if interaction.type not in types:
        raise Invalid(field, interaction.type.value)
