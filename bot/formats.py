"""Times and sums in the reader's manner (conversation.md 9)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone_location
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from bot.i18n import Translator
from core.enums import Language
from core.rules.user_day import to_local

_LOCALES = {"ru": "ru_RU", "en": "en_GB"}
_WITH_YEAR = "EEE d MMM y"
_WITHOUT_YEAR = "EEE d MMM"


def format_when(
    instant: datetime, now: datetime, timezone: str, tr: Translator, *, zone: str | None = None
) -> str:
    """A moment as the reader says it: "today 15:00", "yesterday 9:30", "Fri 27 Nov, 15:00".

    Args:
        instant: Aware instant.
        now: Aware instant against which "today" is judged.
        timezone: The reader's zone.
        tr: The reader's language.
        zone: Show the wall clock of this zone instead, and name it when it is not the reader's.
    """
    shown_zone = zone or timezone
    local = to_local(instant, shown_zone)
    time = format_datetime(local, "HH:mm", locale=_locale(tr))
    named = f" ({zone_name(shown_zone, tr)})" if shown_zone != timezone else ""
    day = format_day(local.date(), to_local(now, shown_zone).date(), tr)
    separator = " " if _near(local.date(), to_local(now, shown_zone).date(), tr) else ", "
    return f"{day}{separator}{time}{named}"


def format_ordinal(number: int, tr: Translator) -> str:
    """Which one in a row: "4th", "4-й"."""
    if tr.language is Language.RU:
        return f"{number}-й"
    teens = 10 < number % 100 < 20
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def format_day(day: date, today: date, tr: Translator) -> str:
    """A day as the reader says it: "today", "tomorrow", "Fri 27 Nov", with the year only if it is another."""
    near = _near(day, today, tr)
    return near if near is not None else format_date_alone(day, today, tr)


def format_date_alone(day: date, today: date, tr: Translator) -> str:
    """A day by its date, where "today" would not do: "Fri 27 Nov", with the year only if it is another."""
    pattern = _WITHOUT_YEAR if day.year == today.year else _WITH_YEAR
    return format_date(day, pattern, locale=_locale(tr))


def _near(day: date, today: date, tr: Translator) -> str | None:
    if day == today:
        return tr._("today")
    if day == today - timedelta(days=1):
        return tr._("yesterday")
    return tr._("tomorrow") if day == today + timedelta(days=1) else None


def zone_name(timezone: str, tr: Translator) -> str:
    """The place a zone is named for, in the reader's language: "Moscow", "Yekaterinburg"."""
    return get_timezone_location(timezone, locale=_locale(tr), return_city=True)


def format_clock(instant: datetime, timezone: str) -> str:
    """The wall clock alone: "15:00"."""
    return to_local(instant, timezone).strftime("%H:%M")


def format_sum(amount: Decimal, currency: str, tr: Translator) -> str:
    """A sum as the locale writes it, without empty pennies: "120 000 ₽", "€99.50"; "120,000 RUB" without a sign."""
    locale = Locale.parse(_locale(tr))
    pattern = locale.currency_formats["standard"].pattern
    is_whole = amount == amount.to_integral_value()
    if is_whole:
        pattern = pattern.replace(".00", "")
    if get_currency_symbol(currency, locale).isalpha():
        pattern = pattern.replace("¤", "").strip("\xa0 ") + "\xa0¤¤"
    text: str = format_currency(amount, currency, format=pattern, locale=locale, currency_digits=not is_whole)
    return text


def format_number(number: Decimal | int, tr: Translator) -> str:
    """A number as the locale writes it."""
    text: str = format_decimal(number, locale=_locale(tr))
    return text


def _locale(tr: Translator) -> str:
    return _LOCALES[tr.language]


def country_name(country: str, tr: Translator) -> str:
    """A country as the reader calls it; its letters where it has no name."""
    name: str = Locale.parse(_locale(tr)).territories.get(country, country)
    return name


def format_size(size: int, tr: Translator) -> str:
    """Bytes as people say them: "240 KB"."""
    if size < 1024 * 1024:
        return tr._("{size} KB").format(size=max(1, round(size / 1024)))
    return tr._("{size} MB").format(size=format_number(round(Decimal(size) / (1024 * 1024), 1), tr))
