"""Learning usual rhythms in bounded portions, and what people say of a silence (pains.md, silence radar)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.enums import FunctionalOption
from core.errors import NotFound, TimeInvalid
from core.models import Contact, Rhythm
from core.repositories import access, rhythms
from core.repositories.days_off import load_hours_of
from core.repositories.options import require_option
from core.repositories.rhythms import Past, Pulse
from core.rules.rhythm import organisation_default, quiet_at, usual_rhythm
from core.rules.times import HORIZON
from core.rules.user_day import user_day
from core.services.work import Work, Works
from core.values import Caller, Ref, RefKind

PORTION = 500
"""Contacts, and as many deals, that one run looks at."""

MOST_RENEWED = 100
"""Rhythms learned anew in one transaction; the rest of a portion is left to the next run."""


class Rhythms:
    """Keeps rhythms up to date, and lets people hide a silence.

    A run looks at the next portion of contacts and deals by id and begins again behind the last one, so that each is
    looked at in turn whatever happens; several processes only do it more often.
    """

    def __init__(self, works: Works) -> None:
        self._works = works
        self._contact_id = 0
        self._deal_id = 0

    async def renew_next(self) -> int:
        """Learn the rhythms of the next portion where something happened since.

        Returns:
            How many were learned.
        """
        async with self._works.database.reading() as session:
            contacts = await rhythms.list_contacts(session, self._contact_id, PORTION)
            deals = await rhythms.list_deals(session, self._deal_id, PORTION)
        stale = [one for one in contacts if one.is_stale][:MOST_RENEWED]
        stale_deals = [one for one in deals if one.is_stale][:MOST_RENEWED]
        if stale or stale_deals:
            async with self._works.begin(None, "renew_rhythms") as work:
                await _learn(work, await _list_histories(work, stale, stale_deals))
        self._contact_id = _next_id(contacts, stale)
        self._deal_id = _next_id(deals, stale_deals)
        return len(stale) + len(stale_deals)

    async def hush(self, caller: Caller, ref: Ref, until: datetime | None) -> None:
        """Leave a contact or a deal out of the silent ones until a moment; None: for good.

        Raises:
            NotFound: There is none for the caller, or nothing is known of its rhythm.
            TimeInvalid: The moment is past or out of reach.
            OptionOff: Other interactions are switched off.
        """
        async with self._works.begin(caller, "hush") as work:
            if until is not None and not work.now < until <= work.now + HORIZON:
                raise TimeInvalid("when", until.isoformat())
            rhythm = await _get(work, caller, ref)
            work.change(rhythm, of=ref, hidden_until=until, dismissed=until is None)
            work.confirm("silence:1", note="hushed")

    async def unhush(self, caller: Caller, ref: Ref) -> None:
        """Have a contact or a deal among the silent ones again. Raises as `hush`."""
        async with self._works.begin(caller, "unhush") as work:
            rhythm = await _get(work, caller, ref)
            work.change(rhythm, of=ref, hidden_until=None, dismissed=False)
            work.confirm("silence:1", note="unhushed")


async def _get(work: Work, caller: Caller, ref: Ref) -> Rhythm:
    await require_option(work.session, FunctionalOption.OTHER_INTERACTIONS)
    if ref.kind is RefKind.DEAL:
        await access.get_visible_deal(work.session, caller, ref.id)
    elif await work.session.get(Contact, ref.id) is None:
        raise NotFound(ref)
    rhythm = await rhythms.find(work.session, ref)
    if rhythm is None:
        raise NotFound(ref)
    return rhythm


def _next_id(looked_at: Sequence[Pulse], renewed: Sequence[Pulse]) -> int:
    """Where the next run goes on: behind what was done, from the beginning after the end."""
    if len(renewed) == MOST_RENEWED:
        return renewed[-1].id
    return looked_at[-1].id if len(looked_at) == PORTION else 0


class _History(NamedTuple):
    """A contact or a deal with what happened there, at least once, and whose rhythm it is."""

    ref: Ref
    last_at: datetime
    past: Sequence[Past]
    user_id: int


async def _list_histories(work: Work, contacts: Sequence[Pulse], deals: Sequence[Pulse]) -> list[_History]:
    found = [
        (Ref(RefKind.CONTACT, one.id), one, await rhythms.list_past_with_contact(work.session, one.id))
        for one in contacts
    ]
    found += [
        (Ref(RefKind.DEAL, one.id), one, await rhythms.list_past_of_deal(work.session, one.id))
        for one in deals
    ]
    return [
        _History(ref, one.last_at, past, one.responsible_id or past[0].responsible_id)
        for ref, one, past in found
        if past
    ]


async def _learn(work: Work, histories: Sequence[_History]) -> None:
    """Write what is usual; it is no change that a person made: no audit, and undo is not in its way."""
    default = organisation_default(await rhythms.list_learned(work.session))
    hours_of = await load_hours_of(work.session, {one.user_id for one in histories})
    for one in histories:
        hours = hours_of[one.user_id]
        days = [user_day(each.happened_at, hours.timezone) for each in one.past]
        usual = usual_rhythm(days, hours, default)
        values = {
            "user_id": one.user_id,
            "last_at": one.last_at,
            "last_interaction_id": one.past[0].id,
            "usual_days": usual.days,
            "is_own": usual.is_own,
            "quiet_at": quiet_at(one.last_at, usual, hours),
        }
        await rhythms.write(work.session, one.ref, values)
