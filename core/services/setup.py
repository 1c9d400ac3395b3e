"""Setting the organisation up by one file: departments, lists, stages, kinds, currencies, options (interface.md)."""

from core.enums import FunctionalOption, Role
from core.errors import CoreError, SetupInvalid
from core.queries.setup import load_setup
from core.repositories.access import require_role
from core.repositories.options import load_off
from core.rules.options import needed_by
from core.rules.setup_file import Problem, SetupFile
from core.services.options import switch
from core.services.setup_kinds import apply_kinds
from core.services.setup_lists import apply_currencies, apply_departments, apply_lists, remove_absent
from core.services.setup_report import SetupChange, SetupReport
from core.services.work import Work, Works
from core.values import Caller


class _OnlyLooked(Exception):
    """Rolls back what an import only tried."""


class Setup:
    """Exports and imports how the organisation is set up."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def export(self) -> SetupFile:
        """Everything that the file can say."""
        async with self._works.database.reading() as session:
            return await load_setup(session)

    async def load(
        self, caller: Caller | None, setup: SetupFile, *, dry_run: bool = False
    ) -> tuple[SetupChange, ...]:
        """Make the organisation be as a file says: wholly, or not at all.

        What is in use and not in the file any more is archived; departments are never taken away. The same file
        a second time changes nothing.

        Args:
            caller: Who does it; None for the command line.
            setup: The file, read and found to make sense by itself.
            dry_run: Only tell what would change.

        Returns:
            What changed, in the order of the file.

        Raises:
            NotAllowed: The caller is no administrator.
            SetupInvalid: It does not fit what is there; everything that does not is named.
        """
        require_role(caller, Role.ADMINISTRATOR, action="setup")
        report = SetupReport()
        try:
            async with self._works.begin(caller, "setup") as work:
                await apply_setup(work, setup, report)
                _decide(report, dry_run=dry_run)
        except _OnlyLooked:
            pass
        return tuple(report.changes)


def _decide(report: SetupReport, *, dry_run: bool) -> None:
    """Let the transaction be committed, or end it.

    Raises:
        SetupInvalid: Something does not fit.
        _OnlyLooked: It was only tried.
    """
    if report.problems:
        raise SetupInvalid(report.problems)
    if dry_run:
        raise _OnlyLooked


async def apply_setup(work: Work, setup: SetupFile, report: SetupReport) -> None:
    """Apply a file inside a transaction that does more; what does not fit is in the report."""
    await apply_departments(work, setup.departments or (), report)
    await apply_lists(work, setup, report)
    await apply_currencies(work, setup.currencies, report)
    try:
        await apply_kinds(work, setup.kinds, report)
        await remove_absent(work, setup, report)
    except CoreError as error:  # what the parts refuse one by one
        report.problem(("kinds",), str(error))
    await _apply_options(work, setup, report)


async def _apply_options(work: Work, setup: SetupFile, report: SetupReport) -> None:
    wanted = setup.options or {}
    off = await load_off(work.session)
    for option, is_on in wanted.items():
        if is_on == (option not in off):
            continue
        await switch(work, option, is_on=is_on)
        report.changed("options", option.value, "on" if is_on else "off")
    await work.session.flush()
    off = await load_off(work.session)
    for option in FunctionalOption:
        needed = needed_by(option)
        if needed is None or needed not in off or option in off:
            continue
        if wanted.get(option):
            report.problems.append(Problem(("options", option.value), f"needs {needed.value}, which is off"))
        else:
            await switch(work, option, is_on=False)
            report.changed("options", option.value, "off")
