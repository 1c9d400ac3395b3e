"""Reminders: the message that reminds, those a plan has, and the habits of a user (domain.md I5, U5)."""

from bot.errors import NothingToTell
from bot.html import Html, bold, esc, fill, italic, join, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import ROWS, Address, Button, Row, Screen, ScreenTable, act, go, numbered, rows
from bot.screens.card_questions import asked, load_live, type_it
from bot.screens.interaction_buttons import outcome_rows, own_rows, present_rows
from bot.screens.interaction_line import TITLE_LIMIT, WHO_LIMIT, row_time
from bot.screens.interaction_text import card_text
from bot.screens.listing import back_row, number_row, numbered_lines
from bot.screens.their_clock import their_clock
from bot.texts.kinds import TYPE_NAMES, TYPE_SIGNS
from bot.texts.reminders import ahead_words, quiet_words, reminder_line, span_words
from core.enums import FunctionalOption, InteractionState, InteractionType
from core.errors import NotFound
from core.queries.interaction_card import InteractionCard
from core.rules.user_day import to_local
from core.values import InteractionId

screens = ScreenTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
EVENING_UNTIL = 18
"""The local hour from which on "this evening" is no later any more."""

MOMENT_CHIPS = (
    (N_("In 15 minutes"), "in 15 minutes"),
    (N_("In 1 hour"), "in 1 hour"),
    (N_("Tomorrow morning"), "tomorrow morning"),
    (N_("In a week"), "in a week"),
)
"""Label, and the words of time that the button stands for."""

BOUND_CHIPS = (
    (N_("15 min before"), "15 min before"),
    (N_("1 h before"), "1 h before"),
    (N_("1 day before"), "1 day before"),
    (N_("1 h after, if nothing happened"), "1 h after"),
)
AHEAD_CHIPS = (0, 5, 15, 30, 60, 120, 1440)
"""Minutes ahead that are worth a button."""

QUIET_CHIPS = ((22, 7), (21, 8), (20, 9))
TYPES = (InteractionType.MEETING, InteractionType.CALL, InteractionType.PLANNED)


@screens.screen("reminder")
async def show_reminder(reader: Reader, address: Address) -> Screen:
    """``reminder:5``: what a reminder shows: the card, and below it when to come again.

    Raises:
        NothingToTell: It was cancelled or deleted meanwhile, or is not the reader's to see any more.
    """
    card = await _find(reader, address.number())
    if card is None:
        raise NothingToTell
    clock = await their_clock(reader, card)
    is_plan = card.state is InteractionState.PLANNED
    keyboard = present_rows(
        [
            list(clock.row),
            *(outcome_rows(reader, card) if is_plan else own_rows(reader, card)),
            list(_again_row(reader, card)),
            [*_event_row(reader, card), go(reader._("☰ Card"), f"i{card.id}") if is_plan else None],
        ]
    )
    return Screen(lines(card_text(reader, card), clock.line), keyboard)


async def _find(reader: Reader, interaction_id: int) -> InteractionCard | None:
    try:
        card = await reader.services.views.interaction_card(reader.caller, InteractionId(interaction_id))
    except NotFound:
        return None
    return None if card.deleted or card.state is InteractionState.CANCELLED else card


def _again_row(reader: Reader, card: InteractionCard) -> Row:
    ref = f"i{card.id}"
    is_early = to_local(reader.now, reader.user.timezone).hour < EVENING_UNTIL
    later = (
        act(reader._("Evening"), "remind", ref, "this evening")
        if is_early
        else act(reader._("Tomorrow"), "remind", ref, "tomorrow morning")
    )
    return (
        act(reader._("⏰ 10 min"), "remind", ref, "in 10 minutes"),
        act(reader._("1 h"), "remind", ref, "in 1 hour"),
        later,
        go(reader._("Other…"), f"remind:{card.id}"),
    )


def _event_row(reader: Reader, card: InteractionCard) -> list[Button | None]:
    """Put off until an event instead of a time, what is on the reader's own list (domain.md R3)."""
    if card.reviewed is not False or reader.lacks(FunctionalOption.REVIEW_FLAGS):
        return []
    return [act(reader._("💬 Until an answer"), "snooze", f"i{card.id}", "until answer")]


@screens.screen("missed", option=OTHER)
async def show_missed(reader: Reader, address: Address) -> Screen:
    """``missed:5:7:9``: what somebody was to be reminded of meanwhile, each a tap from its card.

    Raises:
        NothingToTell: All of it is gone.
    """
    cards = await _first_open(reader, address)
    if not cards:
        raise NothingToTell
    shown = cards[:ROWS]
    row, choices = number_row([go(card.topic or f"i{card.id}", f"i{card.id}") for card in shown])
    text = lines(
        bold(esc(reader._("still open:"))),
        *numbered_lines([_line(reader, card) for card in shown]),
        esc(reader._("The others are in Today.")) if len(cards) > len(shown) else None,
    )
    return Screen(text, (row, (go(reader._("📅 Today"), "today"),)), choices)


async def _first_open(reader: Reader, address: Address) -> list[InteractionCard]:
    """As many as are shown, and one more where there is one."""
    cards: list[InteractionCard] = []
    for place in range(len(address.words)):
        card = await _find(reader, address.number(place, default=0))
        if card is not None:
            cards.append(card)
        if len(cards) > ROWS:
            break
    return cards


def _line(reader: Reader, card: InteractionCard) -> Html:
    who = ", ".join(one.presentation for one in card.participants)
    what = join(
        ": ",
        esc(shorten(who, WHO_LIMIT)) if who else None,
        esc(shorten(card.topic or card.shown_text or card.goal, TITLE_LIMIT)),
    )
    signed = fill("{sign} {what}", sign=esc(TYPE_SIGNS[card.type]), what=what)
    return join(" · ", signed, row_time(reader, card), esc(f"/i{card.id}"))


@screens.screen("remind")
async def show_remind(reader: Reader, address: Address) -> Screen:
    """``remind:5``: when one is reminded of it, each to be taken off, and when else.

    Raises:
        NotFound: There is no such interaction for the reader, or it is deleted.
    """
    card = await load_live(reader, address)
    waiting = await reader.services.reminder_wishes.list_waiting(reader.caller, InteractionId(card.id))
    ref = f"i{card.id}"
    offs, choices = numbered([act(reader._("✖️ Take off"), "unremind", one.id) for one in waiting[:ROWS]])
    is_plan = card.state is InteractionState.PLANNED
    chips: list[Button | None] = [
        act(reader._(label), "remind", ref, words)
        for label, words in (*(BOUND_CHIPS if is_plan else ()), *MOMENT_CHIPS)
    ]
    chips.append(type_it(reader, "remind", ref))
    told = numbered_lines([reminder_line(reader, one) for one in waiting[:ROWS]])
    text = asked(reader, card, reader._("Remind when?"), *told)
    off_rows = rows([row[0] for row in offs], 3)
    return Screen(text, (*off_rows, *rows(chips), back_row(reader, ref)), choices)


@screens.screen("reminders", option=OTHER)
async def show_habits(reader: Reader, _address: Address) -> Screen:
    """``reminders``: how long ahead one is reminded of what, and one's quiet hours."""
    habits = await reader.services.reminder_wishes.habits(reader.caller)
    quiet = quiet_words(habits)
    text = lines(
        bold(esc(reader._("⏰ Reminders"))),
        *(
            fill(
                "{kind}: {ahead}",
                kind=_kind(reader, type_),
                ahead=esc(ahead_words(reader.tr, habits.minutes[type_])),
            )
            for type_ in TYPES
        ),
        fill(reader._("Quiet hours: {hours}"), hours=esc(quiet or reader._("none"))),
        italic(
            esc(reader._("Calls and meetings with a time, and moments you name, come in quiet hours too."))
        ),
        fill(
            reader._("Tap, or write {one} or {other}"),
            one=italic(esc("/settings remind meeting 60,15")),
            other=italic(esc("/settings quiet 21-8")),
        ),
    )
    kinds = [go(f"{TYPE_SIGNS[one]} {reader._(TYPE_NAMES[one])}", f"ahead:{one}") for one in TYPES]
    hours = [
        act(f"🌙 {starts}-{ends}", "quiet", starts, ends)
        for starts, ends in QUIET_CHIPS
        if (starts, ends) != (habits.quiet_starts, habits.quiet_ends)
    ]
    off = act(reader._("🔔 No quiet hours"), "quiet", "off") if quiet else None
    keyboard = (*rows(kinds, 3), *rows([*hours, off], 4), (go(reader._("‹ Settings"), "settings"),))
    return Screen(text, keyboard)


def _kind(reader: Reader, type_: InteractionType) -> Html:
    return esc(f"{TYPE_SIGNS[type_]} {reader._(TYPE_NAMES[type_])}")


@screens.screen("ahead", option=OTHER)
async def show_ahead(reader: Reader, address: Address) -> Screen:
    """``ahead:meeting``: how long ahead of plans of a type; a tap puts one on or takes it off."""
    type_ = InteractionType(address.rest) if address.rest in list(TYPES) else InteractionType.PLANNED
    habits = await reader.services.reminder_wishes.habits(reader.caller)
    chosen = habits.minutes[type_]
    chips = []
    for one in sorted({*AHEAD_CHIPS, *chosen}):
        rest = sorted({*chosen} ^ {one}, reverse=True)
        name = span_words(reader.tr, one) if one else reader._("At its time")
        sign = "✅" if one in chosen else "➕"
        chips.append(act(f"{sign} {name}", "ahead", type_, ",".join(map(str, rest)) or "off"))
    text = lines(
        bold(_kind(reader, type_)),
        esc(ahead_words(reader.tr, chosen)),
        esc(reader._("Plans that are made from now on are reminded of so long ahead.")),
    )
    return Screen(text, (*rows(chips, 3), back_row(reader, "reminders")))
