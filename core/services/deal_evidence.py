"""Keeping which interaction a fact of a deal was taken from, until somebody says otherwise (pains.md 9)."""

from core.models import Deal, DealEvidence
from core.services.work import Work
from core.values import Ref, RefKind


async def remember_evidence(work: Work, deal: Deal, field: str, interaction_id: int) -> None:
    """Keep that a field was taken from an interaction."""
    of = Ref(RefKind.DEAL, deal.id)
    known = await work.session.get(DealEvidence, (deal.id, field))
    if known is not None:
        work.change(known, of=of, interaction_id=interaction_id)
        return
    await work.add(DealEvidence(deal_id=deal.id, field=field, interaction_id=interaction_id), of=of)


async def forget_evidence(work: Work, deal: Deal, field: str) -> None:
    """Somebody said what the field is: it is theirs from now on."""
    known = await work.session.get(DealEvidence, (deal.id, field))
    if known is not None:
        await work.remove(known, of=Ref(RefKind.DEAL, deal.id))


async def inherit_evidence(work: Work, keep: Deal, away: Deal, field: str) -> None:
    """A deal that takes a field of another has it from where that had it."""
    known = await work.session.get(DealEvidence, (away.id, field))
    if known is not None:
        await remember_evidence(work, keep, field, known.interaction_id)
