"""What an undone step may not leave of a deal that others have ended since (domain.md D1, D3)."""

from collections.abc import Collection

from core.enums import DealStatus
from core.errors import CannotUndo
from core.models import Deal
from core.repositories import deals
from core.rules.deal_outcomes import may_close
from core.services.work import Work
from core.values import Ref, RefKind


async def refuse_broken(work: Work, deal_ids: Collection[int]) -> None:
    """Refuse what would leave a closed deal in progress, or an ended one in a stage.

    Raises:
        CannotUndo: One of the deals would be left so; it is named.
    """
    for deal_id in deal_ids:
        deal = await work.session.get(Deal, deal_id)
        if deal is None:
            continue
        closed = deal.closed_at is not None
        ended = closed or deal.merged_into_id is not None or deal.status is DealStatus.LOST
        unfinished = closed and not may_close(deal.status)
        if unfinished or (ended and await deals.find_open_stay(work.session, deal.id) is not None):
            raise CannotUndo((str(Ref(RefKind.DEAL, deal.id)),))
