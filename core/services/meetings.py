"""The meeting of an invitation: planned with its people, on the worklists of all it came to (domain.md I3, R2, S7)."""

from dataclasses import dataclass

from core.enums import (
    AddressKind,
    Direction,
    InteractionState,
    InteractionType,
    LinkReason,
    ParticipantRole,
    Source,
)
from core.itip import Attendee, ItipMessage
from core.models import Interaction, InteractionOwner, User
from core.repositories import letters
from core.rules import times
from core.rules.invitations import Appointment
from core.rules.review import Arrival, plan_review_after, starts_reviewed
from core.services import meeting_answers, planning
from core.services.recording import Circumstances, record_interaction
from core.services.seen_in import SeenIn
from core.services.work import Work
from core.values import Address, InteractionDraft, InteractionId, ParticipantDraft, Ref, RefKind, SubjectId


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides how a new meeting starts: the sighting, its state, the name that makes it once."""

    seen: SeenIn
    state: InteractionState
    name: str


async def find(work: Work, meeting_id: int) -> Interaction | None:
    """A meeting, deleted ones too, locked for change."""
    found = await letters.list_interactions(work.session, [meeting_id])
    return found[0] if found else None


async def make(
    work: Work, letter: Interaction, message: ItipMessage, appointment: Appointment, facts: Facts
) -> Interaction:
    """Plan the meeting of an invitation: it hangs on the letter and shares its subject (domain.md S3, S7)."""
    draft = InteractionDraft(
        type=InteractionType.MEETING,
        state=facts.state,
        topic=message.summary or letter.topic,
        text=message.description,
        place=message.location,
        participants=people_of(message),
        source=Source.MAILBOX,
        subject_id=SubjectId(letter.subject_id),
        parent_id=InteractionId(letter.id),
        link_reason=LinkReason.THREAD,
        source_key=facts.name,
    )
    meeting = await record_interaction(
        work,
        draft,
        Circumstances(
            responsible_id=facts.seen.keeper_id,
            when=appointment.when,
            owners=(),
            author_id=None,
            timezone=appointment.timezone,
            private=facts.seen.private,
        ),
    )
    meeting.wall_time = times.wall_time(
        appointment.when, appointment.timezone
    )  # Of one called off already too.
    await meeting_answers.note_attendance(work, meeting.id, message)
    return meeting


def people_of(message: ItipMessage) -> tuple[ParticipantDraft, ...]:
    """The participants of a message's meeting: the organiser and everybody asked, each address once."""
    organiser = () if message.organiser is None else ((message.organiser, ParticipantRole.ORGANISER),)
    people: dict[str, ParticipantDraft] = {}
    for one, role in (*organiser, *((attendee, ParticipantRole.PARTY) for attendee in message.attendees)):
        people.setdefault(one.address or one.name or one.original, _participant_of(one, role))
    return tuple(people.values())


def _participant_of(person: Attendee, role: ParticipantRole) -> ParticipantDraft:
    addresses = (Address(AddressKind.EMAIL, person.address, person.original),) if person.address else ()
    return ParticipantDraft(person.name or person.original, addresses, role)


async def join(work: Work, meeting: Interaction, letter: Interaction, seen: SeenIn) -> None:
    """Put the meeting on the keeper's worklist, once, with a reminder of its own; reviewed if they asked for it.

    A letter that wants no attention sends no card, so that the meeting shows itself.
    """
    of = Ref(RefKind.INTERACTION, meeting.id)
    if not seen.private:
        work.change(meeting, of=of, private=False)
    if await letters.find_owner(work.session, meeting.id, seen.keeper_id) is not None:
        return
    await work.touch(meeting.id)
    is_own = seen.direction is Direction.OUT
    await work.add(_owner_of(meeting, seen.keeper_id, is_own=is_own), of=of)
    if is_own:
        await _take_responsibility(work, meeting, seen.keeper_id)
    await work.session.flush()
    if meeting.state is not InteractionState.PLANNED:
        return
    await planning.add_default_reminder(work, meeting, await work.session.get_one(User, seen.keeper_id))
    if not is_own and not seen.predates_mailbox and not await _shows_itself(work, letter, seen.keeper_id):
        work.notify(seen.keeper_id, of, note="meeting_invited", key=f"meeting:{meeting.id}:{seen.keeper_id}")


def _owner_of(meeting: Interaction, user_id: int, *, is_own: bool) -> InteractionOwner:
    arrival = Arrival(
        type=meeting.type,
        state=meeting.state,
        direction=None,
        result=None,
        source=meeting.source,
        author_id=meeting.author_id,
        owner_id=user_id,
    )
    waits = not is_own and not starts_reviewed(arrival)
    return InteractionOwner(
        interaction_id=meeting.id,
        user_id=user_id,
        reviewed=not waits,
        review_after=plan_review_after(meeting.happened_at, meeting.ends_at) if waits else None,
        happened_at=meeting.happened_at,
    )


async def _shows_itself(work: Work, letter: Interaction, user_id: int) -> bool:
    """Whether the letter wants attention, so that its card comes and names the meeting."""
    owner = await letters.find_owner(work.session, letter.id, user_id)
    return owner is not None and not owner.reviewed


async def _take_responsibility(work: Work, meeting: Interaction, user_id: int) -> None:
    """The organiser answers for their meeting, unless somebody was put in charge of it by hand."""
    first = None
    if meeting.parent_id is not None:
        first = await letters.find_first_keeper(work.session, meeting.parent_id)
    if first is None or meeting.responsible_id == first:
        work.change(meeting, of=Ref(RefKind.INTERACTION, meeting.id), responsible_id=user_id)
