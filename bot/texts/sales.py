"""What people call the lists that deals choose from and the kinds of deals, on buttons and typed."""

from bot.i18n import N_
from core.enums import DealKindType, SalesList

LISTS = {
    SalesList.STAGES: N_("📶 Stages"),
    SalesList.PARTNER_ROLES: N_("🏢 Roles of companies"),
    SalesList.PERSON_ROLES: N_("👤 Roles of people"),
    SalesList.LOSS_REASONS: N_("❌ Loss reasons"),
    SalesList.UNMET_REASONS: N_("🎯 Reasons of unmet demand"),
    SalesList.COMPETITORS: N_("🥊 Competitors"),
    SalesList.SOURCES: N_("📣 Sources"),
}
"""The lists and their titles."""

KIND_TYPES = {
    DealKindType.PROCESS: N_("Process"),
    DealKindType.MANUAL: N_("Manual"),
    DealKindType.PLAIN: N_("Plain"),
}
"""The sorts of kinds."""

KIND_TYPES_TOLD = {
    DealKindType.PROCESS: N_("stage by stage, once each has all it asks for"),
    DealKindType.MANUAL: N_("stages, moved freely"),
    DealKindType.PLAIN: N_("no stages"),
}
"""What each sort means."""

_TYPED_LISTS = {
    SalesList.STAGES: ("stages", "этапы"),
    SalesList.PARTNER_ROLES: ("partner_roles", "роли_компаний"),
    SalesList.PERSON_ROLES: ("person_roles", "роли_людей"),
    SalesList.LOSS_REASONS: ("loss_reasons", "причины_проигрыша"),
    SalesList.UNMET_REASONS: ("unmet_reasons", "причины_спроса"),
    SalesList.COMPETITORS: ("competitors", "конкуренты"),
    SalesList.SOURCES: ("sources", "источники"),
}
_TYPED_KINDS = {
    DealKindType.PROCESS: ("process", "процесс"),
    DealKindType.MANUAL: ("manual", "ручной", "вручную"),
    DealKindType.PLAIN: ("plain", "простой"),
}
_LIST_OF = {word: which for which, words in _TYPED_LISTS.items() for word in words}
_KIND_OF = {word: kind for kind, words in _TYPED_KINDS.items() for word in words}


def list_of(word: str) -> SalesList | None:
    """The list that a word means; None for none."""
    return _LIST_OF.get(word.casefold())


def kind_type_of(word: str) -> DealKindType | None:
    """The sort of kinds that a word means; None for none."""
    return _KIND_OF.get(word.casefold())
