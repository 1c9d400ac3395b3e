"""Contacts, participants, and finding them: core.services.contacts, merging, participants, search."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from core.queries.contacts import ContactView
from core.queries.merges import MergeSuggestion
from core.queries.search import FoundPage
from core.queries.search_hits import ALL_KINDS
from core.queries.their_zones import TheirZone
from core.values import Address, Caller, ContactId, InteractionId, ParticipantDraft, ParticipantId, RefKind

if TYPE_CHECKING:  # screens see this module, and must not come to the services through it
    from core.services.contacts import ContactDraft, Partnership


class Contacts(Protocol):
    """core.services.contacts.Contacts."""

    async def get(self, contact_id: ContactId) -> ContactView:
        """A contact, or the one it was merged into."""
        ...

    async def create(self, caller: Caller | None, draft: "ContactDraft") -> ContactId:
        """Make a contact."""
        ...

    async def rename(self, caller: Caller | None, contact_id: ContactId, name: str) -> None:
        """Give another name."""
        ...

    async def set_tax_number(
        self, caller: Caller | None, contact_id: ContactId, tax_number: str | None
    ) -> None:
        """Set or clear a partner's tax number."""
        ...

    async def set_timezone(self, caller: Caller | None, contact_id: ContactId, timezone: str | None) -> None:
        """Say in which zone a contact's clock stands."""
        ...

    async def find_zone(
        self, contact_ids: Sequence[int], phones: Collection[str], at: datetime
    ) -> TheirZone | None:
        """In which zone the other side's clock stands at a moment."""
        ...

    async def add_address(self, caller: Caller | None, contact_id: ContactId, address: Address) -> int:
        """Give a coordinate; returns how many participants were linked."""
        ...

    async def remove_address(self, caller: Caller | None, contact_id: ContactId, address: Address) -> None:
        """Take a coordinate away."""
        ...

    async def set_partner(self, caller: Caller | None, partnership: "Partnership") -> None:
        """Say that a person works for a partner."""
        ...


class Search(Protocol):
    """core.services.search.Search."""

    async def find(
        self,
        caller: Caller,
        text: str,
        *,
        limit: int = 8,
        offset: int = 0,
        kinds: Collection[RefKind] = ALL_KINDS,
    ) -> FoundPage:
        """What the caller may see of what a text finds."""
        ...


class Merging(Protocol):
    """core.services.merging.Merging."""

    async def suggest_merges(self, limit: int = 20) -> Sequence[MergeSuggestion]:
        """Pairs that may be one."""
        ...

    async def merge(self, caller: Caller | None, keep_id: ContactId, away_id: ContactId) -> None:
        """Make two contacts one."""
        ...


class Participants(Protocol):
    """core.services.participants.Participants."""

    async def add(
        self, caller: Caller, interaction_id: InteractionId, draft: ParticipantDraft
    ) -> ParticipantId:
        """Add a participant."""
        ...

    async def remove(
        self, caller: Caller, interaction_id: InteractionId, participant_id: ParticipantId
    ) -> None:
        """Take a participant off."""
        ...

    async def link(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        participant_id: ParticipantId,
        contact_id: ContactId,
    ) -> int:
        """Say who a participant is; returns how many others were linked along."""
        ...

    async def attribute(
        self, caller: Caller, interaction_id: InteractionId, original: ParticipantDraft | None
    ) -> None:
        """Say who wrote what a letter forwards; None: the one who sent it."""
        ...

    async def unlink(
        self, caller: Caller, interaction_id: InteractionId, participant_id: ParticipantId
    ) -> None:
        """Say that a participant is not that contact."""
        ...


class Introductions(Protocol):
    """core.services.introductions.Introductions."""

    async def introduce(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        participant_id: ParticipantId,
        draft: "ContactDraft",
    ) -> ContactId:
        """Make a contact of a participant."""
        ...
