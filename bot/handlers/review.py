"""Reviewed, to review again, put off (domain.md R)."""

import re

from bot.asking import ask
from bot.capturing import frame_of
from bot.i18n import N_
from bot.screens.interaction_buttons import DONE, INBOX
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption
from core.rules.time_words import read_when
from core.values import InteractionId, Ref

verbs = VerbTable()

REVIEW = FunctionalOption.REVIEW_FLAGS
QUESTION = N_("Until when? For example: tomorrow 9:00, Monday, in 2 hours, until answer, until i7.")
_EVENT = re.compile(
    r"(?:until (?:an? )?(?:answer|reply)|until (?:he|she|they) (?:answers?|repl(?:y|ies)|writes?)"
    r"|(?:пока не|до) (?:ответ(?:ит|ят|а)|напиш(?:ет|ут))|(?:until|до|после|after) (?P<ref>/?i[1-9][0-9]{0,17}))",
    re.IGNORECASE,
)
"""An event instead of a time: an answer, or the end of another interaction."""


def _go_on(turn: Turn, arguments: Arguments) -> tuple[str, InteractionId]:
    """Take the word that says "shown in the inbox", and the interaction.

    In the inbox what comes next there is wanted, not this card again; it offers to take the mark back.
    """
    where = arguments.word() if arguments.peek() == INBOX else ""
    interaction_id = arguments.interaction()
    if where:
        turn.then_show(f"{INBOX}:{DONE}:{interaction_id}")
    return where, interaction_id


@verbs.verb("reviewed", option=REVIEW, usage=N_("/reviewed i5"))
async def mark_reviewed(turn: Turn, arguments: Arguments) -> None:
    """It needs no more of the user's attention."""
    _, interaction_id = _go_on(turn, arguments)
    await turn.services.review.mark_reviewed(turn.caller, interaction_id)


@verbs.verb("unreviewed", option=REVIEW, usage=N_("/unreviewed i5"))
async def mark_unreviewed(turn: Turn, arguments: Arguments) -> None:
    """It is to be reviewed again; for outgoing mail and SMS: keep it on control."""
    _, interaction_id = _go_on(turn, arguments)
    await turn.services.review.mark_unreviewed(turn.caller, interaction_id)


@verbs.verb("snooze", option=REVIEW, usage=N_("/snooze i5 TIME, or until answer, or until i7"))
async def snooze(turn: Turn, arguments: Arguments) -> Reply | None:
    """Keep it off the list until a time; a day alone means its morning."""
    where, interaction_id = _go_on(turn, arguments)
    if not arguments:
        lead = f"{where} i{interaction_id}".strip()
        return ask(turn, "snooze", lead, turn._(QUESTION))
    event = _EVENT.fullmatch(arguments.rest.strip())
    if event is not None:
        await _snooze_until(turn, interaction_id, Ref.parse(event["ref"] or ""))
        return None
    until = read_when(arguments.text(), frame_of(turn))
    await turn.services.review.snooze(turn.caller, interaction_id, until.at)
    return None


async def _snooze_until(turn: Turn, interaction_id: InteractionId, other: Ref | None) -> None:
    """Keep it off the list until an answer, or until another interaction is over."""
    if other is None:
        await turn.services.review.snooze_until_answer(turn.caller, interaction_id)
    else:
        other_id = InteractionId(other.id)
        await turn.services.review.snooze_until_over(turn.caller, interaction_id, other_id)


@verbs.verb("inbox", option=REVIEW, usage=N_("/inbox"), menu=N_("What waits for a look"), menu_order=20)
async def show_inbox(_turn: Turn, _arguments: Arguments) -> Reply:
    """What the user has to review, card after card."""
    return Show(INBOX)


@verbs.verb("snoozed", option=REVIEW, usage=N_("/snoozed"))
async def show_snoozed(_turn: Turn, _arguments: Arguments) -> Reply:
    """What comes back later."""
    return Show("snoozed:1")


verbs.question("snooze", QUESTION)
