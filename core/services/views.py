"""What screens read: each method one consistent look at the database through the viewer's eyes (domain.md U2, O2)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import Clock
from core.database import Database
from core.enums import FunctionalOption, InteractionState, InteractionType
from core.errors import NotFound
from core.models import Contact, Deal, Interaction, Subject
from core.queries.attention import Look, with_attention
from core.queries.candidates import Candidate, list_candidates
from core.queries.contact_card import (
    ContactCard,
    ContactRow,
    list_contact_history,
    list_contacts,
    load_contact_card,
    load_contact_rows,
)
from core.queries.deal_card import DealCard, DealRow, list_deals, load_deal_card
from core.queries.interaction_card import InteractionCard, find_interaction_card
from core.queries.link_candidates import LinkCandidates, load_link_candidates
from core.queries.recent_people import list_recent_people
from core.queries.rows import InteractionRow, Page
from core.queries.subject_card import SubjectCard, list_subject_history, load_subject_card
from core.queries.subject_tree import TreeRow, list_subject_tree
from core.queries.worklists import (
    count_to_review,
    find_next_to_review,
    list_history,
    list_inbox,
    list_snoozed,
    list_waiting,
)
from core.repositories import access, deals
from core.repositories.access import Viewer
from core.repositories.options import load_off, require_option, types_but
from core.rules.options import option_of
from core.values import Caller, ContactId, DealId, InteractionId, ParticipantId, Ref, RefKind, SubjectId


class Views:
    """The read side for the doors."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @asynccontextmanager
    async def _look(self, caller: Caller) -> AsyncIterator[tuple[AsyncSession, Viewer]]:
        async with self._database.reading() as session:
            yield session, await access.viewer_of(session, caller)

    async def interaction_card(self, caller: Caller, interaction_id: InteractionId) -> InteractionCard:
        """The card of an interaction, deleted ones too.

        Raises:
            NotFound: There is none for the caller, or its type is switched off.
        """
        async with self._look(caller) as (session, viewer):
            card = await find_interaction_card(session, interaction_id, viewer)
            if card is None or await _is_off(session, card):
                raise NotFound(Ref(RefKind.INTERACTION, interaction_id))
            return await with_attention(session, card, Look(viewer, self._clock.now(), caller.timezone))

    async def captured_from(self, caller: Caller, chat_id: int, message_id: int) -> InteractionCard | None:
        """The card of what was captured from a message; None for nothing, or what was deleted since."""
        async with self._look(caller) as (session, viewer):
            found = await session.scalar(
                select(Interaction.id).where(
                    Interaction.chat_id == chat_id,
                    Interaction.message_id == message_id,
                    Interaction.deleted_at.is_(None),
                )
            )
            return await find_interaction_card(session, found, viewer) if found is not None else None

    async def find_continuation(
        self, caller: Caller, interaction_id: InteractionId, type_: InteractionType, at: datetime
    ) -> InteractionId | None:
        """A plan of that type and time which continues an interaction already, so that nothing is planned twice."""
        async with self._look(caller) as (session, viewer):
            found = await session.scalar(
                select(Interaction.id)
                .where(
                    Interaction.parent_id == interaction_id,
                    Interaction.state == InteractionState.PLANNED,
                    Interaction.type == type_,
                    Interaction.happened_at == at,
                    Interaction.deleted_at.is_(None),
                    access.sees_interaction(viewer),
                )
                .order_by(Interaction.id)
                .limit(1)
            )
            return InteractionId(found) if found is not None else None

    async def subject_card(self, caller: Caller, subject_id: SubjectId) -> SubjectCard:
        """The card of a chain, claim or event; of a deal's subject too.

        Raises:
            NotFound: There is none for the caller.
        """
        async with self._look(caller) as (session, viewer):
            subject = await access.get_visible_subject(session, caller, subject_id)
            return await load_subject_card(session, subject, viewer, self._clock.now())

    async def subject_history(
        self, caller: Caller, subject_id: SubjectId, number: int
    ) -> tuple[str, Page[InteractionRow]]:
        """The title of a subject and a page of its interactions, newest first.

        Raises:
            NotFound: There is none for the caller.
        """
        card = await self.subject_card(caller, subject_id)
        async with self._look(caller) as (session, viewer):
            return card.title, await list_subject_history(session, subject_id, viewer, number)

    async def subject_tree(
        self, caller: Caller, subject_id: SubjectId, number: int
    ) -> tuple[str, Page[TreeRow]]:
        """The title of a subject and a page of its interactions as a tree.

        Raises:
            NotFound: There is none for the caller.
        """
        card = await self.subject_card(caller, subject_id)
        async with self._look(caller) as (session, viewer):
            return card.title, await list_subject_tree(session, subject_id, viewer, number)

    async def deal_card(self, caller: Caller, deal_id: DealId) -> DealCard:
        """The card of a deal.

        Raises:
            NotFound: There is none for the caller.
            OptionOff: Deals are switched off.
        """
        async with self._look(caller) as (session, viewer):
            await require_option(session, FunctionalOption.DEALS)
            deal, subject = await access.get_visible_deal(session, caller, deal_id)
            return await load_deal_card(session, deal, subject, viewer, self._clock.now())

    async def deal_of_subject(self, subject_id: SubjectId) -> DealId | None:
        """The deal whose subject this is; rights are checked when its card is opened."""
        async with self._database.reading() as session:
            found = await session.scalar(select(Deal.id).where(Deal.subject_id == subject_id))
            return DealId(found) if found is not None else None

    async def deals(
        self, caller: Caller, number: int, *, is_open: bool = True, stage_id: int | None = None
    ) -> Page[DealRow]:
        """Open or closed deals, the latest touched first; of one stage alone if told (0: in none).

        Raises:
            OptionOff: Deals are switched off.
        """
        async with self._look(caller) as (session, viewer):
            await require_option(session, FunctionalOption.DEALS)
            return await list_deals(session, viewer, number, is_open=is_open, stage_id=stage_id)

    async def contact_card(self, caller: Caller, contact_id: ContactId) -> ContactCard:
        """The card of a contact; one that was merged away still shows, and says into what.

        Raises:
            NotFound: There is none.
        """
        async with self._look(caller) as (session, viewer):
            contact = await session.get(Contact, contact_id)
            if contact is None:
                raise NotFound(Ref(RefKind.CONTACT, contact_id))
            return await load_contact_card(session, contact, viewer)

    async def contact_history(
        self, caller: Caller, contact_id: ContactId, number: int
    ) -> Page[InteractionRow]:
        """A page of the interactions with a contact that the caller sees, newest first."""
        async with self._look(caller) as (session, viewer):
            return await list_contact_history(session, contact_id, viewer, number)

    async def contacts(self, caller: Caller, number: int) -> Page[ContactRow]:
        """All contacts, those last in touch first."""
        async with self._look(caller) as (session, _):
            return await list_contacts(session, number)

    async def recent_people(self, caller: Caller, limit: int) -> tuple[ContactRow, ...]:
        """Contacts the caller was last in touch with: the chips of the guided dialogs."""
        async with self._look(caller) as (session, viewer):
            ids = await list_recent_people(session, viewer.user_id, limit)
            return await load_contact_rows(session, ids)

    async def inbox(self, caller: Caller, number: int) -> Page[InteractionRow]:
        """What the caller has to review, newest first."""
        async with self._look(caller) as (session, viewer):
            types = await _types_on(session)
            return await list_inbox(session, viewer, self._clock.now(), types, number)

    async def count_inbox(self, caller: Caller) -> int:
        """How many the caller has to review; 100 stands for more."""
        async with self._look(caller) as (session, viewer):
            types = await _types_on(session)
            return await count_to_review(session, viewer, self._clock.now(), types)

    async def next_to_review(self, caller: Caller, after_id: InteractionId) -> InteractionId | None:
        """What follows an interaction in the inbox, from the top again at its end; None when nothing else waits."""
        async with self._look(caller) as (session, viewer):
            types = await _types_on(session)
            found = await find_next_to_review(session, viewer, self._clock.now(), types, after_id)
            return InteractionId(found) if found is not None else None

    async def waiting(self, caller: Caller, interaction_id: InteractionId) -> tuple[str, ...]:
        """Whose review an interaction waits for, of the others whom the caller leads: their names."""
        async with self._look(caller) as (session, viewer):
            return await list_waiting(session, viewer, interaction_id)

    async def snoozed(self, caller: Caller, number: int) -> Page[InteractionRow]:
        """What the caller has snoozed, the next to come back first."""
        async with self._look(caller) as (session, viewer):
            types = await _types_on(session)
            return await list_snoozed(session, viewer, self._clock.now(), types, number)

    async def history(self, caller: Caller, number: int) -> Page[InteractionRow]:
        """Everything on the caller's worklist, newest first."""
        async with self._look(caller) as (session, viewer):
            return await list_history(session, viewer, await _types_on(session), number)

    async def candidates(self, caller: Caller, interaction_id: InteractionId) -> tuple[Candidate, ...]:
        """Subjects that an interaction might belong to, with reasons.

        Raises:
            NotFound: No such interaction for the caller.
        """
        async with self._look(caller) as (session, viewer):
            interaction = await access.get_visible_interaction(session, caller, interaction_id)
            return await list_candidates(session, interaction, viewer, self._clock.now())

    async def link_candidates(
        self, caller: Caller, interaction_id: InteractionId, participant_id: ParticipantId
    ) -> LinkCandidates:
        """Contacts that a participant of an interaction might be.

        Raises:
            NotFound: No such interaction for the caller, or no such participant of it.
        """
        async with self._look(caller) as (session, _):
            interaction = await access.get_visible_interaction(session, caller, interaction_id)
            found = await load_link_candidates(session, interaction, participant_id)
            if found is None:
                raise NotFound(Ref(RefKind.PARTICIPANT, participant_id))
            return found

    async def subject_of(self, caller: Caller, interaction_id: InteractionId) -> SubjectId:
        """The subject of an interaction.

        Raises:
            NotFound: No such interaction for the caller.
        """
        async with self._look(caller) as (session, _):
            interaction = await access.get_visible_interaction(session, caller, interaction_id)
            subject = await session.get_one(Subject, interaction.subject_id)
            return SubjectId(subject.id)


async def _types_on(session: AsyncSession) -> frozenset[InteractionType]:
    return types_but(await load_off(session))


async def _is_off(session: AsyncSession, card: InteractionCard) -> bool:
    """Whether the part that an interaction belongs to is off; tasks of stages have one of their own (domain.md O3)."""
    off = await load_off(session)
    if option_of(card.type) not in off:
        return False
    is_task = await deals.is_stage_task(session, card.id)
    return not is_task or FunctionalOption.DEAL_MANAGEMENT in off
