"""An interaction as one entry of a list: histories, worklists, cards."""

from bot.html import Html, bold, esc, fill, join, shorten
from bot.reader import Reader
from bot.texts.kinds import TYPE_SIGNS
from core.enums import InteractionState
from core.queries.interaction_card import InteractionCard
from core.queries.rows import InteractionRow

WHO_LIMIT = 60
TITLE_LIMIT = 70


def interaction_line(reader: Reader, row: InteractionRow, *, time: Html | None = None) -> Html:
    """Sign, who and what, when, and the tappable reference; bold while it is unreviewed (conversation.md 8).

    Another time may be shown, for example the clock alone under the heading of a day; empty for none.
    """
    who = esc(shorten(", ".join(row.who), WHO_LIMIT))
    what = join(": ", who, esc(shorten(row.title, TITLE_LIMIT)))
    marked = bold(what) if row.unreviewed else what
    return join(
        " · ",
        fill("{sign} {what}", sign=esc(TYPE_SIGNS[row.type]), what=marked),
        row_time(reader, row) if time is None else time,
        esc(f"/i{row.id}"),
    )


def row_time(reader: Reader, row: InteractionRow | InteractionCard) -> Html:
    """When it happened or is due: the day alone where no time was said (domain.md I5)."""
    planned = row.state is InteractionState.PLANNED
    if row.due_on is not None and (planned or not row.time_known):
        return reader.day(row.due_on)
    return reader.when(row.happened_at)
