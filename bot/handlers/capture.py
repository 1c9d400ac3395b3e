"""Recording by command: everything in one message, or a short guided dialog (conversation.md, flows).

    /call ──▶ who? ──▶ what was said? ──▶ card          (a plan is asked last when it is due)

The dialog's row holds what was answered so far. Its buttons name the kind they ask about, so that those of an
older dialog change nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.asking import CANCEL
from bot.capturing import outside_people, read_ahead, read_people, record_answers, record_words
from bot.html import Html, bold, esc, lines
from bot.i18n import N_
from bot.screens.base import Button, Row, act, rows
from bot.texts.kinds import TYPE_NAMES, TYPE_SIGNS
from bot.turn import Reply, Say, Toast, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, InteractionState, InteractionType
from core.values import (
    ContactId,
    DialogState,
    InteractionDraft,
    InteractionId,
    ParticipantDraft,
    Ref,
    RefKind,
)

verbs = VerbTable()

FLOW = "capture"
KIND, WHO, CHOSEN, TEXT, MESSAGE = "kind", "who", "chosen", "text", "message"
"""Keys of what the dialog has gathered."""

ASK_WHO, ASK_TEXT, ASK_WHEN = "who", "text", "when"
"""Its steps."""

RECENT_PEOPLE = 4
AGENDA_PEOPLE = 2

_OTHER = FunctionalOption.OTHER_INTERACTIONS
COMMANDS = {
    "call": (InteractionType.CALL, _OTHER, N_("/call [WHO: TEXT]"), N_("Record a call"), 10),
    "meeting": (InteractionType.MEETING, _OTHER, N_("/meeting [WHO: TEXT]"), N_("Record a meeting"), 11),
    "plan": (InteractionType.PLANNED, _OTHER, N_("/plan [TIME] [WHO: TEXT]"), N_("Plan something"), 12),
    "sms": (InteractionType.SMS, _OTHER, N_("/sms [WHO: TEXT]"), N_("Record an SMS"), 60),
    "email": (
        InteractionType.EMAIL,
        FunctionalOption.MAIL_CLIENT,
        N_("/email [WHO: TEXT]"),
        N_("Record a letter"),
        61,
    ),
}
"""Verb, what it records, its option, how it is typed, what the menu says, its place there."""

DUE_CHIPS = (
    (N_("In 1 hour"), "in 1 hour"),
    (N_("Tomorrow 10:00"), "tomorrow 10:00"),
    (N_("In a week"), "in a week"),
)
"""Label, and the words of time that the button stands for."""


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What the dialog knows so far."""

    kind: InteractionType
    who: str
    chosen: Ref | None
    text: str
    message_id: int | None


def _register(name: str) -> None:
    kind, option, usage, menu, order = COMMANDS[name]

    async def record(turn: Turn, arguments: Arguments) -> Reply | None:
        if arguments:
            if turn.flow:
                turn.set_dialog(None)
            await record_words(turn, kind, arguments.text())
            return None
        return await _ask_who(turn, kind)

    verbs.verb(name, option=option, usage=usage, menu=menu, menu_order=order)(record)


for _name in COMMANDS:
    _register(_name)


@verbs.verb("with", option=None)
async def choose_who(turn: Turn, arguments: Arguments) -> Reply:
    """A chip under "who": a contact, the people of a plan, or nobody."""
    gathered = _gathered(turn, arguments, ASK_WHO)
    if gathered is None:
        return _over(turn)
    chosen = arguments.optional_ref(RefKind.CONTACT, RefKind.INTERACTION)
    return _ask_text(turn, gathered.kind, who="", chosen=chosen)


@verbs.verb("told")
async def skip_text(turn: Turn, arguments: Arguments) -> Reply | None:
    """Nothing is said of what was said."""
    gathered = _gathered(turn, arguments, ASK_TEXT)
    if gathered is None:
        return _over(turn)
    return await _after_text(turn, gathered)


@verbs.verb("due")
async def choose_due(turn: Turn, arguments: Arguments) -> Reply | None:
    """A chip under "when"."""
    gathered = _gathered(turn, arguments, ASK_WHEN)
    if gathered is None:
        return _over(turn)
    return await _record(turn, gathered, arguments.text())


@verbs.flow(FLOW)
async def take_answer(turn: Turn) -> Reply | None:
    """A typed answer to the question that is open."""
    gathered = _read_dialog(turn)
    if gathered is None:
        turn.set_dialog(None)
        return _over(turn)
    step = turn.dialog.step if turn.dialog is not None else ""
    if step == ASK_WHO:
        return _ask_text(turn, gathered.kind, who=turn.said, chosen=None)
    if step == ASK_WHEN:
        return await _record(turn, gathered, turn.said)
    message_id = turn.message.message_id if turn.message is not None else None
    told = _Gathered(gathered.kind, gathered.who, gathered.chosen, turn.said, message_id)
    return await _after_text(turn, told)


# -- questions --------------------------------------------------------------------------------------------------


async def _ask_who(turn: Turn, kind: InteractionType) -> Reply:
    turn.set_dialog(DialogState(FLOW, ASK_WHO, {KIND: kind.value}))
    chips = [*await _recent_people(turn, kind), *await _agenda_people(turn, kind)]
    asked = turn._("Who with? Choose, or type a name, a company, a phone.")
    return Say(_question(turn, kind, asked), (*rows(chips), _way_on(turn, "with", kind)))


async def _recent_people(turn: Turn, kind: InteractionType) -> list[Button]:
    people = await turn.services.views.recent_people(turn.caller, RECENT_PEOPLE)
    return [
        act(f"{one.name}, {one.partner}" if one.partner else one.name, "with", kind.value, f"c{one.id}")
        for one in people
    ]


async def _agenda_people(turn: Turn, kind: InteractionType) -> list[Button]:
    agenda = await turn.services.agenda_views.agenda(turn.caller, length=1)
    planned = [row for day in agenda.days for row in day.rows if row.who]
    return [
        act(f"{TYPE_SIGNS[row.type]} {', '.join(row.who)}", "with", kind.value, f"i{row.id}")
        for row in planned[:AGENDA_PEOPLE]
    ]


def _ask_text(turn: Turn, kind: InteractionType, *, who: str, chosen: Ref | None) -> Reply:
    data = {KIND: kind.value, WHO: who, CHOSEN: str(chosen or "")}
    turn.set_dialog(DialogState(FLOW, ASK_TEXT, data))
    asked = turn._("What is it about?") if kind is InteractionType.PLANNED else turn._("What was said?")
    hint = turn._("Type it, or skip.")
    return Say(_question(turn, kind, f"{asked} {hint}"), (_way_on(turn, "told", kind),))


async def _after_text(turn: Turn, gathered: _Gathered) -> Reply | None:
    if gathered.kind is not InteractionType.PLANNED:
        return await _record(turn, gathered, "")
    data = {
        KIND: gathered.kind.value,
        WHO: gathered.who,
        CHOSEN: str(gathered.chosen or ""),
        TEXT: gathered.text,
        MESSAGE: gathered.message_id,
    }
    turn.set_dialog(DialogState(FLOW, ASK_WHEN, data))
    chips = [act(turn._(label), "due", gathered.kind.value, time) for label, time in DUE_CHIPS]
    asked = turn._("When? Choose, or type it: Friday 15:00, 1 December.")
    return Say(_question(turn, gathered.kind, asked), (*rows(chips), (act(turn._(CANCEL), "cancel"),)))


def _question(turn: Turn, kind: InteractionType, asked: str) -> Html:
    return lines(bold(esc(f"{TYPE_SIGNS[kind]} {turn._(TYPE_NAMES[kind])}")), esc(asked))


def _way_on(turn: Turn, verb: str, kind: InteractionType) -> Row:
    return act(turn._("Skip"), verb, kind.value), act(turn._(CANCEL), "cancel")


# -- answers ----------------------------------------------------------------------------------------------------


def _read_dialog(turn: Turn) -> _Gathered | None:
    """What the open dialog has gathered; None when another one is open, or none."""
    data = turn.answers
    if turn.flow != FLOW or data.get(KIND) not in set(InteractionType):
        return None
    message_id = data.get(MESSAGE)
    return _Gathered(
        kind=InteractionType(str(data[KIND])),
        who=str(data.get(WHO, "")),
        chosen=Ref.parse(str(data.get(CHOSEN, ""))),
        text=str(data.get(TEXT, "")),
        message_id=message_id if isinstance(message_id, int) else None,
    )


def _gathered(turn: Turn, arguments: Arguments, step: str) -> _Gathered | None:
    """What the dialog has gathered, if it is the one and the step that a button belongs to."""
    kind = arguments.word()
    found = _read_dialog(turn)
    is_open = turn.dialog is not None and turn.dialog.step == step
    return found if found is not None and is_open and found.kind == kind else None


def _over(turn: Turn) -> Reply:
    return Toast(turn._("This question has been answered or cancelled. Nothing was changed."))


async def _record(turn: Turn, gathered: _Gathered, due: str) -> Reply | None:
    """Record what was gathered; the text's own message is the one whose edits are followed."""
    is_plan = gathered.kind is InteractionType.PLANNED
    draft = InteractionDraft(
        type=gathered.kind,
        state=InteractionState.PLANNED if is_plan else InteractionState.DONE,
        when=read_ahead(turn, due) if is_plan else None,
    )
    people = await _read_who(turn, gathered)
    if gathered.message_id is not None:
        turn.caller.origin.message = (turn.chat_id, gathered.message_id)
    elif not gathered.text:
        turn.caller.origin.message = None
    turn.set_dialog(None)
    await record_answers(turn, draft, people, gathered.text)
    return None


async def _read_who(turn: Turn, gathered: _Gathered) -> tuple[ParticipantDraft, ...]:
    chosen = gathered.chosen
    if chosen is None:
        return read_people(gathered.who, "", turn.user.country) if gathered.who.strip() else ()
    return await READERS[chosen.kind](turn, chosen.id)


async def _read_contact(turn: Turn, contact_id: int) -> tuple[ParticipantDraft, ...]:
    card = await turn.services.views.contact_card(turn.caller, ContactId(contact_id))
    return (ParticipantDraft(card.name, contact_id=ContactId(card.id)),)


async def _read_plan(turn: Turn, interaction_id: int) -> tuple[ParticipantDraft, ...]:
    card = await turn.services.views.interaction_card(turn.caller, InteractionId(interaction_id))
    return outside_people(card)


READERS: dict[RefKind, Callable[[Turn, int], Awaitable[tuple[ParticipantDraft, ...]]]] = {
    RefKind.CONTACT: _read_contact,
    RefKind.INTERACTION: _read_plan,
}
"""Who a chip stands for, by the kind of its reference."""
