"""Letters that have nothing to do with each other become interactions together (domain.md M)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.enums import Direction, LinkReason, MailClass, MailFate
from core.models import MailMessage, User
from core.repositories import letter_routing as routing_rows
from core.repositories import letters
from core.repositories.access import Viewer, load_viewer
from core.repositories.inserting import RowInsert
from core.repositories.letter_sightings import WaitingSighting
from core.rules.links import LinkDecision, in_turns
from core.rules.times import letter_happened_at
from core.services import automatic_links, letter_threads
from core.services.automatic_links import Newcomer, People
from core.services.letter_again import see_again
from core.services.letter_batch import LetterBatch, direction_of, predates
from core.services.letter_bounces import Bounce, mark_bounced
from core.services.letter_drafts import draft_of, message_row, participants_of
from core.services.letter_meetings import apply_invitations
from core.services.letter_notices import ask_subject, send_card
from core.services.letter_routing import Arriving, Keeping, find_keeper_again, find_keepings
from core.services.letter_sharing import Shareable, share_new
from core.services.letter_threads import NewLetter, Place
from core.services.recording import Circumstances, OwnerDraft, Recorded, Recording, record_interactions
from core.services.seen_in import SeenIn
from core.values import Letter, SubjectId, When

_insert_messages = RowInsert(MailMessage)


@dataclass(frozen=True, slots=True)
class LetterInHand:
    """A letter with the sighting it came by."""

    sighting: WaitingSighting
    letter: Letter


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A letter that is not known yet; another with its Message-ID may be (domain.md M1)."""

    hand: LetterInHand
    arrived_at: datetime
    happened_at: datetime
    duplicate_of_id: int | None


async def capture_wave(place: LetterBatch, hands: Sequence[LetterInHand]) -> None:
    """Give letters their fate; none of them answers, repeats or names another of them."""
    namesakes = await letters.load_namesakes(place.work.session, [one.letter for one in hands])
    fresh: list[_Fresh] = []
    for hand, known in zip(hands, namesakes, strict=True):
        same = next((one for one in known if one.content_sha256 == hand.letter.content_sha256), None)
        if same is None:
            fresh.append(_look_at(place, hand, known[0].interaction_id if known else None))
            continue
        place.set_fate(hand.sighting, MailFate.KNOWN, interaction_id=same.interaction_id)
        await _see_again(place, hand, same.interaction_id)
    answered = await letters.load_referring(place.work.session, [one.hand.letter.message_id for one in fresh])
    await _record(place, [one for one in fresh if one.hand.letter.message_id not in answered])
    for one in fresh:  # What came before a letter that it answers may merge chains: one after the other.
        if one.hand.letter.message_id in answered:
            await _record(place, [one])


async def _see_again(place: LetterBatch, hand: LetterInHand, interaction_id: int) -> None:
    """A known letter in another folder or mailbox: on the list of whoever keeps it here, shared as it is here."""
    keeper_id = await find_keeper_again(place, interaction_id, Arriving(hand.sighting, None, is_new=False))
    kept = place.kept_by(keeper_id)
    happened_at = await see_again(kept, hand.letter, hand.sighting, interaction_id)
    await _apply_invitations(kept, hand, interaction_id, happened_at)
    await share_new(place, [Shareable(interaction_id, hand.sighting, (), bool(hand.letter.invitations))])


def _look_at(place: LetterBatch, hand: LetterInHand, duplicate_of_id: int | None) -> _Fresh:
    arrived_at = hand.sighting.internal_date or hand.letter.sent_on or place.work.now
    return _Fresh(hand, arrived_at, letter_happened_at(arrived_at, hand.letter.sent_on), duplicate_of_id)


async def _record(place: LetterBatch, fresh: Sequence[_Fresh]) -> None:
    """Record letters that are not known yet; those with a contact in common one after the other (domain.md S8)."""
    if not fresh:
        return
    people = await automatic_links.recognise(place.work, [participants_of(one.hand.letter) for one in fresh])
    contacts = [
        frozenset[int]() if predates(place.mailbox, one.arrived_at) else some.contact_ids
        for one, some in zip(fresh, people, strict=True)
    ]
    keeper = await place.work.session.get_one(User, place.keeper_id)
    viewer = await load_viewer(place.work.session, keeper.id, keeper.role)
    for turn, numbers in enumerate(in_turns(contacts)):
        if turn:
            await place.work.count_so_far()
        await _record_together(
            place, [fresh[number] for number in numbers], [people[number] for number in numbers], viewer
        )


async def _record_together(
    place: LetterBatch, fresh: Sequence[_Fresh], people: Sequence[People], viewer: Viewer
) -> None:
    work = place.work
    seats = await letter_threads.find_places(
        work,
        [
            NewLetter(one.hand.letter, one.happened_at, is_duplicate=one.duplicate_of_id is not None)
            for one in fresh
        ],
    )
    newcomers = [
        _newcomer(place, one, seat, some) for one, seat, some in zip(fresh, seats, people, strict=True)
    ]
    links = await automatic_links.find_links(work, newcomers, viewer)
    keepings = await find_keepings(
        place, [_arriving(place, one, seat) for one, seat in zip(fresh, seats, strict=True)]
    )
    recorded = await record_interactions(
        work,
        [
            _linked(_recording(place, one, seat, keeping), some, link)
            for one, seat, some, link, keeping in zip(fresh, seats, people, links, keepings, strict=True)
        ],
    )
    await _insert_messages(
        work.session,
        [
            message_row(done.id, one.hand.letter, one.duplicate_of_id)
            for one, done in zip(fresh, recorded, strict=True)
        ],
    )
    await letter_threads.write_references(
        work, {done.id: seat.ranked for done, seat in zip(recorded, seats, strict=True)}
    )
    pooled = [done.id for done, keeping in zip(recorded, keepings, strict=True) if keeping.is_pooled]
    await routing_rows.pool(work.session, place.mailbox.id, pooled, work.now)
    for one, seat, done, link, keeping in zip(fresh, seats, recorded, links, keepings, strict=True):
        place.set_fate(one.hand.sighting, MailFate.STORED, interaction_id=done.id)
        await _follow(place.kept_by(keeping.responsible_id), one, seat, done, link)
    await share_new(
        place, [_shareable(one, seat, done) for one, seat, done in zip(fresh, seats, recorded, strict=True)]
    )


def _arriving(place: LetterBatch, fresh: _Fresh, seat: Place) -> Arriving:
    letter = fresh.hand.letter
    is_new = (
        letter.mail_class is MailClass.NORMAL
        and direction_of(place, letter) is Direction.IN
        and not predates(place.mailbox, fresh.arrived_at)
    )
    return Arriving(fresh.hand.sighting, seat.parent_id, is_new)


def _shareable(fresh: _Fresh, seat: Place, done: Recorded) -> Shareable:
    relatives = {child.id for child in seat.children}
    if seat.parent_id is not None:
        relatives.add(seat.parent_id)
    return Shareable(done.id, fresh.hand.sighting, relatives, bool(fresh.hand.letter.invitations))


def _newcomer(place: LetterBatch, fresh: _Fresh, seat: Place, people: People) -> Newcomer | None:
    """A letter that people wrote and that continues nothing known; one that may be forged is left alone."""
    if (
        seat.parent_id is not None
        or seat.answers_or_is_answered
        or fresh.duplicate_of_id is not None
        or fresh.hand.letter.mail_class is not MailClass.NORMAL
        or not people.contact_ids
    ):
        return None
    is_old = predates(place.mailbox, fresh.arrived_at)
    return Newcomer(people.contact_ids, fresh.happened_at, is_old=is_old)


def _linked(recording: Recording, people: People, link: LinkDecision) -> Recording:
    draft = replace(recording.draft, participants=people.drafts)
    if draft.link_reason is LinkReason.RULE:
        return replace(recording, draft=draft)
    return replace(recording, draft=automatic_links.linked(draft, link))


def _recording(place: LetterBatch, fresh: _Fresh, seat: Place, keeping: Keeping) -> Recording:
    letter = fresh.hand.letter
    actions = place.sorting.actions_for(fresh.hand.sighting)
    automatic = letter.mail_class is not MailClass.NORMAL and not seat.answers_or_is_answered
    older = predates(place.mailbox, fresh.arrived_at)
    draft = draft_of(letter, direction_of(place, letter), seat.decision.subject_id)
    if draft.subject_id is None and actions.subject_id is not None:
        draft = replace(draft, subject_id=SubjectId(actions.subject_id), link_reason=LinkReason.RULE)
    return Recording(
        replace(draft, tags=actions.tags),
        Circumstances(
            responsible_id=keeping.responsible_id,
            when=When(fresh.happened_at),
            owners=tuple(
                OwnerDraft(one, predates_mailbox=older, reviewed=actions.reviewed) for one in keeping.owners
            ),
            author_id=None,
            timezone=place.timezone,
            automatic=automatic,
            private=place.mailbox.owner_id is not None,
            answers_id=seat.parent_id,
        ),
    )


async def _follow(place: LetterBatch, fresh: _Fresh, seat: Place, done: Recorded, link: LinkDecision) -> None:
    """What follows from a letter once it is recorded: its thread is put in order, its keeper told."""
    await letter_threads.settle(place.work, done.id, seat)
    for user_id in sorted(done.unreviewed_by):
        await send_card(
            place.kept_by(user_id), done.id, seat.parent_id, link.asked, fresh.hand.letter.mail_class
        )
    await mark_bounced(place.work, _bounces(fresh, seat, done))
    if seat.decision.kept_apart:
        ask_subject(place, done.id, seat)
    await _apply_invitations(place, fresh.hand, done.id, fresh.happened_at)


def _bounces(fresh: _Fresh, seat: Place, done: Recorded) -> list[Bounce]:
    """The letter as a bounce of what it answers, and what answers it and came before it as bounces of it."""
    bounces = [Bounce(child.id, done.id) for child in seat.children]
    if seat.parent_id is not None and fresh.hand.letter.mail_class is MailClass.BOUNCE:
        bounces.append(Bounce(done.id, seat.parent_id))
    return bounces


async def _apply_invitations(
    place: LetterBatch, hand: LetterInHand, interaction_id: int, happened_at: datetime
) -> None:
    if not hand.letter.invitations:
        return
    arrived_at = hand.sighting.internal_date or happened_at
    seen = SeenIn(
        keeper_id=place.keeper_id,
        direction=direction_of(place, hand.letter),
        private=place.mailbox.owner_id is not None,
        predates_mailbox=predates(place.mailbox, arrived_at),
    )
    await apply_invitations(place.work, interaction_id, hand.letter.invitations, seen)
