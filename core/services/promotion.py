"""Making a deal, claim or marketing event of a chain, or attaching the chain to an existing one (domain.md S6)."""

from dataclasses import dataclass, field

from core.enums import FunctionalOption, LinkReason, SubjectKind
from core.errors import Invalid, NotFound, PartnerAmbiguous
from core.models import Contact, Deal, Interaction, Subject
from core.repositories import access, sales, search, subjects
from core.repositories.options import require_option
from core.rules.subjects import Scope, decide_promotion
from core.rules.titles import title_of
from core.services import subject_moves
from core.services.subject_people import find_partners, gather_people, join_participants, join_team
from core.services.subjects import check_target, find_target, refuse_leaving
from core.services.work import Work, Works
from core.values import Caller, ContactId, InteractionId, Ref, RefKind

MAX_TITLE = 200


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
    """

    kind: SubjectKind
    title: str
    partner_ids: tuple[ContactId, ...]
    interactions: int
    people: tuple[str, ...] = field(default=())
    team: tuple[int, ...] = field(default=())


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
            return PromotionPreview(
                kind=kind,
                title=await _propose_title(work, source),
                partner_ids=tuple(ContactId(one) for one in partners),
                interactions=source.subject.interactions if source.chain is not None else 1,
                people=tuple(one.presentation for one in people.participants),
                team=people.team,
            )

    async def promote(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        kind: SubjectKind,
        *,
        title: str | None = None,
        partner_id: ContactId | None = None,
    ) -> Ref:
        """Make a deal, claim or event of an interaction's chain, or of the interaction alone if its subject is real.

        Args:
            caller: Who does it; becomes responsible and joins the team.
            interaction_id: One of the chain.
            kind: DEAL, CLAIM or EVENT.
            title: None takes the chain's.
            partner_id: Settles which of several partners a deal is with.

        Returns:
            The reference of the deal, or of the subject for a claim or event.

        Raises:
            NotFound: No such interaction (or partner) for the caller.
            OptionOff: Deals are switched off.
            PartnerAmbiguous: Several partners take part and none was named.
            SubjectClosed: It belongs to a deal that was closed since.
        """
        async with self._works.begin(caller, f"promote_{kind.value}") as work:
            source = await _load_source(work, interaction_id, kind)
            people = await gather_people(work, source=source.chain, interaction=source.interaction)
            partner = None
            if kind is SubjectKind.DEAL:
                partner = await _settle_partner(work, await find_partners(work, people), partner_id)
            subject = await create_subject(work, kind, title or await _propose_title(work, source))
            ref = Ref(RefKind.SUBJECT, subject.id)
            if kind is SubjectKind.DEAL:
                deal = await create_deal(work, subject, caller, partner_id=partner, currency=self._currency)
                ref = Ref(RefKind.DEAL, deal.id)
            await _move_into(work, source, subject)
            await join_team(work, subject, [caller.user_id])
            work.confirm(ref, note="promoted")
            return ref

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


async def _propose_title(work: Work, source: _Source) -> str:
    head = source.interaction
    if source.chain is not None and source.chain.head_id is not None:
        head = await work.session.get_one(Interaction, source.chain.head_id)
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


async def create_subject(work: Work, kind: SubjectKind, title: str) -> Subject:
    """A new deal's, claim's or event's subject, without interactions yet.

    Raises:
        Invalid: The title is empty or too long.
    """
    clean = title.strip()
    if not clean or len(clean) > MAX_TITLE:
        raise Invalid("title", title)
    subject = Subject(
        kind=kind,
        title=clean,
        author_id=work.user_id,
        created_at=work.now,
        interactions=0,
        unreviewed=0,
        planned=0,
    )
    await work.add(subject, of=None, note={"kind": kind, "title": clean})
    await work.session.flush()
    await search.index_subject(work.session, subject.id, (clean,))
    return subject


async def create_deal(
    work: Work, subject: Subject, caller: Caller, *, partner_id: int | None, currency: str
) -> Deal:
    """A new deal of the default kind behind a subject; the caller is responsible.

    Raises:
        Missing: The organisation has no kind of deal.
    """
    kind = await sales.get_default_kind(work.session)
    deal = Deal(
        subject_id=subject.id,
        partner_id=partner_id,
        kind_id=kind.id,
        responsible_id=caller.user_id,
        currency=currency,
        opened_at=work.now,
    )
    await work.add(deal, of=None, note={"subject_id": subject.id, "kind_id": kind.id})
    await work.session.flush()
    return deal


async def _move_into(work: Work, source: _Source, target: Subject) -> None:
    await join_participants(work, target, source=source.chain, interaction=source.interaction)
    if source.chain is not None:
        await subject_moves.move_chain(work, source.chain, target)
    else:
        await subject_moves.move_one(work, source.interaction, target, LinkReason.CHOSEN)
