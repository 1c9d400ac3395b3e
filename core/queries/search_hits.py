"""Which objects a search finds, before anybody looks at them: one statement a kind, newest first."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core.enums import AddressKind, SubjectKind
from core.models import Contact, ContactAddress, Interaction, Participant, ParticipantAddress, Subject
from core.repositories.access import Viewer, sees_interaction, sees_subject
from core.repositories.search import words_hits
from core.values import RefKind

ALL_KINDS = frozenset({RefKind.CONTACT, RefKind.SUBJECT, RefKind.INTERACTION})
_REAL = (SubjectKind.DEAL, SubjectKind.CLAIM, SubjectKind.EVENT)


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


def find_contacts(
    session: AsyncSession, _viewer: Viewer, terms: SearchTerms, most: int
) -> Select[int] | None:
    """Ids of contacts; one that was merged stands for the one that was kept."""
    hit = aliased(Contact)
    conditions: list[ColumnElement[bool]] = []
    if terms.words:
        conditions.append(hit.id.in_(words_hits(session, RefKind.CONTACT, terms.words, most)))
    if addresses := _has_coordinate(session, ContactAddress, terms):
        conditions.append(hit.id.in_(select(ContactAddress.contact_id).where(or_(*addresses)).limit(most)))
    if not conditions:
        return None
    kept = select(func.coalesce(hit.merged_into_id, hit.id)).where(or_(*conditions))
    return (
        select(Contact.id)
        .where(Contact.id.in_(kept))
        .order_by(func.coalesce(Contact.last_interaction_at, Contact.created_at).desc(), Contact.id.desc())
    )


def find_subjects(session: AsyncSession, viewer: Viewer, terms: SearchTerms, most: int) -> Select[int] | None:
    """Ids of deals' and other subjects; a chain is found by its interactions."""
    if not terms.words:
        return None
    return (
        select(Subject.id)
        .where(
            Subject.id.in_(words_hits(session, RefKind.SUBJECT, terms.words, most)),
            Subject.kind.in_(_REAL),
            sees_subject(viewer),
        )
        .order_by(func.coalesce(Subject.last_interaction_at, Subject.created_at).desc(), Subject.id.desc())
    )


def find_interactions(
    session: AsyncSession, viewer: Viewer, terms: SearchTerms, most: int
) -> Select[int] | None:
    """Ids of interactions the viewer sees, by words and by the coordinates of their participants."""
    conditions: list[ColumnElement[bool]] = []
    if terms.words:
        conditions.append(Interaction.id.in_(words_hits(session, RefKind.INTERACTION, terms.words, most)))
    if addresses := _has_coordinate(session, ParticipantAddress, terms):
        conditions.append(
            Interaction.id.in_(
                select(Participant.interaction_id)
                .join(ParticipantAddress, ParticipantAddress.participant_id == Participant.id)
                .where(or_(*addresses))
                .order_by(ParticipantAddress.id.desc())
                .limit(most)
            )
        )
    if not conditions:
        return None
    return (
        select(Interaction.id)
        .where(or_(*conditions), Interaction.deleted_at.is_(None), sees_interaction(viewer))
        .order_by(Interaction.happened_at.desc(), Interaction.id.desc())
    )


async def has_more(session: AsyncSession, kind: RefKind, terms: SearchTerms, most: int) -> bool:
    """Whether words or coordinates hit as many objects of a kind as are looked at, so that more may exist."""
    hits: list[Select[int]] = []
    if terms.words:
        hits.append(words_hits(session, kind, terms.words, most))
    model = _HOLDERS.get(kind)
    if model is not None and (conditions := _has_coordinate(session, model, terms)):
        hits.append(select(model.id).where(or_(*conditions)).limit(most))
    for one in hits:
        if (await session.scalar(select(func.count()).select_from(one.subquery())) or 0) >= most:
            return True
    return False


_HOLDERS: dict[RefKind, type[ContactAddress] | type[ParticipantAddress]] = {
    RefKind.CONTACT: ContactAddress,
    RefKind.INTERACTION: ParticipantAddress,
}
