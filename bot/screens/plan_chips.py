"""Chips of time below a card: when to try again what did not come off (domain.md S7)."""

from babel.dates import get_day_names

from bot.reader import Reader
from bot.screens.base import Button, act
from core.enums import CallResult, Direction, FunctionalOption, InteractionState, InteractionType
from core.queries.interaction_card import InteractionCard
from core.rules.days_off import DaysOff
from core.rules.next_try import suggest_tries
from core.rules.working_time import Hours


def again_rows(reader: Reader, card: InteractionCard) -> list[list[Button | None]]:
    """The next try of what did not come off: in an hour, the next working days at that time, typed.

    Nothing where it came off, or where something is planned after it already.
    """
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS) or card.next_step is not None:
        return []
    if not did_not_come_off(card):
        return []
    ref = f"i{card.id}"
    user = reader.user
    hours = Hours(
        user.timezone, user.day_starts, user.day_ends, DaysOff(user.country if user.public_holidays else None)
    )
    tries = suggest_tries(card.happened_at, reader.now, hours, day_only=card.due_on is not None)
    names = get_day_names("abbreviated", locale=str(user.language))
    clock = f" {tries.at:%H:%M}" if tries.at is not None else ""
    chips: list[Button | None] = [
        act(reader._("🔁 In 1 hour"), "again", ref, "in 1 hour") if tries.soon is not None else None
    ]
    for day in tries.days:
        ahead = (day - reader.today).days
        name = reader._("Tomorrow") if ahead == 1 else names[day.weekday()].capitalize()
        chips.append(act(f"🔁 {name}{clock}", "again", ref, f"{day.isoformat()}{clock}"))
    return [chips, [act(reader._("🔁 Type when"), "ask", "again", ref)]]


def did_not_come_off(card: InteractionCard) -> bool:
    """Whether it was cancelled, or a call of ours that nobody took."""
    if card.deleted:
        return False
    if card.state is InteractionState.CANCELLED:
        return True
    is_ours = card.type is InteractionType.CALL and card.direction is Direction.OUT
    return is_ours and card.result is CallResult.NOT_REACHED
