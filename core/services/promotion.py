"""Making a deal, claim or marketing event of a chain, or attaching the chain to an existing one (domain.md S6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.enums import FunctionalOption, LinkReason, SubjectKind
from core.errors import Invalid, NotFound, PartnerAmbiguous
from core.models import Contact, Deal, Interaction, Subject
from core.queries.promotion import RoleCandidate, list_role_candidates, load_proposal
from core.repositories import access, subjects
from core.repositories.options import require_option
from core.rules.subjects import People, Scope, decide_promotion
from core.rules.titles import title_of
from core.services import subject_moves
from core.services.currencies import get_currency
from core.services.deal_demand import DemandDraft, add_row
from core.services.deal_edits import read_amount
from core.services.deal_moves import enter_first
from core.services.deal_opening import choose_kind, create_deal, create_subject
from core.services.deals import give_role
from core.services.subject_people import find_partners, gather_people, join_participants, join_team
from core.services.subjects import check_target, find_target, refuse_leaving
from core.services.work import Work, Works
from core.values import Caller, ContactId, InteractionId, Ref, RefKind


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
        amount: The latest sum that was spoken of; None: none was.
        currency: Its currency if that was said.
        amount_from_id: The interaction that names it.
        demand: What was asked for, in the words of the first interaction; empty: nothing to go by.
        candidates: The contacts among the people: who may get a role.
    """

    kind: SubjectKind
    title: str
    partner_ids: tuple[ContactId, ...]
    interactions: int
    people: tuple[str, ...] = field(default=())
    team: tuple[int, ...] = field(default=())
    amount: Decimal | None = None
    currency: str | None = None
    amount_from_id: int | None = None
    demand: str = ""
    candidates: tuple[RoleCandidate, ...] = ()


@dataclass(frozen=True, slots=True)
class DealTerms:
    """What is said of a deal when it is made; whatever is not stays open.

    Attributes:
        kind_id: Its kind; None: the default one.
        amount: Its potential, as people write sums.
        currency: None: the organisation's.
        demand: What was asked for first.
        roles: The parts that contacts have, by name of the list or in own words.
    """

    kind_id: int | None = None
    amount: str | None = None
    currency: str | None = None
    demand: str | None = None
    roles: Mapping[ContactId, str] = field(default_factory=dict)


class Promotion:
    """Promotes chains, one transaction and one audit step each; undone as one step."""

    def __init__(self, works: Works, *, currency: str) -> None:
        self._works = works
        self._currency = currency

    async def preview(
        self, caller: Caller, interaction_id: InteractionId, kind: SubjectKind
    ) -> PromotionPreview:
        """What `promote` would make; changes nothing.

        Raises as `promote`, except `PartnerAmbiguous`.
        """
        async with self._works.database.reading() as session:
            work = Work(session, self._works.clock.now(), caller, "preview")
            source = await _load_source(work, interaction_id, kind)
            people = await gather_people(work, source=source.chain, interaction=source.interaction)
            partners = await find_partners(work, people)
            proposal = await load_proposal(
                session,
                subject_id=source.chain.id if source.chain is not None else None,
                interaction=source.interaction,
                head=await _load_head(work, source),
            )
            known = [one.contact_id for one in people.participants if one.contact_id is not None]
            return PromotionPreview(
                kind=kind,
                title=await _propose_title(work, source),
                partner_ids=tuple(ContactId(one) for one in partners),
                interactions=source.subject.interactions if source.chain is not None else 1,
                people=tuple(one.presentation for one in people.participants),
                team=people.team,
                amount=proposal.amount,
                currency=proposal.currency,
                amount_from_id=proposal.shown_by_id,
                demand=proposal.demand,
                candidates=await list_role_candidates(session, known),
            )

    async def promote(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        kind: SubjectKind,
        *,
        title: str | None = None,
        partner_id: ContactId | None = None,
        terms: DealTerms | None = None,
    ) -> Ref:
        """Make a deal, claim or event of an interaction's chain, or of the interaction alone if its subject is real.

        Args:
            caller: Who does it; becomes responsible and joins the team.
            interaction_id: One of the chain.
            kind: DEAL, CLAIM or EVENT.
            title: None takes the chain's.
            partner_id: Settles which of several partners a deal is with.
            terms: What else is known of a deal.

        Returns:
            The reference of the deal, or of the subject for a claim or event.

        Raises:
            NotFound: No such interaction (or partner, or contact with a role) for the caller.
            OptionOff: Deals are switched off.
            PartnerAmbiguous: Several partners take part and none was named.
            SubjectClosed: It belongs to a deal that was closed since.
            Invalid, AmountInvalid: The terms name no kind, currency or sum.
        """
        async with self._works.begin(caller, f"promote_{kind.value}") as work:
            source = await _load_source(work, interaction_id, kind)
            people = await gather_people(work, source=source.chain, interaction=source.interaction)
            partner = None
            if kind is SubjectKind.DEAL:
                partner = await _settle_partner(work, await find_partners(work, people), partner_id)
            subject = await create_subject(work, kind, title or await _propose_title(work, source))
            ref = Ref(RefKind.SUBJECT, subject.id)
            deal, deal_kind = None, None
            if kind is SubjectKind.DEAL:
                terms = terms or DealTerms()
                deal_kind = await choose_kind(work, terms.kind_id)
                deal = await create_deal(
                    work,
                    subject,
                    caller,
                    partner_id=partner,
                    currency=await self._read_currency(work, terms),
                    kind=deal_kind,
                )
                ref = Ref(RefKind.DEAL, deal.id)
            await _move_into(work, source, subject, people)
            await join_team(work, subject, [caller.user_id])
            if deal is not None and deal_kind is not None and terms is not None:
                await _settle_terms(work, deal, source, terms)
                await enter_first(work, deal, deal_kind)
            work.confirm(ref, note="promoted")
            return ref

    async def _read_currency(self, work: Work, terms: DealTerms) -> str:
        if terms.currency is None:
            return self._currency
        return (await get_currency(work, terms.currency)).code

    async def attach(self, caller: Caller, interaction_id: InteractionId, target: Ref) -> Ref:
        """Give an interaction's chain to an existing deal, claim or event (domain.md S6).

        Returns:
            The target.

        Raises:
            NotFound: The interaction or the target is not there for the caller.
            Invalid: The target is no deal, claim or event.
            SubjectClosed: The target is closed.
        """
        async with self._works.begin(caller, "attach") as work:
            wanted = await find_target(work, target)
            if not wanted.kind.is_real:
                raise Invalid("subject", str(target))
            await check_target(work, wanted)
            source = await _load_source(work, interaction_id, wanted.kind)
            if source.subject.id != wanted.id:
                await _move_into(work, source, wanted)
            work.confirm(target, note="attached")
            return target


@dataclass(frozen=True, slots=True)
class _Source:
    """What is promoted: an interaction, its subject, and the chain that goes along (None: it goes alone)."""

    interaction: Interaction
    subject: Subject
    chain: Subject | None


async def _load_source(work: Work, interaction_id: InteractionId, kind: SubjectKind) -> _Source:
    if not kind.is_real:
        raise Invalid("kind", kind.value)
    if kind is SubjectKind.DEAL:
        await require_option(work.session, FunctionalOption.DEALS)
    interaction = await access.get_visible_interaction(work.session, work.caller, interaction_id)
    subject = await subjects.get_subject(work.session, interaction.subject_id)
    await refuse_leaving(work, interaction, subject)
    alone = decide_promotion(subjects.facts_of(subject)) is Scope.ALONE
    return _Source(interaction, subject, None if alone else subject)


async def _load_head(work: Work, source: _Source) -> Interaction:
    if source.chain is not None and source.chain.head_id is not None:
        return await work.session.get_one(Interaction, source.chain.head_id)
    return source.interaction


async def _propose_title(work: Work, source: _Source) -> str:
    head = await _load_head(work, source)
    return title_of(head.topic, head.goal or head.text)


async def _settle_partner(work: Work, candidates: tuple[int, ...], chosen: ContactId | None) -> int | None:
    if chosen is not None:
        contact = await work.session.get(Contact, chosen)
        if contact is None:
            raise NotFound(Ref(RefKind.CONTACT, chosen))
        return contact.id
    if len(candidates) > 1:
        raise PartnerAmbiguous(tuple(ContactId(one) for one in candidates))
    return candidates[0] if candidates else None


async def _move_into(work: Work, source: _Source, target: Subject, people: People | None = None) -> None:
    await join_participants(work, target, source=source.chain, interaction=source.interaction, people=people)
    if source.chain is not None:
        await subject_moves.move_chain(work, source.chain, target)
    else:
        await subject_moves.move_one(work, source.interaction, target, LinkReason.CHOSEN)


async def _settle_terms(work: Work, deal: Deal, source: _Source, terms: DealTerms) -> None:
    """Sum, demand and roles as they were said."""
    if terms.amount is not None:
        amount = await read_amount(work, deal.currency, terms.amount)
        work.change(deal, of=Ref(RefKind.DEAL, deal.id), amount=amount)
    await work.session.flush()
    if terms.demand is not None and terms.demand.strip():
        first = InteractionId(source.interaction.id)
        await add_row(work, deal, DemandDraft(terms.demand, amount=terms.amount, asked_in_id=first))
    for contact_id, role in terms.roles.items():
        await give_role(work, deal.subject_id, contact_id, role)
