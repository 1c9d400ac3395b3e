"""Buttons that act on a row of a list and leave the list where it is (conversation.md 1)."""

from bot.formats import format_clock
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Row, act, go
from core.enums import InteractionType
from core.errors import NotFound
from core.queries.rows import InteractionRow
from core.values import InteractionId

PLACE = "at"
"""The verb of such buttons: ``at:overdue.1:done:i5`` does what ``done:i5`` does, and shows the list again."""

JUST_DONE = "did"
"""The word of a list's address before the interaction that one of its buttons has just changed."""

ONE = "one"
"""Of a plan that repeats, this one alone."""

_DONE_LABELS = {InteractionType.MEETING: N_("✔️ Held"), InteractionType.CALL: N_("✔️ Reached")}
_NOBODY_LABELS = {InteractionType.MEETING: N_("📵 No-show"), InteractionType.CALL: N_("📵 Not reached")}


def in_list(text: str, here: str, verb: str, *arguments: object) -> Button:
    """A button that acts and then shows the list at `here` again."""
    return act(text, PLACE, here.replace(":", "."), verb, *arguments)


def place_of(word: str) -> str:
    """The address of the list that such a button names."""
    return word.replace(".", ":")


def outcome_buttons(reader: Reader, row: InteractionRow, here: str, number: int) -> Row:
    """What may have become of a plan: carried out, nobody there, tomorrow at the same hour."""
    ref, after = f"i{row.id}", f"{here}:{JUST_DONE}:{row.id}"
    nobody = _NOBODY_LABELS.get(row.type)
    clock = "" if row.due_on is not None else f" {format_clock(row.happened_at, reader.user.timezone)}"
    done = reader._(_DONE_LABELS.get(row.type, N_("✔️ Carried out")))
    return (
        go(f"{number}. {done}", f"done:{row.id}")
        if row.type is InteractionType.PLANNED
        else in_list(f"{number}. {done}", after, "done", ref),
        in_list(reader._("✖️ Cancelled"), after, "drop", ref, ONE)
        if nobody is None
        else in_list(reader._(nobody), after, "noshow", ref),
        in_list(reader._("⏭ Tomorrow"), after, "move", ref, ONE, f"tomorrow{clock}"),
    )


async def undo_after(reader: Reader, address: Address, here: str) -> Row:
    """The undo of what a button of the list has just done; empty at any other time."""
    words = address.words
    if JUST_DONE not in words[:-1]:
        return ()
    interaction_id = address.number(words.index(JUST_DONE) + 1, default=0)
    try:
        card = await reader.services.views.interaction_card(reader.caller, InteractionId(interaction_id))
    except NotFound:
        return ()
    if card.undo_step is None:
        return ()
    label = reader._("↩️ Undo {ref}").format(ref=f"/i{interaction_id}")
    return (in_list(label, here, "undo", card.undo_step),)
