"""What is proposed for a deal that is made of a chain, and what is said of it when it is made (domain.md S6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.enums import SubjectKind
from core.errors import NotFound
from core.models import Deal
from core.queries.deal_sources import EventChoice
from core.queries.promotion import (
    ProposedDemand,
    ProposedSum,
    RoleCandidate,
    find_first_with_partner,
)
from core.repositories import access
from core.services.deal_demand import DemandDraft, add_row
from core.services.deal_edits import read_amount
from core.services.deal_evidence import remember_evidence
from core.services.deal_roles import give_role
from core.services.event_sources import source_of_event
from core.services.work import Work
from core.values import ContactId, InteractionId, Ref, RefKind


@dataclass(frozen=True, slots=True)
class PromotionPreview:
    """What promoting an interaction would make.

    Attributes:
        kind: Deal, claim or event.
        title: Proposed from the chain.
        partner_ids: One: it is settled; several: the user is asked; none: it stays open.
        interactions: How many interactions move.
        people: Presentations of those who would take part.
        team: Users who would join the team.
        sum: The latest sum that was spoken of; None: none was.
        demand: What was asked for first; None: nothing to go by.
        event: The marketing event that it came from, as far as that is known.
        candidates: The contacts among the people: who may get a role.
    """

    kind: SubjectKind
    title: str
    partner_ids: tuple[ContactId, ...]
    interactions: int
    people: tuple[str, ...] = ()
    team: tuple[int, ...] = ()
    sum: ProposedSum | None = None
    demand: ProposedDemand | None = None
    event: EventChoice | None = None
    candidates: tuple[RoleCandidate, ...] = ()


@dataclass(frozen=True, slots=True)
class DealTerms:
    """What is said of a deal when it is made; whatever is not stays open.

    Attributes:
        kind_id: Its kind; None: the default one.
        amount: Its potential, as people write sums.
        currency: None: the organisation's.
        amount_from_id: The interaction that names the sum.
        demand: What was asked for first.
        asked_in_id: In which interaction; None: in the one that is promoted.
        asked_by_id: By whom.
        event_id: The marketing event that it came from.
        roles: The parts that contacts have, by name of the list or in own words.
    """

    kind_id: int | None = None
    amount: str | None = None
    currency: str | None = None
    amount_from_id: InteractionId | None = None
    demand: str | None = None
    asked_in_id: InteractionId | None = None
    asked_by_id: ContactId | None = None
    event_id: int | None = None
    roles: Mapping[ContactId, str] = field(default_factory=dict)


async def settle_terms(work: Work, deal: Deal, promoted_id: int, terms: DealTerms) -> None:
    """Sum, demand, source and roles as they were said, each with the interaction that it was taken from.

    Raises:
        AmountInvalid: The sum is none.
        NotFound: What they were taken from is not part of the deal, or there is no such event or contact.
        Invalid: The source is no marketing event.
    """
    of = Ref(RefKind.DEAL, deal.id)
    await work.session.flush()
    if terms.amount is not None:
        work.change(deal, of=of, amount=await read_amount(work, deal.currency, terms.amount))
        if terms.amount_from_id is not None:
            await _keep(work, deal, "amount", terms.amount_from_id)
    if terms.demand is not None and terms.demand.strip():
        draft = DemandDraft(
            terms.demand,
            amount=terms.amount,
            asked_by_id=terms.asked_by_id,
            asked_in_id=terms.asked_in_id or InteractionId(promoted_id),
        )
        await add_row(work, deal, draft)
    if terms.event_id is not None:
        work.change(deal, of=of, source_id=(await source_of_event(work, terms.event_id)).id)
    for contact_id, role in terms.roles.items():
        await give_role(work, deal.subject_id, contact_id, role)


async def keep_evidence(work: Work, deal: Deal, titled_by_id: int | None) -> None:
    """Remember which interactions title and partner of a new deal were taken from."""
    await work.session.flush()
    if titled_by_id is not None:
        await remember_evidence(work, deal, "title", titled_by_id)
    if deal.partner_id is not None:
        first_id = await find_first_with_partner(work.session, deal.subject_id, deal.partner_id)
        if first_id is not None:
            await remember_evidence(work, deal, "partner", first_id)


async def _keep(work: Work, deal: Deal, name: str, interaction_id: InteractionId) -> None:
    taken_from = await access.get_visible_interaction(work.session, work.caller, interaction_id)
    if taken_from.subject_id != deal.subject_id:
        raise NotFound(Ref(RefKind.INTERACTION, interaction_id))
    await remember_evidence(work, deal, name, taken_from.id)
