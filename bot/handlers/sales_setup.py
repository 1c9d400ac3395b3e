"""Setting the lists and currencies that deals choose from; administrators only (domain.md D1, D4)."""

from datetime import date

from bot.days import read_day
from bot.errors import UsageWrong
from bot.i18n import N_
from bot.screens.organisation import ADMINISTRATORS
from bot.texts.sales import list_of
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, InteractionState, SalesList
from core.errors import Invalid

verbs = VerbTable()

DEALS = FunctionalOption.DEALS
verbs.question("list_add", N_("What is it called?"))
verbs.question("list_rename", N_("What is it called from now on?"))
verbs.question("currency_add", N_("Which one? Its code, and its name if you like: EUR Euro"))
verbs.question("currency_rate", N_("Which rate, since when? For example: EUR 98.5 2026-11-01"))


def _read_list(word: str) -> SalesList:
    which = list_of(word)
    if which is None:
        raise Invalid("object", word)
    return which


@verbs.verb("lists", option=DEALS, roles=ADMINISTRATORS, usage=N_("/lists competitors + Beta"))
async def care_for_list(turn: Turn, arguments: Arguments) -> Reply | None:
    """Show the lists or one; ``+ NAME`` adds, ``- NAME`` removes, ``NAME = OTHER`` renames."""
    if not arguments:
        return Show("sales")
    which = _read_list(arguments.word())
    if not arguments:
        return Show(f"sales_list:{which}:1")
    turn.then_show(f"sales_list:{which}:1")
    sign = arguments.peek()
    if sign in {"+", "-"}:
        arguments.word()
    words = arguments.text()
    lists = turn.services.sales_lists
    if sign == "+":
        await lists.add(turn.caller, which, words)
    elif sign == "-":
        await lists.remove(turn.caller, which, await _find(turn, which, words))
    else:
        name, _, other = (part.strip() for part in words.partition("="))
        if not name or not other:
            raise UsageWrong
        await lists.rename(turn.caller, which, await _find(turn, which, name), other)
    return None


async def _find(turn: Turn, which: SalesList, name: str) -> int:
    items = await turn.services.sales_lists.list_items(which)
    wanted = name.strip().casefold()
    found = next((one.id for one in items if one.name.casefold() == wanted), None)
    if found is None:
        raise Invalid("name", name)
    return found


@verbs.verb("list_add", option=DEALS, roles=ADMINISTRATORS)
async def add(turn: Turn, arguments: Arguments) -> None:
    """Add an item to a list."""
    which = _read_list(arguments.word())
    turn.then_show(f"sales_list:{which}:1")
    await turn.services.sales_lists.add(turn.caller, which, arguments.text())


@verbs.verb("list_rename", option=DEALS, roles=ADMINISTRATORS)
async def rename(turn: Turn, arguments: Arguments) -> None:
    """Call an item otherwise."""
    which, item_id = _read_list(arguments.word()), arguments.integer()
    turn.then_show(f"sales_list:{which}:1")
    await turn.services.sales_lists.rename(turn.caller, which, item_id, arguments.text())


@verbs.verb("list_remove", option=DEALS, roles=ADMINISTRATORS)
async def remove(turn: Turn, arguments: Arguments) -> None:
    """Remove an item, or archive it where it is in use."""
    which, item_id = _read_list(arguments.word()), arguments.integer()
    turn.then_show(f"sales_list:{which}:1")
    await turn.services.sales_lists.remove(turn.caller, which, item_id)


@verbs.verb("list_restore", option=DEALS, roles=ADMINISTRATORS)
async def restore(turn: Turn, arguments: Arguments) -> None:
    """Bring an archived item back."""
    which, item_id = _read_list(arguments.word()), arguments.integer()
    turn.then_show(f"sales_list:{which}:1")
    await turn.services.sales_lists.restore(turn.caller, which, item_id)


@verbs.verb("list_move", option=DEALS, roles=ADMINISTRATORS)
async def move(turn: Turn, arguments: Arguments) -> None:
    """Give an item another place."""
    which, item_id, place = _read_list(arguments.word()), arguments.integer(), arguments.integer()
    turn.then_show(f"sales_list:{which}:1")
    await turn.services.sales_lists.move(turn.caller, which, item_id, place)


@verbs.verb("currency_add", option=DEALS, roles=ADMINISTRATORS, usage=N_("/currency_add EUR Euro"))
async def add_currency(turn: Turn, arguments: Arguments) -> None:
    """Add a currency."""
    turn.then_show("currencies")
    await turn.services.currencies.add(turn.caller, arguments.word().upper(), arguments.rest)


@verbs.verb("currency_remove", option=DEALS, roles=ADMINISTRATORS, usage=N_("/currency_remove EUR"))
async def remove_currency(turn: Turn, arguments: Arguments) -> None:
    """Remove a currency, or archive it where deals are in it."""
    turn.then_show("currencies")
    await turn.services.currencies.remove(turn.caller, arguments.word().upper())


@verbs.verb(
    "currency_rate", option=DEALS, roles=ADMINISTRATORS, usage=N_("/currency_rate EUR 98.5 2026-11-01")
)
async def set_rate(turn: Turn, arguments: Arguments) -> None:
    """Note what a currency is worth, from today or the day given on."""
    code, rate = arguments.word().upper(), arguments.word()
    since: date = read_day(turn, arguments.text(), InteractionState.DONE) if arguments else turn.today
    turn.then_show("currencies")
    await turn.services.currencies.set_rate(turn.caller, code, rate, since)
