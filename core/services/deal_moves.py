"""Entering and leaving stages inside a transaction that does more (domain.md D2, D3, O3).

One row a stay: who, when, from where. Entering a stage of a process plans its tasks for the responsible.
"""

from core.enums import DealKindType, FunctionalOption, InteractionState, LinkReason
from core.errors import StateForbids
from core.models import Deal, DealKind, DealStage, DealTask, Interaction, KindStage, StageTask, User
from core.repositories import deals, sales
from core.repositories.days_off import load_hours
from core.repositories.options import load_off
from core.rules.deal_stages import has_stages, probability_of
from core.rules.times import when_of_day
from core.rules.user_day import user_day
from core.rules.working_time import after_working_days
from core.services import planning
from core.services.capture import normalise
from core.services.plans import drop_in
from core.services.recording import Circumstances, OwnerDraft, record_interaction
from core.services.work import Work
from core.values import InteractionDraft, Ref, RefKind, SubjectId


async def is_managed(work: Work) -> bool:
    """Whether deal management is on."""
    return FunctionalOption.DEAL_MANAGEMENT not in await load_off(work.session)


async def enter_first(work: Work, deal: Deal, kind: DealKind) -> None:
    """Let a new deal begin in the first stage of its kind, where its kind has stages (domain.md O3)."""
    if not has_stages(kind.type, managed=True) or not await is_managed(work):
        return
    stages = await sales.list_kind_stages(work.session, [kind.id])
    if stages:
        await enter(work, deal, kind, stages[0][0])


async def enter(
    work: Work, deal: Deal, kind: DealKind, stage: KindStage, *, override: str | None = None
) -> None:
    """Let a deal leave the stage where it stands and enter another."""
    of = Ref(RefKind.DEAL, deal.id)
    left = await leave(work, deal) if deal.stage_id is not None else None
    stay = await _begin_stay(work, deal, stage.stage_id, left, override)
    work.change(deal, of=of, stage_id=stage.stage_id)
    _follow(work, deal, stage)
    await work.session.flush()
    if kind.type is DealKindType.PROCESS:
        for task in await sales.list_tasks(work.session, [stage.id]):
            await plan_task(work, deal, stay, task)


async def _begin_stay(
    work: Work, deal: Deal, stage_id: int, last: DealStage | None, override: str | None
) -> DealStage:
    """A stay never begins before the one before it ended, whatever the clock does."""
    stay = DealStage(
        deal_id=deal.id,
        stage_id=stage_id,
        from_stage_id=deal.stage_id,
        entered_at=work.now if last is None or last.left_at is None else max(work.now, last.left_at),
        entered_by=work.user_id,
        override_reason=override,
    )
    await work.add(stay, of=Ref(RefKind.DEAL, deal.id))
    return stay


async def leave(work: Work, deal: Deal) -> DealStage | None:
    """End the stay of a deal in its stage: it goes on, was lost, or is closed.

    Returns:
        The stay; the latest one where the deal is in no stage now; None: it never was in any.
    """
    stay = await deals.find_last_stay(work.session, deal.id)
    if stay is not None and stay.left_at is None:
        of = Ref(RefKind.DEAL, deal.id)
        work.change(stay, of=of, left_at=max(work.now, stay.entered_at))
        await work.session.flush()
    return stay


async def enter_again(work: Work, deal: Deal) -> None:
    """Let a deal that had ended go on in the stage where it stood; the time between counts for no stage."""
    if deal.stage_id is None or await deals.find_open_stay(work.session, deal.id) is not None:
        return
    last = await deals.find_last_stay(work.session, deal.id)
    of = Ref(RefKind.DEAL, deal.id)
    stay = await _begin_stay(work, deal, deal.stage_id, last, None)
    await work.session.flush()
    if last is not None:
        for task, _, _ in await deals.list_stay_tasks(work.session, last.id):
            work.change(task, of=of, stay_id=stay.id)


async def forget_first_stage(work: Work, deal: Deal) -> None:
    """Take a deal out of the stage that it began in, as if it never had; its tasks are dropped.

    Raises:
        StateForbids: It went on since, or something was done in the stage.
    """
    of = Ref(RefKind.DEAL, deal.id)
    stays = await deals.list_stays(work.session, deal.id)
    if len(stays) > 1:
        raise StateForbids(of, "started")
    for stay in stays:
        still_open = await deals.list_open_tasks(work.session, stay.id)
        for row, _, interaction in await deals.list_stay_tasks(work.session, stay.id):
            if interaction.state is InteractionState.DONE:
                raise StateForbids(of, "started")
            await work.remove(row, of=of)
        for interaction in still_open:
            await drop_in(work, interaction)
        await work.session.flush()
        await work.remove(stay, of=of)
    work.change(deal, of=of, stage_id=None)
    await work.session.flush()


async def follow_stage(work: Work, deal: Deal) -> None:
    """Let the probability be what outcome, hand or stage says (domain.md D3)."""
    stage = (
        await sales.find_kind_stage(work.session, deal.kind_id, deal.stage_id)
        if deal.stage_id is not None
        else None
    )
    _follow(work, deal, stage)


def _follow(work: Work, deal: Deal, stage: KindStage | None) -> None:
    probability = probability_of(
        deal.status,
        by_hand=deal.probability_by_hand,
        current=deal.probability,
        of_stage=stage.probability if stage is not None else None,
    )
    work.change(deal, of=Ref(RefKind.DEAL, deal.id), probability=probability)


async def plan_task(work: Work, deal: Deal, stay: DealStage, task: StageTask) -> Interaction:
    """Plan a task of a stage for the responsible, on a working day of theirs."""
    responsible = await work.session.get_one(User, deal.responsible_id)
    hours = await load_hours(work.session, responsible.id)
    day = after_working_days(user_day(work.now, hours.timezone), task.due_in_days, hours.days_off)
    interaction = await record_interaction(
        work,
        normalise(
            InteractionDraft(
                type=task.type,
                state=InteractionState.PLANNED,
                goal=task.text,
                subject_id=SubjectId(deal.subject_id),
                link_reason=LinkReason.RULE,
            )
        ),
        Circumstances(
            responsible_id=responsible.id,
            when=when_of_day(day, InteractionState.PLANNED, responsible.timezone, responsible.day_starts),
            owners=(OwnerDraft(responsible.id),),
            author_id=work.user_id,
            timezone=responsible.timezone,
        ),
    )
    await planning.add_default_reminder(work, interaction, responsible)
    await work.session.flush()
    await work.add(
        DealTask(interaction_id=interaction.id, stay_id=stay.id, task_id=task.id),
        of=Ref(RefKind.DEAL, deal.id),
    )
    return interaction
