"""The primary demand of deals: kept as it was first asked, later changes as versions (domain.md, Primary demand)."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from core.enums import SalesList
from core.errors import AmountInvalid, Invalid, NotFound
from core.models import Deal, DemandRow, DemandVersion
from core.queries.deal_demand import load_demand_facts
from core.repositories import access, contacts, deals, sales
from core.rules.amounts import parse_amount
from core.rules.deal_outcomes import WHOLE, find_unsettled
from core.rules.deal_stages import PERCENT
from core.rules.positions import next_position
from core.services.deal_edits import read_amount
from core.services.deals import get_open
from core.services.work import Work, Works
from core.values import Caller, ContactId, DealId, InteractionId, Ref, RefKind

MAX_TEXT = 1000
QUANTITY_DIGITS = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class DemandDraft:
    """What a client asks for.

    Attributes:
        text: In their words.
        quantity: As people write numbers; None: not said.
        amount: A sum in the deal's currency, as people write it; None: not said.
        asked_by_id: Who asked.
        asked_in_id: The interaction of the deal in which they did.
    """

    text: str
    quantity: str | None = None
    amount: str | None = None
    asked_by_id: ContactId | None = None
    asked_in_id: InteractionId | None = None


class DealDemand:
    """Writes down what clients ask for, and how far it was met.

    All raise NotFound where there is no such deal or row for the caller, SubjectClosed where the deal is closed,
    OptionOff where deals are switched off.
    """

    def __init__(self, works: Works) -> None:
        self._works = works

    async def add(self, caller: Caller, deal_id: DealId, draft: DemandDraft) -> int:
        """Add a row: what was asked first.

        Raises:
            Invalid, AmountInvalid: The text is empty or too long, or a number is none.
        """
        async with self._works.begin(caller, "add_demand") as work:
            deal, _ = await get_open(work, deal_id)
            row = await add_row(work, deal, draft)
            work.confirm(Ref(RefKind.DEAL, deal.id), note="demand_added")
            return row.id

    async def change(self, caller: Caller, row_id: int, draft: DemandDraft) -> None:
        """Write down what a row became: a version of it; what was first asked stays as it was.

        Raises:
            Invalid, AmountInvalid: The text is empty or too long, or a number is none.
        """
        async with self._works.begin(caller, "change_demand") as work:
            row, deal = await _get_row(work, row_id)
            content = await _read(work, deal, draft)
            versions = await deals.list_demand_versions(work.session, [row.id])
            latest = versions[-1] if versions else row
            if all(
                getattr(latest, name) == getattr(content, name) for name in ("text", "quantity", "amount")
            ):
                work.confirm(Ref(RefKind.DEAL, deal.id), note="demand_changed")
                return
            version = DemandVersion(
                row_id=row.id,
                version=len(versions) + 2,
                text=content.text,
                quantity=content.quantity,
                amount=content.amount,
                asked_in_id=draft.asked_in_id,
                changed_at=work.now,
                changed_by=work.user_id,
            )
            await work.add(version, of=Ref(RefKind.DEAL, deal.id))
            work.confirm(Ref(RefKind.DEAL, deal.id), note="demand_changed")

    async def meet(self, caller: Caller, row_id: int, percent: int, *, reason: str | None = None) -> None:
        """Say how far a row was met, and why not wholly.

        Args:
            caller: Who says so.
            row_id: Which row.
            percent: 0 to 100.
            reason: A name of the organisation's list, in any case; may come later, but not after the closing.

        Raises:
            Invalid: The percentage is none, or the reason is not on the list.
        """
        async with self._works.begin(caller, "meet_demand") as work:
            row, deal = await _get_row(work, row_id)
            await _meet(work, row, percent, reason)
            work.confirm(Ref(RefKind.DEAL, deal.id), note="demand_met")

    async def meet_rest(
        self, caller: Caller, deal_id: DealId, percent: int, *, reason: str | None = None
    ) -> None:
        """Say at once how far all rows were met that keep the deal from closing (domain.md D4).

        Raises:
            Invalid: The percentage is none, or the reason is not on the list.
        """
        async with self._works.begin(caller, "meet_demand") as work:
            deal, _ = await get_open(work, deal_id)
            unsettled = find_unsettled(await load_demand_facts(work.session, deal.id))
            for row in await deals.list_demand(work.session, deal.id):
                if row.id in unsettled:
                    await _meet(work, row, percent, reason)
            work.confirm(Ref(RefKind.DEAL, deal.id), note="demand_met")

    async def remove(self, caller: Caller, row_id: int) -> None:
        """Take a row away with its versions; undo brings it back."""
        async with self._works.begin(caller, "remove_demand") as work:
            row, deal = await _get_row(work, row_id)
            of = Ref(RefKind.DEAL, deal.id)
            for version in await deals.list_demand_versions(work.session, [row.id]):
                await work.remove(version, of=of)
            await work.session.flush()
            await work.remove(row, of=of)
            work.confirm(of, note="demand_removed")


async def _get_row(work: Work, row_id: int) -> tuple[DemandRow, Deal]:
    row = await work.session.get(DemandRow, row_id, with_for_update=True)
    if row is None:
        raise NotFound(f"demand {row_id}")
    deal, _ = await get_open(work, DealId(row.deal_id))
    return row, deal


async def _meet(work: Work, row: DemandRow, percent: int, reason: str | None) -> None:
    if percent not in PERCENT:
        raise Invalid("met_percent", str(percent))
    why = row.unmet_reason_id
    if percent == WHOLE:
        why = None
    elif reason is not None:
        why = (await sales.find_item(work.session, SalesList.UNMET_REASONS, reason)).id
    work.change(row, of=Ref(RefKind.DEAL, row.deal_id), met_percent=percent, unmet_reason_id=why)


@dataclass(frozen=True, slots=True)
class _Content:
    text: str
    quantity: Decimal | None
    amount: Decimal | None


async def _read(work: Work, deal: Deal, draft: DemandDraft) -> _Content:
    """A draft's values, with its references checked."""
    text = draft.text.strip()
    if not text or len(text) > MAX_TEXT:
        raise Invalid("demand", draft.text)
    if draft.asked_by_id is not None:
        await contacts.get_contact(work.session, draft.asked_by_id)
    if draft.asked_in_id is not None:
        asked_in = await access.get_visible_interaction(work.session, work.caller, draft.asked_in_id)
        if asked_in.subject_id != deal.subject_id:
            raise NotFound(Ref(RefKind.INTERACTION, draft.asked_in_id))
    return _Content(
        text=text,
        quantity=_read_quantity(draft.quantity) if draft.quantity is not None else None,
        amount=await read_amount(work, deal.currency, draft.amount) if draft.amount is not None else None,
    )


def _read_quantity(text: str) -> Decimal:
    """``20``, ``1 200``, ``0,5``.

    Raises:
        AmountInvalid: It is no number, not positive, or finer than a thousandth.
    """
    plain = "".join(text.split()).replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return parse_amount(text, field="quantity")
    if not value.is_finite():
        raise AmountInvalid("quantity", text)
    if value <= 0:
        raise AmountInvalid("quantity", text, "negative")
    if value >= Decimal(10) ** 12:
        raise AmountInvalid("quantity", text, "too_large")
    if value != value.quantize(QUANTITY_DIGITS):
        raise AmountInvalid("quantity", text, "too_fine")
    return value.quantize(QUANTITY_DIGITS)


async def add_row(work: Work, deal: Deal, draft: DemandDraft) -> DemandRow:
    """Add a row of demand inside a transaction that does more. Raises as `DealDemand.add`."""
    content = await _read(work, deal, draft)
    row = DemandRow(
        deal_id=deal.id,
        position=next_position(await deals.list_demand(work.session, deal.id)),
        text=content.text,
        quantity=content.quantity,
        amount=content.amount,
        asked_by_id=draft.asked_by_id,
        asked_in_id=draft.asked_in_id,
        created_at=work.now,
    )
    await work.add(row, of=Ref(RefKind.DEAL, deal.id))
    await work.session.flush()
    return row
