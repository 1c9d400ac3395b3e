"""The lists an organisation starts with, in its language, so that the first deal needs no setting up."""

from sqlalchemy import func, select

from core.enums import Language
from core.errors import SetupInvalid
from core.models import DealKind
from core.services.setup import apply_setup
from core.services.setup_report import SetupReport
from core.services.starter_sets import starter_set
from core.services.work import Works


class Starter:
    """Fills empty lists once; what people made of them since is theirs."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def fill_lists(self, language: Language, *, currency: str | None = None) -> None:
        """Give an organisation without kinds of deals its first lists; otherwise change nothing.

        Args:
            language: Of the names.
            currency: The organisation's own, which comes first.

        Raises:
            SetupInvalid: There are lists already which the first ones contradict.
        """
        async with self._works.database.reading() as session:
            if await session.scalar(select(func.count()).select_from(DealKind)):
                return
        async with self._works.begin(None, "fill_lists") as work:
            if await work.session.scalar(select(func.count()).select_from(DealKind)):
                return
            report = SetupReport()
            await apply_setup(work, starter_set(language, currency), report)
            if report.problems:
                raise SetupInvalid(report.problems)
