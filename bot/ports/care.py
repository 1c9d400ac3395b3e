"""Care of interactions and plans: core.services.care, review, plans."""

from datetime import datetime
from typing import Any, Protocol

from core.enums import CallResult, InteractionType
from core.rules.repeats import Repeat
from core.values import Caller, InteractionDraft, InteractionId, When


class Care(Protocol):
    """core.services.care.Care."""

    async def edit(self, caller: Caller, interaction_id: InteractionId, field: str, value: Any) -> None:
        """Change one field."""
        ...

    async def edit_from_chat(
        self, caller: Caller | None, chat_id: int, message_id: int, text: str, *, when: When | None = None
    ) -> bool:
        """Follow the edit of a message; False when nothing was captured from it or nothing differs."""
        ...

    async def comment(self, caller: Caller, interaction_id: InteractionId, text: str) -> None:
        """Put a note on an interaction."""
        ...

    async def tag(self, caller: Caller, interaction_id: InteractionId, tag: str) -> None:
        """Put a word on an interaction."""
        ...

    async def untag(self, caller: Caller, interaction_id: InteractionId, tag: str) -> None:
        """Take a word off."""
        ...

    async def delete(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Mark deleted."""
        ...

    async def restore(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Bring back."""
        ...


class Review(Protocol):
    """core.services.review.Review."""

    async def mark_reviewed(self, caller: Caller, interaction_id: InteractionId) -> bool:
        """Mark reviewed; False when it was already."""
        ...

    async def mark_unreviewed(self, caller: Caller, interaction_id: InteractionId) -> bool:
        """Have it reviewed again; False when it waited already."""
        ...

    async def snooze(self, caller: Caller, interaction_id: InteractionId, until: datetime) -> bool:
        """Keep it off the list until a moment."""
        ...

    async def snooze_until_answer(self, caller: Caller, interaction_id: InteractionId) -> bool:
        """Keep it off the list until somebody answers."""
        ...

    async def snooze_until_over(
        self, caller: Caller, interaction_id: InteractionId, other_id: InteractionId
    ) -> bool:
        """Keep it off the list until another one is over."""
        ...


class Repeats(Protocol):
    """core.services.repeats.Repeats."""

    async def repeat(self, caller: Caller, interaction_id: InteractionId, repeat: Repeat) -> None:
        """Have a plan repeat, or by another rule."""
        ...

    async def stop(self, caller: Caller, interaction_id: InteractionId) -> None:
        """End a series; the plan stays."""
        ...

    async def take_over(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Have those that follow be like this plan."""
        ...

    async def move_all(self, caller: Caller, interaction_id: InteractionId, when: When) -> None:
        """Move a plan and all that follow it."""
        ...

    async def drop_all(self, caller: Caller, interaction_id: InteractionId, *, reason: str = "") -> None:
        """Cancel a plan and end its series."""
        ...


class Plans(Protocol):
    """core.services.plans.Plans."""

    async def carry_out(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        *,
        type: InteractionType | None = None,  # noqa: A002 - the domain's word
        text: str = "",
        result: CallResult | None = None,
        then: InteractionDraft | None = None,
    ) -> None:
        """Turn a plan into what happened, and plan what comes next."""
        ...

    async def move(
        self, caller: Caller, interaction_id: InteractionId, when: When, *, reason: str = ""
    ) -> None:
        """Give a plan another time."""
        ...

    async def set_kind(self, caller: Caller, interaction_id: InteractionId, kind: InteractionType) -> None:
        """Say what is planned."""
        ...

    async def drop(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        *,
        reason: str = "",
        then: InteractionDraft | None = None,
    ) -> None:
        """Cancel a plan, say why, and plan the next try."""
        ...
