"""Waiting for an answer to what we wrote, called or met about (pains.md 23)."""

from bot.capturing import outside_people
from bot.i18n import N_
from bot.texts.interaction_fields import result_of
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import Direction, FunctionalOption, InteractionType
from core.values import InteractionDraft, InteractionId

verbs = VerbTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
STOP = "stop"
STOP_WORDS = frozenset({STOP, "off", "no", "стоп", "нет", "хватит"})


@verbs.verb("followup", option=OTHER, usage=N_("/followup i5 [2 working days]"))
async def follow_up(turn: Turn, arguments: Arguments) -> Reply | None:
    """Be told if nobody answers in time; ``stop`` waits no longer."""
    interaction_id = arguments.interaction()
    if not arguments:
        return Show(f"followup:{interaction_id}")
    if arguments.rest.casefold() in STOP_WORDS:
        await turn.services.waits.stop(turn.caller, interaction_id)
        return None
    await turn.services.waits.follow_up(turn.caller, interaction_id, arguments.text())
    return None


@verbs.verb("called", option=OTHER, usage=N_("/called i5 [reached / not reached] [TEXT]"))
async def record_call(turn: Turn, arguments: Arguments) -> Reply | None:
    """Record the call that was just made to the people of an interaction; it continues what that is about."""
    interaction_id = arguments.interaction()
    if not arguments:
        return Show(f"callnow:{interaction_id}")
    result, text = result_of(turn, arguments.rest)
    card = await turn.services.views.interaction_card(turn.caller, interaction_id)
    draft = InteractionDraft(
        type=InteractionType.CALL,
        direction=Direction.OUT,
        result=result,
        text=text,
        participants=outside_people(card),
    )
    await turn.services.capture.record(turn.caller, draft, continues=InteractionId(card.id))
    return None


@verbs.verb("wrote", option=OTHER, usage=N_("/wrote i5 [TEXT]"))
async def record_message(turn: Turn, arguments: Arguments) -> None:
    """Record that the people of a message were written to once more, the same way; the waiting begins anew."""
    card = await turn.services.views.interaction_card(turn.caller, arguments.interaction())
    draft = InteractionDraft(
        type=card.type if card.type is InteractionType.EMAIL else InteractionType.SMS,
        direction=Direction.OUT,
        channel=card.channel,
        text=arguments.rest,
        participants=outside_people(card),
    )
    await turn.services.capture.record(turn.caller, draft, continues=InteractionId(card.id))


verbs.question("followup", N_("How long? For example: 2 working days, a week, Friday."))
