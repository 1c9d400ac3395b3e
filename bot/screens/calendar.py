"""A user's calendar feed, and the file of one meeting (interface.md, GET /calendar)."""

from bot.calendar_file import write_calendar
from bot.errors import NothingToTell
from bot.html import Html, bold, esc, fill, join, lines
from bot.reader import Reader
from bot.screens.base import Address, Document, Row, Screen, ScreenTable, act, go
from bot.screens.interaction_line import TITLE_LIMIT
from core.enums import FunctionalOption, InteractionState
from core.queries.calendar import CalendarEvent
from core.values import InteractionId

screens = ScreenTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
FILE_NAME = "meeting.ics"


@screens.screen("calendar", option=OTHER)
async def show_feed(reader: Reader, _address: Address) -> Screen:
    """``calendar``: whether there is an address, and what can be done about it."""
    feed = await reader.services.calendar_feeds.get_feed(reader.caller)
    about = esc(
        reader._("Your appointments and plans in the calendar of your phone: 30 days back, 180 ahead.")
    )
    if not feed.is_possible:
        state: Html = esc(
            reader._(
                "Not possible yet: an administrator has to set PUBLIC_URL first. Files of single meetings work."
            )
        )
    elif feed.created_at is None:
        state = esc(reader._("There is no address yet."))
    else:
        state = fill(
            reader._("There is an address, made {time}. It is not kept here and cannot be shown again."),
            time=reader.when(feed.created_at),
        )
    files = (
        reader._("Files come along with planned meetings.")
        if feed.sends_files
        else reader._("Files come on demand: 📎 Calendar on the card of a meeting.")
    )
    return Screen(
        lines(bold(esc(reader._("🗓 Calendar"))), about, state, esc(files)),
        (
            *_feed_rows(reader, is_possible=feed.is_possible, exists=feed.created_at is not None),
            _files_row(reader, is_on=feed.sends_files),
            (go(reader._("‹ Settings"), "settings"),),
        ),
    )


def _feed_rows(reader: Reader, *, is_possible: bool, exists: bool) -> tuple[Row, ...]:
    revoke = (act(reader._("✖️ Switch it off"), "calendar", "off"),) if exists else ()
    if not is_possible:
        return (revoke,) if revoke else ()
    label = reader._("🔑 Another address") if exists else reader._("🔑 Make an address")
    return ((act(label, "calendar", "new"), *revoke),)


def _files_row(reader: Reader, *, is_on: bool) -> Row:
    label = reader._("📎 Files on demand only") if is_on else reader._("📎 Files along with meetings")
    return (act(label, "calendar", "files", "off" if is_on else "on"),)


@screens.screen("ics", option=OTHER)
async def show_file(reader: Reader, address: Address) -> Screen:
    """``ics:5``: the calendar file that comes along with a meeting just planned.

    Raises:
        NothingToTell: It is not planned any more.
    """
    event = await reader.services.calendar_feeds.event(reader.caller, InteractionId(address.number()))
    if event.state is not InteractionState.PLANNED:
        raise NothingToTell
    about = join(
        " · ",
        fill(reader._("📎 For your calendar: {title}"), title=esc(event.title[:TITLE_LIMIT])),
        esc(f"/i{event.id}"),
    )
    return Screen(about, document=Document(FILE_NAME, event_file(reader, event)))


def event_file(reader: Reader, event: CalendarEvent) -> bytes:
    """The file of one event; its identity is the one that it has in the feed."""
    return write_calendar([event], reader.tr, host=reader.services.calendar_feeds.host)
