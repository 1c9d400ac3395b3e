"""Currencies that deals may be in, with their rates by date (domain.md D1)."""

from datetime import date
from decimal import Decimal, InvalidOperation

from core.errors import AmountInvalid, Invalid, NameTaken
from core.models import Currency, CurrencyRate
from core.queries import sales as views
from core.queries.sales import CurrencyView
from core.repositories import sales, sales_use
from core.rules.amounts import CENTS
from core.rules.coordinates import plain_text
from core.rules.currencies import check_rate
from core.rules.positions import next_position
from core.rules.user_day import user_day
from core.services.sales_lists import MAX_NAME, begin_change
from core.services.work import Work, Works
from core.values import Caller


class Currencies:
    """Reads the currencies; administrators change them."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def list_currencies(self) -> tuple[CurrencyView, ...]:
        """The currencies with today's rates."""
        async with self._works.database.reading() as session:
            return await views.list_currencies(session, user_day(self._works.clock.now(), "UTC"))

    async def add(self, caller: Caller | None, code: str, name: str = "", digits: int = CENTS) -> None:
        """Add a currency; one of that code comes back from the archive.

        Raises:
            NotAllowed: The caller is no administrator.
            Invalid: The code is none of ISO 4217's form, or the decimals are more than two.
            NameTaken: It is there.
        """
        async with begin_change(self._works, caller, "add_currency") as work:
            known = await work.session.get(Currency, read_code(code))
            if known is not None and not known.archived:
                raise NameTaken("currency", code)
            await put_currency(work, code, name, digits)
            work.confirm("admin", note="list_changed")

    async def remove(self, caller: Caller | None, code: str) -> bool:
        """Take a currency away.

        Returns:
            Whether deals or rates are in it, and so it was archived instead of removed.

        Raises:
            NotAllowed: The caller is no administrator.
            Invalid: There is none.
        """
        async with begin_change(self._works, caller, "remove_currency") as work:
            archived = await remove_currency(work, await get_currency(work, code))
            work.confirm("admin", note="list_archived" if archived else "list_changed")
            return archived

    async def set_rate(self, caller: Caller | None, code: str, rate: str, since: date) -> None:
        """Say what one unit of a currency is worth in the organisation's own from a day on.

        Raises:
            NotAllowed: The caller is no administrator.
            Invalid: There is no such currency.
            AmountInvalid: The rate is none.
        """
        async with begin_change(self._works, caller, "set_rate") as work:
            currency = await get_currency(work, code)
            await put_rate(work, currency, read_rate(rate), since)
            work.confirm("admin", note="list_changed")


def read_code(code: str) -> str:
    """A code of ISO 4217's form.

    Raises:
        Invalid: It is none.
    """
    plain = code.strip().upper()
    if len(plain) != 3 or not (plain.isascii() and plain.isalpha()):
        raise Invalid("currency", code)
    return plain


def read_rate(text: str) -> Decimal:
    """A rate as people write it, with a comma or a point.

    Raises:
        AmountInvalid: It is none, or not positive.
    """
    try:
        return check_rate(Decimal("".join(text.split()).replace(",", ".")))
    except InvalidOperation as error:
        raise AmountInvalid("rate", text) from error


async def get_currency(work: Work, code: str) -> Currency:
    """A currency that may be chosen.

    Raises:
        Invalid: There is none.
    """
    currency = await work.session.get(Currency, read_code(code))
    if currency is None or currency.archived:
        raise Invalid("currency", code)
    return currency


async def put_currency(work: Work, code: str, name: str, digits: int) -> Currency:
    """Add a currency, or let one that is there have this name and these decimals.

    Raises:
        Invalid: The code is none of ISO 4217's form, or the decimals are more than two.
    """
    if digits not in range(CENTS + 1):
        raise Invalid("digits", str(digits))
    plain = plain_text(name)[:MAX_NAME]
    known = await work.session.get(Currency, read_code(code))
    if known is not None:
        work.change(known, of=None, name=plain, digits=digits, archived=False)
        return known
    position = next_position(await sales.list_currencies(work.session, archived=True))
    currency = Currency(code=read_code(code), name=plain, digits=digits, position=position)
    await work.add(currency, of=None, note={"code": currency.code})
    await work.session.flush()
    return currency


async def remove_currency(work: Work, currency: Currency) -> bool:
    """Remove a currency, or archive one that is in use."""
    if await sales_use.is_currency_used(work.session, currency.code):
        work.change(currency, of=None, archived=True)
        return True
    await work.remove(currency, of=None)
    return False


async def put_rate(work: Work, currency: Currency, rate: Decimal, since: date) -> None:
    """Set the rate of a day, instead of one that was there."""
    known = await work.session.get(CurrencyRate, (currency.code, since))
    if known is not None:
        work.change(known, of=None, rate=rate)
        return
    await work.add(
        CurrencyRate(code=currency.code, since=since, rate=rate), of=None, note={"rate": str(rate)}
    )
    await work.session.flush()
