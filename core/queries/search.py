"""What a search found, as rows of a list: contacts, then deals and other subjects, then interactions.

Each part comes newest first. Ranking looks at the newest few thousand hits only, so that a word on every page
costs no more than a rare one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.enums import AddressKind, ContactKind, Direction, InteractionType, SubjectKind
from core.models import Contact, ContactAddress, Deal, Interaction, Participant, ParticipantAddress, Subject
from core.queries.contacts import load_partner_names
from core.repositories.access import Viewer, sees_interaction, sees_subject
from core.repositories.search import words_hits
from core.values import Ref, RefKind

NEWEST = 5_000
"""How many hits of each kind are looked at."""

_REAL = (SubjectKind.DEAL, SubjectKind.CLAIM, SubjectKind.EVENT)


ALL_KINDS = frozenset({RefKind.CONTACT, RefKind.SUBJECT, RefKind.INTERACTION})


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What a query asks for; any of the three finds.

    Attributes:
        words: Stems that must all be there, the last as a beginning.
        tail: Digits of a phone from the last to the first, or the last few of them.
        address: Another coordinate, exactly.
        kinds: What is looked for.
    """

    words: tuple[str, ...] = ()
    tail: str = ""
    address: tuple[AddressKind, str] | None = None
    kinds: frozenset[RefKind] = ALL_KINDS

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.words or self.tail or self.address)


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


async def find(
    session: AsyncSession, viewer: Viewer, terms: SearchTerms, *, limit: int, offset: int
) -> FoundPage:
    """What the viewer may see of what the terms find; deleted things never (domain.md U2, I8)."""
    if terms.is_empty:
        return FoundPage()
    parts = (
        (RefKind.CONTACT, _contacts(session, terms), _show_contacts),
        (RefKind.SUBJECT, _subjects(session, viewer, terms), _show_subjects),
        (RefKind.INTERACTION, _interactions(session, viewer, terms), _show_interactions),
    )
    rows: list[Found] = []
    totals: dict[RefKind, int] = {}
    for kind, ids, show in parts:
        if ids is None or kind not in terms.kinds:
            totals[kind] = 0
            continue
        totals[kind] = await _count(session, ids)
        skip = max(0, offset - sum(totals.values()) + totals[kind])
        wanted = limit - len(rows)
        if wanted > 0 and skip < totals[kind]:
            page = (await session.scalars(ids.limit(wanted).offset(skip))).all()
            rows += await show(session, page)
    return FoundPage(tuple(rows), totals, complete=max(totals.values()) < NEWEST)


async def _count(session: AsyncSession, ids: Select[int]) -> int:
    return await session.scalar(select(func.count()).select_from(ids.order_by(None).subquery())) or 0


def _starts_with(
    session: AsyncSession, column: InstrumentedAttribute[str | None], prefix: str
) -> ColumnElement[bool]:
    """A beginning of digits, in the form that each database reads from its index."""
    if session.get_bind().dialect.name == "sqlite":
        return and_(column >= prefix, column < prefix + ":")
    return column.like(prefix + "%")


def _has_coordinate(
    session: AsyncSession, model: type[ContactAddress] | type[ParticipantAddress], terms: SearchTerms
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if terms.tail:
        conditions.append(_starts_with(session, model.tail, terms.tail))
    if terms.address is not None:
        kind, value = terms.address
        conditions.append(and_(model.kind == kind, model.value == value))
    return conditions


def _contacts(session: AsyncSession, terms: SearchTerms) -> Select[int] | None:
    """Ids of contacts; one that was merged stands for the one that was kept."""
    hit = aliased(Contact)
    conditions: list[ColumnElement[bool]] = []
    if terms.words:
        conditions.append(hit.id.in_(words_hits(session, RefKind.CONTACT, terms.words, NEWEST)))
    if addresses := _has_coordinate(session, ContactAddress, terms):
        conditions.append(hit.id.in_(select(ContactAddress.contact_id).where(or_(*addresses)).limit(NEWEST)))
    if not conditions:
        return None
    kept = select(func.coalesce(hit.merged_into_id, hit.id)).where(or_(*conditions))
    return (
        select(Contact.id)
        .where(Contact.id.in_(kept))
        .order_by(func.coalesce(Contact.last_interaction_at, Contact.created_at).desc(), Contact.id.desc())
    )


def _subjects(session: AsyncSession, viewer: Viewer, terms: SearchTerms) -> Select[int] | None:
    """Ids of deals' and other subjects; a chain is found by its interactions."""
    if not terms.words:
        return None
    return (
        select(Subject.id)
        .where(
            Subject.id.in_(words_hits(session, RefKind.SUBJECT, terms.words, NEWEST)),
            Subject.kind.in_(_REAL),
            sees_subject(viewer),
        )
        .order_by(func.coalesce(Subject.last_interaction_at, Subject.created_at).desc(), Subject.id.desc())
    )


def _interactions(session: AsyncSession, viewer: Viewer, terms: SearchTerms) -> Select[int] | None:
    conditions: list[ColumnElement[bool]] = []
    if terms.words:
        conditions.append(Interaction.id.in_(words_hits(session, RefKind.INTERACTION, terms.words, NEWEST)))
    if addresses := _has_coordinate(session, ParticipantAddress, terms):
        conditions.append(
            Interaction.id.in_(
                select(Participant.interaction_id)
                .join(ParticipantAddress, ParticipantAddress.participant_id == Participant.id)
                .where(or_(*addresses))
                .order_by(ParticipantAddress.id.desc())
                .limit(NEWEST)
            )
        )
    if not conditions:
        return None
    return (
        select(Interaction.id)
        .where(or_(*conditions), Interaction.deleted_at.is_(None), sees_interaction(viewer))
        .order_by(Interaction.happened_at.desc(), Interaction.id.desc())
    )


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
