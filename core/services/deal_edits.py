"""Fields of a deal that people change, each by its own function (domain.md D1)."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from core.enums import ContactKind, SalesList
from core.errors import Invalid
from core.models import Competitor, Contact, Deal, ListItem, Subject
from core.repositories import contacts, sales, search
from core.rules.amounts import parse_amount
from core.rules.coordinates import plain_text
from core.services.promotion import MAX_TITLE
from core.services.work import Work
from core.values import Ref, RefKind

MAX_NAME = 100


async def get_partner(work: Work, contact_id: int) -> Contact:
    """A contact that a deal can be with.

    Raises:
        NotFound: There is no such contact.
        Invalid: It is a person of a partner, or a user.
    """
    contact = await contacts.get_contact(work.session, contact_id)
    if contact.kind not in {ContactKind.PARTNER, ContactKind.INDIVIDUAL}:
        raise Invalid("partner", contact.kind.value)
    return contact


async def _edit_title(work: Work, _deal: Deal, subject: Subject, value: Any) -> None:
    title = str(value).strip()
    if not title or len(title) > MAX_TITLE:
        raise Invalid("title", title)
    work.change(subject, of=Ref(RefKind.SUBJECT, subject.id), title=title)
    await search.index_subject(work.session, subject.id, (title,))


async def _edit_partner(work: Work, deal: Deal, _subject: Subject, value: Any) -> None:
    ref = value if isinstance(value, Ref) else Ref.parse(str(value))
    if ref is None or ref.kind is not RefKind.CONTACT:
        raise Invalid("partner", str(value))
    partner = await get_partner(work, ref.id)
    work.change(deal, of=Ref(RefKind.DEAL, deal.id), partner_id=partner.id)


async def _edit_expected(work: Work, deal: Deal, _subject: Subject, value: Any) -> None:
    if not isinstance(value, date):
        raise Invalid("expected_close_on", str(value))
    work.change(deal, of=Ref(RefKind.DEAL, deal.id), expected_close_on=value)


async def _edit_competitor(work: Work, deal: Deal, _subject: Subject, value: Any) -> None:
    of, name = Ref(RefKind.DEAL, deal.id), plain_text(str(value))
    if not name:
        work.change(deal, of=of, competitor_id=None)
        return
    if len(name) > MAX_NAME:
        raise Invalid("competitor", name)
    competitor = await _find_or_add_competitor(work, name, of)
    work.change(deal, of=of, competitor_id=competitor.id)


async def _find_or_add_competitor(work: Work, name: str, of: Ref) -> ListItem:
    """The list of competitors grows by what is met; one from the archive comes back."""
    known = sales.named(await sales.list_items(work.session, SalesList.COMPETITORS, archived=True), name)
    if known is None:
        position = await sales.next_position(work.session, Competitor)
        known = Competitor(name=name, position=position)
        await work.add(known, of=of)
        await work.session.flush()
    elif known.archived and isinstance(known, Competitor):
        work.change(known, of=of, archived=False)
    return known


async def _edit_currency(work: Work, deal: Deal, _subject: Subject, value: Any) -> None:
    code = str(value).strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise Invalid("currency", str(value))
    work.change(deal, of=Ref(RefKind.DEAL, deal.id), currency=code)


_Editor = Callable[[Work, Deal, Subject, Any], Awaitable[None]]


def _edit_sum(column: str) -> _Editor:
    async def edit(work: Work, deal: Deal, _subject: Subject, value: Any) -> None:
        work.change(deal, of=Ref(RefKind.DEAL, deal.id), **{column: parse_amount(str(value))})

    return edit


EDITORS: dict[str, _Editor] = {
    "title": _edit_title,
    "partner": _edit_partner,
    "expected_close_on": _edit_expected,
    "competitor": _edit_competitor,
    "currency": _edit_currency,
    "amount": _edit_sum("amount"),
    "agreed": _edit_sum("agreed"),
    "cost": _edit_sum("cost"),
}
