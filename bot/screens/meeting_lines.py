"""What a card says of meetings that others organise: a letter's meetings, who comes, that it repeats."""

from bot.html import Html, esc, fill, join, shorten
from bot.reader import Reader
from bot.texts.interactions import STATES
from bot.texts.kinds import TYPE_NAMES, TYPE_SIGNS
from bot.texts.meetings import ANSWERS
from core.enums import FunctionalOption, InteractionState, InteractionType, ParticipantRole, Source
from core.itip import Attendance
from core.queries.interaction_card import InteractionCard
from core.queries.letter_meetings import MeetingView
from core.rules.user_day import to_local

SHOWN = 4
NAME_LIMIT = 60


def meeting_lines(reader: Reader, card: InteractionCard) -> list[Html]:
    """A line for each meeting that a letter is about, with its reference; and that one tells no time that can be."""
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return []
    untimed = esc(reader._("⚠️ The invitation's time cannot be right: nothing was planned by it"))
    return [*(_line(reader, one) for one in card.meetings), *([untimed] if card.is_untimed else [])]


def _line(reader: Reader, meeting: MeetingView) -> Html:
    name = f"{TYPE_SIGNS[InteractionType.MEETING]} {reader._(TYPE_NAMES[InteractionType.MEETING])}"
    day_only = meeting.due_on is not None and (
        meeting.state is InteractionState.PLANNED or not meeting.time_known
    )
    when = (
        reader.day(meeting.due_on)
        if day_only and meeting.due_on is not None
        else reader.when(meeting.happened_at)
    )
    cancelled = meeting.state is InteractionState.CANCELLED
    state = esc(reader._(STATES[meeting.state])) if cancelled else None
    return join(" · ", esc(name), when, state, esc(f"/i{meeting.id}"))


def answer_line(reader: Reader, card: InteractionCard) -> Html | None:
    """Who has answered the invitation, the organiser apart."""
    if card.type is not InteractionType.MEETING:
        return None
    return join(" · ", *(_answered(reader, card, answer) for answer in ANSWERS)) or None


def _answered(reader: Reader, card: InteractionCard, answer: Attendance) -> Html | None:
    names = [
        one.name
        for one in card.participants
        if one.attendance is answer and one.role is not ParticipantRole.ORGANISER
    ]
    if not names:
        return None
    shown = join(", ", *(esc(shorten(name, NAME_LIMIT)) for name in names[:SHOWN]))
    more = len(names) - SHOWN
    listed = fill(reader._("{names} and {count} more"), names=shown, count=more) if more > 0 else shown
    return fill(reader._(ANSWERS[answer]), names=listed)


def organiser_time_line(reader: Reader, card: InteractionCard) -> Html | None:
    """What the organiser's clock shows, where it is another than the reader's (conversation.md 9)."""
    invited = card.type is InteractionType.MEETING and card.source is Source.MAILBOX
    if not invited or card.timezone is None or card.due_on is not None:
        return None
    here, there = (
        to_local(card.happened_at, zone).utcoffset() for zone in (reader.user.timezone, card.timezone)
    )
    if here == there:
        return None
    return fill(reader._("For the organiser: {time}"), time=reader.when(card.happened_at, zone=card.timezone))


def repeat_line(reader: Reader, card: InteractionCard) -> Html | None:
    """That a planned meeting is one time of a series, of which only this one is planned."""
    if not card.repeats or card.state is not InteractionState.PLANNED:
        return None
    return esc(reader._("🔁 Repeats; only the next time is planned"))
