"""The text of an interaction's card (conversation.md, Cards).

Sign, kind, direction, state, own reference; then who; then at most four lines of text; then when and whose; then
what it belongs to and why.
"""

from bot.formats import format_clock, format_size
from bot.html import Html, bold, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.attention_lines import snooze_words, wait_lines
from bot.screens.interaction_line import row_time
from bot.screens.letter_people import original_line, who_words
from bot.screens.meeting_lines import answer_line, meeting_lines, organiser_time_line, repeat_line
from bot.screens.plan_lines import conflict_lines, next_step_line, series_line
from bot.screens.promise_lines import promise_lines, visit_lines
from bot.texts.interactions import (
    ANSWERS,
    CHANNELS,
    DIRECTIONS,
    IMPORTANCES,
    LINK_REASONS,
    STATES,
    shown_part,
)
from bot.texts.kinds import SUBJECT_NAMES, SUBJECT_SIGNS, TYPE_NAMES, TYPE_SIGNS
from core.enums import (
    CallResult,
    Channel,
    ContactKind,
    Direction,
    FunctionalOption,
    Importance,
    InteractionState,
    InteractionType,
    MailClass,
    ParticipantRole,
    SubjectKind,
    SubjectState,
)
from core.queries.interaction_card import InteractionCard
from core.queries.interaction_people import ParticipantView
from core.rules.review import is_snoozed, plan_review_after
from core.rules.times import is_overdue

TEXT_LINES = 4
LINE_LIMIT = 140
WHO_SHOWN = 4
FILES_SHOWN = 4
COMMENTS_SHOWN = 2
COMMENT_LIMIT = 200
NAME_LIMIT = 60


def card_text(reader: Reader, card: InteractionCard) -> Html:
    """All lines of the card."""
    return lines(
        head_line(reader, card),
        who_line(reader, card),
        _topic_line(card),
        _excerpt_line(card),
        _goal_line(reader, card),
        _labelled(reader._("Place: {value}"), card.place),
        _files_line(reader, card),
        _bounce_line(reader, card),
        _time_line(reader, card),
        organiser_time_line(reader, card),
        repeat_line(reader, card),
        series_line(reader, card),
        *conflict_lines(reader, card),
        answer_line(reader, card),
        *meeting_lines(reader, card),
        None if card.deleted else _belongs_line(reader, card),
        _reminders_line(reader, card),
        next_step_line(reader, card),
        *wait_lines(reader, card),
        *promise_lines(reader, card),
        *visit_lines(reader, card),
        join(" ", *(esc(f"#{tag}") for tag in card.tags)) or None,
        *_comment_lines(reader, card),
        original_line(reader, card),
    )


def head_line(reader: Reader, card: InteractionCard) -> Html:
    """Sign, kind, direction, state and the card's own reference."""
    name = f"{TYPE_SIGNS[card.type]} {reader._(TYPE_NAMES[card.type])}"
    if card.direction is not None and card.type is not InteractionType.EMAIL:
        name = f"{name}, {shown_part(reader._(DIRECTIONS[card.type, card.direction]))}"
    if card.channel not in {None, Channel.SMS}:
        name = f"{name} ({reader._(CHANNELS[card.channel or Channel.OTHER])})"
    return join(" · ", esc(name), *_states(reader, card), esc(f"/i{card.id}"))


def _states(reader: Reader, card: InteractionCard) -> list[Html | None]:
    not_reached = card.result is CallResult.NOT_REACHED
    has_state = card.state in STATES and (
        card.type is not InteractionType.PLANNED or card.state is not InteractionState.PLANNED
    )
    return [
        esc(reader._("not reached")) if not_reached else None,
        esc(reader._(STATES[card.state])) if has_state else None,
        esc(reader._(IMPORTANCES[card.importance])) if card.importance is not Importance.NORMAL else None,
        bold(esc(reader._("deleted"))) if card.deleted else None,
        None if card.deleted else _review_state(reader, card),
    ]


def _review_state(reader: Reader, card: InteractionCard) -> Html | None:
    """Unreviewed in heavy type; a snooze says until when; a plan waits for its own time without a word."""
    if card.reviewed is not False or reader.lacks(FunctionalOption.REVIEW_FLAGS):
        return None
    if not is_snoozed(reviewed=card.reviewed, review_after=card.review_after, now=reader.now):
        on_control = card.type in {InteractionType.EMAIL, InteractionType.SMS} and (
            card.direction is Direction.OUT
        )
        return bold(esc(reader._("on control") if on_control else reader._("unreviewed")))
    if card.review_after is None or card.review_after == plan_review_after(card.happened_at, card.ends_at):
        return None
    return snooze_words(reader, card) or fill(
        reader._("⏰ until {time}"), time=reader.when(card.review_after)
    )


def who_line(reader: Reader, card: InteractionCard) -> Html | None:
    """Who took part; for letters from whom to whom."""
    outside = [one for one in card.participants if one.contact_kind is not ContactKind.USER]
    if not outside:
        return None
    if card.type is not InteractionType.EMAIL:
        return _names(reader, card, outside)
    own = esc(reader._("you") if card.responsible_id == reader.user.id else card.responsible)
    if card.direction is Direction.IN:
        senders = [one for one in outside if one.role in {ParticipantRole.FROM, ParticipantRole.PARTY}]
        return join(" → ", _names(reader, card, senders or outside), own)
    return join(" → ", own, _names(reader, card, outside))


def _names(reader: Reader, card: InteractionCard, people: list[ParticipantView]) -> Html:
    shown = join("; ", *(esc(who_words(reader, card, one)) for one in people[:WHO_SHOWN]))
    more = len(people) - WHO_SHOWN
    return fill(reader._("{names} and {count} more"), names=shown, count=more) if more > 0 else shown


def _topic_line(card: InteractionCard) -> Html | None:
    if not card.topic.strip():
        return None
    topic = esc(shorten(card.topic, LINE_LIMIT))
    return bold(topic) if card.reviewed is False else topic


def topic_lines(card: InteractionCard) -> tuple[Html | None, Html | None]:
    """What it is about: topic, and the first lines of the text."""
    return _topic_line(card), _excerpt_line(card)


def excerpt(text: str) -> tuple[tuple[str, ...], bool]:
    """The first few lines of a text, and whether that is not all of it."""
    written = [line.strip() for line in text.splitlines() if line.strip()]
    shown = tuple(shorten(line, LINE_LIMIT) for line in written[:TEXT_LINES])
    is_cut = len(written) > TEXT_LINES or any(
        len(" ".join(line.split())) > LINE_LIMIT for line in written[:TEXT_LINES]
    )
    return shown, is_cut


def _excerpt_line(card: InteractionCard) -> Html | None:
    shown, is_cut = excerpt(card.shown_text)
    if not shown:
        return None
    text = lines(*(esc(line) for line in shown))
    return join(" ", text, Html("…")) if is_cut and not text.endswith("…") else text


def _labelled(template: str, value: str) -> Html | None:
    return fill(template, value=esc(shorten(value, LINE_LIMIT))) if value.strip() else None


def _goal_line(reader: Reader, card: InteractionCard) -> Html | None:
    """What a plan is for, unless its words have said so already."""
    if card.goal.strip() in {card.topic.strip(), card.text.strip()}:
        return None
    return _labelled(reader._("Goal: {value}"), card.goal)


def _files_line(reader: Reader, card: InteractionCard) -> Html | None:
    """The files that somebody sent; the parts of a bounce say for machines what its text says."""
    if card.mail_class is MailClass.BOUNCE:
        return None
    files = [one for one in card.attachments if not one.inline]
    if not files:
        return None
    shown = [
        esc(f"{shorten(one.name, NAME_LIMIT)} {format_size(one.size, reader.tr)}")
        for one in files[:FILES_SHOWN]
    ]
    more = len(files) - FILES_SHOWN
    names = join(", ", *shown)
    listed = fill(reader._("{names} and {count} more"), names=names, count=more) if more > 0 else names
    return join(" ", Html("📎"), listed)


def _bounce_line(reader: Reader, card: InteractionCard) -> Html | None:
    """To whom the letter was not delivered, with the letter that says so."""
    if not card.bounces:
        return None
    last = card.bounces[0]
    failed = dict.fromkeys(address for one in card.bounces for address in one.recipients)
    ref = esc(f"i{last.id}")
    if not failed:
        return fill(reader._("⚠️ Not delivered · /{ref}"), ref=ref)
    return fill(
        reader._("⚠️ Not delivered to {addresses} · /{ref}"),
        addresses=esc(shorten(", ".join(failed), LINE_LIMIT)),
        ref=ref,
    )


def _time_line(reader: Reader, card: InteractionCard) -> Html:
    return join(" · ", time_of(reader, card), *_time_remarks(reader, card), esc(card.responsible))


def time_of(reader: Reader, card: InteractionCard) -> Html:
    """When it happened or is due; a meeting with its end."""
    start = row_time(reader, card)
    if card.ends_at is None or card.due_on is not None or card.ends_at == card.happened_at:
        return start
    return join("\u2013", start, esc(format_clock(card.ends_at, reader.user.timezone)))


def _time_remarks(reader: Reader, card: InteractionCard) -> list[Html | None]:
    late = card.state is InteractionState.PLANNED and is_overdue(
        card.ends_at or card.happened_at, card.due_on, reader.now, reader.user.timezone
    )
    minutes = (card.duration_s or 0) // 60
    return [
        esc(reader._("overdue")) if late else None,
        esc(reader.ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes))
        if minutes
        else None,
    ]


def _belongs_line(reader: Reader, card: InteractionCard) -> Html | None:
    """What it belongs to and why; nothing for a chain that consists of it alone."""
    subject = card.subject
    if subject.kind is SubjectKind.NONE or (
        not subject.kind.is_real and subject.interactions <= 1 and card.is_head
    ):
        return None
    if subject.kind is SubjectKind.DEAL and reader.lacks(FunctionalOption.DEALS):
        return None
    ref = f"d{subject.deal_id}" if subject.deal_id is not None else f"s{subject.id}"
    name = fill(
        "{sign} {kind}: {title} ({count}) /{ref}",
        sign=esc(SUBJECT_SIGNS[subject.kind]),
        kind=esc(reader._(SUBJECT_NAMES[subject.kind])),
        title=esc(shorten(subject.title, NAME_LIMIT)),
        count=subject.interactions,
        ref=esc(ref),
    )
    closed = esc(reader._("closed")) if subject.state is SubjectState.CLOSED else None
    return join(" · ", name, closed, _reason(reader, card))


def _reason(reader: Reader, card: InteractionCard) -> Html | None:
    """Why it belongs there; of an automatic link with whom and when they were met (domain.md S8)."""
    reason = ANSWERS.get(card.answers) or LINK_REASONS[card.link_reason]
    evidence = card.evidence
    if evidence is None or card.answers is not None:
        return esc(reader._(reason)) if reason else None
    name = esc(shorten(evidence.contact, NAME_LIMIT))
    if evidence.met_at is None:
        return fill(reader._("same contact: {name} takes part"), name=name)
    met = reader.when(evidence.met_at)
    return fill(reader._("same contact: {name}, last {when}"), name=name, when=met)


def _reminders_line(reader: Reader, card: InteractionCard) -> Html | None:
    if not card.reminders:
        return None
    return join(" ", Html("⏰"), join(", ", *(reader.when(one) for one in card.reminders[:3])))


def _comment_lines(reader: Reader, card: InteractionCard) -> list[Html]:
    earlier = card.comment_count - COMMENTS_SHOWN
    shown = [
        fill(
            "<i>{author}, {at}:</i> {text}",
            author=esc(one.author),
            at=reader.when(one.at),
            text=esc(shorten(one.text, COMMENT_LIMIT)),
        )
        for one in card.comments[-COMMENTS_SHOWN:]
    ]
    if earlier > 0:
        message = reader.ngettext("{count} earlier comment", "{count} earlier comments", earlier)
        shown.insert(0, esc(message.format(count=earlier)))
    return shown
