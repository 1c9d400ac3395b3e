"""A meeting that somebody outside organises: made, moved, cancelled by their letters (domain.md I3, I7, R2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.enums import (
    AddressKind,
    Direction,
    InteractionState,
    InteractionType,
    LinkReason,
    ParticipantRole,
    ReminderState,
    Source,
)
from core.itip import Attendee, ItipMessage
from core.models import Interaction, InteractionOwner, InteractionVersion, User
from core.repositories import letters, mail_invitations, search_texts
from core.repositories.participants import next_position
from core.rules import times
from core.rules.invitations import Appointment, Rank
from core.rules.review import Arrival, plan_review_after, starts_reviewed
from core.services import meeting_answers, participation, planning
from core.services.recording import Circumstances, record_interaction
from core.services.seen_in import SeenIn
from core.services.work import Work
from core.values import Address, InteractionDraft, InteractionId, ParticipantDraft, Ref, RefKind, SubjectId

_CONTENT = (
    "topic",
    "text",
    "place",
    "happened_at",
    "ends_at",
    "due_on",
    "time_known",
    "wall_time",
    "timezone",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides how a new meeting starts: the sighting, its state, the name that makes it once."""

    seen: SeenIn
    state: InteractionState
    name: str


@dataclass(frozen=True, slots=True)
class News:
    """What a later message brings.

    Attributes:
        seen: The sighting.
        appointment: The time it tells; None: none that can be used.
        same_start: Whether the message before told the same start: a start set here by hand then stays.
        revives: Whether a cancelled meeting takes place after all.
    """

    seen: SeenIn
    appointment: Appointment | None
    same_start: bool
    revives: bool


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
        participants=_people_of(message),
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


def _people_of(message: ItipMessage) -> tuple[ParticipantDraft, ...]:
    """The organiser and everybody asked, each address once."""
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


async def update(work: Work, meeting: Interaction, message: ItipMessage, news: News) -> None:
    """Bring a meeting up to date as a new version, audited, and tell its owners what has changed (domain.md I7)."""
    of = Ref(RefKind.INTERACTION, meeting.id)
    await work.touch(meeting.id)
    told = _content_of(meeting, message, news)
    former = {name: getattr(meeting, name) for name in _CONTENT}
    changed = {name: value for name, value in told.items() if former[name] != value}
    if changed:
        await _keep_version(work, meeting, former)
        work.change(meeting, of=of, **changed, version=meeting.version + 1)
    await _add_newcomers(work, meeting, message)
    await meeting_answers.note_attendance(work, meeting.id, message)
    before = (former["happened_at"], former["ends_at"])
    if news.revives:
        await _revive(work, meeting)
    moved = bool({"happened_at", "ends_at", "due_on"} & set(changed))
    if moved:
        await planning.follow_time(work, meeting, before)
    if meeting.state is InteractionState.PLANNED and (moved or news.revives):
        await _renew_reminders(work, meeting, anew=news.revives)
    await search_texts.reindex_interaction(work.session, meeting.id)
    if meeting.state is InteractionState.PLANNED and (changed or news.revives):
        note = "meeting_revived" if news.revives else "meeting_moved" if moved else "meeting_changed"
        await _tell(work, meeting, note, news.seen, Rank(message.sequence, message.dtstamp), former)


def _content_of(meeting: Interaction, message: ItipMessage, news: News) -> dict[str, Any]:
    told: dict[str, Any] = {
        "topic": message.summary or meeting.topic,
        "text": message.description,
        "place": message.location,
    }
    appointment = news.appointment
    if appointment is None:
        return told
    when = appointment.when
    moved_by_hand = news.same_start and (meeting.happened_at, meeting.due_on) != (when.at, when.due_on)
    if moved_by_hand:
        return told
    return told | {
        "happened_at": when.at,
        "ends_at": when.ends_at,
        "due_on": when.due_on,
        "time_known": when.time_known,
        "wall_time": times.wall_time(when, appointment.timezone),
        "timezone": appointment.timezone,
    }


async def _keep_version(work: Work, meeting: Interaction, former: dict[str, Any]) -> None:
    content = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in former.items()
    }
    row = InteractionVersion(
        interaction_id=meeting.id, version=meeting.version, replaced_at=work.now, content=content
    )
    await work.add(row, of=Ref(RefKind.INTERACTION, meeting.id))


async def _add_newcomers(work: Work, meeting: Interaction, message: ItipMessage) -> None:
    """Whoever is asked now too; who is asked no more stays, since people may have put them there by hand."""
    people = [one for one in _people_of(message) if one.addresses]
    known = await mail_invitations.load_participants(
        work.session, meeting.id, [one.addresses[0].value for one in people]
    )
    new = [one for one in people if one.addresses[0].value not in known]
    if new:
        position = await next_position(work.session, meeting.id)
        await participation.insert_participants(work, [(meeting.id, new)], position=position)


async def _revive(work: Work, meeting: Interaction) -> None:
    of = Ref(RefKind.INTERACTION, meeting.id)
    work.change(meeting, of=of, state=InteractionState.PLANNED)
    review_after = plan_review_after(meeting.happened_at, meeting.ends_at)
    for owner in await planning.list_owners(work, meeting.id):
        work.change(owner, of=of, reviewed=False, review_after=review_after, happened_at=meeting.happened_at)


async def _renew_reminders(work: Work, meeting: Interaction, *, anew: bool) -> None:
    """Let each owner's next reminder follow the meeting; one that was sent already comes again.

    Args:
        work: The transaction.
        meeting: The meeting as it is now.
        anew: Whether those get one too who have none, since theirs were cancelled with the meeting.
    """
    of = Ref(RefKind.INTERACTION, meeting.id)
    reminders = await mail_invitations.list_reminders(work.session, meeting.id)
    for owner in await planning.list_owners(work, meeting.id):
        user = await work.session.get_one(User, owner.user_id)
        due_at = planning.default_reminder_at(meeting, user, work.now)
        own = [one for one in reminders if one.user_id == user.id]
        waiting = [one for one in own if one.state is ReminderState.WAITING]
        if waiting and due_at is not None:
            work.change(waiting[0], of=of, due_at=due_at)
        elif waiting:
            work.change(waiting[0], of=of, state=ReminderState.CANCELLED)
        elif due_at is not None and (own or anew):
            await planning.add_reminder(work, meeting, user.id, due_at)


async def cancel(work: Work, meeting: Interaction, seen: SeenIn, rank: Rank) -> None:
    """Cancel a planned meeting at its organiser's word: reviewed for everybody, never reminded of (domain.md I3)."""
    if meeting.state is not InteractionState.PLANNED or meeting.deleted_at is not None:
        return
    of = Ref(RefKind.INTERACTION, meeting.id)
    await work.touch(meeting.id)
    work.change(meeting, of=of, state=InteractionState.CANCELLED)
    await planning.cancel_reminders(work, meeting)
    for owner in await planning.list_owners(work, meeting.id):
        work.change(owner, of=of, reviewed=True, review_after=None)
    await _tell(work, meeting, "meeting_cancelled", seen, rank, {})


async def _tell(
    work: Work, meeting: Interaction, note: str, seen: SeenIn, rank: Rank, former: dict[str, Any]
) -> None:
    """Tell the owners, except of old mail, and except who wrote the letter."""
    if seen.predates_mailbox:
        return
    stamp = f"{rank.sequence}:{rank.dtstamp:%Y%m%dT%H%M%S}"
    extra = {} if note != "meeting_moved" else {"before": _time_of(former), "after": _now_of(meeting)}
    for owner in await planning.list_owners(work, meeting.id):
        if owner.user_id == seen.keeper_id and seen.direction is Direction.OUT:
            continue
        work.notify(
            owner.user_id,
            Ref(RefKind.INTERACTION, meeting.id),
            note=note,
            key=f"{note}:{meeting.id}:{stamp}:{owner.user_id}",
            **extra,
        )


def _now_of(meeting: Interaction) -> dict[str, str]:
    return _time_of({"happened_at": meeting.happened_at, "due_on": meeting.due_on})


def _time_of(content: dict[str, Any]) -> dict[str, str]:
    """A time as JSON: the instant, and the day where only a day was said."""
    at: datetime = content["happened_at"]
    return {"at": at.isoformat()} | ({"due_on": content["due_on"].isoformat()} if content["due_on"] else {})
