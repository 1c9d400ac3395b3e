"""Where a deal stands: the stages of its kind, their tasks, what holds it, its way so far (domain.md D2, D3)."""

from collections.abc import Sequence

from bot.html import Html, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, numbered
from bot.screens.deal_facts import field_button
from bot.screens.deal_lines import load_deal, of_deal
from bot.screens.interaction_care import kind_buttons
from bot.screens.listing import back_row, numbered_lines
from bot.screens.stage_lines import is_moving, lack_words, next_mark, span_word, stage_bar, task_line
from bot.screens.subject_lines import TITLE_LIMIT
from core.enums import DealKindType, FunctionalOption, InteractionState, LackType
from core.queries.deal_card import DealCard, DealTaskRow, StageMark, StagePlace
from core.queries.deal_views import StayView
from core.rules.deal_outcomes import REOPENERS
from core.values import DealId, Lack

screens = ScreenTable()

STAGES = FunctionalOption.DEAL_MANAGEMENT
NAME_LIMIT = 40
STAYS_LIMIT = 12


def move_button(card: DealCard, mark: StageMark, label: str) -> Button:
    """Moves to a stage; it names the stage that was shown, so that of two who move one deal the second is told."""
    current = card.process.current
    return act(
        label, "stage_to", f"d{card.id}", mark.stage_id, current.stage_id if current is not None else 0
    )


def next_button(card: DealCard) -> Button | None:
    """One tap to the next stage; None where there is none to go to."""
    mark = next_mark(card)
    return move_button(card, mark, f"→ {mark.name}") if mark is not None else None


@screens.screen("deal_stages", option=STAGES)
async def show_stages(reader: Reader, address: Address) -> Screen:
    """All stages of the kind, and how long the deal stayed in each."""
    card = await load_deal(reader, address)
    stays = await reader.services.deal_views.stays(reader.caller, DealId(card.id))
    buttons = [
        move_button(card, one, ("→ " if one.place is StagePlace.AHEAD else "← ") + one.name)
        for one in card.process.stages
        if one.place is not StagePlace.CURRENT and is_moving(card)
    ]
    keyboard, choices = numbered(buttons)
    text = lines(
        of_deal(card, reader._("📶 Stages of <b>{title}</b> /{ref}")),
        stage_bar(reader, card),
        *(_stay_line(reader, one) for one in stays[-STAYS_LIMIT:]),
        None if card.process.stages else esc(reader._("Deals of this kind have no stages.")),
    )
    tasks = (go(reader._("☑️ Tasks"), f"deal_tasks:{card.id}"),) if card.process.tasks else ()
    return Screen(text, (*keyboard, tasks, back_row(reader, f"d{card.id}")), choices)


def _stay_line(reader: Reader, stay: StayView) -> Html:
    forced = fill(reader._("“{reason}”"), reason=esc(stay.override_reason)) if stay.override_reason else None
    return join(
        " · ",
        esc(stay.stage),
        reader.when(stay.entered_at),
        esc(shorten(stay.by, NAME_LIMIT)) if stay.by is not None else None,
        _worked(reader, stay),
        forced,
    )


def _worked(reader: Reader, stay: StayView) -> Html:
    """How long it stayed, in working time."""
    return fill(reader._("{time} of work"), time=esc(span_word(reader, stay.worked)))


@screens.screen("deal_tasks", option=STAGES)
async def show_tasks(reader: Reader, address: Address) -> Screen:
    """The tasks of the stage where the deal stands; a tap does one."""
    card = await load_deal(reader, address)
    open_ones = [one for one in card.process.tasks if one.state is not InteractionState.DONE or one.deleted]
    keyboard, choices = numbered(
        [_do_task(card, one.interaction_id, one.text, 0, renew=_is_gone(one)) for one in open_ones]
    )
    text = lines(
        of_deal(card, reader._("☑️ Tasks of the stage in <b>{title}</b> /{ref}")),
        stage_bar(reader, card),
        *(task_line(reader, one) for one in card.process.tasks),
        None if card.process.tasks else esc(reader._("This stage has no tasks.")),
    )
    ahead = next_button(card)
    return Screen(
        text, (*keyboard, (ahead,) if ahead is not None else (), back_row(reader, f"d{card.id}")), choices
    )


def _is_gone(task: DealTaskRow | None) -> bool:
    return task is not None and (task.deleted or task.state is InteractionState.CANCELLED)


def _do_task(card: DealCard, interaction_id: int, text: str, target: int, *, renew: bool) -> Button:
    """Does a task, or plans it again where it was dropped; `target` is the stage that it leads on to."""
    if renew:
        return act(f"🔁 {text}", "task_renew", f"d{card.id}", f"i{interaction_id}", target)
    return act(f"✅ {text}", "task_done", f"d{card.id}", f"i{interaction_id}", target)


@screens.screen("task_kind", option=STAGES)
async def show_task_kinds(reader: Reader, address: Address) -> Screen:
    """``task_kind:3:5:7``: what a task that was planned without a kind turned out to be."""
    card = await load_deal(reader, address)
    interaction_id, target = address.number(1), address.number(2, default=0)
    task = next((one for one in card.process.tasks if one.interaction_id == interaction_id), None)
    buttons = kind_buttons(reader, "task_done", f"d{card.id}", f"i{interaction_id}", target)
    keyboard, choices = numbered(buttons)
    text = fill(
        reader._("“{task}”: what was it?"),
        task=esc(shorten(task.text if task is not None else "", TITLE_LIMIT)),
    )
    return Screen(text, (*keyboard, back_row(reader, back_of(card.id, target))), choices)


def back_of(deal_id: int, target: int) -> str:
    """Where a task leads back to: what holds the deal, or the tasks."""
    return f"deal_stop:{deal_id}:{target}" if target else f"deal_tasks:{deal_id}"


@screens.screen("deal_stop", option=STAGES)
async def show_what_holds(reader: Reader, address: Address) -> Screen:
    """``deal_stop:3:7``: what is missing before the deal goes on to stage 7, each with a button to do it."""
    card = await load_deal(reader, address)
    target = next((one for one in card.process.stages if one.stage_id == address.number(1, default=0)), None)
    current = card.process.current
    if target is None or current is None or target.stage_id == current.stage_id:
        return await show_stages(reader, address)
    lacks = _lacks_to(card, target)
    keyboard, choices = numbered([_remedy(reader, card, one, target) for one in lacks])
    text = lines(
        _stop_title(reader, card, current, held=bool(lacks)),
        *numbered_lines([esc(lack_words(reader, one)) for one in lacks]),
        None
        if not lacks or reader.user.role in REOPENERS
        else esc(reader._("A manager can let it go on all the same.")),
    )
    onward = [move_button(card, target, f"→ {target.name}")]
    if lacks and reader.user.role in REOPENERS:
        onward.append(act(reader._("⏩ Go on all the same…"), "override", f"d{card.id}", target.stage_id))
    return Screen(text, (*keyboard, tuple(onward), back_row(reader, f"d{card.id}")), choices)


def _lacks_to(card: DealCard, target: StageMark) -> Sequence[Lack]:
    if card.kind_type is not DealKindType.PROCESS:
        return ()
    ahead = next_mark(card)
    if ahead is not None and ahead.stage_id == target.stage_id:
        return card.process.lacks
    order = Lack(LackType.ORDER, text=ahead.name if ahead is not None else None)
    return (order, *card.process.lacks)


def _stop_title(reader: Reader, card: DealCard, current: StageMark, *, held: bool) -> Html:
    message = (
        reader._("⛔ Not moved. “{stage}” of <b>{title}</b> /{ref} still asks for:")
        if held
        else reader._("✅ “{stage}” of <b>{title}</b> /{ref} asks for nothing more.")
    )
    return of_deal(card, message, stage=esc(shorten(current.name, NAME_LIMIT)))


def _remedy(reader: Reader, card: DealCard, lack: Lack, target: StageMark) -> Button:
    """What a tap can do about something that is missing."""
    match lack.type:
        case LackType.TASK if lack.interaction_id is not None:
            task = next(
                (one for one in card.process.tasks if one.interaction_id == lack.interaction_id), None
            )
            return _do_task(card, lack.interaction_id, lack.text or "", target.stage_id, renew=_is_gone(task))
        case LackType.FIELD:
            return _fill_field(reader, card, lack)
        case LackType.ORDER:
            return next_button(card) or go(reader._("📶 Stages"), f"deal_stages:{card.id}")
        case LackType.ROLE:
            return go(f"👥 {lack.role or ''}", f"deal_people:{card.id}")
    latest = card.subject.recent[0] if card.subject.recent else None
    if latest is None or reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return go(reader._("👥 People"), f"deal_people:{card.id}")
    return go(reader._("🗓 Next step"), f"next:{latest.id}")


def _fill_field(reader: Reader, card: DealCard, lack: Lack) -> Button:
    label = f"✏️ {lack_words(reader, lack)}"
    if lack.field == "demand":
        return go(label, f"deal_demand:{card.id}")
    if lack.field == "committed_on":
        return go(label, f"deal_end:{card.id}")
    return field_button(card, lack.field or "", label)
