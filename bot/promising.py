"""Promises that the words of an interaction make, for its card and for the tap that notes one."""

from bot.reader import Reader
from core.enums import Direction, FunctionalOption, InteractionState, PromiseSide, Source
from core.queries.interaction_card import InteractionCard
from core.rules.promises import FoundPromise, find_promises
from core.rules.time_words import Frame


def propose(reader: Reader, card: InteractionCard) -> tuple[FoundPromise, ...]:
    """What its words plainly promise, is not over, and was not noted or withdrawn yet; nothing is noted by itself."""
    is_open = card.state is InteractionState.DONE and not card.deleted
    if not is_open or reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return ()
    frame = Frame(card.happened_at, reader.user.timezone, reader.user.day_starts)
    found = find_promises(card.shown_text, frame, said_by(card))
    quotes = {one.quote for one in card.promises}
    return tuple(one for one in found if one.quote not in quotes and _is_ahead(reader, one))


def said_by(card: InteractionCard) -> PromiseSide:
    """Who wrote its text: a message that came in is theirs, what somebody noted and what we sent is ours."""
    came = card.direction is Direction.IN and card.source in {Source.MAILBOX, Source.GATEWAY}
    return PromiseSide.THEM if came else PromiseSide.US


def _is_ahead(reader: Reader, one: FoundPromise) -> bool:
    if one.when.due_on is not None:
        return one.when.due_on >= reader.today
    return one.when.at > reader.now
