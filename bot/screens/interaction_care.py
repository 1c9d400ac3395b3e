"""What can be done with an interaction beyond its card: more, fields, chips of time, hand over."""

from datetime import timedelta

from babel.dates import get_day_names

from bot.formats import format_clock
from bot.html import esc, fill, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Row, Screen, ScreenTable, act, go, numbered, rows
from bot.screens.card_questions import asked, load_live, load_plan, type_it
from bot.screens.interaction_buttons import INBOX, edit_button, is_letter
from bot.screens.interaction_text import head_line, time_of, who_line
from bot.screens.listing import back_row
from bot.texts.interaction_fields import FIELDS
from bot.texts.kinds import TYPE_NAMES, TYPE_SIGNS, done_kinds
from core.enums import (
    CallResult,
    Direction,
    FunctionalOption,
    Importance,
    InteractionState,
    InteractionType,
    SubjectKind,
)
from core.queries.interaction_card import InteractionCard
from core.values import InteractionId

screens = ScreenTable()

SNOOZE_CHIPS = (
    (N_("In 1 hour"), "in 1 hour"),
    (N_("Tomorrow morning"), "tomorrow morning"),
    (N_("Monday"), "monday morning"),
    (N_("In a week"), "in a week"),
)
"""Label, and the words of time that the button stands for."""

MESSAGES = frozenset({InteractionType.EMAIL, InteractionType.SMS})
WHO_LIMIT = 20
MEETING_DAYS_AHEAD = 2
MEETING_HOUR = "11:00"


def _back(reader: Reader, card: InteractionCard) -> Row:
    return back_row(reader, f"i{card.id}")


@screens.screen("care")
async def show_more(reader: Reader, address: Address) -> Screen:
    """``care:5``: everything the card has no room for, with all its latest comments."""
    card = await load_live(reader, address)
    comments = [
        fill(
            "<i>{author}, {at}:</i> {text}",
            author=esc(one.author),
            at=reader.when(one.at),
            text=esc(one.text),
        )
        for one in card.comments
    ]
    tags = [act(f"✖️ #{tag}", "untag", f"i{card.id}", tag) for tag in card.tags if len(tag.encode()) <= 40]
    keyboard = (*rows(_more_buttons(reader, card)), *rows(tags, 3), _back(reader, card))
    return Screen(lines(head_line(reader, card), who_line(reader, card), *comments), keyboard)


def _more_buttons(reader: Reader, card: InteractionCard) -> list[Button | None]:
    ref = f"i{card.id}"
    is_chain = not card.subject.kind.is_real
    has_history = card.subject.kind is not SubjectKind.DEAL or not reader.lacks(FunctionalOption.DEALS)
    history = reader._("📜 History {n}").format(n=card.subject.interactions)
    return [
        edit_button(reader, card) if is_letter(card) else None,
        act(reader._("✍️ Comment"), "ask", "comment", ref),
        act(reader._("🏷 Tag"), "ask", "tag", ref),
        _promise_button(reader, card),
        go(reader._("👥 People"), f"participants:{card.id}"),
        go(reader._("👤 Hand over"), f"assign:{ref}"),
        go(history, f"trail:{card.subject.id}:1:{ref}") if has_history else None,
        _review_again(reader, card),
        None if card.state is InteractionState.CANCELLED else go(reader._("⏰ Remind"), f"remind:{card.id}"),
        go(reader._("⚠️ New claim"), f"promote:claim:{card.id}") if is_chain else None,
        go(reader._("📣 New event"), f"promote:event:{card.id}") if is_chain else None,
        go(reader._("👥 Share…"), f"sharing:{card.id}") if _is_own_letter(reader, card) else None,
        act(reader._("🗑 Delete"), "delete", ref),
    ]


def _promise_button(reader: Reader, card: InteractionCard) -> Button | None:
    """Note what somebody promised there; in a plan nothing was said yet."""
    if card.state is not InteractionState.DONE or reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return None
    return go(reader._("🤝 Promise…"), f"promising:{card.id}")


def _is_own_letter(reader: Reader, card: InteractionCard) -> bool:
    """Whether its thread may be the reader's to share (domain.md U2)."""
    return is_letter(card) and card.reviewed is not None and not reader.lacks(FunctionalOption.MAIL_CLIENT)


def _review_again(reader: Reader, card: InteractionCard) -> Button | None:
    if card.reviewed is not True or reader.lacks(FunctionalOption.REVIEW_FLAGS):
        return None
    on_control = card.type in MESSAGES and card.direction is Direction.OUT
    label = reader._("👁 On control") if on_control else reader._("👁 Review again")
    return act(label, "unreviewed", f"i{card.id}")


@screens.screen("edit")
async def show_fields(reader: Reader, address: Address) -> Screen:
    """``edit:5``: the fields that may be changed; a tap asks for the new value, or sets it."""
    card = await load_live(reader, address)
    ref = f"i{card.id}"
    typed = [
        act(f"✏️ {reader._(FIELDS[field]).capitalize()}", "ask", "edit", ref, field)
        for field in open_fields(card)
    ]
    set_at_once = [
        act(reader._(label), "edit", ref, "importance", value)
        for value, label in _IMPORTANCE_LABELS.items()
        if value is not card.importance
    ]
    hint = (
        esc(reader._("What was sent or received keeps its content; a comment can be added."))
        if card.type in MESSAGES and card.state is InteractionState.DONE
        else None
    )
    return Screen(
        asked(reader, card, reader._("What is to be changed?"), hint),
        (*rows([*typed, *set_at_once]), *rows(_plan_buttons(reader, card), 3), _back(reader, card)),
    )


def _plan_buttons(reader: Reader, card: InteractionCard) -> list[Button]:
    """What else is planned might be, and who takes part."""
    if card.state is not InteractionState.PLANNED or reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return []
    kinds = [InteractionType.PLANNED, *done_kinds(reader)]
    return [
        *(
            act(f"{TYPE_SIGNS[kind]} {reader._(TYPE_NAMES[kind])}", "edit", f"i{card.id}", "kind", kind)
            for kind in kinds
            if kind is not card.type
        ),
        go(reader._("👥 People"), f"participants:{card.id}"),
    ]


_IMPORTANCE_LABELS = {
    Importance.HIGH: N_("❗ Important"),
    Importance.NORMAL: N_("Normal"),
    Importance.LOW: N_("Unimportant"),
}


def open_fields(card: InteractionCard) -> list[str]:
    """Fields whose new value can be typed; a sent or received message keeps its content (domain.md I7)."""
    if card.type in MESSAGES and card.state is InteractionState.DONE:
        return []
    fields = ["text", "topic", "when"]
    if card.state is InteractionState.PLANNED:
        fields.append("goal")
    if card.type is InteractionType.MEETING or card.state is InteractionState.PLANNED:
        fields.append("place")
    if card.type is InteractionType.CALL and card.result is not CallResult.NOT_REACHED:
        fields.append("duration")
    return fields


@screens.screen("later", option=FunctionalOption.REVIEW_FLAGS)
async def show_snooze(reader: Reader, address: Address) -> Screen:
    """``later:5``: until when it is put off; ``later:5:inbox`` goes on with the inbox."""
    card = await load_live(reader, address)
    where = (INBOX,) if INBOX in address.words[1:] else ()
    chips = [act(reader._(label), "snooze", *where, f"i{card.id}", time) for label, time in SNOOZE_CHIPS]
    chips.extend(await _events(reader, card, where))
    back = back_row(reader, INBOX) if where else _back(reader, card)
    keyboard = (*rows([*chips, type_it(reader, "snooze", *where, f"i{card.id}")]), back)
    hint = esc(reader._("What never happens brings it back after 30 days."))
    return Screen(asked(reader, card, reader._("Put off until when?"), hint), keyboard)


async def _events(reader: Reader, card: InteractionCard, where: tuple[str, ...]) -> list[Button]:
    """What it may be put off until besides a time: an answer, the next meeting (domain.md R3)."""
    ref = f"i{card.id}"
    buttons = [act(reader._("💬 Until an answer"), "snooze", *where, ref, "until answer")]
    if not reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        meetings = await reader.services.attention_views.next_meetings(reader.caller, InteractionId(card.id))
        buttons.extend(
            act(
                reader._("🤝 Until {who}, {when}").format(
                    who=shorten(", ".join(one.who) or one.title, WHO_LIMIT),
                    when=reader.when(one.happened_at),
                ),
                "snooze",
                *where,
                ref,
                f"until i{one.id}",
            )
            for one in meetings
        )
    return buttons


@screens.screen("move", option=FunctionalOption.OTHER_INTERACTIONS)
async def show_move(reader: Reader, address: Address) -> Screen:
    """``move:5``: another time for a plan; it keeps its time of day where only the day changes."""
    card = await load_plan(reader, address)
    clock = "" if card.due_on is not None else f" {format_clock(card.happened_at, reader.user.timezone)}"
    chips = [
        act(reader._("In 1 hour"), "move", f"i{card.id}", "in 1 hour"),
        act(reader._("Tomorrow") + clock, "move", f"i{card.id}", f"tomorrow{clock}"),
        act(reader._("In a week") + clock, "move", f"i{card.id}", f"in a week{clock}"),
        type_it(reader, "move", f"i{card.id}"),
    ]
    question = asked(reader, card, reader._("To when?"), time_of(reader, card))
    return Screen(question, (*rows(chips), _back(reader, card)))


@screens.screen("done", option=FunctionalOption.OTHER_INTERACTIONS)
async def show_kinds(reader: Reader, address: Address) -> Screen:
    """``done:5``: what a plan of unknown kind turned out to be (domain.md I3)."""
    card = await load_plan(reader, address)
    keyboard, choices = numbered(kind_buttons(reader, "done", f"i{card.id}"))
    question = asked(reader, card, reader._("What was it?"))
    return Screen(question, (*keyboard, _back(reader, card)), choices)


def kind_buttons(reader: Reader, verb: str, *lead: object) -> list[Button]:
    """One button for each kind that a plan may turn out to be; the kind follows what leads."""
    return [
        act(f"{TYPE_SIGNS[kind]} {reader._(TYPE_NAMES[kind])}", verb, *lead, kind)
        for kind in done_kinds(reader)
    ]


@screens.screen("next", option=FunctionalOption.OTHER_INTERACTIONS)
async def show_next_step(reader: Reader, address: Address) -> Screen:
    """``next:5``: what comes next; each chip plans it at once as a continuation (domain.md S7)."""
    card = await load_live(reader, address)
    ref = f"i{card.id}"
    day = reader.today + timedelta(days=MEETING_DAYS_AHEAD)
    names = get_day_names("abbreviated", locale=str(reader.user.language))
    weekday = names[day.weekday()]
    chips = [
        act(reader._("📞 Call tomorrow"), "next", ref, "call", "tomorrow 10:00"),
        act(
            reader._("🤝 Meeting: {weekday}").format(weekday=weekday),
            "next",
            ref,
            "meeting",
            f"{day.isoformat()} {MEETING_HOUR}",
        ),
        act(reader._("🗓 In a week"), "next", ref, "plan", "in a week"),
        type_it(reader, "next", ref),
    ]
    return Screen(asked(reader, card, reader._("What comes next?")), (*rows(chips), _back(reader, card)))
