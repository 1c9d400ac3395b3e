"""Finding where new interactions belong that continue nothing known (domain.md S8): many at once, a few statements.

What is decided goes into the draft before it is recorded, so that an interaction is born where it belongs and
a mailbox of a hundred thousand letters comes in as fast as before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.enums import LinkReason
from core.repositories import link_candidates
from core.repositories.access import Viewer, viewer_of
from core.repositories.participants import match_participants
from core.rules.links import NO_LINK, LinkDecision, decide_link, decide_old_letter
from core.rules.matching import Linked
from core.services.work import Work
from core.values import Caller, InteractionDraft, ParticipantDraft, SubjectId


@dataclass(frozen=True, slots=True)
class People:
    """The participants of something new, as far as they are known.

    Attributes:
        drafts: The participants, matched: those whose coordinates name a contact say so (domain.md P2).
        contact_ids: Those contacts that are no users of ours.
    """

    drafts: tuple[ParticipantDraft, ...]
    contact_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Something new that continues nothing known.

    Attributes:
        contact_ids: The external contacts it is with.
        happened_at: Its time.
        is_old: A letter older than the mailbox's adding.
    """

    contact_ids: frozenset[int]
    happened_at: datetime
    is_old: bool = False


async def recognise(work: Work, participants: Sequence[Sequence[ParticipantDraft]]) -> list[People]:
    """Whom the participants of each newcomer are known to be."""
    everybody = [draft for drafts in participants for draft in drafts]
    if not everybody:
        return [People((), frozenset()) for _ in participants]
    matches = await match_participants(work.session, everybody)
    named = [
        replace(
            draft,
            contact_id=match.contact_id if isinstance(match, Linked) else draft.contact_id,
            is_matched=True,
        )
        for draft, match in zip(everybody, matches, strict=True)
    ]
    linked = {one.contact_id for one in named if one.contact_id is not None}
    external = await link_candidates.list_external(work.session, linked)
    found = iter(named)
    people = []
    for drafts in participants:
        own = tuple(next(found) for _ in drafts)
        people.append(
            People(own, frozenset(one.contact_id for one in own if one.contact_id is not None) & external)
        )
    return people


async def find_links(
    work: Work, newcomers: Sequence[Newcomer | None], viewer: Viewer, *, but: int = 0
) -> list[LinkDecision]:
    """Where newcomers belong; no two of them share a contact, or they would be candidates for each other.

    Args:
        work: The transaction.
        newcomers: None for what belongs somewhere already.
        viewer: Whose eyes decide which candidates there are.
        but: A subject that is no candidate: the newcomer's own.
    """
    recent = [one for one in newcomers if one is not None and not one.is_old]
    old = [one for one in newcomers if one is not None and one.is_old]
    wanted = frozenset[int]().union(*(one.contact_ids for one in recent))
    candidates = await link_candidates.list_candidates(work.session, wanted, viewer) if wanted else []
    candidates = [one for one in candidates if one.subject_id != but]
    earlier = frozenset[int]().union(*(one.contact_ids for one in old))
    deals = await link_candidates.list_deals(work.session, earlier, viewer) if earlier else []
    decisions = []
    for one in newcomers:
        if one is None:
            decisions.append(NO_LINK)
        elif one.is_old:
            decisions.append(decide_old_letter(one.contact_ids, deals, one.happened_at))
        else:
            decisions.append(decide_link(one.contact_ids, candidates, work.now))
    return decisions


def linked(draft: InteractionDraft, decision: LinkDecision) -> InteractionDraft:
    """The draft with what was decided for it."""
    if decision.subject_id is None:
        return draft
    return replace(draft, subject_id=SubjectId(decision.subject_id), link_reason=LinkReason.SAME_CONTACT)


async def link_draft(
    work: Work, caller: Caller, draft: InteractionDraft
) -> tuple[InteractionDraft, LinkDecision]:
    """A person's own recording with the subject that it belongs to, unless it names one or what it continues.

    Returns:
        The draft as it is to be recorded, and what was decided: the candidates to ask about are the caller's.
    """
    if draft.subject_id is not None or draft.parent_id is not None or not draft.participants:
        return draft, NO_LINK
    (people,) = await recognise(work, [draft.participants])
    draft = replace(draft, participants=people.drafts)
    if not people.contact_ids:
        return draft, NO_LINK
    newcomer = Newcomer(people.contact_ids, work.now)
    (decision,) = await find_links(work, [newcomer], await viewer_of(work.session, caller))
    return linked(draft, decision), decision
