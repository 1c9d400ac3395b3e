"""Roles to choose from: those of the organisation's lists, the usual ones while it has none."""

from bot.reader import Reader
from core.enums import ContactKind, SalesList
from core.queries.sales import ListItemView

CHIPS_LIMIT = 8


async def listed_roles(reader: Reader, kind: ContactKind | None) -> tuple[ListItemView, ...]:
    """The roles that the organisation has for such a contact."""
    which = SalesList.PARTNER_ROLES if kind is ContactKind.PARTNER else SalesList.PERSON_ROLES
    return (await reader.services.sales_lists.list_items(which))[:CHIPS_LIMIT]
