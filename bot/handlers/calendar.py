"""The user's calendar: its address, and the file of one meeting."""

from bot.errors import UsageWrong
from bot.html import code, esc, fill, lines
from bot.i18n import N_
from bot.screens.calendar import FILE_NAME, event_file
from bot.turn import Reply, Say, SendFile, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption

verbs = VerbTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS


@verbs.verb("calendar", option=OTHER, usage=N_("/calendar [new|off|files on|files off]"))
async def tend_calendar(turn: Turn, arguments: Arguments) -> Reply | None:
    """Show how the feed stands; make another address, switch it off, choose whether files come along."""
    wanted = arguments.optional_word().lower()
    feeds = turn.services.calendar_feeds
    if wanted == "new":
        return _show_address(turn, await feeds.renew(turn.caller))
    if wanted == "off":
        await feeds.revoke(turn.caller)
        return None
    if wanted == "files":
        await feeds.send_files(turn.caller, wanted=arguments.switch())
        return None
    if wanted:
        raise UsageWrong
    return Show("calendar")


def _show_address(turn: Turn, address: str | None) -> Reply:
    """The address, once, in a message of its own: only its hash is kept."""
    if address is None:
        return Show("calendar")
    text = lines(
        esc(turn._("The address of your calendar. In the calendar program: add by address, or subscribe.")),
        code(esc(address)),
        esc(turn._("Whoever has it reads your appointments; it is shown only here.")),
        fill(turn._("Another one, which ends this one: {how}"), how=code(esc("/calendar new"))),
    )
    return Say(text, new=True)


@verbs.verb("ics", option=OTHER, usage=N_("/ics i5"))
async def hand_out_file(turn: Turn, arguments: Arguments) -> Reply:
    """Send a plan or a meeting as a calendar file."""
    event = await turn.services.calendar_feeds.event(turn.caller, arguments.interaction())
    return SendFile(FILE_NAME, event_file(turn, event))
