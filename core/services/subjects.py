"""Changing what an interaction is about (domain.md S2, S4)."""

from core.enums import FunctionalOption, LinkReason, SubjectKind, SubjectState
from core.errors import Invalid, SubjectClosed
from core.models import Interaction, Subject
from core.repositories import access, deals, subjects
from core.repositories.options import require_option
from core.rules.subjects import Scope, decide_move
from core.services import subject_moves
from core.services.subject_people import join_participants
from core.services.work import Work, Works
from core.values import Caller, InteractionId, Ref, RefKind


class Subjects:
    """Moves interactions between subjects by the chain rules."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def change(self, caller: Caller, interaction_id: InteractionId, target: Ref | None) -> Scope:
        """Change the subject of an interaction.

        Args:
            caller: Who does it.
            interaction_id: Whose subject.
            target: An interaction (then its subject is meant, domain.md S2), a subject, a deal, or None for
                "none".

        Returns:
            Who moved: nobody, this one alone, or its whole chain (domain.md S4).

        Raises:
            NotFound: The interaction or the target is not there for the caller.
            SubjectClosed: A closed deal takes nothing, and gives only what came after its closing (domain.md D1).
        """
        async with self._works.begin(caller, "change_subject") as work:
            interaction = await access.get_visible_interaction(work.session, caller, interaction_id)
            current = await subjects.get_subject(work.session, interaction.subject_id)
            wanted = None if target is None else await find_target(work, target)
            scope = await _carry_out(work, interaction, current, wanted)
            work.confirm(Ref(RefKind.INTERACTION, interaction.id), note=f"subject_{scope.value}")
            return scope


async def find_target(work: Work, target: Ref) -> Subject:
    """The subject that a reference stands for.

    Raises:
        NotFound: It is not there for the caller.
        Invalid: The reference is of a kind that nothing can be about.
    """
    caller = work.caller
    if target.kind is RefKind.INTERACTION:
        chosen = await access.get_visible_interaction(work.session, caller, target.id)
        return await subjects.get_subject(work.session, chosen.subject_id)
    if target.kind is RefKind.SUBJECT:
        return await access.get_visible_subject(work.session, caller, target.id)
    if target.kind is RefKind.DEAL:
        _, subject = await access.get_visible_deal(work.session, caller, target.id)
        return subject
    raise Invalid("subject", str(target))


async def _carry_out(work: Work, interaction: Interaction, current: Subject, wanted: Subject | None) -> Scope:
    move = decide_move(
        interaction.id, subjects.facts_of(current), None if wanted is None else subjects.facts_of(wanted)
    )
    if move.scope is Scope.NOTHING:
        return move.scope
    await refuse_leaving(work, interaction, current)
    if wanted is None:
        await subject_moves.leave_alone(work, interaction)
        return move.scope
    await check_target(work, wanted)
    if wanted.kind.is_real:
        whole = move.scope is Scope.CHAIN
        await join_participants(work, wanted, source=current if whole else None, interaction=interaction)
    if move.scope is Scope.CHAIN:
        await subject_moves.move_chain(work, current, wanted)
        _mark_chosen(work, interaction)
    else:
        await subject_moves.move_one(work, interaction, wanted, LinkReason.CHOSEN)
    return move.scope


def _mark_chosen(work: Work, interaction: Interaction) -> None:
    work.change(interaction, of=Ref(RefKind.INTERACTION, interaction.id), link_reason=LinkReason.CHOSEN)


async def check_target(work: Work, subject: Subject) -> None:
    """Refuse subjects that nothing can be moved into.

    Raises:
        SubjectClosed: It is closed, settled or over.
        OptionOff: It is a deal, and deals are switched off.
    """
    refuse_closed(subject)
    if subject.kind is SubjectKind.DEAL:
        await require_option(work.session, FunctionalOption.DEALS)


async def refuse_leaving(work: Work, interaction: Interaction, subject: Subject) -> None:
    """Refuse to take an interaction out of a closed deal, unless it came after the closing (domain.md D1, S7).

    Raises:
        SubjectClosed: It is part of what was closed.
    """
    if subject.kind is not SubjectKind.DEAL or subject.state is not SubjectState.CLOSED:
        return
    deal = await deals.find_deal_of_subject(work.session, subject.id)
    if deal is None or deal.closed_at is None or interaction.recorded_at <= deal.closed_at:
        raise SubjectClosed(Ref(RefKind.SUBJECT, subject.id))


def refuse_closed(subject: Subject) -> None:
    """Refuse to change what a closed deal consists of (domain.md D1).

    Raises:
        SubjectClosed: It is closed.
    """
    if subject.kind is SubjectKind.DEAL and subject.state is SubjectState.CLOSED:
        raise SubjectClosed(Ref(RefKind.SUBJECT, subject.id))
