"""Care of an interaction: comment, tag, edit, delete, restore, hand over."""

from bot.asking import ask
from bot.capturing import frame_of
from bot.i18n import N_
from bot.texts.interaction_fields import FIELDS, field_of, plan_kind_of, value_of
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import InteractionState
from core.rules.time_words import read_when
from core.values import InteractionId, RefKind, UserId

verbs = VerbTable()

COMMENT_QUESTION = N_("What is to be noted?")
ANSWER_QUESTION = N_(
    "What is the answer? Letters cannot be sent from here yet: it is kept as a note on this letter, "
    "and nothing is sent."
)
TAG_QUESTION = N_("Which word? One, without blanks.")


@verbs.verb("comment", usage=N_("/comment i5 TEXT"))
async def add_comment(turn: Turn, arguments: Arguments) -> Reply | None:
    """Put a note on an interaction."""
    interaction_id = arguments.interaction()
    if not arguments:
        return ask(turn, "comment", f"i{interaction_id}", turn._(COMMENT_QUESTION))
    await turn.services.care.comment(turn.caller, interaction_id, arguments.text())
    return None


@verbs.verb("answer", usage=N_("/answer i5 TEXT"))
async def note_answer(turn: Turn, arguments: Arguments) -> Reply | None:
    """Note what is to be answered: letters cannot be written here yet, and nothing goes out."""
    interaction_id = arguments.interaction()
    if not arguments:
        return ask(turn, "answer", f"i{interaction_id}", turn._(ANSWER_QUESTION))
    await turn.services.care.comment(turn.caller, interaction_id, arguments.text())
    return None


@verbs.verb("tag", usage=N_("/tag i5 WORD"))
async def add_tag(turn: Turn, arguments: Arguments) -> Reply | None:
    """Put a word on an interaction."""
    interaction_id = arguments.interaction()
    if not arguments:
        return ask(turn, "tag", f"i{interaction_id}", turn._(TAG_QUESTION))
    await turn.services.care.tag(turn.caller, interaction_id, arguments.text())
    return None


@verbs.verb("untag", usage=N_("/untag i5 WORD"))
async def remove_tag(turn: Turn, arguments: Arguments) -> None:
    """Take a word off an interaction."""
    await turn.services.care.untag(turn.caller, arguments.interaction(), arguments.text())


@verbs.verb("edit", usage=N_("/edit i5 text TEXT"))
async def edit_field(turn: Turn, arguments: Arguments) -> Reply | None:
    """Change a field; without a value it is asked for, without a field they are shown."""
    interaction_id = arguments.interaction()
    if not arguments:
        return Show(f"edit:{interaction_id}")
    field = field_of(turn, arguments.word())
    if not arguments:
        question = turn._("The new value of “{field}”?").format(field=turn._(FIELDS[field]))
        return ask(turn, "edit", f"i{interaction_id} {field}", question)
    if field == "kind":
        kind = plan_kind_of(turn, arguments.text())
        await turn.services.plans.set_kind(turn.caller, interaction_id, kind)
    elif field == "when":
        await _set_time(turn, interaction_id, arguments.text())
    else:
        value = value_of(turn, field, arguments.text())
        await turn.services.care.edit(turn.caller, interaction_id, field, value)
    return None


async def _set_time(turn: Turn, interaction_id: InteractionId, text: str) -> None:
    """What is planned is moved, with its reminders; what happened is put right."""
    card = await turn.services.views.interaction_card(turn.caller, interaction_id)
    when = read_when(text, frame_of(turn, card.state))
    if card.state is InteractionState.PLANNED:
        await turn.services.plans.move(turn.caller, interaction_id, when)
    else:
        await turn.services.care.edit(turn.caller, interaction_id, "when", when)


@verbs.verb("delete", usage=N_("/delete i5"))
async def delete(turn: Turn, arguments: Arguments) -> None:
    """Hide an interaction; its card offers to restore it."""
    await turn.services.care.delete(turn.caller, arguments.interaction())


@verbs.verb("restore", usage=N_("/restore i5"))
async def restore(turn: Turn, arguments: Arguments) -> None:
    """Bring a deleted interaction back."""
    await turn.services.care.restore(turn.caller, arguments.interaction())


@verbs.verb("assign", usage=N_("/assign i5 u2"))
async def assign(turn: Turn, arguments: Arguments) -> Reply | None:
    """Make a colleague answer for an interaction, a deal, a contact or a chain."""
    ref = arguments.ref(RefKind.INTERACTION, RefKind.DEAL, RefKind.CONTACT, RefKind.SUBJECT)
    if not arguments:
        return Show(f"assign:{ref}")
    await turn.services.assignment.assign(turn.caller, ref, UserId(arguments.ref(RefKind.USER).id))
    return None


@verbs.variant("assign", RefKind.USER, usage=N_("/assign u3 u2"))
async def assign_overdue(turn: Turn, arguments: Arguments) -> Reply | None:
    """Make a colleague answer for all that is overdue of another."""
    ref = arguments.ref(RefKind.USER)
    if not arguments:
        return Show(f"assign:{ref}")
    receiver_id = UserId(arguments.ref(RefKind.USER).id)
    await turn.services.assignment.assign_overdue(turn.caller, UserId(ref.id), receiver_id)
    return None


verbs.question("comment", COMMENT_QUESTION)
verbs.question("answer", ANSWER_QUESTION)
verbs.question("tag", TAG_QUESTION)
verbs.question("edit", N_("The new value?"))
