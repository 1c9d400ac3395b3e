"""Who comes to a meeting: answers in replies and in the organiser's own words (RFC 5546, 3.2.3)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.enums import Direction, InteractionState, ReminderState
from core.itip import Attendance, Attendee, ItipMessage, ItipMethod
from core.models import Interaction, MailInvitation, User
from core.repositories import letters, mail_invitations
from core.services import planning
from core.services.seen_in import SeenIn
from core.services.work import Work
from core.values import Ref, RefKind


def answer_of(message: ItipMessage) -> Attendance | None:
    """What a reply answers; its one attendee is who replies."""
    if message.method is not ItipMethod.REPLY or not message.attendees:
        return None
    return message.attendees[0].attendance


async def note_attendance(work: Work, meeting_id: int, message: ItipMessage) -> None:
    """Note what the attendees of a message have answered so far, as its sender knows it."""
    await _note(work, meeting_id, message.attendees, message.dtstamp)


async def note_reply(work: Work, meeting_id: int, message: ItipMessage, seen: SeenIn) -> None:
    """Note an attendee's answer; a keeper who declines is reminded no more."""
    await _note(work, meeting_id, message.attendees[:1], message.dtstamp)
    if seen.direction is Direction.OUT:
        await _follow_own_answer(work, meeting_id, answer_of(message), seen.keeper_id)


async def note_earlier_replies(
    work: Work, meeting: Interaction, known: Iterable[MailInvitation], key: str
) -> None:
    """Answers that came before the invitation itself: they are those of the people their letters are from."""
    for row in known:
        if row.method is not ItipMethod.REPLY or row.meeting_id is not None or row.recurrence_id != key:
            continue
        row.meeting_id = meeting.id
        senders = await letters.list_senders(work.session, row.letter_id)
        people = [Attendee("", address, address, row.answer) for address in senders]
        await _note(work, meeting.id, people, row.dtstamp)


async def _note(work: Work, meeting_id: int, attendees: Sequence[Attendee], at: datetime) -> None:
    """An answer is kept with its stamp: an older one does not undo it, and no answer says nothing."""
    answers = {one.address: one.attendance for one in attendees if one.address and one.attendance is not None}
    if not answers:
        return
    people = await mail_invitations.load_participants(work.session, meeting_id, answers)
    for address, person in people.items():
        if person.answered_at is None or person.answered_at < at:
            work.change(
                person,
                of=Ref(RefKind.INTERACTION, meeting_id),
                attendance=answers[address],
                answered_at=at,
            )


async def _follow_own_answer(work: Work, meeting_id: int, answer: Attendance | None, user_id: int) -> None:
    meeting = (await letters.list_interactions(work.session, [meeting_id]))[0]
    owner = await letters.find_owner(work.session, meeting_id, user_id)
    if owner is None or meeting.state is not InteractionState.PLANNED or meeting.deleted_at is not None:
        return
    of = Ref(RefKind.INTERACTION, meeting_id)
    waiting = [one for one in await planning.list_waiting(work, meeting_id) if one.user_id == user_id]
    if answer is Attendance.DECLINED:
        await work.touch(meeting_id)
        work.change(owner, of=of, reviewed=True, review_after=None)
        for reminder in waiting:
            work.change(reminder, of=of, state=ReminderState.CANCELLED)
    elif answer is not None and not waiting:
        await planning.add_default_reminder(work, meeting, await work.session.get_one(User, user_id))
