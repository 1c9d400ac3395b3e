"""Promises: noted, kept, broken, withdrawn, put off; their user is reminded when they are due (pains.md 5)."""

from datetime import datetime, timedelta

from core.enums import FunctionalOption, InteractionState, PromiseSide, PromiseState, UserState
from core.errors import StateForbids, TimeInvalid
from core.models import Interaction, Promise, User
from core.repositories import promises
from core.repositories.absences import load_roster
from core.repositories.access import get_visible_interaction
from core.repositories.days_off import load_hours
from core.repositories.options import load_off, require_option
from core.rules.absences import Roster
from core.rules.promises import TEXT_LIMIT, remind_at
from core.rules.times import HORIZON, when_of_day
from core.rules.user_day import user_day
from core.rules.working_time import Hours
from core.services.standing_in import Recipient
from core.services.telling import find_listener
from core.services.work import Work, Works
from core.values import Caller, InteractionId, Ref, RefKind, When

AT_ONCE = 100
"""Most promises reminded of in one transaction."""

USUAL = timedelta(days=7)
"""By when, where nobody said."""

PAST = timedelta(days=366)
"""So far back a promise may have been due when it is noted: it may have been kept or broken since."""

SETTLED = {
    PromiseState.KEPT: "promise_kept",
    PromiseState.BROKEN: "promise_broken",
    PromiseState.WITHDRAWN: "promise_withdrawn",
}
"""What became of a promise, and what the confirmation says of it."""


class Promises:
    """What both sides promised."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def note(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        side: PromiseSide,
        text: str,
        when: When | None,
        *,
        quote: str = "",
    ) -> None:
        """Note a promise; the same one of the same interaction is noted once.

        Args:
            caller: Whose it is from now on.
            interaction_id: Where it was said.
            side: Who promised.
            text: What.
            when: By when; None: within a week.
            quote: The words it was taken from.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is planned: nothing was said there yet.
            TimeInvalid: The time is out of reach.
            OptionOff: Other interactions are switched off.
        """
        async with self._works.begin(caller, "note_promise") as work:
            await require_option(work.session, FunctionalOption.OTHER_INTERACTIONS)
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            of = Ref(RefKind.INTERACTION, interaction.id)
            if interaction.state is not InteractionState.DONE:
                raise StateForbids(of, interaction.state)
            text = text.strip()[:TEXT_LIMIT]
            if await promises.find_same(work.session, interaction.id, side, text, quote) is not None:
                work.confirm(of)
                return
            hours = await load_hours(work.session, caller.user_id)
            due = _check(when, work.now, caller.timezone, hours)
            row = Promise(
                interaction_id=interaction.id,
                user_id=caller.user_id,
                contact_id=await promises.find_counterpart(work.session, interaction),
                side=side,
                text=text,
                quote=quote[:TEXT_LIMIT],
                due_at=due.at,
                due_on=due.due_on,
                look_at=_look_at(side, due, work.now, hours),
                state=PromiseState.OPEN,
                created_at=work.now,
            )
            await work.add(row, of=of)
            work.confirm(of, note="promise_noted")

    async def settle(
        self,
        caller: Caller,
        promise_id: int,
        state: PromiseState,
        *,
        by: InteractionId | None = None,
    ) -> None:
        """Say what became of a promise; said again it changes, undo takes it back.

        Args:
            caller: Who says so.
            promise_id: Which one.
            state: Kept, broken or withdrawn.
            by: The interaction that kept it.

        Raises:
            NotFound: No such promise or interaction for the caller.
        """
        async with self._works.begin(caller, f"promise_{state}") as work:
            promise = await promises.get_visible(work.session, caller, promise_id)
            if by is not None:
                await get_visible_interaction(work.session, caller, by)
            of = Ref(RefKind.INTERACTION, promise.interaction_id)
            changed = work.change(
                promise,
                of=of,
                state=state,
                settled_at=work.now,
                settled_by_id=by,
                look_at=None,
            )
            shown = Ref(RefKind.INTERACTION, by) if by is not None else of
            work.confirm(shown, note=SETTLED[state] if changed else "")

    async def put_off(self, caller: Caller, promise_id: int, when: When) -> None:
        """Give an open promise another time; its user is reminded anew.

        Raises:
            NotFound: No such promise for the caller.
            StateForbids: It is settled.
            TimeInvalid: The time is past or out of reach.
        """
        async with self._works.begin(caller, "put_off_promise") as work:
            promise = await promises.get_visible(work.session, caller, promise_id)
            of = Ref(RefKind.INTERACTION, promise.interaction_id)
            if promise.state is not PromiseState.OPEN:
                raise StateForbids(of, promise.state)
            hours = await load_hours(work.session, caller.user_id)
            due = _check(when, work.now, caller.timezone, hours)
            look_at = _look_at(promise.side, due, work.now, hours)
            if look_at is None:
                raise TimeInvalid("when", due.at.isoformat())
            work.change(promise, of=of, due_at=due.at, due_on=due.due_on, look_at=look_at)
            work.confirm(of, note="promise_put_off")

    async def remind_due(self, limit: int = AT_ONCE) -> int:
        """Claim the promises that are due and write what their users are sent, in one transaction.

        While other interactions are off, what is due waits (domain.md O2).

        Returns:
            How many were claimed; `limit` means that there may be more.
        """
        async with self._works.database.reading() as session:
            if not await promises.count_due(session, self._works.clock.now()):
                return 0
        async with self._works.begin(None, "remind_of_promises") as work:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(work.session):
                return 0
            due = await promises.claim_due(work.session, work.now, limit)
            roster = await load_roster(work.session, work.now)
            for promise in due:
                await _remind(work, promise, roster)
            return len(due)

    async def count_due(self) -> int:
        """How many wait although their time has come; none while the option is off."""
        async with self._works.database.reading() as session:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(session):
                return 0
            return await promises.count_due(session, self._works.clock.now())


async def _remind(work: Work, promise: Promise, roster: Roster) -> None:
    """It is no change that a person made: no audit, and undo is not in its way."""
    due = promise.look_at
    promise.look_at = None
    interaction = await work.session.get_one(Interaction, promise.interaction_id)
    user = await work.session.get_one(User, promise.user_id)
    if due is None or interaction.deleted_at is not None or user.state is not UserState.ACTIVE:
        return
    listener = await find_listener(work, roster, user, promise.interaction_id)
    if not isinstance(listener, Recipient):
        promise.look_at = listener
        return
    key = f"promise:{promise.id}:{due.isoformat()}"
    shown = f"promise:{promise.id}"
    work.notify(listener.user_id, shown, note="promise_due", key=key, **listener.about)


def _check(when: When | None, now: datetime, timezone: str, hours: Hours) -> When:
    if when is None:
        day = user_day(now, timezone) + USUAL
        return when_of_day(day, InteractionState.PLANNED, timezone, hours.starts)
    if not now - PAST <= when.at <= now + HORIZON:
        raise TimeInvalid("when", when.at.isoformat())
    return when


def _look_at(side: PromiseSide, when: When, now: datetime, hours: Hours) -> datetime | None:
    """When to remind; None where that is past."""
    at = remind_at(side, when, hours)
    return at if at > now else None
