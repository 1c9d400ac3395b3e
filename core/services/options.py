"""Switching parts of the system on and off for the organisation (domain.md O)."""

from core.enums import FunctionalOption, Role
from core.errors import OptionOff
from core.models import OptionSwitch
from core.repositories.access import require_role
from core.repositories.options import load_off
from core.rules.options import needed_by, switched_along
from core.services.work import Work, Works
from core.values import Caller


class Options:
    """Reads and sets the functional options."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def all(self) -> dict[FunctionalOption, bool]:
        """Every option and whether it is on."""
        async with self._works.database.reading() as session:
            off = await load_off(session)
        return {option: option not in off for option in FunctionalOption}

    async def is_on(self, option: FunctionalOption) -> bool:
        """Whether an option is on."""
        return (await self.all())[option]

    async def set(self, caller: Caller | None, option: FunctionalOption, *, is_on: bool) -> None:
        """Switch an option; what depends on it goes off along (domain.md O1).

        Raises:
            NotAllowed: The caller is no administrator.
            OptionOff: An option that this one needs is off.
        """
        require_role(caller, Role.ADMINISTRATOR, action="option")
        async with self._works.begin(caller, "option") as work:
            needed = needed_by(option)
            if is_on and needed is not None and needed in await load_off(work.session):
                raise OptionOff(needed)
            for one in (option, *switched_along(option, is_on=is_on)):
                await switch(work, one, is_on=is_on)
            work.confirm("admin", note="option_on" if is_on else "option_off", option=option.value)


async def switch(work: Work, option: FunctionalOption, *, is_on: bool) -> None:
    """Switch one option, and nothing along with it, inside a transaction that does more."""
    row = await work.session.get(OptionSwitch, option.value)
    if row is None:
        if not is_on:
            await work.add(OptionSwitch(name=option.value, is_on=False), of=None, note={"is_on": False})
        return
    work.change(row, of=None, is_on=is_on)
