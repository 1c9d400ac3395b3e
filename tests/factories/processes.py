"""Kinds of deals with three stages, and deals in them."""

from dataclasses import dataclass

from core.enums import DealKindType, InteractionType, SalesList, StageRuleType
from core.models import DealTask
from core.services.deal_kinds import DealKinds
from core.services.kind_parts import StageRuleDraft
from core.services.sales_lists import SalesLists
from core.values import DealId, InteractionId
from tests.factories.core import Core

STAGES = ("Hello", "Offer", "Terms")


@dataclass(frozen=True)
class Processes:
    """A led kind and a free one, both of three stages; the led one asks for a call, then an amount and who decides."""

    led: int
    free: int
    plain: int
    decides: int
    stages: tuple[int, ...]


async def make_processes(core: Core) -> Processes:
    """Build them, committed."""
    kinds, lists = DealKinds(core.org.works), SalesLists(core.org.works)
    decides = await lists.add(None, SalesList.PERSON_ROLES, "decides")
    await lists.add(None, SalesList.PARTNER_ROLES, "client")
    await lists.add(None, SalesList.UNMET_REASONS, "Out of stock")
    await lists.add(None, SalesList.SOURCES, "Website")
    led = await kinds.add(None, "Led", DealKindType.PROCESS, "contract signed", STAGES)
    free = await kinds.add(None, "Free", DealKindType.MANUAL, "advance received", STAGES)
    hello, offer, _ = (await kinds.get(led)).stages
    await kinds.edit_stage(None, hello.id, "probability", 10)
    await kinds.edit_stage(None, hello.id, "rest_days", 2)
    await kinds.edit_stage(None, offer.id, "probability", 60)
    await kinds.add_task(None, hello.id, "Ask what is needed", type=InteractionType.CALL)
    await kinds.add_rule(None, offer.id, StageRuleDraft(StageRuleType.FIELD, field="amount"))
    await kinds.add_rule(None, offer.id, StageRuleDraft(StageRuleType.ROLE, role_id=decides))
    return Processes(
        led=led,
        free=free,
        plain=next(one.id for one in await kinds.list_kinds() if one.type is DealKindType.PLAIN),
        decides=decides,
        stages=tuple(one.stage_id for one in (await kinds.get(led)).stages),
    )


async def tasks_of(core: Core, deal_id: DealId) -> list[InteractionId]:
    """The tasks of the stage where a deal stands."""
    card = await core.views.deal_card(core.org.anna, deal_id)
    return [InteractionId(one.interaction_id) for one in card.process.tasks]


async def do_tasks(core: Core, deal_id: DealId) -> None:
    """Carry out every open task of the stage."""
    for one in await tasks_of(core, deal_id):
        assert (await core.row(DealTask, one)).interaction_id == one
        await core.plans.carry_out(core.org.anna, one)


async def stage_of(core: Core, deal_id: DealId) -> str | None:
    """The name of the stage where a deal stands."""
    current = (await core.views.deal_card(core.org.manager, deal_id)).process.current
    return current.name if current is not None else None
