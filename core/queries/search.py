"""What a search found, as rows of a list: contacts, then deals and other subjects, then interactions.

Each part comes newest first. Ranking looks at the newest few thousand hits only, so that a word on every page
costs no more than a rare one.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, Direction, InteractionType, SubjectKind
from core.models import Contact, Deal, Interaction, Participant, Subject
from core.queries import search_hits
from core.queries.contacts import load_partner_names
from core.queries.search_hits import SearchTerms
from core.repositories.access import Viewer
from core.values import Ref, RefKind

WINDOWS = (5_000, 100_000)
"""How many of the newest hits of each kind are looked at; the second when the first do not fill the page."""


@dataclass(frozen=True, slots=True)
class Found:
    """One object that was found.

    Attributes:
        ref: How it is opened; a deal's subject is shown as the deal.
        kind: What it is.
        title: The name, title or topic.
        who: For an interaction its first participant, for a person the partner.
        at: When it happened, or when there was last contact.
    """

    ref: Ref
    kind: ContactKind | SubjectKind | InteractionType
    title: str
    who: str = ""
    at: datetime | None = None
    direction: Direction | None = None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of what was found.

    Attributes:
        totals: How many of each kind, among the hits looked at.
        complete: False if there were more hits than are looked at.
    """

    rows: tuple[Found, ...] = ()
    totals: Mapping[RefKind, int] = field(default_factory=dict)
    complete: bool = True

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(self.totals.values())


class _Part(NamedTuple):
    """One kind of object: how it is found and shown."""

    kind: RefKind
    build: Callable[[AsyncSession, Viewer, SearchTerms, int], Select[int] | None]
    show: Callable[[AsyncSession, Sequence[int]], Awaitable[list[Found]]]


async def find(
    session: AsyncSession, viewer: Viewer, terms: SearchTerms, *, limit: int, offset: int
) -> FoundPage:
    """What the viewer may see of what the terms find; deleted things never (domain.md U2, I8)."""
    if terms.is_empty:
        return FoundPage()
    rows: list[Found] = []
    totals: dict[RefKind, int] = {}
    complete = True
    for part in _PARTS:
        if part.kind not in terms.kinds:
            totals[part.kind] = 0
            continue
        skip = max(0, offset - sum(totals.values()))
        wanted = limit - len(rows)
        ids, more = await _look(session, viewer, terms, part, skip + wanted)
        totals[part.kind] = len(ids)
        complete = complete and not more
        if page := ids[skip : skip + wanted]:
            rows += await part.show(session, page)
    return FoundPage(tuple(rows), totals, complete)


async def _look(
    session: AsyncSession, viewer: Viewer, terms: SearchTerms, part: _Part, wanted: int
) -> tuple[Sequence[int], bool]:
    """Ids of what is found, newest first, and whether there may be more than was looked at."""
    ids: Sequence[int] = ()
    more = False
    for window in WINDOWS:
        statement = part.build(session, viewer, terms, window)
        if statement is None:
            return (), False
        ids = (await session.scalars(statement)).all()
        more = await search_hits.has_more(session, part.kind, terms, window)
        if len(ids) >= wanted or not more:
            break
    return ids, more


async def _show_contacts(session: AsyncSession, ids: Sequence[int]) -> list[Found]:
    rows = {one.id: one for one in await session.scalars(select(Contact).where(Contact.id.in_(ids)))}
    partners = await load_partner_names(session, ids)
    return [
        Found(
            ref=Ref(RefKind.CONTACT, one),
            kind=rows[one].kind,
            title=rows[one].name,
            who=partners.get(one, ""),
            at=rows[one].last_interaction_at,
        )
        for one in ids
    ]


async def _show_subjects(session: AsyncSession, ids: Sequence[int]) -> list[Found]:
    rows = await session.execute(
        select(Subject, Deal.id).outerjoin(Deal, Deal.subject_id == Subject.id).where(Subject.id.in_(ids))
    )
    found = {
        subject.id: Found(
            ref=Ref(RefKind.SUBJECT, subject.id) if deal_id is None else Ref(RefKind.DEAL, deal_id),
            kind=subject.kind,
            title=subject.title,
            at=subject.last_interaction_at,
        )
        for subject, deal_id in rows
    }
    return [found[one] for one in ids]


async def _show_interactions(session: AsyncSession, ids: Sequence[int]) -> list[Found]:
    rows = {one.id: one for one in await session.scalars(select(Interaction).where(Interaction.id.in_(ids)))}
    people = await session.execute(
        select(Participant.interaction_id, func.coalesce(Contact.name, Participant.presentation))
        .outerjoin(Contact, Contact.id == Participant.contact_id)
        .where(Participant.interaction_id.in_(ids))
        .order_by(Participant.interaction_id, Participant.position.desc())
    )
    first = {row[0]: row[1] for row in people}
    return [
        Found(
            ref=Ref(RefKind.INTERACTION, one),
            kind=rows[one].type,
            title=rows[one].topic or rows[one].text[:100] or rows[one].goal,
            who=first.get(one, ""),
            at=rows[one].happened_at,
            direction=rows[one].direction,
        )
        for one in ids
    ]


_PARTS = (
    _Part(RefKind.CONTACT, search_hits.find_contacts, _show_contacts),
    _Part(RefKind.SUBJECT, search_hits.find_subjects, _show_subjects),
    _Part(RefKind.INTERACTION, search_hits.find_interactions, _show_interactions),
)
