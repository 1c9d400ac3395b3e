"""Rows of lists: interactions as one line each, with who took part; loaded a page at a time, never one by one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import Direction, InteractionState, InteractionType, SubjectKind
from core.models import Contact, Deal, Interaction, InteractionOwner, MailMessage, Participant, Subject
from core.models.base import table_of
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


# Lists are read at every look, and so written over the tables and built once.
_interactions, _owners, _subjects, _deals, _participants, _contacts, _mails = (
    table_of(one) for one in (Interaction, InteractionOwner, Subject, Deal, Participant, Contact, MailMessage)
)
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_ROWS = (
    select(
        *(
            _interactions.c[name]
            for name in (
                "id",
                "type",
                "direction",
                "state",
                "topic",
                "goal",
                "happened_at",
                "due_on",
                "ends_at",
                "time_known",
                "responsible_id",
                "subject_id",
            )
        ),
        func.coalesce(_mails.c.new_text, _interactions.c.text).label("text"),
        _owners.c.reviewed,
        _owners.c.review_after,
        _subjects.c.kind.label("subject_kind"),
        _deals.c.id.label("deal_id"),
    )
    .join(_subjects, _subjects.c.id == _interactions.c.subject_id)
    .outerjoin(_deals, _deals.c.subject_id == _subjects.c.id)
    .outerjoin(_mails, _mails.c.interaction_id == _interactions.c.id)
    .outerjoin(
        _owners,
        and_(_owners.c.interaction_id == _interactions.c.id, _owners.c.user_id == bindparam("viewer")),
    )
    .where(_interactions.c.id.in_(_IDS))
)
_NAMES = (
    select(
        _participants.c.interaction_id,
        _participants.c.presentation,
        _contacts.c.name,
        _contacts.c.user_id,
    )
    .outerjoin(_contacts, _contacts.c.id == _participants.c.contact_id)
    .where(_participants.c.interaction_id.in_(_IDS))
    .order_by(_participants.c.interaction_id, _participants.c.position)
)


async def load_rows(session: AsyncSession, ids: Sequence[int], viewer_id: int) -> tuple[InteractionRow, ...]:
    """The rows of these interactions in this order, unreviewed as the viewer has it."""
    if not ids:
        return ()
    found = (await session.execute(_ROWS, {"ids": ids, "viewer": viewer_id})).all()
    who = await load_names(session, ids)
    titles = await load_subject_titles(session, {row.subject_id for row in found})
    rows = {row.id: _row(row, titles[row.subject_id], who.get(row.id, ())) for row in found}
    return tuple(rows[one] for one in ids if one in rows)


def _row(row: Any, subject_title: str, who: tuple[str, ...]) -> InteractionRow:
    return InteractionRow(
        id=row.id,
        type=row.type,
        direction=row.direction,
        state=row.state,
        title=title_of(row.topic, row.text or row.goal),
        who=who,
        happened_at=row.happened_at,
        due_on=row.due_on,
        ends_at=row.ends_at,
        time_known=row.time_known,
        unreviewed=row.reviewed is False,
        review_after=row.review_after,
        subject=SubjectBrief(row.subject_id, row.subject_kind, subject_title, row.deal_id),
        responsible_id=row.responsible_id,
    )


async def load_names(session: AsyncSession, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The first few outside participants of interactions: the contact's name, else the presentation."""
    names: dict[int, list[str]] = defaultdict(list)
    for interaction_id, presentation, name, user_id in await session.execute(_NAMES, {"ids": ids}):
        if user_id is None and len(names[interaction_id]) < WHO_LIMIT:
            names[interaction_id].append(name or presentation)
    return {one: tuple(found_names) for one, found_names in names.items()}
