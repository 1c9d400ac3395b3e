"""Rows of lists: interactions as one line each, with who took part; loaded a page at a time, never one by one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import Direction, InteractionState, InteractionType, SubjectKind
from core.models import Contact, Deal, Interaction, InteractionOwner, Participant, Subject
from core.queries.subject_titles import load_subject_titles
from core.rules.titles import title_of

Row = TypeVar("Row")

COUNT_LIMIT = 100
"""Lists are counted no further than this: beyond it they show 99+."""

WHO_LIMIT = 3
"""Participants named in a row."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A page of a list.

    Attributes:
        rows: At most one page of them.
        number: From 1.
        pages: How many there are at least; a list longer than `COUNT_LIMIT` is not counted to its end.
        total: Rows in all, at most `COUNT_LIMIT`.
        more: Whether the list goes on beyond what was counted.
    """

    rows: tuple[Row, ...]
    number: int
    pages: int
    total: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class SubjectBrief:
    """A subject as a line of a list names it."""

    id: int
    kind: SubjectKind
    title: str
    deal_id: int | None


@dataclass(frozen=True, slots=True)
class InteractionRow:
    """An interaction as one line of a list."""

    id: int
    type: InteractionType
    direction: Direction | None
    state: InteractionState
    title: str
    who: tuple[str, ...]
    happened_at: datetime
    due_on: date | None
    ends_at: datetime | None
    time_known: bool
    unreviewed: bool
    review_after: datetime | None
    subject: SubjectBrief
    responsible_id: int


async def load_rows(session: AsyncSession, ids: Sequence[int], viewer_id: int) -> tuple[InteractionRow, ...]:
    """The rows of these interactions in this order, unreviewed as the viewer has it."""
    if not ids:
        return ()
    found = await session.execute(
        select(Interaction, InteractionOwner, Subject, Deal.id)
        .join(Subject, Subject.id == Interaction.subject_id)
        .outerjoin(Deal, Deal.subject_id == Subject.id)
        .outerjoin(
            InteractionOwner,
            (InteractionOwner.interaction_id == Interaction.id) & (InteractionOwner.user_id == viewer_id),
        )
        .where(Interaction.id.in_(ids))
    )
    loaded = found.all()
    who = await load_names(session, ids)
    titles = await load_subject_titles(session, {subject.id for _, _, subject, _ in loaded})
    rows = {
        interaction.id: _row(
            interaction,
            owner,
            SubjectBrief(subject.id, subject.kind, titles[subject.id], deal_id),
            who.get(interaction.id, ()),
        )
        for interaction, owner, subject, deal_id in loaded
    }
    return tuple(rows[one] for one in ids if one in rows)


def _row(
    interaction: Interaction,
    owner: InteractionOwner | None,
    subject: SubjectBrief,
    who: tuple[str, ...],
) -> InteractionRow:
    return InteractionRow(
        id=interaction.id,
        type=interaction.type,
        direction=interaction.direction,
        state=interaction.state,
        title=title_of(interaction.topic, interaction.text or interaction.goal),
        who=who,
        happened_at=interaction.happened_at,
        due_on=interaction.due_on,
        ends_at=interaction.ends_at,
        time_known=interaction.time_known,
        unreviewed=owner is not None and not owner.reviewed,
        review_after=owner.review_after if owner is not None else None,
        subject=subject,
        responsible_id=interaction.responsible_id,
    )


async def load_names(session: AsyncSession, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The first few outside participants of interactions: the contact's name, else the presentation."""
    found = await session.execute(
        select(Participant.interaction_id, Participant.presentation, Contact.name, Contact.user_id)
        .outerjoin(Contact, Contact.id == Participant.contact_id)
        .where(Participant.interaction_id.in_(ids))
        .order_by(Participant.interaction_id, Participant.position)
    )
    names: dict[int, list[str]] = defaultdict(list)
    for interaction_id, presentation, name, user_id in found:
        if user_id is None and len(names[interaction_id]) < WHO_LIMIT:
            names[interaction_id].append(name or presentation)
    return {one: tuple(found_names) for one, found_names in names.items()}
