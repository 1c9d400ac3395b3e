"""The functional options of the organisation (domain.md O)."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FunctionalOption, InteractionType
from core.errors import OptionOff
from core.models import OptionSwitch
from core.rules.options import option_of

_options = OptionSwitch.__table__.c
_OFF = select(_options.name).where(_options.is_on.is_(False))


async def load_off(session: AsyncSession) -> frozenset[FunctionalOption]:
    """The options that are off; all others are on (domain.md O1)."""
    names = await session.scalars(_OFF)
    return frozenset(FunctionalOption(name) for name in names)


async def require_option(session: AsyncSession, option: FunctionalOption) -> None:
    """Refuse unless an option is on (domain.md O2).

    Raises:
        OptionOff: It is off.
    """
    if option in await load_off(session):
        raise OptionOff(option)


def types_but(off: frozenset[FunctionalOption]) -> frozenset[InteractionType]:
    """The types whose option is on; the others are in no list (domain.md O2)."""
    return frozenset(type_ for type_ in InteractionType if option_of(type_) not in off)
