"""To whom a letter goes: the owner of a private mailbox, or whom the routing of a shared one names (domain.md U3).

What continues a letter goes to whoever answers for that one; then a rule on sender or topic has its say; then,
for what people write to us anew, the mailbox's routing. All else goes to the department's keeper.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.enums import MailRouting, Role
from core.repositories import letter_routing
from core.repositories.absences import load_roster
from core.repositories.letter_sightings import WaitingSighting
from core.services.letter_batch import LetterBatch


@dataclass(frozen=True, slots=True)
class Arriving:
    """A letter about to get its keepers.

    Attributes:
        parent_id: What it answers.
        is_new: Whether people write to us anew: incoming, not automatic, not older than the mailbox's adding.
    """

    sighting: WaitingSighting
    parent_id: int | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Keeping:
    """Who answers for a letter, and on whose worklists it goes; pooled: until one of them takes it."""

    responsible_id: int
    owners: tuple[int, ...]
    is_pooled: bool = False


async def find_keepings(place: LetterBatch, arriving: Sequence[Arriving]) -> list[Keeping]:
    """Find who keeps letters, in order; letters in turn go round in that order."""
    if place.mailbox.department_id is None:
        return [_private(place, one) for one in arriving]
    session = place.work.session
    staff = await letter_routing.list_staff(session, place.mailbox.department_id)
    parents = {one.parent_id for one in arriving if one.parent_id is not None}
    roster = await load_roster(session, place.work.now)
    router = _Router(
        place,
        _workers(staff),
        _workers([one for one in staff if one.id not in roster.away]) or _workers(staff),
        await letter_routing.load_responsible(session, place.mailbox.id, [one.id for one in staff], parents),
        await letter_routing.list_pooled(session, parents),
        await _load_contacts(place, arriving),
    )
    return [router.route(one) for one in arriving]


def _private(place: LetterBatch, arriving: Arriving) -> Keeping:
    """The owner's; a rule may have somebody else answer for it, who then has it on their list too."""
    chosen = place.sorting.actions_for(arriving.sighting).responsible_id or place.keeper_id
    return Keeping(chosen, tuple(dict.fromkeys((place.keeper_id, chosen))))


def _workers(staff: Sequence[letter_routing.Colleague]) -> tuple[int, ...]:
    """Who gets letters: everybody but the manager, who sees them anyway; the manager where nobody else works."""
    reps = tuple(one.id for one in staff if one.role is not Role.MANAGER)
    return reps or tuple(one.id for one in staff)


async def _load_contacts(place: LetterBatch, arriving: Sequence[Arriving]) -> dict[int, int]:
    """Who answers for the contact that writes, by sighting."""
    if place.mailbox.routing is not MailRouting.CONTACT:
        return {}
    others = {one.sighting.id: place.sorting.outsiders.get(one.sighting.id, frozenset()) for one in arriving}
    everybody = {address for some in others.values() for address in some}
    responsible = await letter_routing.load_contact_responsible(place.work.session, everybody)
    found = {}
    for sighting_id, some in others.items():
        users = {responsible[one] for one in some if one in responsible}
        if len(users) == 1:
            found[sighting_id] = users.pop()
    return found


@dataclass(frozen=True, slots=True)
class _Router:
    place: LetterBatch
    workers: tuple[int, ...]
    present: tuple[int, ...]
    """Those of them who are not away today; the manager where no rep is there, all where nobody is."""
    responsible: Mapping[int, int]
    pooled: frozenset[int]
    contacts: dict[int, int]

    def route(self, arriving: Arriving) -> Keeping:
        """Who keeps one letter."""
        parent_id = arriving.parent_id
        if parent_id is not None and parent_id in self.pooled:
            return self._in_pool()
        if parent_id is not None and parent_id in self.responsible:
            return self._alone(self.responsible[parent_id])
        by_rule = self.place.sorting.actions_for(arriving.sighting).responsible_id
        if by_rule is not None:
            return self._alone(by_rule)
        return self._by_routing(arriving)

    def _by_routing(self, arriving: Arriving) -> Keeping:
        if not arriving.is_new:
            return self._alone(self.place.keeper_id)
        if self.place.mailbox.routing is MailRouting.POOL and self.workers:
            return self._in_pool()
        if self.place.mailbox.routing is MailRouting.ROUND_ROBIN and self.workers:
            return self._alone(self._next())
        return self._alone(self.contacts.get(arriving.sighting.id, self.place.keeper_id))

    def _alone(self, user_id: int) -> Keeping:
        return Keeping(user_id, (user_id,))

    def _in_pool(self) -> Keeping:
        return Keeping(self.place.keeper_id, self.workers or (self.place.keeper_id,), is_pooled=True)

    def _next(self) -> int:
        """The one of those present after who had the last letter, by id.

        Kept with the mailbox, so that a restart changes nothing.
        """
        last = self.place.mailbox.last_routed_id or 0
        chosen = next((one for one in self.present if one > last), self.present[0])
        self.place.mailbox.last_routed_id = chosen
        return chosen


async def find_keeper_again(place: LetterBatch, interaction_id: int, arriving: Arriving) -> int:
    """Who keeps a letter that is known already: of a department, whoever of it has it on their list."""
    if place.mailbox.department_id is None:
        return place.keeper_id
    session = place.work.session
    owners = await letter_routing.list_owners(session, interaction_id)
    staff = {one.id for one in await letter_routing.list_staff(session, place.mailbox.department_id)}
    there = next((one for one in owners if one in staff or one == place.keeper_id), None)
    if there is not None:
        return there
    (keeping,) = await find_keepings(place, [arriving])
    return keeping.owners[0] if keeping.is_pooled else keeping.responsible_id
