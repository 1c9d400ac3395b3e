"""Roles to choose from: those of the organisation's lists, the usual ones while it has none."""

from bot.reader import Reader
from bot.texts.deal_roles import ROLES, likely_roles
from core.enums import ContactKind, SalesList
from core.errors import Invalid
from core.queries.sales import ListItemView
from core.values import ContactId

CHIPS_LIMIT = 8


async def role_choices(reader: Reader, kind: ContactKind) -> dict[str, str]:
    """Keys and names of the roles that are offered for such a contact: the listed ones, else the likely ones."""
    listed = await _listed_roles(reader, kind)
    if listed:
        return {str(one.id): one.name for one in listed}
    return {code: reader._(label) for code, label in likely_roles(kind).items()}


async def role_named(reader: Reader, contact_id: ContactId, key: str) -> str:
    """The name of a role by its number on the list, or of a usual one by its code; empty for ``none``.

    Raises:
        Invalid: There is no such role for this contact.
    """
    if key == "none":
        return ""
    if not key.isdecimal():
        if key not in ROLES:
            raise Invalid("role", key)
        return reader._(ROLES[key])
    contact = await reader.services.contacts.get(contact_id)
    listed = await _listed_roles(reader, contact.kind)
    found = next((one.name for one in listed if str(one.id) == key), None)
    if found is None:
        raise Invalid("role", key)
    return found


async def _listed_roles(reader: Reader, kind: ContactKind) -> tuple[ListItemView, ...]:
    """The roles that the organisation has for such a contact."""
    which = SalesList.PARTNER_ROLES if kind is ContactKind.PARTNER else SalesList.PERSON_ROLES
    return (await reader.services.sales_lists.list_items(which))[:CHIPS_LIMIT]
