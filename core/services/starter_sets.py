"""The sets that an organisation starts with, in its language; what people make of them is theirs.

The first kind is the default and plain: it asks for nothing until somebody wants to be guided.
"""

from typing import Any

from core.enums import Language
from core.rules.setup_file import SetupFile

_CURRENCIES = ("EUR", "USD", "RUB", "GBP", "CNY", "KZT", "BYN")
_NAMES = {
    Language.EN: (
        "Euro",
        "US dollar",
        "Russian rouble",
        "Pound sterling",
        "Yuan",
        "Tenge",
        "Belarusian rouble",
    ),
    Language.RU: (
        "Евро",
        "Доллар США",
        "Российский рубль",
        "Фунт стерлингов",
        "Юань",
        "Тенге",
        "Белорусский рубль",
    ),
}


def _stage(name: str, probability: int, days: tuple[int, int], **asks: Any) -> dict[str, Any]:
    """A stage with its probability, how long it should take and how long it may rest, in working days."""
    expected, rest = days
    return {"name": name, "probability": probability, "expected_days": expected, "rest_days": rest, **asks}


def _task(text: str, type_: str, days: int) -> dict[str, Any]:
    return {"text": text, "type": type_, "due_in_days": days}


_EN: dict[str, Any] = {
    "stages": (
        "First contact",
        "Qualification",
        "Proposal",
        "Terms",
        "Obligations",
        "Review",
    ),
    "partner_roles": ("client", "end user", "competitor", "supplier", "mediator"),
    "person_roles": ("decides", "influences", "uses it", "pays", "passes on"),
    "loss_reasons": (
        "Price",
        "Went to a competitor",
        "No budget",
        "Delivery time",
        "No longer needed",
        "No answer",
    ),
    "unmet_reasons": (
        "Not in our range",
        "Out of stock",
        "Price",
        "Delivery time",
        "Client changed their mind",
    ),
    "competitors": (),
    "sources": ("Recommendation", "Website", "Exhibition", "Cold call", "Advertisement"),
    "kinds": (
        {"name": "Sale", "type": "plain", "commitment": "contract signed"},
        {
            "name": "Guided sale",
            "type": "process",
            "commitment": "contract signed",
            "stages": (
                _stage(
                    "First contact",
                    10,
                    (3, 5),
                    tasks=(_task("Find out what is needed", "call", 1),),
                    fields=("partner",),
                ),
                _stage("Qualification", 25, (5, 5), fields=("amount", "demand"), roles=("decides",)),
                _stage(
                    "Proposal",
                    50,
                    (5, 5),
                    tasks=(
                        _task("Send the proposal", "email", 2),
                        _task("Ask what they think of it", "call", 5),
                    ),
                    contacts=({"role": "decides", "within_days": 21},),
                ),
                _stage("Terms", 75, (10, 5), fields=("agreed", "expected_close_on")),
                _stage("Obligations", 90, (20, 10), fields=("committed_on",)),
                _stage("Review", 95, (5, 10), tasks=(_task("Ask whether all is well", "call", 5),)),
            ),
        },
        {
            "name": "Project",
            "type": "manual",
            "commitment": "advance received",
            "stages": (
                _stage("First contact", 10, (5, 10)),
                _stage("Proposal", 40, (10, 10)),
                _stage("Terms", 70, (15, 10)),
                _stage("Obligations", 90, (60, 15)),
            ),
        },
    ),
}

_RU: dict[str, Any] = {
    "stages": (
        "Первичный контакт",
        "Квалификация",
        "Предложение",
        "Согласование условий",
        "Выполнение обязательств",
        "Анализ",
    ),
    "partner_roles": ("клиент", "конечный покупатель", "конкурент", "поставщик", "посредник"),
    "person_roles": ("решает", "влияет", "пользуется", "платит", "передаёт"),
    "loss_reasons": (
        "Цена",
        "Ушёл к конкуренту",
        "Нет бюджета",
        "Сроки поставки",
        "Больше не нужно",
        "Перестал отвечать",
    ),
    "unmet_reasons": ("Нет в ассортименте", "Нет на складе", "Цена", "Сроки поставки", "Клиент передумал"),
    "competitors": (),
    "sources": ("Рекомендация", "Сайт", "Выставка", "Холодный звонок", "Реклама"),
    "kinds": (
        {"name": "Продажа", "type": "plain", "commitment": "договор подписан"},
        {
            "name": "Типовая продажа",
            "type": "process",
            "commitment": "договор подписан",
            "stages": (
                _stage(
                    "Первичный контакт",
                    10,
                    (3, 5),
                    tasks=(_task("Выяснить потребность", "call", 1),),
                    fields=("partner",),
                ),
                _stage("Квалификация", 25, (5, 5), fields=("amount", "demand"), roles=("решает",)),
                _stage(
                    "Предложение",
                    50,
                    (5, 5),
                    tasks=(
                        _task("Отправить предложение", "email", 2),
                        _task("Узнать мнение о предложении", "call", 5),
                    ),
                    contacts=({"role": "решает", "within_days": 21},),
                ),
                _stage("Согласование условий", 75, (10, 5), fields=("agreed", "expected_close_on")),
                _stage("Выполнение обязательств", 90, (20, 10), fields=("committed_on",)),
                _stage("Анализ", 95, (5, 10), tasks=(_task("Спросить, всё ли хорошо", "call", 5),)),
            ),
        },
        {
            "name": "Проект",
            "type": "manual",
            "commitment": "получен аванс",
            "stages": (
                _stage("Первичный контакт", 10, (5, 10)),
                _stage("Предложение", 40, (10, 10)),
                _stage("Согласование условий", 70, (15, 10)),
                _stage("Выполнение обязательств", 90, (60, 15)),
            ),
        },
    ),
}


def starter_set(language: Language, currency: str | None = None) -> SetupFile:
    """The set of a language; the organisation's own currency comes first."""
    data = _RU if language is Language.RU else _EN
    names = dict(zip(_CURRENCIES, _NAMES[language], strict=True))
    codes = dict.fromkeys((currency, *_CURRENCIES) if currency is not None else _CURRENCIES)
    currencies = tuple({"code": code, "name": names.get(code, "")} for code in codes)
    return SetupFile.model_validate({**data, "currencies": currencies})
