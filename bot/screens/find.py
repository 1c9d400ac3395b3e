"""What a search found (architecture.md 12)."""

from bot.html import Html, esc, fill, lines, shorten
from bot.reader import Reader
from bot.screens.base import CALLBACK_LIMIT, Address, Button, Row, Screen, ScreenTable, act, go
from bot.screens.found import found_label
from bot.screens.listing import BACK_LIMIT, count_word, number_row, numbered_lines
from core.enums import FunctionalOption, SubjectKind
from core.queries.search import Found

screens = ScreenTable()

FOUND = 8
QUERY_LIMIT = 60
LINE_LIMIT = 120


@screens.screen("found")
async def show_found(reader: Reader, address: Address) -> Screen:
    """``found:1:acme``: a page of what the words find; a query too long for a button has but one page."""
    number, query = address.number(), address.rest.partition(":")[2]
    page = await reader.services.search.find(reader.caller, query, limit=FOUND, offset=(number - 1) * FOUND)
    rows = [one for one in page.rows if not (_is_deal(one) and reader.lacks(FunctionalOption.DEALS))]
    heading = fill(
        "<b>🔎 {query} {count}</b>",
        query=esc(shorten(query, QUERY_LIMIT)),
        count=esc(count_word(page.total, more=not page.complete)),
    )
    again = act(reader._("🔎 Other words"), "find")
    if not rows:
        return Screen(lines(heading, esc(reader._("Nothing was found."))), ((again,),))
    row, choices = number_row([go(one.title, _card_address(one, number, query)) for one in rows])
    text = lines(heading, *numbered_lines([_line(reader, one) for one in rows]))
    return Screen(text, (row, _turning(query, number, page.total), (again,)), choices)


def _is_deal(found: Found) -> bool:
    return found.kind is SubjectKind.DEAL


def _line(reader: Reader, found: Found) -> Html:
    return fill(
        "{label} · /{ref}",
        label=esc(shorten(found_label(reader, found), LINE_LIMIT)),
        ref=esc(str(found.ref)),
    )


def _card_address(found: Found, number: int, query: str) -> str:
    """The card, with the way back to this page where the query is short enough for it."""
    back = f"found:{number}:{query}"
    return (
        f"{found.ref.kind}:{found.ref.id}:{back}"
        if len(back) <= BACK_LIMIT and back.isascii()
        else str(found.ref)
    )


def _turning(query: str, number: int, total: int) -> Row:
    """The row ``‹ 2/6 ›``; nothing for a query that no button can carry."""
    pages = -(-total // FOUND)
    around = [page for page in (number - 1, number + 1) if 1 <= page <= pages]
    if not around or any(len(_show(page, query).encode()) > CALLBACK_LIMIT for page in (pages, number)):
        return ()
    signs = {number - 1: "‹", number: f"{number}/{pages}", number + 1: "›"}
    return tuple(Button(signs[page], _show(page, query)) for page in sorted({*around, number}))


def _show(page: int, query: str) -> str:
    return f"show:found:{page}:{query}"
