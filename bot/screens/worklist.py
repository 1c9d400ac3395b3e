"""Lists of interactions: everything, what was put off, and the list of the inbox."""

from bot.html import Html, esc, fill, join, lines
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, go, pager
from bot.screens.interaction_line import interaction_line
from bot.screens.listing import back_row, number_row, numbered_lines, title
from core.enums import FunctionalOption, InteractionState
from core.queries.rows import InteractionRow, Page
from core.rules.review import plan_review_after

screens = ScreenTable()


@screens.screen("list")
async def show_history(reader: Reader, address: Address) -> Screen:
    """``list:1``: everything on the reader's worklist, newest first."""
    page = await reader.services.views.history(reader.caller, address.number())
    heading = title("📜", reader._("All interactions"), page.total, more=page.more)
    screen = list_screen(reader, page, "list", heading)
    return Screen(screen.text, (*screen.keyboard, back_row(reader, "more")), screen.choices)


@screens.screen("snoozed", option=FunctionalOption.REVIEW_FLAGS)
async def show_snoozed(reader: Reader, address: Address) -> Screen:
    """``snoozed:1``: what was put off, the next to come back first, each with when that is."""
    page = await reader.services.views.snoozed(reader.caller, address.number())
    heading = title("⏰", reader._("Put off"), page.total, more=page.more)
    screen = list_screen(reader, page, "snoozed", heading)
    return Screen(screen.text, (*screen.keyboard, (go(reader._("‹ Inbox"), "inbox"),)), screen.choices)


def list_screen(reader: Reader, page: Page[InteractionRow], name: str, heading: Html) -> Screen:
    """A page of interactions with the row of their numbers; a card opened from it leads back to the same page."""
    here = f"{name}:{page.number}"
    row, choices = number_row([go(one.title, f"i:{one.id}:{here}") for one in page.rows])
    entries = numbered_lines([_entry(reader, one) for one in page.rows])
    text = lines(heading, *(entries or [esc(reader._("Nothing is here."))]))
    return Screen(text, (row, pager(name, page.number, page.pages)), choices)


def _entry(reader: Reader, row: InteractionRow) -> Html:
    line = interaction_line(reader, row)
    by_itself = row.state is InteractionState.PLANNED and row.review_after == plan_review_after(
        row.happened_at, row.ends_at
    )
    if by_itself or not row.unreviewed or row.review_after is None or row.review_after <= reader.now:
        return line
    return join(" · ", line, fill(reader._("⏰ until {time}"), time=reader.when(row.review_after)))
