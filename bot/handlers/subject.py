"""What an interaction is about: changing it, ending claims and events (domain.md S4, S9)."""

from bot.errors import UsageWrong
from bot.i18n import N_
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.values import InteractionId, RefKind, SubjectId

verbs = VerbTable()

NONE_WORDS = frozenset({"none", "no", "-", "нет", "никакой", "ничего"})
TARGETS = (RefKind.INTERACTION, RefKind.SUBJECT, RefKind.DEAL)


@verbs.verb("subject", usage=N_("/subject i15 d3"))
async def change_subject(turn: Turn, arguments: Arguments) -> Reply | None:
    """Change what an interaction is about; without a target the likely ones are shown."""
    interaction_id = InteractionId(arguments.ref(RefKind.INTERACTION).id)
    if not arguments:
        return Show(f"belongs:{interaction_id}")
    target = None
    if arguments.peek().casefold() in NONE_WORDS:
        arguments.word()
    else:
        target = arguments.ref(*TARGETS)
    if arguments:
        raise UsageWrong
    await turn.services.subjects.change(turn.caller, interaction_id, target)
    return None


@verbs.verb("settle", usage=N_("/settle s7"))
async def settle(turn: Turn, arguments: Arguments) -> None:
    """Say that a claim is settled or an event over."""
    await turn.services.subject_states.settle(turn.caller, SubjectId(arguments.ref(RefKind.SUBJECT).id))


@verbs.verb("reopen", usage=N_("/reopen s7"))
async def reopen(turn: Turn, arguments: Arguments) -> None:
    """Say that a claim or event goes on after all; the subject of a deal stands for the deal."""
    subject_id = SubjectId(arguments.ref(RefKind.SUBJECT).id)
    deal_id = await turn.services.views.deal_of_subject(subject_id)
    if deal_id is not None:
        await turn.services.deals.reopen(turn.caller, deal_id)
        return
    await turn.services.subject_states.reopen(turn.caller, subject_id)
