"""What is told by itself: when, or not at all; and each of it on demand."""

from bot.digest_words import read_digests
from bot.errors import UsageWrong
from bot.i18n import N_
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption

verbs = VerbTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS


@verbs.verb(
    "digest",
    option=OTHER,
    usage=N_("/digest morning 8|off, /digest evening 18|off, /digest weekly friday|off"),
)
async def choose_digest(turn: Turn, arguments: Arguments) -> Reply | None:
    """Switch a digest, or choose its hour and day; without arguments they are shown."""
    if not arguments:
        return Show("digests")
    name = arguments.word().lower()
    for wanted in (await read_digests(turn, {name: arguments.text()})).values():
        await turn.services.digests.set_time(turn.caller, wanted)
        return None
    raise UsageWrong


@verbs.verb("evening", option=OTHER, usage=N_("/evening"))
async def ask_what_happened(turn: Turn, _arguments: Arguments) -> Reply:
    """Calls and meetings of the day of which nothing was said."""
    return Show(f"evening:1:{turn.today:%Y%m%d}")


@verbs.verb("summary", option=OTHER, usage=N_("/summary"))
async def show_summary(turn: Turn, _arguments: Arguments) -> Reply:
    """The week in numbers."""
    return Show(f"weekly:1:{turn.today:%Y%m%d}")
