"""Copying the participants of interactions to a deal, claim or event (domain.md S6)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from core.enums import AddressKind, ContactKind
from core.models import (
    Contact,
    Interaction,
    PersonPartner,
    Subject,
    SubjectParticipant,
    SubjectParticipantAddress,
    SubjectTeam,
)
from core.repositories import subjects
from core.repositories.inserting import RowInsert
from core.rules.subjects import ParticipantFacts, People, choose_partner, unite_participants
from core.rules.user_day import user_day
from core.services.work import Work
from core.values import Ref, RefKind

_insert_participants = RowInsert(SubjectParticipant)
_insert_addresses = RowInsert(SubjectParticipantAddress)


async def gather_people(work: Work, *, source: Subject | None, interaction: Interaction) -> People:
    """Who takes part in what is moved: a whole chain, or one interaction when `source` is None."""
    facts = await subjects.list_participant_facts(
        work.session,
        subject_id=source.id if source is not None else None,
        interaction_id=None if source is not None else interaction.id,
    )
    return unite_participants(facts)


async def join_participants(
    work: Work,
    target: Subject,
    *,
    source: Subject | None,
    interaction: Interaction,
    people: People | None = None,
) -> People:
    """Let the people of what is moved take part in the target; who takes part already is not doubled.

    Args:
        work: The transaction.
        target: Where they join.
        source: The chain that is moved; None: one interaction alone.
        interaction: The one that is moved, or one of the chain.
        people: Who they are, where that was found out already.
    """
    if people is None:
        people = await gather_people(work, source=source, interaction=interaction)
    known = await _load_known(work, target.id)
    contacts = {one.row.contact_id for one in known}
    of = Ref(RefKind.SUBJECT, target.id)
    fresh = []
    for one in people.participants:
        if one.contact_id is not None:
            if one.contact_id not in contacts:
                fresh.append(one)
        elif not await _join_unlinked(work, of, one, known):
            fresh.append(one)
    await _add_participants(work, of, fresh)
    await join_team(work, target, people.team)
    return people


@dataclass(slots=True)
class _Known:
    """A participant of the target with its coordinates."""

    row: SubjectParticipant
    addresses: list[SubjectParticipantAddress] = field(default_factory=list)

    def coordinates(self) -> set[tuple[str, str]]:
        return {(str(one.kind), one.value) for one in self.addresses}


async def _join_unlinked(work: Work, of: Ref, one: ParticipantFacts, known: list[_Known]) -> bool:
    """One person shares a coordinate with those known already: they become one row with all coordinates."""
    if not one.coordinates:
        return False
    same = [
        other for other in known if other.row.contact_id is None and other.coordinates() & one.coordinates
    ]
    if not same:
        return False
    first, *others = same
    missing = set(one.coordinates)
    for other in others:
        missing |= other.coordinates()
        for address in other.addresses:
            await work.remove(address, of=of)
        await work.session.flush()
        await work.remove(other.row, of=of)
        known.remove(other)
    first.addresses += await _add_addresses(work, of, first.row, missing - first.coordinates())
    return True


async def _add_participants(work: Work, of: Ref, people: Sequence[ParticipantFacts]) -> None:
    """New rows in their order and their coordinates, all at once: a long chain may bring hundreds."""
    await work.session.flush()
    keys = await _insert_participants.with_keys(
        work.session,
        [
            {
                "subject_id": of.id,
                "contact_id": one.contact_id,
                "presentation": one.presentation,
                "role_id": None,
                "role": "",
            }
            for one in people
        ],
    )
    addresses = await _insert_addresses.with_keys(
        work.session,
        [
            {"participant_id": key, "kind": AddressKind(kind), "value": value, "original": value}
            for key, one in zip(keys, people, strict=True)
            for kind, value in sorted(one.coordinates)
        ],
    )
    for key in keys:
        work.inserted(SubjectParticipant.__tablename__, key, of=of)
    for key in addresses:
        work.inserted(SubjectParticipantAddress.__tablename__, key, of=of)


async def _add_addresses(
    work: Work, of: Ref, row: SubjectParticipant, coordinates: Collection[tuple[str, str]]
) -> list[SubjectParticipantAddress]:
    added = [
        SubjectParticipantAddress(participant_id=row.id, kind=AddressKind(kind), value=value, original=value)
        for kind, value in sorted(coordinates)
    ]
    for address in added:
        await work.add(address, of=of)
    return added


async def _load_known(work: Work, subject_id: int) -> list[_Known]:
    rows = await work.session.execute(
        select(SubjectParticipant, SubjectParticipantAddress)
        .outerjoin(
            SubjectParticipantAddress, SubjectParticipantAddress.participant_id == SubjectParticipant.id
        )
        .where(SubjectParticipant.subject_id == subject_id)
        .order_by(SubjectParticipant.id, SubjectParticipantAddress.id)
    )
    known: dict[int, _Known] = {}
    for participant, address in rows:
        one = known.setdefault(participant.id, _Known(participant))
        if address is not None:
            one.addresses.append(address)
    return list(known.values())


async def join_team(work: Work, subject: Subject, user_ids: Collection[int]) -> None:
    """Let users join the team; who is in it stays."""
    members = set(await subjects.list_team(work.session, subject.id))
    for user_id in user_ids:
        if user_id not in members:
            members.add(user_id)
            await work.add(
                SubjectTeam(subject_id=subject.id, user_id=user_id), of=Ref(RefKind.SUBJECT, subject.id)
            )


async def find_partners(work: Work, people: People) -> tuple[int, ...]:
    """The partners that a deal with these people may be with (domain.md S6)."""
    contact_ids = [one.contact_id for one in people.participants if one.contact_id is not None]
    if not contact_ids:
        return ()
    direct = await work.session.scalars(
        select(Contact.id).where(Contact.id.in_(contact_ids), Contact.kind == ContactKind.PARTNER)
    )
    zone = work.caller.timezone if work.caller is not None else "UTC"
    today = user_day(work.now, zone)
    through = await work.session.scalars(
        select(PersonPartner.partner_id).where(
            PersonPartner.person_id.in_(contact_ids),
            (PersonPartner.until.is_(None)) | (PersonPartner.until >= today),
        )
    )
    return choose_partner(direct, through)
