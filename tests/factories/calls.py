"""Recorded calls with participants, through the one way in for every door."""

from collections.abc import Sequence
from typing import Any

from core.enums import AddressKind, Direction, InteractionType
from core.rules.coordinates import parse_address
from core.services.recording import Circumstances, OwnerDraft, record_interaction
from core.services.work import Works
from core.values import Address, Caller, InteractionDraft, InteractionId, ParticipantDraft, When


def address(text: str, country: str = "RU") -> Address:
    """A coordinate that can be read: an e-mail, a messenger name or a phone."""
    kind = AddressKind.PHONE
    if "@" in text:
        kind = AddressKind.MESSENGER if text.startswith("@") else AddressKind.EMAIL
    found = parse_address(kind, text, country)
    assert found is not None
    return found


def person(presentation: str, *coordinates: str, **fields: Any) -> ParticipantDraft:
    """A participant with coordinates."""
    return ParticipantDraft(presentation, tuple(address(one) for one in coordinates), **fields)


async def record_call(
    works: Works,
    caller: Caller,
    participants: Sequence[ParticipantDraft] = (),
    *,
    private: bool = False,
    **fields: Any,
) -> InteractionId:
    """An incoming call of the caller, recorded now."""
    draft = InteractionDraft(
        **{
            "type": InteractionType.CALL,
            "direction": Direction.IN,
            "topic": "Price request",
            "participants": tuple(participants),
            **fields,
        }
    )
    facts = Circumstances(
        responsible_id=caller.user_id,
        when=draft.when or When(works.clock.now()),
        owners=(OwnerDraft(caller.user_id),),
        author_id=caller.user_id,
        timezone=caller.timezone,
        private=private,
    )
    async with works.begin(caller, "capture") as work:
        interaction = await record_interaction(work, draft, facts)
    return InteractionId(interaction.id)
