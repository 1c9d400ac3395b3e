"""The lists an organisation starts with, in its language, so that the first deal needs no setting up."""

from typing import Any

from sqlalchemy import func, select

from core.enums import Language
from core.errors import SetupInvalid
from core.models import DealKind
from core.queries.setup import load_setup
from core.rules.setup_file import LISTS, SetupFile
from core.services.setup import apply_setup
from core.services.setup_report import SetupReport
from core.services.starter_sets import starter_set
from core.services.work import Works

_KINDS_STAND_ON = ("stages", "partner_roles", "person_roles")


class Starter:
    """Fills empty lists once; what people made of them since is theirs."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def fill_lists(self, language: Language, *, currency: str | None = None) -> None:
        """Give an organisation without kinds of deals its first lists; otherwise change nothing.

        Lists that somebody began already stay as they are; the kinds that would stand on them are left out then.

        Args:
            language: Of the names.
            currency: The organisation's own, which comes first.
        """
        async with self._works.database.reading() as session:
            if await session.scalar(select(func.count()).select_from(DealKind)):
                return
        async with self._works.begin(None, "fill_lists") as work:
            if await work.session.scalar(select(func.count()).select_from(DealKind)):
                return
            wanted = _without_begun(starter_set(language, currency), await load_setup(work.session))
            report = SetupReport()
            await apply_setup(work, wanted, report)
            if report.problems:
                raise SetupInvalid(report.problems)


def _without_begun(wanted: SetupFile, present: SetupFile) -> SetupFile:
    """The first set without the sections that have something in them."""
    begun = {section for section in (*LISTS, "currencies") if getattr(present, section)}
    without: dict[str, Any] = dict.fromkeys(begun)
    if begun.intersection(_KINDS_STAND_ON):
        without["kinds"] = tuple(one for one in wanted.kinds or () if not one.stages)
    return wanted.model_copy(update=without)
