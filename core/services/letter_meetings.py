"""Invitations in letters become meetings, and later ones bring them up to date (RFC 5546; domain.md I3, I7).

Runs inside the capture of a letter. What an event's meeting is depends on the messages known, not on the order in
which they came: the organiser's last word counts, and what people did here by hand stands against messages that
say nothing new.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.enums import FunctionalOption, InteractionState, MailClass
from core.itip import ItipMessage, ItipMethod
from core.models import Interaction, MailInvitation, MailMessage, User
from core.repositories import mail_invitations
from core.repositories.options import load_off
from core.rules.invitations import (
    Appointment,
    Listener,
    Rank,
    appointment_of,
    event_of,
    is_called_off,
    is_over,
    recurrence_key,
)
from core.services import meeting_answers, meeting_updates, meetings
from core.services.event_history import ASKS, EventHistory
from core.services.seen_in import SeenIn
from core.services.work import Work

MAX_EVENTS = 20
"""Events of one letter that are taken; an invitation has one, a calendar that somebody mails has hundreds."""

_PERSONAL = frozenset({MailClass.NORMAL, MailClass.AUTO_REPLY})
"""Classes of letters whose published events are meant for the reader: no lists, no newsletters."""


async def apply_invitations(
    work: Work, letter_id: int, messages: Sequence[ItipMessage], seen: SeenIn
) -> None:
    """Carry what a captured letter says about meetings over to the keeper's plans.

    To be called for each sighting of the letter, once it, its owners and its place in its thread are written; the
    same sighting twice is once. While `other_interactions` is off nothing becomes a meeting (domain.md O2).

    Args:
        work: The transaction that captures the letter.
        letter_id: Its interaction.
        messages: `Letter.invitations`.
        seen: The sighting.
    """
    if not messages:
        return
    await work.session.flush()
    letter = await work.session.get_one(Interaction, letter_id, populate_existing=True)
    if letter.deleted_at is not None:
        return
    if FunctionalOption.OTHER_INTERACTIONS in await load_off(work.session):
        return
    keeper = await work.session.get_one(User, seen.keeper_id)
    for message in messages[:MAX_EVENTS]:
        await work.session.flush()
        digest, key = event_of(message), recurrence_key(message.recurrence_id, keeper.timezone)
        history = EventHistory(await mail_invitations.list_of_event(work.session, digest), key)
        await _Event(work, letter, message, seen, keeper, digest, history).take()


@dataclass(slots=True)
class _Event:
    """One event of one letter, beside everything known about it."""

    work: Work
    letter: Interaction
    message: ItipMessage
    seen: SeenIn
    keeper: User
    digest: str
    history: EventHistory

    @property
    def rank(self) -> Rank:
        """Where the message stands among the others."""
        return Rank(self.message.sequence, self.message.dtstamp)

    async def take(self) -> None:
        """Note the message, unless its letter was seen before, and do what it asks."""
        row = self.history.of_letter(self.letter.id, self.message.method)
        if row is not None:
            await self._join(await self._find_meeting(row.meeting_id))
            return
        row = self._note()
        if self.message.method is ItipMethod.CANCEL:
            await self._call_off(row)
        elif self.message.method in ASKS:
            await self._ask(row)
        else:
            row.meeting_id = self.history.meeting_id()
            if self.message.method is ItipMethod.REPLY and row.meeting_id is not None:
                await meeting_answers.note_reply(self.work, row.meeting_id, self.message, self.seen)
        await self.work.session.flush()

    def _note(self) -> MailInvitation:
        row = MailInvitation(
            letter_id=self.letter.id,
            event=self.digest,
            recurrence_id=self.history.key,
            method=self.message.method,
            sequence=self.message.sequence,
            dtstamp=self.message.dtstamp,
            repeats=bool(self.message.rrule),
            answer=meeting_answers.answer_of(self.message),
        )
        self.work.session.add(row)
        return row

    async def _find_meeting(self, meeting_id: int | None) -> Interaction | None:
        if meeting_id is None:
            return None
        return await meetings.find(self.work, meeting_id)

    async def _ask(self, row: MailInvitation) -> None:
        """A request or a published event: make the meeting, bring it up to date, or note that this is no news."""
        current = self.history.current()
        meeting = await self._find_meeting(current.meeting_id if current is not None else None)
        row.meeting_id = meeting.id if meeting is not None else None
        before = self.history.asked()
        if before is None or self.rank > before:
            appointment = self._appoint()
            row.occurrence = appointment.occurrence if appointment is not None else ""
            if meeting is None or self._is_held_again(meeting, appointment, before):
                meeting = await self._make(appointment)
            else:
                await self._bring_up_to_date(meeting, appointment, current, before)
            row.meeting_id = meeting.id if meeting is not None else None
        elif current is not None:
            row.occurrence = current.occurrence
        await self._join(meeting)

    def _appoint(self) -> Appointment | None:
        listener = Listener(self.keeper.timezone, self.keeper.day_starts)
        return appointment_of(self.message, listener, self.work.now, self.history.taken())

    async def _make(self, appointment: Appointment | None) -> Interaction | None:
        """The meeting; none of what is over and comes with old mail, and none of what a newsletter announces."""
        if appointment is None:
            return None
        old = self.seen.predates_mailbox or bool(self.message.rrule)
        if old and is_over(appointment.when, self.work.now, self.keeper.timezone):
            return None
        if self.message.method is ItipMethod.PUBLISH and not await self._is_personal():
            return None
        state = InteractionState.CANCELLED if self.history.calls_off(self.rank) else InteractionState.PLANNED
        meeting = await meetings.make(
            self.work, self.letter, self.message, appointment, meetings.Facts(self.seen, state, self._name())
        )
        await meeting_answers.note_earlier_replies(self.work, meeting, self.history.rows, self.history.key)
        return meeting

    def _name(self) -> str:
        """What tells this meeting from others of its event, so that the same thing twice is once."""
        return ":".join(("ical", self.digest, self.history.key, str(self.history.meetings())))

    async def _is_personal(self) -> bool:
        mail = await self.work.session.get(MailMessage, self.letter.id)
        return mail is None or mail.mail_class in _PERSONAL

    def _is_held_again(
        self, meeting: Interaction, appointment: Appointment | None, before: Rank | None
    ) -> bool:
        """Whether what took place here is asked for anew: the next time of a series, or another try."""
        if meeting.state is not InteractionState.DONE or meeting.deleted_at is not None:
            return False
        if appointment is None or is_over(appointment.when, self.work.now, self.keeper.timezone):
            return False
        return before is None or self.message.sequence > before.sequence

    async def _bring_up_to_date(
        self,
        meeting: Interaction,
        appointment: Appointment | None,
        current: MailInvitation | None,
        before: Rank | None,
    ) -> None:
        if meeting.deleted_at is not None or meeting.state is InteractionState.DONE:
            return
        revives = meeting.state is InteractionState.CANCELLED and not self.history.calls_off(self.rank)
        by_hand = revives and not self.history.calls_off(before)
        if by_hand and before is not None and self.message.sequence <= before.sequence:
            return  # The organiser has changed nothing that matters.
        same_start = (
            appointment is not None and current is not None and current.occurrence == appointment.occurrence
        )
        await meeting_updates.update(
            self.work,
            meeting,
            self.message,
            meeting_updates.News(self.seen, appointment, same_start=same_start, revives=revives),
        )

    async def _call_off(self, row: MailInvitation) -> None:
        """Cancel the meetings that this is about, unless the organiser has asked for them again since."""
        for meeting_id, key in self.history.to_call_off():
            row.meeting_id = row.meeting_id or meeting_id
            if not is_called_off(self.history.asked(key), [self.rank]):
                continue
            meeting = await self._find_meeting(meeting_id)
            if meeting is not None:
                await meeting_updates.cancel(self.work, meeting, self.seen, self.rank)
                await self._join(meeting)

    async def _join(self, meeting: Interaction | None) -> None:
        if meeting is not None and meeting.deleted_at is None:
            await meetings.join(self.work, meeting, self.letter, self.seen)
