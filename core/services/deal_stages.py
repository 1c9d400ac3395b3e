"""Moving deals through the stages of their kind (domain.md D2, D3)."""

from core.enums import DealKindType, DealStatus, FunctionalOption, InteractionState, LackType
from core.errors import Invalid, Missing, NotFound, StageBlocked, StageChanged, StateForbids
from core.models import Deal, DealStage, DealTask, Interaction, Stage, StageTask, User
from core.queries.deal_lacks import load_lacks
from core.repositories import access, deals, sales
from core.repositories.options import require_option
from core.rules.deal_outcomes import REOPENERS
from core.rules.deal_stages import Step, decide_step, find_next
from core.services.deal_moves import enter, plan_task
from core.services.plans import drop_in
from core.services.work import Work, Works
from core.values import Caller, DealId, InteractionId, Lack, Ref, RefKind

NEXT = "next"
MAX_REASON = 500


class DealStages:
    """The way of deals through the stages."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def move(
        self, caller: Caller, deal_id: DealId, stage: str, *, seen: int | None = None, override: str = ""
    ) -> None:
        """Move a deal to another stage of its kind.

        A process goes on stage by stage, once the current one has all it asks for; a manager may say otherwise,
        with a reason, and tasks that were still open are then dropped.

        Args:
            caller: Who moves it.
            deal_id: Which deal.
            stage: The stage's name, its number, or ``next``.
            seen: The number of the stage that the caller was shown, 0 for none; None: they looked at nothing.
            override: A manager's reason for going on although something is missing; kept with the move.

        Raises:
            OptionOff: Deals or their management are switched off.
            NotFound: No such deal for the caller.
            SubjectClosed: It is closed.
            StateForbids: It is lost, or its kind is plain.
            StageChanged: It was moved since the caller looked.
            Invalid: Its kind has no such stage.
            StageBlocked: The current stage asks for more, or the order is not kept; it names what is missing.
        """
        async with self._works.begin(caller, "move_stage") as work:
            deal = await _get_managed(work, deal_id)
            order = await sales.list_kind_stages(work.session, [deal.kind_id])
            await _refuse_changed(work, deal, seen)
            target = _find_stage([one for _, one in order], deal.stage_id, stage)
            kind = await sales.get_kind(work.session, deal.kind_id, archived=True)
            step = decide_step(kind.type, [one.id for _, one in order], deal.stage_id, target.id)
            reason = None
            if step in {Step.CHECKED, Step.OUT_OF_ORDER}:
                reason = await self._pass(work, deal, [one for _, one in order], target, step, override)
            if step is not Step.NOTHING:
                asked = next(one for one, each in order if each.id == target.id)
                await enter(work, deal, kind, asked, override=reason)
            work.confirm(Ref(RefKind.DEAL, deal.id), note="stage_moved")

    async def _pass(
        self, work: Work, deal: Deal, order: list[Stage], target: Stage, step: Step, override: str
    ) -> str | None:
        """Let a deal leave its stage if that has all it asks for; else by a manager's word, which is returned."""
        stay = await deals.find_open_stay(work.session, deal.id)
        lacks: tuple[Lack, ...] = ()
        if stay is not None:
            lacks = await load_lacks(work.session, deal, stay, work.now)
        if step is Step.OUT_OF_ORDER:
            lacks = (_out_of_order(order, deal.stage_id), *lacks)
        if not lacks:
            return None
        may_override = work.caller is None or work.caller.role in REOPENERS
        reason = " ".join(override.split())
        if not (may_override and reason):
            current = await work.session.get(Stage, deal.stage_id) if deal.stage_id is not None else None
            raise StageBlocked(
                Ref(RefKind.DEAL, deal.id),
                current.name if current is not None else "",
                lacks,
                target=target.id,
                may_override=may_override,
            )
        if len(reason) > MAX_REASON:
            raise Invalid("reason", override)
        if stay is not None:
            await drop_open_tasks(work, stay)
        return reason

    async def renew_task(
        self, caller: Caller, deal_id: DealId, interaction_id: InteractionId
    ) -> InteractionId:
        """Plan a task of the stage again that was dropped or deleted.

        Raises:
            NotFound: No such deal for the caller, or no such task of its stage.
            StateForbids: The task is planned or done.
        """
        async with self._works.begin(caller, "renew_task") as work:
            deal = await _get_managed(work, deal_id)
            stay = await deals.find_open_stay(work.session, deal.id)
            row = await work.session.get(DealTask, interaction_id)
            if stay is None or row is None or row.stay_id != stay.id:
                raise NotFound(Ref(RefKind.INTERACTION, interaction_id))
            former = await work.session.get_one(Interaction, interaction_id)
            if former.deleted_at is None and former.state is not InteractionState.CANCELLED:
                raise StateForbids(Ref(RefKind.INTERACTION, interaction_id), former.state)
            task = await work.session.get_one(StageTask, row.task_id)
            of = Ref(RefKind.DEAL, deal.id)
            await work.remove(row, of=of)
            await work.session.flush()
            interaction = await plan_task(work, deal, stay, task)
            work.confirm(of, note="task_renewed")
            return InteractionId(interaction.id)


async def _get_managed(work: Work, deal_id: DealId) -> Deal:
    """A deal that moves through stages."""
    await require_option(work.session, FunctionalOption.DEALS)
    await require_option(work.session, FunctionalOption.DEAL_MANAGEMENT)
    deal, _ = await access.get_open_deal(work.session, work.caller, deal_id)
    of = Ref(RefKind.DEAL, deal.id)
    if deal.status is DealStatus.LOST:
        raise StateForbids(of, deal.status)
    kind = await sales.get_kind(work.session, deal.kind_id, archived=True)
    if kind.type is DealKindType.PLAIN:
        raise StateForbids(of, kind.type)
    return deal


async def _refuse_changed(work: Work, deal: Deal, seen: int | None) -> None:
    """Of two who move one deal, the second is told what the first did."""
    if seen is None or seen == (deal.stage_id or 0):
        return
    stay = await deals.find_last_stay(work.session, deal.id)
    stage = await work.session.get(Stage, deal.stage_id) if deal.stage_id is not None else None
    by = await work.session.get(User, stay.entered_by) if stay is not None and stay.entered_by else None
    raise StageChanged(
        Ref(RefKind.DEAL, deal.id),
        stage.name if stage is not None else None,
        by.name if by is not None else None,
        stay.entered_at if stay is not None else None,
    )


def _find_stage(stages: list[Stage], current: int | None, wanted: str) -> Stage:
    plain = wanted.strip()
    found = sales.named(stages, plain)
    if found is None and plain.casefold() == NEXT:
        next_id = find_next([one.id for one in stages], current)
        if next_id is None:
            raise Missing("next_stage")
        found = next(one for one in stages if one.id == next_id)
    if found is None and plain.isdecimal():
        found = next((one for one in stages if one.id == int(plain)), None)
    if not isinstance(found, Stage):
        raise Invalid("stage", wanted)
    return found


def _out_of_order(order: list[Stage], current: int | None) -> Lack:
    next_id = find_next([one.id for one in order], current)
    name = next((one.name for one in order if one.id == next_id), None)
    return Lack(LackType.ORDER, text=name)


async def drop_open_tasks(work: Work, stay: DealStage) -> None:
    """Drop the tasks of a stay that nobody did: the deal goes on without them."""
    for interaction in await deals.list_open_tasks(work.session, stay.id):
        await drop_in(work, interaction)
