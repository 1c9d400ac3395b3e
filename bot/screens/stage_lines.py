"""Words for where a deal stands: the bar of stages, tasks, what is missing, how long it has been at rest."""

from datetime import timedelta

from bot.html import Html, esc, fill, join, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.texts.deal_fields import REQUIRABLE
from bot.texts.kinds import TYPE_NAMES
from core.enums import DealStatus, InteractionState, LackType
from core.queries.deal_card import DealCard, DealTaskRow, StageMark, StagePlace
from core.rules.deal_stages import RestEvent
from core.values import Lack

NAME_LIMIT = 40
TASK_LIMIT = 120
BAR_LIMIT = 12
"""Dots of a bar; longer ones are told in numbers."""

_STATES = {
    InteractionState.PLANNED: "☐",
    InteractionState.DONE: "☑",
    InteractionState.CANCELLED: "☒",
}
_RESTS = {
    RestEvent.INTERACTION: N_("⏳ At rest for {time}: no contact since {when}"),
    RestEvent.STAGE: N_("⏳ At rest for {time}: no contact since it came to this stage, {when}"),
    RestEvent.OPENED: N_("⏳ At rest for {time}: no contact since it was opened, {when}"),
}


def stage_bar(reader: Reader, card: DealCard) -> Html | None:
    """``●●○○ Proposal · 3 days (norm 5)``; None where the kind has no stages."""
    process = card.process
    if not process.stages:
        return None
    done = sum(one.place is not StagePlace.AHEAD for one in process.stages)
    total = len(process.stages)
    dots = "●" * done + "○" * (total - done) if total <= BAR_LIMIT else f"{done}/{total}"
    name = process.current.name if process.current is not None else reader._("no stage yet")
    text = fill("{dots} {name}", dots=esc(dots), name=esc(shorten(name, NAME_LIMIT)))
    return join(" · ", text, _time_in(reader, card))


def _time_in(reader: Reader, card: DealCard) -> Html | None:
    """How many working days it has been there, beside how many it should be."""
    days, current = card.process.days, card.process.current
    if days is None or current is None:
        return None
    if current.expected_days is None:
        return esc(day_count(reader, days)) if days else None
    if not days:
        return fill(reader._("norm {days}"), days=esc(day_count(reader, current.expected_days)))
    text = reader._("{days} (norm {norm})")
    return esc(text.format(days=day_count(reader, days), norm=current.expected_days))


def day_count(reader: Reader, days: int) -> str:
    """A number of days in words."""
    return reader.ngettext("{n} day", "{n} days", days).format(n=days)


def span_word(reader: Reader, span: timedelta) -> str:
    """A span of time by its largest unit: hours, or minutes below one."""
    hours = int(span.total_seconds() // 3600)
    if hours:
        return reader._("{n} h").format(n=hours)
    return reader._("{n} min").format(n=int(span.total_seconds() // 60))


def rest_line(reader: Reader, card: DealCard) -> Html | None:
    """For how long nothing has happened, and since what (pains.md 26); None while that is not too long."""
    rest = card.process.rest
    if rest is None or not rest.too_long:
        return None
    text = reader._(_RESTS[rest.event])
    return fill(text, time=esc(span_word(reader, rest.worked)), when=reader.when(rest.since))


def tasks_line(reader: Reader, card: DealCard) -> Html | None:
    """How many tasks of the stage are done; None for none."""
    tasks = card.process.tasks
    if not tasks or not is_moving(card):
        return None
    done = sum(one.state is InteractionState.DONE and not one.deleted for one in tasks)
    return esc(reader._("Tasks of the stage: {done} of {total} done").format(done=done, total=len(tasks)))


def task_line(reader: Reader, task: DealTaskRow) -> Html:
    """A task with its state, day and reference."""
    return join(
        " · ",
        fill(
            "{sign} {text}",
            sign=esc("☒" if task.deleted else _STATES[task.state]),
            text=esc(shorten(task.text, TASK_LIMIT)),
        ),
        reader.day(task.due_on) if task.due_on is not None else None,
        fill("/{ref}", ref=esc(f"i{task.interaction_id}")),
    )


def is_moving(card: DealCard) -> bool:
    """Whether a deal goes on through its stages: a won one does while obligations run (domain.md D1)."""
    return card.status is not DealStatus.LOST and card.closed_at is None


def next_mark(card: DealCard) -> StageMark | None:
    """The stage after the current one, the first where there is none; None at the end and for deals that are over."""
    if not is_moving(card):
        return None
    return next((one for one in card.process.stages if one.place is StagePlace.AHEAD), None)


def lack_words(reader: Reader, lack: Lack) -> str:
    """What is missing, in a few words."""
    match lack.type:
        case LackType.TASK:
            words = reader._("the task “{text}”").format(text=shorten(lack.text or "", TASK_LIMIT))
        case LackType.FIELD:
            words = reader._(REQUIRABLE.get(lack.field or "", lack.field or ""))
        case LackType.ROLE:
            words = reader._("somebody in the role “{role}”").format(role=lack.role)
        case LackType.CONTACT:
            words = _contact_words(reader, lack)
        case LackType.INTERACTION:
            name = reader._(TYPE_NAMES[lack.interaction_type]) if lack.interaction_type is not None else ""
            words = reader._("in this stage: {type}").format(type=name)
        case LackType.ORDER if lack.text is None:
            words = reader._("this process goes forward only")
        case LackType.ORDER:
            words = reader._("the next stage is “{stage}”").format(stage=lack.text)
    return words


def _contact_words(reader: Reader, lack: Lack) -> str:
    if lack.within_days is None:
        return reader._("a contact with “{role}”").format(role=lack.role)
    text = reader._("a contact with “{role}” within {days}")
    return text.format(role=lack.role, days=day_count(reader, lack.within_days))
