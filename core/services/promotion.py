"""Making a deal, claim or marketing event of a chain, or attaching the chain to an existing one (domain.md S6)."""

from dataclasses import dataclass

from core.enums import FunctionalOption, LinkReason, SubjectKind
from core.errors import Invalid, NotFound, PartnerAmbiguous
from core.models import Contact, Interaction, Subject
from core.queries.deal_sources import propose_event
from core.queries.promotion import find_demand, find_sum, list_role_candidates
from core.repositories import access, subjects
from core.repositories.options import require_option
from core.rules.subjects import People, Scope, decide_promotion
from core.rules.titles import title_of
from core.services import subject_moves
from core.services.currencies import get_currency
from core.services.deal_moves import enter_first
from core.services.deal_opening import choose_kind, create_deal, create_subject
from core.services.promotion_terms import DealTerms, PromotionPreview, keep_evidence, settle_terms
from core.services.subject_people import find_partners, gather_people, join_participants, join_team
from core.services.subjects import check_target, find_target, refuse_leaving
from core.services.work import Work, Works
from core.values import Caller, ContactId, InteractionId, Ref, RefKind


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
            known = [one.contact_id for one in people.participants if one.contact_id is not None]
            viewer = await access.viewer_of(session, caller)
            chain_id = source.chain.id if source.chain is not None else None
            head = await _load_head(work, source)
            is_deal = kind is SubjectKind.DEAL
            return PromotionPreview(
                kind=kind,
                title=title_of(head.topic, head.goal or head.text),
                partner_ids=tuple(ContactId(one) for one in partners),
                interactions=source.subject.interactions if source.chain is not None else 1,
                people=tuple(one.presentation for one in people.participants),
                team=people.team,
                sum=await find_sum(session, chain_id, source.interaction, viewer) if is_deal else None,
                demand=await find_demand(session, chain_id, source.interaction, viewer) if is_deal else None,
                event=await propose_event(session, source.subject, known, viewer, head.happened_at)
                if is_deal
                else None,
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
            Invalid, AmountInvalid: The terms name no kind, currency, sum or marketing event.
        """
        async with self._works.begin(caller, f"promote_{kind.value}") as work:
            source = await _load_source(work, interaction_id, kind)
            people = await gather_people(work, source=source.chain, interaction=source.interaction)
            partner = None
            if kind is SubjectKind.DEAL:
                partner = await _settle_partner(work, await find_partners(work, people), partner_id)
            head = await _load_head(work, source)
            subject = await create_subject(work, kind, title or title_of(head.topic, head.goal or head.text))
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
                await settle_terms(work, deal, source.interaction.id, terms)
                await keep_evidence(work, deal, head.id if title is None else None)
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
