"""Merging two contacts that are one: suggested, never silent, one step to undo (domain.md P5)."""

from collections.abc import Sequence

from core.enums import ContactKind
from core.errors import Invalid, StateForbids
from core.models import Contact
from core.queries import merges as views
from core.queries.merges import MergeSuggestion
from core.repositories import contacts, deals, participants, subject_participants
from core.services.linking import give_subject_participants, reindex_contact
from core.services.work import Work, Works
from core.values import Caller, ContactId, Ref, RefKind

_HUMANS = frozenset({ContactKind.PERSON, ContactKind.INDIVIDUAL})


class Merging:
    """Finding contacts that may be one, and making them one."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def suggest_merges(self, limit: int = 20) -> Sequence[MergeSuggestion]:
        """Pairs that share a phone or e-mail, then pairs of one name; the older is the one to keep."""
        async with self._works.database.reading() as session:
            return await views.suggest_merges(session, limit)

    async def merge(self, caller: Caller | None, keep_id: ContactId, away_id: ContactId) -> None:
        """Give everything that one contact has to another; references to the one show the other then.

        Raises:
            NotFound: There is no such contact.
            Invalid: They are the same, or of kinds that cannot be one.
            StateForbids: Two partners with different tax numbers are two.
        """
        async with self._works.begin(caller, "merge_contacts") as work:
            keep = await contacts.get_contact(work.session, keep_id)
            away = await contacts.get_contact(work.session, away_id)
            _check_kinds(keep, away)
            if keep.kind is ContactKind.INDIVIDUAL and away.kind is ContactKind.PERSON:
                work.change(keep, of=_ref(keep), kind=ContactKind.PERSON)
            await _move_tax_number(work, keep, away)
            await _move_participants(work, keep, away)
            await _move_addresses(work, keep, away)
            await _move_partnerships(work, keep, away)
            for deal in await contacts.list_deals_of_partner(work.session, away.id):
                work.change(deal, of=Ref(RefKind.DEAL, deal.id), partner_id=keep.id)
            for row in await deals.list_demand_of(work.session, away.id):
                work.change(row, of=Ref(RefKind.DEAL, row.deal_id), asked_by_id=keep.id)
            if keep.timezone is None:
                work.change(keep, of=_ref(keep), timezone=away.timezone)
            if keep.responsible_id is None:
                work.change(keep, of=_ref(keep), responsible_id=away.responsible_id)
            work.change(away, of=_ref(away), merged_into_id=keep.id)
            await reindex_contact(work, keep)
            work.confirm(_ref(keep), note="merged", away=away.id)


def _check_kinds(keep: Contact, away: Contact) -> None:
    if keep.id == away.id:
        raise Invalid("contact", str(_ref(away)))
    alike = keep.kind is away.kind and keep.kind is not ContactKind.USER
    human = away.kind in _HUMANS and keep.kind in {*_HUMANS, ContactKind.USER}
    if not (alike or human):
        raise Invalid("kind", away.kind)


async def _move_tax_number(work: Work, keep: Contact, away: Contact) -> None:
    number = away.tax_number
    if number is None:
        return
    if keep.tax_number is not None:
        raise StateForbids(_ref(away), "another_tax_number")
    work.change(away, of=_ref(away), tax_number=None)
    await work.session.flush()
    work.change(keep, of=_ref(keep), tax_number=number)


async def _move_participants(work: Work, keep: Contact, away: Contact) -> None:
    rows = await participants.list_of_contact(work.session, away.id)
    await work.touch(*{row.interaction_id for row in rows})
    for row in rows:
        work.change(row, of=Ref(RefKind.INTERACTION, row.interaction_id), contact_id=keep.id)
    await work.session.flush()
    others = await subject_participants.list_subject_participants_of(work.session, away.id)
    await give_subject_participants(work, others, keep)


async def _move_addresses(work: Work, keep: Contact, away: Contact) -> None:
    known = {(row.kind, row.value) for row in await contacts.list_addresses(work.session, [keep.id])}
    for row in await contacts.list_addresses(work.session, [away.id]):
        if (row.kind, row.value) not in known:
            work.change(row, of=_ref(away), contact_id=keep.id)


async def _move_partnerships(work: Work, keep: Contact, away: Contact) -> None:
    def ends(person_id: int, partner_id: int) -> tuple[int, int]:
        return (
            keep.id if person_id == away.id else person_id,
            keep.id if partner_id == away.id else partner_id,
        )

    known = {
        (row.person_id, row.partner_id) for row in await contacts.list_partnerships(work.session, keep.id)
    }
    for row in await contacts.list_partnerships(work.session, away.id):
        person_id, partner_id = ends(row.person_id, row.partner_id)
        if (person_id, partner_id) in known or keep.kind is ContactKind.USER:
            await work.remove(row, of=_ref(away))
            continue
        known.add((person_id, partner_id))
        work.change(row, of=_ref(away), person_id=person_id, partner_id=partner_id)


def _ref(contact: Contact) -> Ref:
    return Ref(RefKind.CONTACT, contact.id)
