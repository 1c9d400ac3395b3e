"""What screens read: core.services.views.Views."""

from datetime import datetime
from typing import Protocol

from core.enums import InteractionType
from core.queries.candidates import Candidate
from core.queries.contact_card import ContactCard, ContactRow
from core.queries.deal_card import DealCard, DealRow
from core.queries.interaction_card import InteractionCard
from core.queries.link_candidates import LinkCandidates
from core.queries.rows import InteractionRow, Page
from core.queries.subject_card import SubjectCard
from core.queries.subject_tree import TreeRow
from core.values import Caller, ContactId, DealId, InteractionId, ParticipantId, SubjectId


class Views(Protocol):
    """The read side; everything through the caller's eyes (domain.md U2, O2)."""

    async def interaction_card(self, caller: Caller, interaction_id: InteractionId) -> InteractionCard:
        """The card of an interaction, deleted ones too."""
        ...

    async def captured_from(self, caller: Caller, chat_id: int, message_id: int) -> InteractionCard | None:
        """The card of what was captured from a message."""
        ...

    async def find_continuation(
        self, caller: Caller, interaction_id: InteractionId, type_: InteractionType, at: datetime
    ) -> InteractionId | None:
        """A plan of that type and time which continues an interaction already."""
        ...

    async def subject_card(self, caller: Caller, subject_id: SubjectId) -> SubjectCard:
        """The card of a subject."""
        ...

    async def subject_history(
        self, caller: Caller, subject_id: SubjectId, number: int
    ) -> tuple[str, Page[InteractionRow]]:
        """The title of a subject and a page of its interactions, newest first."""
        ...

    async def subject_tree(
        self, caller: Caller, subject_id: SubjectId, number: int
    ) -> tuple[str, Page[TreeRow]]:
        """The title of a subject and a page of its interactions as a tree."""
        ...

    async def deal_card(self, caller: Caller, deal_id: DealId) -> DealCard:
        """The card of a deal."""
        ...

    async def deal_of_subject(self, subject_id: SubjectId) -> DealId | None:
        """The deal whose subject this is."""
        ...

    async def deals(
        self, caller: Caller, number: int, *, is_open: bool = True, stage_id: int | None = None
    ) -> Page[DealRow]:
        """Open or closed deals, the latest touched first; of one stage alone if told (0: in none)."""
        ...

    async def contact_card(self, caller: Caller, contact_id: ContactId) -> ContactCard:
        """The card of a contact."""
        ...

    async def contact_history(
        self, caller: Caller, contact_id: ContactId, number: int
    ) -> Page[InteractionRow]:
        """A page of the interactions with a contact, newest first."""
        ...

    async def contacts(self, caller: Caller, number: int) -> Page[ContactRow]:
        """All contacts, those last in touch first."""
        ...

    async def recent_people(self, caller: Caller, limit: int) -> tuple[ContactRow, ...]:
        """Contacts the caller was last in touch with."""
        ...

    async def inbox(self, caller: Caller, number: int) -> Page[InteractionRow]:
        """What the caller has to review, newest first."""
        ...

    async def count_inbox(self, caller: Caller) -> int:
        """How many the caller has to review; 100 stands for more."""
        ...

    async def next_to_review(self, caller: Caller, after_id: InteractionId) -> InteractionId | None:
        """What follows an interaction in the inbox, from the top again at its end."""
        ...

    async def waiting(self, caller: Caller, interaction_id: InteractionId) -> tuple[str, ...]:
        """Whose review an interaction waits for, of the others whom the caller leads."""
        ...

    async def snoozed(self, caller: Caller, number: int) -> Page[InteractionRow]:
        """What the caller has snoozed, the next to come back first."""
        ...

    async def history(self, caller: Caller, number: int) -> Page[InteractionRow]:
        """Everything on the caller's worklist, newest first."""
        ...

    async def candidates(self, caller: Caller, interaction_id: InteractionId) -> tuple[Candidate, ...]:
        """Subjects that an interaction might belong to, with reasons."""
        ...

    async def link_candidates(
        self, caller: Caller, interaction_id: InteractionId, participant_id: ParticipantId
    ) -> LinkCandidates:
        """Contacts that a participant of an interaction might be."""
        ...

    async def subject_of(self, caller: Caller, interaction_id: InteractionId) -> SubjectId:
        """The subject of an interaction."""
        ...
