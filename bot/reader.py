"""Somebody who looks at a screen: who they are, their language, what they may ask for."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.formats import format_day, format_sum, format_when
from bot.html import Html, esc
from bot.i18n import Translator
from bot.services import BotServices
from core.enums import FunctionalOption
from core.queries.chat_users import ChatUser
from core.rules.user_day import user_day
from core.values import Caller


@dataclass(slots=True)
class Reader:
    """The one for whom a screen is rendered.

    Attributes:
        user: The user as they are now.
        caller: The same as services take it.
        tr: Their language.
        services: What may be asked.
        now: The moment that this rendering counts as now.
    """

    user: ChatUser
    caller: Caller
    tr: Translator
    services: BotServices
    now: datetime

    def _(self, message: str) -> str:
        """A message in the reader's language."""
        return self.tr._(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The form of a message that goes with a number."""
        return self.tr.ngettext(singular, plural, number)

    def lacks(self, option: FunctionalOption | None) -> bool:
        """Whether the organisation switched this option off; None is never off."""
        return option in self.user.off

    @property
    def today(self) -> date:
        """The day it is for the reader."""
        return user_day(self.now, self.user.timezone)

    def when(self, instant: datetime, *, zone: str | None = None) -> Html:
        """A moment in the reader's zone and manner."""
        return esc(format_when(instant, self.now, self.user.timezone, self.tr, zone=zone))

    def day(self, day: date) -> Html:
        """A day in the reader's manner."""
        return esc(format_day(day, self.today, self.tr))

    def money(self, amount: Decimal, currency: str) -> Html:
        """A sum in the reader's manner."""
        return esc(format_sum(amount, currency, self.tr))
