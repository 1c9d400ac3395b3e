"""How the organisation sells, as an administrator sets it: lists and currencies."""

from bot.formats import format_number
from bot.html import Html, bold, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, go, numbered, pager, rows
from bot.screens.listing import cut, number_row, numbered_lines, title
from bot.screens.organisation import ADMINISTRATORS
from bot.texts.sales import LISTS
from core.enums import FunctionalOption, SalesList
from core.errors import Invalid
from core.queries.sales import CurrencyView

screens = ScreenTable()

DEALS = FunctionalOption.DEALS
NAME_LIMIT = 60


@screens.screen("sales", option=DEALS, roles=ADMINISTRATORS)
async def show_sales(reader: Reader, _address: Address) -> Screen:
    """The ways to kinds, lists and currencies."""
    text = lines(
        bold(esc(reader._("💼 How we sell"))),
        esc(reader._("What is in use is archived instead of removed; a new name keeps the history.")),
        fill(
            reader._("Typed: {how}"),
            how=esc(
                reader._(
                    "/lists competitors + Beta · /lists competitors Beta = Gamma · /lists competitors - Gamma"
                )
            ),
        ),
    )
    managed = not reader.lacks(FunctionalOption.DEAL_MANAGEMENT)
    buttons = [
        go(reader._("💼 Kinds of deals"), "deal_kinds"),
        *(
            go(reader._(label), f"sales_list:{which}:1")
            for which, label in LISTS.items()
            if managed or which is not SalesList.STAGES
        ),
        go(reader._("💱 Currencies"), "currencies"),
    ]
    return Screen(text, (*rows(buttons), (go(reader._("‹ Organisation"), "admin"),)))


def _read_list(address: Address) -> SalesList:
    word = address.words[0] if address.words else ""
    if word not in set(SalesList):
        raise Invalid("object", word)
    return SalesList(word)


@screens.screen("sales_list", option=DEALS, roles=ADMINISTRATORS)
async def show_list(reader: Reader, address: Address) -> Screen:
    """``sales_list:sources:1``: a list in its order; a number leads to an item."""
    which = _read_list(address)
    items = await reader.services.sales_lists.list_items(which, archived=True)
    items = tuple(sorted(items, key=lambda one: one.archived))
    shown, page, pages = cut(items, address.number(1))
    row, choices = number_row([go(one.name, f"sales_item:{which}:{one.id}") for one in shown])
    entries = [
        join(" · ", esc(shorten(one.name, NAME_LIMIT)), esc(reader._("archived")) if one.archived else None)
        for one in shown
    ]
    sign, _, name = reader._(LISTS[which]).partition(" ")
    text = lines(
        title(sign, name, sum(not one.archived for one in items)),
        *(numbered_lines(entries) or [esc(reader._("The list is empty."))]),
    )
    keyboard = (
        row,
        pager(f"sales_list:{which}", page, pages),
        (act(reader._("➕ Add"), "ask", "list_add", which),),
        (go(reader._("‹ How we sell"), "sales"),),
    )
    return Screen(text, keyboard, choices)


@screens.screen("sales_item", option=DEALS, roles=ADMINISTRATORS)
async def show_item(reader: Reader, address: Address) -> Screen:
    """``sales_item:sources:5``: one item: another name, another place, away or back."""
    which, item_id = _read_list(address), address.number(1)
    items = await reader.services.sales_lists.list_items(which, archived=True)
    item = next((one for one in items if one.id == item_id), None)
    if item is None:
        raise Invalid("object", str(item_id))
    current = [one.id for one in items if not one.archived]
    place = current.index(item_id) if item_id in current else None
    buttons = [
        act(reader._("✏️ Rename"), "ask", "list_rename", which, item_id),
        act(reader._("↩️ Bring back"), "list_restore", which, item_id)
        if item.archived
        else act(reader._("🗑 Remove"), "list_remove", which, item_id),
        act("↑", "list_move", which, item_id, place - 1) if place else None,
        act("↓", "list_move", which, item_id, place + 1)
        if place is not None and place + 1 < len(current)
        else None,
    ]
    text = join(" · ", bold(esc(item.name)), esc(reader._("archived")) if item.archived else None)
    return Screen(text, (*rows(buttons), (go(reader._("‹ Back"), f"sales_list:{which}:1"),)))


@screens.screen("currencies", option=DEALS, roles=ADMINISTRATORS)
async def show_currencies(reader: Reader, _address: Address) -> Screen:
    """The currencies that deals may be in, with their rates of today."""
    found = await reader.services.currencies.list_currencies()
    text = lines(
        title("💱", reader._("Currencies"), len(found)),
        *numbered_lines([_currency_line(reader, one) for one in found]),
        fill(reader._("Typed: {how}"), how=esc("/currency_rate EUR 98.5 2026-11-01")),
    )
    keyboard, choices = numbered(
        [act(reader._("🗑 Remove {code}").format(code=one.code), "currency_remove", one.code) for one in found]
    )
    adding = (
        act(reader._("➕ Add"), "ask", "currency_add"),
        act(reader._("💱 Rate"), "ask", "currency_rate"),
    )
    return Screen(text, (adding, *keyboard, (go(reader._("‹ How we sell"), "sales"),)), choices)


def _currency_line(reader: Reader, one: CurrencyView) -> Html:
    rate = None
    if one.rate is not None and one.since is not None:
        rate = fill(
            "{rate} ({day})",
            rate=esc(format_number(one.rate.normalize(), reader.tr)),
            day=reader.day(one.since),
        )
    return join(" · ", esc(one.code), esc(shorten(one.name, NAME_LIMIT)) if one.name else None, rate)
