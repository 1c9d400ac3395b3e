"""The lists that deals choose from, and contacts with companies."""

from core.enums import ContactKind, DealKindType
from core.models import Currency, DealKind, LossReason
from core.services.contacts import ContactDraft, Contacts
from core.services.work import Works
from core.values import ContactId
from tests.factories.calls import address


async def make_lists(works: Works) -> None:
    """One plain kind of deal, two loss reasons and two currencies: a start that costs a test little."""
    async with works.database.transaction() as session:
        session.add(DealKind(name="Sale", type=DealKindType.PLAIN, commitment="contract signed"))
        session.add_all([LossReason(name="Price"), LossReason(name="Went to a competitor")])
        session.add_all([Currency(code="EUR"), Currency(code="USD", position=1)])


async def make_company(works: Works, name: str, *coordinates: str) -> ContactId:
    """A partner."""
    draft = ContactDraft(ContactKind.PARTNER, name, tuple(address(one) for one in coordinates))
    return await Contacts(works).create(None, draft)


async def make_person(
    works: Works, name: str, *coordinates: str, partner_id: ContactId | None = None
) -> ContactId:
    """A person, of a partner if one is named."""
    kind = ContactKind.PERSON if partner_id is not None else ContactKind.INDIVIDUAL
    draft = ContactDraft(kind, name, tuple(address(one) for one in coordinates), partner_id)
    return await Contacts(works).create(None, draft)
