"""What people call the fields of a deal, on buttons and typed."""

from bot.i18n import N_
from core.enums import SalesList

FIELDS = {
    "title": N_("Title"),
    "amount": N_("Amount"),
    "partner": N_("Company"),
    "expected_close_on": N_("Expected close"),
    "probability": N_("Probability"),
    "kind": N_("Kind"),
    "agreed": N_("Agreed sum"),
    "cost": N_("Cost"),
    "competitor": N_("Competitor"),
    "source": N_("Source"),
    "currency": N_("Currency"),
}
"""Fields that can be changed, and their labels."""

REQUIRABLE = {
    **FIELDS,
    "committed_on": N_("Day of the event that wins"),
    "demand": N_("Demand"),
}
"""What a stage may ask for."""

QUESTIONS = {
    "title": N_("What is it called?"),
    "amount": N_("How much may it bring? For example: 120 000"),
    "expected_close_on": N_("When is its close expected? For example: 2026-12-15"),
    "probability": N_("How likely is it, in per cent? For example: 40"),
    "agreed": N_("Which sum was agreed? For example: 118 500"),
    "cost": N_("What does it cost us? For example: 90 000"),
    "competitor": N_("Who competes?"),
    "currency": N_("Which currency? For example: RUB, EUR, USD"),
    "source": N_("Where did it come from? A name of the list, or a marketing event like s7."),
    "kind": N_("Which kind of deal? A name of the list."),
}

LISTED = {"source": SalesList.SOURCES, "competitor": SalesList.COMPETITORS}
"""Fields whose values are items of a list of the organisation's."""

CHOSEN = frozenset({*LISTED, "kind", "currency"})
"""Fields whose values are offered to choose from."""

_TYPED = {
    "title": ("title", "name", "название", "тема"),
    "amount": ("amount", "sum", "potential", "сумма", "потенциал"),
    "partner": ("partner", "company", "client", "партнёр", "партнер", "компания", "клиент"),
    "expected_close_on": ("expected_close_on", "expected", "close", "срок", "закрытие"),
    "probability": ("probability", "chance", "вероятность", "шанс"),
    "kind": ("kind", "вид"),
    "agreed": ("agreed", "согласовано", "согласованная"),
    "cost": ("cost", "себестоимость", "затраты"),
    "competitor": ("competitor", "конкурент"),
    "source": ("source", "источник"),
    "currency": ("currency", "валюта"),
}

_FIELD_OF = {word: field for field, words in _TYPED.items() for word in words}


def read_field(word: str) -> str:
    """The field that a typed word means; the word itself if it means none."""
    return _FIELD_OF.get(word.casefold(), word)
