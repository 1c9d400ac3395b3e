"""Waiting for an answer: a follow-up that tells when none came, and the look at what is due (pains.md 23)."""

from core.enums import FunctionalOption, InteractionState, UserState, WaitPurpose, WaitState
from core.errors import StateForbids, TimeInvalid
from core.models import Interaction, User, Wait
from core.repositories import waits
from core.repositories.absences import load_roster
from core.repositories.access import get_visible_interaction
from core.repositories.days_off import load_hours
from core.repositories.options import load_off, require_option
from core.rules.absences import Roster
from core.rules.answers import (
    Happening,
    Patience,
    can_be_followed_up,
    read_if_silent,
    read_patience,
    says_if_silent,
    wait_working_days,
)
from core.rules.time_phrase import Frame
from core.rules.times import HORIZON
from core.services.standing_in import Recipient
from core.services.telling import find_listener
from core.services.wait_settling import SECOND_LOOK, follow_meeting, look_for_answer, ref_of, settle
from core.services.work import Work, Works
from core.values import Caller, InteractionId, Ref, RefKind

LOOKS_AT_ONCE = 100
"""Most waits looked at in one transaction, so that the write lock is held shortly."""

USUAL_PATIENCE = 2
"""Working days."""


class Waits:
    """Follow-ups, and what became of everything that is waited for."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def follow_up(self, caller: Caller, interaction_id: InteractionId, patience: str = "") -> None:
        """Have the caller told if nobody answers an interaction in time; another time for it replaces the first.

        Args:
            caller: Who waits.
            interaction_id: What an answer is waited for to: a letter, call or SMS of ours, or a meeting.
            patience: How long, in words; empty: two working days.

        Raises:
            NotFound: No such interaction for the caller.
            StateForbids: It is not done, or came in.
            TimeInvalid: The words say no time, or one that is past.
            OptionOff: Other interactions are switched off.
        """
        async with self._works.begin(caller, "follow_up") as work:
            await require_option(work.session, FunctionalOption.OTHER_INTERACTIONS)
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            wait = await follow_up_in(work, interaction, patience)
            is_answered = wait.state is WaitState.ANSWERED
            note = "answered_already" if is_answered else "follow_up_set"
            work.confirm(ref_of(wait), note=note, at=wait.due_at.isoformat())

    async def stop(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Wait no longer; nothing changes where nobody waits.

        Raises:
            NotFound: No such interaction for the caller.
        """
        async with self._works.begin(caller, "stop_follow_up") as work:
            interaction = await get_visible_interaction(work.session, caller, interaction_id)
            wait = await waits.find_live(work.session, interaction.id, caller.user_id, WaitPurpose.FOLLOW_UP)
            if wait is not None:
                work.change(wait, of=ref_of(wait), state=WaitState.STOPPED, settled_at=work.now)
            note = "follow_up_stopped" if wait is not None else ""
            work.confirm(Ref(RefKind.INTERACTION, interaction.id), note=note)

    async def look_at_due(self, limit: int = LOOKS_AT_ONCE) -> int:
        """Look at the waits whose time has come: end what was answered, tell of what was not, in one transaction.

        Of an option that is off nothing is told, and what is due waits (domain.md O2).

        Returns:
            How many were looked at; `limit` means that there may be more.
        """
        async with self._works.database.reading() as session:
            if not await waits.count_due(session, self._works.clock.now()):
                return 0
        async with self._works.begin(None, "look_at_waits") as work:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(work.session):
                return 0
            due = await waits.claim_due(work.session, work.now, limit)
            roster = await load_roster(work.session, work.now)
            for wait in due:
                await _look(work, wait, roster)
            return len(due)

    async def count_due(self) -> int:
        """How many are to be looked at although their time has come; none while the option is off."""
        async with self._works.database.reading() as session:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(session):
                return 0
            return await waits.count_due(session, self._works.clock.now())

    async def forget_keys(self) -> None:
        """Forget what leads to waits that are over."""
        async with self._works.database.transaction() as session:
            await waits.forget_keys(session)


async def follow_up_in(work: Work, interaction: Interaction, patience: str = "") -> Wait:
    """Let the caller of a work wait for an answer to an interaction. Raises as `Waits.follow_up`."""
    what = Happening(interaction.type, interaction.state, interaction.direction, interaction.result)
    if work.caller is None or not can_be_followed_up(what):
        raise StateForbids(Ref(RefKind.INTERACTION, interaction.id), interaction.state)
    return await _begin(work, work.caller, interaction, await _read(work, work.caller, patience))


async def _begin(work: Work, caller: Caller, interaction: Interaction, until: Patience) -> Wait:
    of = Ref(RefKind.INTERACTION, interaction.id)
    wait = await waits.find_live(work.session, interaction.id, caller.user_id, WaitPurpose.FOLLOW_UP)
    facts = {
        "due_at": until.due_at,
        "look_at": min(work.now + SECOND_LOOK, until.due_at),
        "working_days": until.working_days,
        "state": WaitState.WAITING,
    }
    if wait is not None:
        work.change(wait, of=of, **facts)
    else:
        wait = Wait(
            interaction_id=interaction.id,
            user_id=caller.user_id,
            purpose=WaitPurpose.FOLLOW_UP,
            since=interaction.happened_at,
            **facts,
        )
        await work.add(wait, of=of)
    await work.session.flush()
    await waits.write_keys(work.session, wait)
    await look_for_answer(work, wait)
    return wait


async def follow_up_if_said(work: Work, interaction: Interaction, text: str) -> None:
    """Wait for an answer where the words that were just recorded say so: "if no answer by Friday"."""
    what = Happening(interaction.type, interaction.state, interaction.direction, interaction.result)
    caller = work.caller
    if caller is None or not can_be_followed_up(what) or not says_if_silent(text):
        return
    hours = await load_hours(work.session, caller.user_id)
    frame = Frame(work.now, caller.timezone, hours.starts, InteractionState.PLANNED)
    patience = read_if_silent(text, frame, hours)
    if patience is not None and patience.due_at <= work.now + HORIZON:
        await _begin(work, caller, interaction, patience)


async def _read(work: Work, caller: Caller, patience: str) -> Patience:
    hours = await load_hours(work.session, caller.user_id)
    if not patience.strip():
        return wait_working_days(work.now, USUAL_PATIENCE, hours)
    frame = Frame(work.now, caller.timezone, hours.starts, InteractionState.PLANNED)
    found = read_patience(patience, frame, hours)
    if not work.now < found.due_at <= work.now + HORIZON:
        raise TimeInvalid("when", patience)
    return found


async def _look(work: Work, wait: Wait, roster: Roster) -> None:
    interaction = await work.session.get_one(Interaction, wait.interaction_id)
    user = await work.session.get_one(User, wait.user_id)
    if interaction.deleted_at is not None or user.state is not UserState.ACTIVE:
        work.change(wait, of=ref_of(wait), state=WaitState.STOPPED, settled_at=work.now)
        return
    if wait.until_id is not None:
        await follow_meeting(work, wait)
        return
    if await look_for_answer(work, wait):
        return
    if wait.due_at > work.now:
        work.change(wait, of=ref_of(wait), look_at=wait.due_at)
    elif wait.purpose is WaitPurpose.SNOOZE:
        await settle(work, wait, by_id=None)
    else:
        await _tell(work, wait, user, roster)


async def _tell(work: Work, wait: Wait, user: User, roster: Roster) -> None:
    """Say that nobody answered, or look again when somebody may be told."""
    listener = await find_listener(work, roster, user, wait.interaction_id)
    if not isinstance(listener, Recipient):
        work.change(wait, of=ref_of(wait), look_at=listener)
        return
    work.change(wait, of=ref_of(wait), state=WaitState.DUE, settled_at=work.now)
    key = f"no_answer:{wait.id}:{wait.due_at.isoformat()}"
    shown = f"unanswered:{wait.interaction_id}"
    work.notify(listener.user_id, shown, note="no_answer", key=key, **listener.about)
