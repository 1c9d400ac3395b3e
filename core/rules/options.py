"""Which functional option a thing belongs to, and how options depend on each other (domain.md O)."""

from core.enums import FunctionalOption, InteractionType


def option_of(type_: InteractionType) -> FunctionalOption:
    """The option that an interaction type belongs to."""
    if type_ is InteractionType.EMAIL:
        return FunctionalOption.MAIL_CLIENT
    return FunctionalOption.OTHER_INTERACTIONS


def switched_along(option: FunctionalOption, *, is_on: bool) -> tuple[FunctionalOption, ...]:
    """Options that a switch takes with it: without deals there is no deal management (domain.md O1)."""
    if option is FunctionalOption.DEALS and not is_on:
        return (FunctionalOption.DEAL_MANAGEMENT,)
    return ()


def needed_by(option: FunctionalOption) -> FunctionalOption | None:
    """The option without which this one cannot be on."""
    return FunctionalOption.DEALS if option is FunctionalOption.DEAL_MANAGEMENT else None
