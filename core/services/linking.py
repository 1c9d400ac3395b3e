"""Linking participants to a contact, with everything that follows from it (domain.md P2, P4).

Used where a person links by hand and where a contact gets a coordinate. Whatever is linked already is never
touched, and all of it is one step to undo.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from core.models import Contact, ContactAddress, Participant, SubjectParticipant
from core.repositories import contacts, participants, search, subject_participants, subjects
from core.repositories.contacts import Coordinate
from core.rules.coordinates import address_tail
from core.rules.matching import Linked
from core.services.work import Work
from core.values import Address, ParticipantDraft, Ref, RefKind


async def write_coordinates(work: Work, contact: Contact, addresses: Iterable[Address]) -> list[Address]:
    """Give a contact the coordinates that it does not have yet; flushed.

    Returns:
        Those that were new to it.
    """
    known = {(row.kind, row.value) for row in await contacts.list_addresses(work.session, [contact.id])}
    new: list[Address] = []
    for address in addresses:
        if (address.kind, address.value) in known:
            continue
        known.add((address.kind, address.value))
        new.append(address)
        row = ContactAddress(
            contact_id=contact.id,
            kind=address.kind,
            value=address.value,
            original=address.original,
            tail=address_tail(address),
        )
        await work.add(row, of=Ref(RefKind.CONTACT, contact.id))
    await work.session.flush()
    return new


async def link_all(work: Work, contact: Contact, addresses: Iterable[Address]) -> int:
    """Link every unlinked participant that has one of the coordinates, in every mailbox (domain.md P4).

    Returns:
        How many interactions' participants were linked.
    """
    coordinates = _coordinates_of(addresses)
    if not coordinates:
        return 0
    rows = await participants.list_unlinked_with(work.session, coordinates)
    await _link(work, rows, contact)
    others = await subject_participants.list_unlinked_subject_participants(work.session, coordinates)
    await give_subject_participants(work, others, contact)
    return len(rows)


async def link_unclaimed(work: Work, contact: Contact, addresses: Iterable[Address]) -> int:
    """Link unlinked participants whose coordinates name this contact and nobody else (domain.md P2).

    What follows from a contact getting a coordinate; a participant that several contacts claim stays unlinked.

    Returns:
        How many interactions' participants were linked.
    """
    coordinates = {one for one in _coordinates_of(addresses) if one[0] in contacts.MATCHED_KINDS}
    if not coordinates:
        return 0
    rows = await participants.list_unlinked_with(work.session, coordinates)
    said: dict[int, list[Address]] = defaultdict(list)
    for row in await participants.list_participant_addresses(work.session, [one.id for one in rows]):
        said[row.participant_id].append(participants.to_address(row))
    named = await _named_by(work, contact, [said[row.id] for row in rows])
    linked = [row for row, is_named in zip(rows, named, strict=True) if is_named]
    await _link(work, linked, contact)
    others = await subject_participants.list_unlinked_subject_participants(work.session, coordinates)
    known = await subject_participants.load_subject_addresses(work.session, [one.id for one in others])
    values = [[Address(one.kind, one.value, one.original) for one in known[row.id]] for row in others]
    named = await _named_by(work, contact, values)
    await give_subject_participants(
        work, [row for row, is_named in zip(others, named, strict=True) if is_named], contact
    )
    return len(linked)


async def _named_by(work: Work, contact: Contact, said: Sequence[Sequence[Address]]) -> list[bool]:
    drafts = [ParticipantDraft("", tuple(addresses)) for addresses in said]
    matches = await participants.match_participants(work.session, drafts)
    return [isinstance(match, Linked) and match.contact_id == contact.id for match in matches]


async def _link(work: Work, rows: Sequence[Participant], contact: Contact) -> None:
    await work.touch(*{row.interaction_id for row in rows})
    for row in rows:
        work.change(row, of=Ref(RefKind.INTERACTION, row.interaction_id), contact_id=contact.id)
    await work.session.flush()


async def give_subject_participants(work: Work, rows: Sequence[SubjectParticipant], contact: Contact) -> None:
    """Have rows of subjects' participants stand for a contact: once each, further ones go."""
    taken = await subject_participants.list_subjects_with(
        work.session, contact.id, {row.subject_id for row in rows}
    )
    addresses = await subject_participants.load_subject_addresses(work.session, [row.id for row in rows])
    for row in rows:
        of = Ref(RefKind.SUBJECT, row.subject_id)
        if row.subject_id not in taken:
            taken.add(row.subject_id)
            work.change(row, of=of, contact_id=contact.id)
            continue
        await _leave_role(work, of, row, contact)
        for address in addresses[row.id]:
            await work.remove(address, of=of)
        await work.session.flush()
        await work.remove(row, of=of)
    await work.session.flush()


async def _leave_role(work: Work, of: Ref, row: SubjectParticipant, contact: Contact) -> None:
    """A role that only the row that goes had is the contact's from now on."""
    other = await subjects.find_participant(work.session, row.subject_id, contact.id)
    if other is not None and other.role_id is None and not other.role:
        work.change(other, of=of, role_id=row.role_id, role=row.role)


async def reindex_contact(work: Work, contact: Contact) -> None:
    """Index a contact anew by its name and its coordinates."""
    await work.session.flush()
    rows = await contacts.list_addresses(work.session, [contact.id])
    texts = [contact.name, contact.tax_number or "", *(row.value for row in rows)]
    await search.index_contact(work.session, contact.id, texts)


def _coordinates_of(addresses: Iterable[Address]) -> set[Coordinate]:
    return {(one.kind, one.value) for one in addresses}
