"""What later letters do to a meeting: a new version, another time, an end to it, and word of that (domain.md I3, I7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.enums import Direction, InteractionState
from core.itip import ItipMessage
from core.models import Interaction, InteractionVersion, User
from core.repositories import mail_invitations, search_texts
from core.repositories.participants import next_position
from core.rules import times
from core.rules.invitations import Appointment, Rank
from core.rules.review import plan_review_after
from core.services import meeting_answers, participation, planning
from core.services.meetings import people_of
from core.services.seen_in import SeenIn
from core.services.work import Work
from core.values import Ref, RefKind

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
    people = [one for one in people_of(message) if one.addresses]
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
    """Let each owner's reminders follow the meeting; one that was sent already comes again.

    Args:
        work: The transaction.
        meeting: The meeting as it is now.
        anew: Whether those get them too who have none, since theirs were cancelled with the meeting.
    """
    reminded = {one.user_id for one in await mail_invitations.list_reminders(work.session, meeting.id)}
    for owner in await planning.list_owners(work, meeting.id):
        if anew or owner.user_id in reminded:
            await planning.renew_reminders(work, meeting, await work.session.get_one(User, owner.user_id))


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
