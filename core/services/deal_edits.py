"""Fields of a deal that people change, each by its own function (domain.md D1)."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

from core.enums import ContactKind, DealStatus, SalesList
from core.errors import Invalid, StateForbids
from core.models import Contact, Currency, Deal, DealKind, ListItem, Subject
from core.repositories import contacts, sales, search
from core.rules.amounts import CENTS, parse_amount
from core.rules.coordinates import plain_text
from core.rules.deal_stages import PERCENT
from core.services.currencies import get_currency
from core.services.deal_moves import enter_first, follow_stage, forget_first_stage
from core.services.deal_opening import MAX_TITLE
from core.services.event_sources import source_of_event
from core.services.sales_lists import find_or_add, read_name
from core.services.work import Work
from core.values import Ref, RefKind


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
    competitor = await find_or_add(work, SalesList.COMPETITORS, read_name(name, "competitor"))
    work.change(deal, of=of, competitor_id=competitor.id)


async def _edit_currency(work: Work, deal: Deal, _subject: Subject, value: Any) -> None:
    currency = await get_currency(work, str(value))
    work.change(deal, of=Ref(RefKind.DEAL, deal.id), currency=currency.code)


async def _edit_source(work: Work, deal: Deal, _subject: Subject, value: Any) -> None:
    """A name of the list, or a marketing event by its reference, which then joins the list."""
    name = str(value).strip()
    source: ListItem | None = None
    ref = Ref.parse(name)
    if ref is not None and ref.kind is RefKind.SUBJECT:
        source = await source_of_event(work, ref.id)
    elif name:
        source = await sales.find_item(work.session, SalesList.SOURCES, name)
    work.change(deal, of=Ref(RefKind.DEAL, deal.id), source_id=source.id if source is not None else None)


async def _edit_probability(work: Work, deal: Deal, _subject: Subject, value: Any) -> None:
    """A word on it holds until it is taken back with an empty one; the outcome has the last word (domain.md D3)."""
    of = Ref(RefKind.DEAL, deal.id)
    if deal.status is not DealStatus.IN_PROGRESS:
        raise StateForbids(of, deal.status)
    text = str(value).strip().removesuffix("%").rstrip()
    if text and not (text.isascii() and text.isdecimal() and int(text) in PERCENT):
        raise Invalid("probability", str(value))
    work.change(deal, of=of, probability_by_hand=bool(text))
    if text:
        work.change(deal, of=of, probability=int(text))
    else:
        await follow_stage(work, deal)


async def _edit_kind(work: Work, deal: Deal, _subject: Subject, value: Any) -> None:
    """Another kind, as long as nothing of the process was done (original.md 168); a lost deal begins none."""
    of = Ref(RefKind.DEAL, deal.id)
    kind = await find_kind(work, str(value))
    if kind.id == deal.kind_id:
        return
    if deal.status is DealStatus.LOST:
        raise StateForbids(of, deal.status)
    await forget_first_stage(work, deal)
    work.change(deal, of=of, kind_id=kind.id)
    await enter_first(work, deal, kind)
    await follow_stage(work, deal)


async def find_kind(work: Work, value: str) -> DealKind:
    """A kind that can be chosen, by its name in any case or its number.

    Raises:
        Invalid: There is none.
    """
    found = sales.named(await sales.list_kinds(work.session), value)
    if found is not None:
        return found
    if not value.strip().isdecimal():
        raise Invalid("deal_kind", value)
    return await sales.get_kind(work.session, int(value))


async def read_amount(work: Work, code: str, text: str, field: str = "amount") -> Decimal:
    """A sum in a currency, no finer than its smallest coin.

    Raises:
        AmountInvalid: It is none; says what is wrong.
    """
    currency = await work.session.get(Currency, code)
    return parse_amount(text, field=field, digits=currency.digits if currency is not None else CENTS)


_Editor = Callable[[Work, Deal, Subject, Any], Awaitable[None]]


def _edit_sum(column: str) -> _Editor:
    async def edit(work: Work, deal: Deal, _subject: Subject, value: Any) -> None:
        amount = await read_amount(work, deal.currency, str(value), column)
        work.change(deal, of=Ref(RefKind.DEAL, deal.id), **{column: amount})

    return edit


EDITORS: dict[str, _Editor] = {
    "title": _edit_title,
    "partner": _edit_partner,
    "expected_close_on": _edit_expected,
    "competitor": _edit_competitor,
    "currency": _edit_currency,
    "source": _edit_source,
    "probability": _edit_probability,
    "kind": _edit_kind,
    "amount": _edit_sum("amount"),
    "agreed": _edit_sum("agreed"),
    "cost": _edit_sum("cost"),
}
