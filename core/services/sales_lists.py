"""The lists that deals choose from: stages, roles, reasons, competitors, sources (domain.md D).

Deals point at items, so a new name shows in all their history; what is in use is archived instead of removed.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from core.enums import FunctionalOption, Role, SalesList
from core.errors import Invalid, Missing, NameTaken
from core.models import KindStage, ListItem
from core.queries import sales as views
from core.queries.sales import ListItemView
from core.repositories import sales, sales_use
from core.repositories.access import require_role
from core.repositories.options import require_option
from core.rules.coordinates import plain_text
from core.rules.positions import next_position
from core.services.work import Work, Works
from core.values import Caller

MAX_NAME = 100


class SalesLists:
    """Reads the lists; administrators change them."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def list_items(self, which: SalesList, *, archived: bool = False) -> tuple[ListItemView, ...]:
        """The items of a list in their order, the archived ones too if told."""
        async with self._works.database.reading() as session:
            return await views.list_items(session, which, archived=archived)

    async def add(self, caller: Caller | None, which: SalesList, name: str) -> int:
        """Add an item at the end; one of that name comes back from the archive.

        Raises:
            NotAllowed: The caller is no administrator.
            Invalid: The name is empty or too long.
            NameTaken: The list has it already.
        """
        async with begin_change(self._works, caller, "add_to_list") as work:
            item = await add_item(work, which, read_name(name))
            work.confirm("admin", note="list_changed")
            return item.id

    async def rename(self, caller: Caller | None, which: SalesList, item_id: int, name: str) -> None:
        """Give an item another name, everywhere.

        Raises:
            NotAllowed: The caller is no administrator.
            Invalid: There is no such item, or the name is empty or too long.
            NameTaken: Another item has it.
        """
        async with begin_change(self._works, caller, "rename_in_list") as work:
            item = await sales.get_item(work.session, which, item_id)
            await rename_item(work, which, item, read_name(name))
            work.confirm("admin", note="list_changed")

    async def remove(self, caller: Caller | None, which: SalesList, item_id: int) -> bool:
        """Take an item from the list.

        Returns:
            Whether it is in use, and so was archived instead of removed.

        Raises:
            NotAllowed: The caller is no administrator.
            Invalid: There is no such item.
            Missing: It is the only stage of a kind.
        """
        async with begin_change(self._works, caller, "remove_from_list") as work:
            item = await sales.get_item(work.session, which, item_id)
            archived = await remove_item(work, which, item)
            work.confirm("admin", note="list_archived" if archived else "list_changed")
            return archived

    async def restore(self, caller: Caller | None, which: SalesList, item_id: int) -> None:
        """Have an archived item be chosen again.

        Raises:
            NotAllowed: The caller is no administrator.
            Invalid: There is no such item.
        """
        async with begin_change(self._works, caller, "restore_in_list") as work:
            item = await sales.get_item(work.session, which, item_id)
            work.change(item, of=None, archived=False)
            work.confirm("admin", note="list_changed")

    async def move(self, caller: Caller | None, which: SalesList, item_id: int, position: int) -> None:
        """Put an item at a place of the list; 0 is the first.

        Raises:
            NotAllowed: The caller is no administrator.
            Invalid: There is no such item.
        """
        async with begin_change(self._works, caller, "move_in_list") as work:
            item = await sales.get_item(work.session, which, item_id)
            others = [one for one in await sales.list_items(work.session, which) if one.id != item.id]
            others.insert(max(position, 0), item)
            renumber(work, others)
            work.confirm("admin", note="list_changed")


@asynccontextmanager
async def begin_change(works: Works, caller: Caller | None, action: str) -> AsyncIterator[Work]:
    """A work in which an administrator changes how the organisation sells.

    Raises:
        NotAllowed: The caller is no administrator.
        OptionOff: Deals are switched off; the system itself may change what comes back with them.
    """
    require_role(caller, Role.ADMINISTRATOR, action=action)
    async with works.begin(caller, action) as work:
        if caller is not None:
            await require_option(work.session, FunctionalOption.DEALS)
        yield work


def read_name(name: str, field: str = "name") -> str:
    """A name for a list.

    Raises:
        Invalid: It is empty or too long.
    """
    plain = plain_text(name)
    if not plain or len(plain) > MAX_NAME:
        raise Invalid(field, name)
    return plain


async def add_item(work: Work, which: SalesList, name: str) -> ListItem:
    """Add an item inside a transaction that does more. Raises as `SalesLists.add`."""
    items = await sales.list_items(work.session, which, archived=True)
    known = sales.named(items, name)
    if known is not None and not known.archived:
        raise NameTaken(sales.field_of(which), name)
    position = next_position(items)
    if known is not None:
        work.change(known, of=None, archived=False, position=position)
        return known
    item = sales.new_item(which, name, position)
    await work.add(item, of=None, note={"name": name})
    await work.session.flush()
    return item


async def find_or_add(work: Work, which: SalesList, name: str) -> ListItem:
    """The item of that name, which joins the list if it was not there."""
    known = sales.named(await sales.list_items(work.session, which), name)
    return known if known is not None else await add_item(work, which, name)


async def rename_item(work: Work, which: SalesList, item: ListItem, name: str) -> None:
    """Rename an item inside a transaction that does more. Raises as `SalesLists.rename`."""
    known = sales.named(await sales.list_items(work.session, which, archived=True), name)
    if known is not None and known.id != item.id:
        raise NameTaken(sales.field_of(which), name)
    work.change(item, of=None, name=name)


async def remove_item(work: Work, which: SalesList, item: ListItem) -> bool:
    """Remove or archive an item inside a transaction that does more. Returns and raises as `SalesLists.remove`."""
    if which is SalesList.STAGES:
        await take_from_kinds(work, item.id)
        await work.session.flush()
    if await sales_use.is_item_used(work.session, which, item.id):
        work.change(item, of=None, archived=True)
        return True
    await work.remove(item, of=None)
    return False


async def take_from_kinds(work: Work, stage_id: int) -> None:
    """A stage leaves the kinds that have it; deals that stand in it stay there and may go on.

    Raises:
        Missing: It is the only stage of a kind.
    """
    for one in await sales.list_kind_stages_of(work.session, stage_id):
        if one.archived:
            continue
        others = await sales.list_kind_stages(work.session, [one.kind_id])
        if len(others) == 1:
            raise Missing("stages")
        work.change(one, of=None, archived=True)


def renumber(work: Work, rows: Sequence[ListItem] | Sequence[KindStage]) -> None:
    """Let positions follow the order."""
    for position, row in enumerate(rows):
        work.change(row, of=None, position=position)
