"""One deal of two, and two of one; either is undone as one step."""

from bot.errors import UsageWrong
from bot.i18n import N_
from bot.turn import Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption
from core.errors import NotFound
from core.values import DealId, InteractionId, Ref, RefKind, SubjectId

verbs = VerbTable()

DEALS = FunctionalOption.DEALS
verbs.question("split", N_("What is the new deal called?"))


@verbs.verb("merge", option=DEALS, usage=N_("/merge d3 d5"))
async def merge(turn: Turn, arguments: Arguments) -> None:
    """Give all that the second deal has to the first."""
    keep = DealId(arguments.ref(RefKind.DEAL).id)
    away = arguments.ref(RefKind.DEAL, RefKind.SUBJECT, RefKind.INTERACTION)
    await turn.services.deal_merging.merge(turn.caller, keep, await _deal_of(turn, away))


async def _deal_of(turn: Turn, ref: Ref) -> DealId:
    """The deal that is meant: itself, by its subject, or by one of its interactions."""
    if ref.kind is RefKind.DEAL:
        return DealId(ref.id)
    subject_id = SubjectId(ref.id)
    if ref.kind is RefKind.INTERACTION:
        subject_id = await turn.services.views.subject_of(turn.caller, InteractionId(ref.id))
    found = await turn.services.views.deal_of_subject(subject_id)
    if found is None:
        raise NotFound(ref)
    return found


@verbs.verb("split", option=DEALS, usage=N_("/split d3 i5 i6 Title"))
async def split(turn: Turn, arguments: Arguments) -> None:
    """Make a deal of its own of some interactions of a deal."""
    deal_id = DealId(arguments.ref(RefKind.DEAL).id)
    moving = []
    while (one := arguments.optional_ref(RefKind.INTERACTION)) is not None:
        moving.append(InteractionId(one.id))
    if not moving:
        raise UsageWrong
    await turn.services.deal_merging.split(turn.caller, deal_id, moving, arguments.text())
