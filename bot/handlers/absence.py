"""Days off: when somebody is away, and who stands in for them (domain.md U5)."""

import re

from bot.capturing import frame_of
from bot.i18n import N_
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.errors import Invalid
from core.rules.day_ranges import read_days
from core.rules.time_words import Frame
from core.values import RefKind, UserId

verbs = VerbTable()

BACK_WORDS = frozenset({"off", "back", "вернулся", "вернулась", "отмена", "выкл"})
NOBODY_WORDS = frozenset({"none", "nobody", "никто", "-"})

_SUBSTITUTE = re.compile(r"(?P<days>.*?)[\s:]+/?u(?P<id>[1-9][0-9]{0,17})", re.IGNORECASE | re.DOTALL)


@verbs.verb("away", usage=N_("/away 1-14 December [u2] · /away off"))
async def be_away(turn: Turn, arguments: Arguments) -> Reply | None:
    """Note days off; a reference in front says whose, one behind says who stands in. ``off``: back again."""
    whose = arguments.optional_ref(RefKind.USER)
    user_id = turn.user.id if whose is None else UserId(whose.id)
    if not arguments:
        return Show(f"days_off:{user_id}")
    if arguments.rest.casefold() in BACK_WORDS:
        return await _come_back(turn, user_id)
    said = _SUBSTITUTE.fullmatch(arguments.rest)
    days = read_days(said["days"] if said else arguments.rest, await _frame_for(turn, user_id))
    substitute_id = UserId(int(said["id"])) if said else None
    await turn.services.absences.set_away(turn.caller, user_id, days.first, days.last, substitute_id)
    return None


async def _frame_for(turn: Turn, user_id: UserId) -> Frame:
    """What words of days mean for the one who is away: their own calendar counts."""
    if user_id == turn.user.id:
        return frame_of(turn)
    user = await turn.services.people.get_user(user_id)
    return Frame(turn.now, user.timezone, user.day_starts)


async def _come_back(turn: Turn, user_id: UserId) -> Reply | None:
    absences = await turn.services.absences.list_absences(turn.caller, user_id)
    if not absences:
        return Show(f"days_off:{user_id}")
    await turn.services.absences.call_off(turn.caller, absences[0].id)
    return None


@verbs.verb("away_off")
async def call_off(turn: Turn, arguments: Arguments) -> None:
    """Call the absence off that a button names."""
    await turn.services.absences.call_off(turn.caller, arguments.integer())


@verbs.verb("stand_in")
async def choose_stand_in(turn: Turn, arguments: Arguments) -> None:
    """Have somebody stand in, or nobody, in the absence that a button names."""
    absence_id, word = arguments.integer(), arguments.peek()
    if word.casefold() in NOBODY_WORDS:
        await turn.services.absences.set_substitute(turn.caller, absence_id, None)
        return
    if not word:
        raise Invalid("substitute", word)
    substitute_id = UserId(arguments.ref(RefKind.USER).id)
    await turn.services.absences.set_substitute(turn.caller, absence_id, substitute_id)


verbs.question("away", N_("Which days? For example: 1-14 December, until Friday, tomorrow, next week."))
