"""What a card says of what is waited for."""

from bot.html import Html, esc, fill
from bot.reader import Reader
from core.enums import FunctionalOption, WaitPurpose, WaitState
from core.queries.interaction_card import InteractionCard


def snooze_words(reader: Reader, card: InteractionCard) -> Html | None:
    """Until which event a snoozed interaction is put off; None: until a time alone."""
    for one in card.waits:
        if one.purpose is WaitPurpose.SNOOZE and one.state is WaitState.WAITING:
            if one.until_id is None:
                return fill(
                    reader._("⏰ until an answer, {time} at the latest"), time=reader.when(one.due_at)
                )
            return fill(
                reader._("⏰ until /{ref} is over, {time}"),
                ref=esc(f"i{one.until_id}"),
                time=reader.when(one.due_at),
            )
    return None


def wait_lines(reader: Reader, card: InteractionCard) -> tuple[Html, ...]:
    """By when an answer is waited for, or what became of it."""
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return ()
    return tuple(
        _follow_up(reader, one.state, one.settled_by_id, reader.when(one.due_at))
        for one in card.waits
        if one.purpose is WaitPurpose.FOLLOW_UP
    )


def _follow_up(reader: Reader, state: WaitState, by_id: int | None, due: Html) -> Html:
    if state is WaitState.ANSWERED and by_id is not None:
        return fill(reader._("⏳ Answered: /{ref}"), ref=esc(f"i{by_id}"))
    if state is WaitState.DUE:
        return fill(reader._("⏳ No answer by {time}"), time=due)
    return fill(reader._("⏳ If no answer by {time}, you are told"), time=due)
