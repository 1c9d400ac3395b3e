"""A process of three stages for the chat's tests: the first asks for a task and a sum."""

from core.enums import DealKindType, InteractionType, StageRuleType
from core.services.deal_kinds import DealKinds
from core.services.kind_parts import StageRuleDraft
from core.services.work import Works

STAGES = ("Qualification", "Proposal", "Contract")


async def make_process(works: Works, *, kind: DealKindType = DealKindType.PROCESS) -> int:
    """A kind of deals, the default one from now on; returns its number."""
    kinds = DealKinds(works)
    kind_id = await kinds.add(None, "Project", kind, "advance received", STAGES)
    await kinds.make_default(None, kind_id)
    first, second, _ = (await kinds.get(kind_id)).stages
    await kinds.edit_stage(None, first.id, "probability", 10)
    await kinds.edit_stage(None, second.id, "probability", 50)
    await kinds.edit_stage(None, first.id, "expected_days", 5)
    await kinds.add_task(None, first.id, "Call the client", type=InteractionType.CALL)
    await kinds.add_rule(None, first.id, StageRuleDraft(StageRuleType.FIELD, field="amount"))
    return kind_id
