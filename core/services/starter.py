"""The lists an organisation starts with, in its language, so that the first deal needs no setting up."""

from sqlalchemy import func, select

from core.enums import DealKindType, Language
from core.models import DealKind, LossReason
from core.services.work import Works

_KIND = {
    Language.EN: ("Sale", "contract signed"),
    Language.RU: ("Продажа", "договор подписан"),
}
_LOSS_REASONS = {
    Language.EN: (
        "Price",
        "Went to a competitor",
        "No budget",
        "Delivery time",
        "No longer needed",
        "No answer",
    ),
    Language.RU: (
        "Цена",
        "Ушёл к конкуренту",
        "Нет бюджета",
        "Сроки поставки",
        "Больше не нужно",
        "Перестал отвечать",
    ),
}


class Starter:
    """Fills empty lists once; what people made of them since is theirs."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def fill_lists(self, language: Language) -> None:
        """Give an organisation without deal kinds and loss reasons its first ones; otherwise change nothing."""
        async with self._works.database.reading() as session:
            if await session.scalar(select(func.count()).select_from(DealKind)):
                return
        async with self._works.begin(None, "fill_lists") as work:
            if await work.session.scalar(select(func.count()).select_from(DealKind)):
                return
            name, commitment = _KIND[language]
            await work.add(DealKind(name=name, type=DealKindType.PLAIN, commitment=commitment), of=None)
            for reason in _LOSS_REASONS[language]:
                await work.add(LossReason(name=reason), of=None)
