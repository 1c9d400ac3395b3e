"""Making departments, lists and currencies be as a file says."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select

from core.enums import SalesList
from core.errors import Missing
from core.models import Currency, CurrencyRate, Department, ListItem
from core.repositories import sales
from core.rules.setup_file import CurrencyPart, DepartmentPart, Entry, KindPart, SetupFile
from core.services.currencies import put_currency, put_rate, remove_currency
from core.services.sales_lists import remove_item, take_from_kinds
from core.services.setup_report import SetupReport
from core.services.work import Work


async def apply_departments(work: Work, wanted: Sequence[DepartmentPart], report: SetupReport) -> None:
    """Add, rename and move departments; none is taken away, since people are in them."""
    rows = (await work.session.scalars(select(Department).order_by(Department.id))).all()
    known = {one.name.casefold(): one for one in rows}
    for one in wanted:
        row = known.get((one.was or one.name).casefold()) or known.get(one.name.casefold())
        if row is None:
            row = Department(name=one.name)
            await work.add(row, of=None, note={"name": one.name})
            await work.session.flush()
            report.changed("departments", one.name, "added")
        elif work.change(row, of=None, name=one.name):
            report.changed("departments", one.name, "renamed")
        known[one.name.casefold()] = row
    for number, one in enumerate(wanted):
        parent = known.get(one.parent.casefold()) if one.parent is not None else None
        if one.parent is not None and parent is None:
            report.problem(("departments", number, "parent"), f"there is no department {one.parent!r}")
            continue
        row = known[one.name.casefold()]
        if _lies_below(parent, row, list(known.values())):
            report.problem(("departments", number, "parent"), f"{one.name!r} would lie below itself")
        elif work.change(row, of=None, parent_id=parent.id if parent is not None else None):
            report.changed("departments", one.name, "changed")
    await work.session.flush()


def _lies_below(parent: Department | None, row: Department, everything: list[Department]) -> bool:
    by_id = {one.id: one for one in everything}
    seen: set[int] = set()
    while parent is not None and parent.id not in seen:
        if parent.id == row.id:
            return True
        seen.add(parent.id)
        parent = by_id.get(parent.parent_id) if parent.parent_id is not None else None
    return False


async def apply_lists(work: Work, setup: SetupFile, report: SetupReport) -> None:
    """Add, rename, archive and order the items of the lists that the file names; what is absent is left for later."""
    for which in SalesList:
        entries = setup.items(which.value)
        if entries is not None:
            await _apply_list(work, which, entries, report)


async def _apply_list(work: Work, which: SalesList, entries: Sequence[Entry], report: SetupReport) -> None:
    items = list(await sales.list_items(work.session, which, archived=True))
    pairs = [(one, find_present(items, one)) for one in entries]
    taken = [row.id for _, row in pairs if row is not None]
    for number, (one, row) in enumerate(pairs):
        if row is not None and taken.count(row.id) > 1 and one.was is not None:
            report.problem((which.value, number, "was"), f"{one.was!r} is another entry of the list")
            return
    await make_way(work, [(row, one.name) for one, row in pairs if row is not None], items)
    for position, (one, row) in enumerate(pairs):
        if row is None:
            row = sales.new_item(which, one.name, position)  # noqa: PLW2901 - the row of the pair
            row.archived = one.archived
            await work.add(row, of=None, note={"name": one.name})
            report.changed(which.value, one.name, "added")
            continue
        if work.change(row, of=None, name=one.name):
            report.changed(which.value, one.name, "renamed")
        if work.change(row, of=None, archived=one.archived):
            report.changed(which.value, one.name, "archived" if one.archived else "restored")
        work.change(row, of=None, position=position)
    await work.session.flush()


Item = TypeVar("Item", bound=ListItem)


def find_present(items: Sequence[Item], entry: Entry | KindPart) -> Item | None:
    """The row that an entry of the file speaks of, by the name it had or the one it has."""
    former = sales.named(items, entry.was) if entry.was is not None else None
    return former or sales.named(items, entry.name)


async def make_way(work: Work, wanted: Sequence[tuple[ListItem, str]], items: Sequence[ListItem]) -> None:
    """Let names that other rows are to have be free: two that change places would be in each other's way."""
    holders = {one.name: one for one in items}
    moving = {row.id for row, name in wanted if row.name != name}
    for row, name in wanted:
        holder = holders.get(name)
        if holder is not None and holder.id != row.id and holder.id in moving:
            work.change(holder, of=None, name=f"{holder.name} #{holder.id}")
    await work.session.flush()


async def remove_absent(work: Work, setup: SetupFile, report: SetupReport) -> None:
    """Take away what the file's lists do not have any more; what is in use is archived."""
    for which in SalesList:
        entries = setup.items(which.value)
        if entries is None:
            continue
        kept = {one.name.casefold(): one for one in entries}
        for row in await sales.list_items(work.session, which, archived=True):
            name, entry = row.name, kept.get(row.name.casefold())
            try:
                if entry is None and not row.archived:
                    archived = await remove_item(work, which, row)
                    report.changed(which.value, name, "archived" if archived else "removed")
                elif entry is not None and entry.archived and which is SalesList.STAGES:
                    await take_from_kinds(work, row.id)
            except Missing:
                report.problem((which.value,), f"{name!r} is the only stage of a kind")
        await work.session.flush()


async def apply_currencies(work: Work, wanted: Sequence[CurrencyPart] | None, report: SetupReport) -> None:
    """Add and change currencies and rates; those that the file has not any more go, or are archived if in use."""
    if wanted is None:
        return
    for position, one in enumerate(wanted):
        before = await work.session.get(Currency, one.code)
        known = (before.name, before.digits, before.archived) if before is not None else None
        row = await put_currency(work, one.code, one.name, one.digits)
        work.change(row, of=None, position=position)
        if known is None:
            report.changed("currencies", one.code, "added")
        elif known != (row.name, row.digits, row.archived):
            report.changed("currencies", one.code, "restored" if known[2] else "changed")
        await _apply_rates(work, row, one, report)
    codes = {one.code for one in wanted}
    for row in await sales.list_currencies(work.session):
        if row.code not in codes:
            archived = await remove_currency(work, row)
            report.changed("currencies", row.code, "archived" if archived else "removed")
    await work.session.flush()


async def _apply_rates(work: Work, row: Currency, wanted: CurrencyPart, report: SetupReport) -> None:
    """Rates are added and corrected; those that the file does not name stay, since sums were reckoned by them."""
    for since, rate in sorted(wanted.rates.items()):
        known = await work.session.get(CurrencyRate, (row.code, since))
        if known is None or known.rate != rate:
            await put_rate(work, row, rate, since)
            report.changed("currencies", row.code, "changed")
