"""Making one deal of two, and two of one; either is one step to undo (issue of deals: several at once a client)."""

from collections.abc import Collection, Sequence

from core.enums import DealStatus, LinkReason, SubjectKind, SubjectState
from core.errors import Invalid, Missing, NotFound, StateForbids
from core.models import Deal, DemandRow, Interaction, Subject, SubjectParticipant
from core.repositories import access, deals, sales, subject_participants, subjects
from core.rules.positions import next_position
from core.services import subject_moves
from core.services.deal_evidence import inherit_evidence
from core.services.deal_moves import enter_first, leave
from core.services.deal_opening import create_deal, create_subject
from core.services.deals import get_open
from core.services.subject_people import join_participants, join_team
from core.services.work import Work, Works
from core.values import Caller, DealId, InteractionId, Ref, RefKind

MOST = 500
"""Interactions that leave for a new deal at once."""


class DealMerging:
    """Merges and splits deals."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def merge(self, caller: Caller, keep_id: DealId, away_id: DealId) -> None:
        """Give all that one deal has to another: interactions, people with their roles, team, demand.

        What the kept one says of itself stays; what it does not say, the other may. The other is shown no more:
        whoever opens it is told which deal it became part of.

        Raises:
            OptionOff: Deals are switched off.
            NotFound: One of them is not there for the caller.
            SubjectClosed: One of them is closed.
            StateForbids: The other is won or lost: that is no part of another deal.
            Invalid: They are the same, or in two currencies.
        """
        async with self._works.begin(caller, "merge_deals") as work:
            if keep_id == away_id:
                raise Invalid("deal", str(Ref(RefKind.DEAL, away_id)))
            keep, keep_subject = await get_open(work, keep_id)
            away, away_subject = await get_open(work, away_id)
            _check_mergeable(keep, away)
            await subject_moves.move_chain(work, away_subject, keep_subject)
            await _move_people(work, away_subject, keep_subject)
            await join_team(work, keep_subject, await subjects.list_team(work.session, away_subject.id))
            await _move_demand(work, away, keep)
            await _fill_gaps(work, keep, away)
            await leave(work, away)
            of = Ref(RefKind.DEAL, away.id)
            work.change(away, of=of, merged_into_id=keep.id)
            work.change(away_subject, of=Ref(RefKind.SUBJECT, away_subject.id), state=SubjectState.CLOSED)
            work.confirm(Ref(RefKind.DEAL, keep.id), note="deals_merged")

    async def split(
        self,
        caller: Caller,
        deal_id: DealId,
        interaction_ids: Sequence[InteractionId],
        title: str,
        *,
        kind_id: int | None = None,
        demand_ids: Collection[int] = (),
    ) -> DealId:
        """Make a new deal of some interactions and rows of demand of another, with the same partner and responsible.

        Args:
            caller: Who does it; joins the team.
            deal_id: The deal that they leave.
            interaction_ids: Which of its interactions.
            title: Of the new one.
            kind_id: Its kind; None: the kind of the old one.
            demand_ids: Which rows of its demand.

        Raises:
            OptionOff: Deals are switched off.
            NotFound: The deal, an interaction or a row of it is not there for the caller.
            SubjectClosed: The deal is closed.
            Missing: Nothing was chosen.
            Invalid: Too much was chosen, the title is empty or too long, or there is no such kind.
        """
        async with self._works.begin(caller, "split_deal") as work:
            deal, subject = await get_open(work, deal_id)
            moving = await _load_moving(work, subject, interaction_ids)
            rows = await _load_rows(work, deal, demand_ids)
            if not moving and not rows:
                raise Missing("interactions")
            kind = await sales.get_kind(
                work.session, kind_id if kind_id is not None else deal.kind_id, archived=kind_id is None
            )
            fresh = await create_subject(work, SubjectKind.DEAL, title)
            new = await create_deal(
                work,
                fresh,
                caller,
                partner_id=deal.partner_id,
                currency=deal.currency,
                kind=kind,
            )
            of = Ref(RefKind.DEAL, new.id)
            work.change(new, of=of, responsible_id=deal.responsible_id)
            for interaction in moving:
                await join_participants(work, fresh, source=None, interaction=interaction)
                await subject_moves.move_one(work, interaction, fresh, LinkReason.CHOSEN)
            await join_team(work, fresh, [caller.user_id, deal.responsible_id])
            for position, row in enumerate(rows):
                work.change(row, of=of, deal_id=new.id, position=position)
            await work.session.flush()
            await enter_first(work, new, kind)
            work.confirm(of, note="deal_split")
            return DealId(new.id)


def _check_mergeable(keep: Deal, away: Deal) -> None:
    if away.status is not DealStatus.IN_PROGRESS:
        raise StateForbids(Ref(RefKind.DEAL, away.id), away.status)
    has_sums = any(one is not None for one in (away.amount, away.agreed, away.cost))
    if has_sums and keep.currency != away.currency:
        raise Invalid("currency", away.currency)


async def _fill_gaps(work: Work, keep: Deal, away: Deal) -> None:
    """What the kept deal does not say of itself, the other does; sums are never added up unasked."""
    for name in ("partner_id", "source_id", "competitor_id", "amount", "agreed", "cost", "expected_close_on"):
        if getattr(keep, name) is None and getattr(away, name) is not None:
            work.change(keep, of=Ref(RefKind.DEAL, keep.id), **{name: getattr(away, name)})
            await inherit_evidence(work, keep, away, name.removesuffix("_id"))
    if away.opened_at < keep.opened_at:
        work.change(keep, of=Ref(RefKind.DEAL, keep.id), opened_at=away.opened_at)


async def _move_people(work: Work, source: Subject, target: Subject) -> None:
    """Contacts once each, with the role of the kept deal where it has one; the unlinked go along as they are."""
    known = {
        one.contact_id: one
        for one in await subject_participants.list_subject_participants(work.session, target.id)
        if one.contact_id is not None
    }
    of = Ref(RefKind.SUBJECT, target.id)
    for row in await subject_participants.list_subject_participants(work.session, source.id):
        other = known.get(row.contact_id) if row.contact_id is not None else None
        if other is None:
            work.change(row, of=of, subject_id=target.id)
        elif other.role_id is None and not other.role:
            _take_role(work, of, other, row)


def _take_role(work: Work, of: Ref, other: SubjectParticipant, row: SubjectParticipant) -> None:
    work.change(other, of=of, role_id=row.role_id, role=row.role)


async def _move_demand(work: Work, away: Deal, keep: Deal) -> None:
    position = next_position(await deals.list_demand(work.session, keep.id))
    for place, row in enumerate(await deals.list_demand(work.session, away.id)):
        work.change(row, of=Ref(RefKind.DEAL, keep.id), deal_id=keep.id, position=position + place)


async def _load_moving(
    work: Work, subject: Subject, interaction_ids: Sequence[InteractionId]
) -> list[Interaction]:
    if len(interaction_ids) > MOST:
        raise Invalid("interactions", str(len(interaction_ids)))
    found = []
    for one in dict.fromkeys(interaction_ids):
        interaction = await access.get_visible_interaction(work.session, work.caller, one)
        if interaction.subject_id != subject.id or await deals.is_stage_task(work.session, one):
            raise NotFound(Ref(RefKind.INTERACTION, one))
        found.append(interaction)
    return found


async def _load_rows(work: Work, deal: Deal, demand_ids: Collection[int]) -> list[DemandRow]:
    rows = {one.id: one for one in await deals.list_demand(work.session, deal.id)}
    for one in demand_ids:
        if one not in rows:
            raise NotFound(f"demand {one}")
    return [rows[one] for one in dict.fromkeys(demand_ids)]
