"""One sign a kind, always with the word (conversation.md 8)."""

from bot.i18n import N_
from bot.reader import Reader
from core.enums import (
    ContactKind,
    DealStatus,
    FunctionalOption,
    InteractionType,
    SubjectKind,
    SubjectState,
)

TYPE_SIGNS = {
    InteractionType.CALL: "📞",
    InteractionType.MEETING: "🤝",
    InteractionType.EMAIL: "✉️",
    InteractionType.SMS: "💬",
    InteractionType.PLANNED: "🗓",
}

TYPE_NAMES = {
    InteractionType.CALL: N_("Call"),
    InteractionType.MEETING: N_("Meeting"),
    InteractionType.EMAIL: N_("Letter"),
    InteractionType.SMS: N_("SMS"),
    InteractionType.PLANNED: N_("Plan"),
}

SUBJECT_SIGNS = {
    SubjectKind.CHAIN: "🔗",
    SubjectKind.DEAL: "💼",
    SubjectKind.CLAIM: "⚠️",
    SubjectKind.EVENT: "📣",
    SubjectKind.NONE: "🔗",
}

SUBJECT_NAMES = {
    SubjectKind.CHAIN: N_("Chain"),
    SubjectKind.DEAL: N_("Deal"),
    SubjectKind.CLAIM: N_("Claim"),
    SubjectKind.EVENT: N_("Event"),
    SubjectKind.NONE: N_("Chain"),
}

CONTACT_SIGNS = {
    ContactKind.PARTNER: "🏢",
    ContactKind.PERSON: "👤",
    ContactKind.INDIVIDUAL: "👤",
    ContactKind.USER: "👤",
}

CONTACT_NAMES = {
    ContactKind.PARTNER: N_("Company"),
    ContactKind.PERSON: N_("Contact person"),
    ContactKind.INDIVIDUAL: N_("Person"),
    ContactKind.USER: N_("Colleague"),
}

DEAL_STATES = {
    DealStatus.IN_PROGRESS: N_("in progress"),
    DealStatus.WON: N_("won"),
    DealStatus.LOST: N_("lost"),
}

_ENDED = {SubjectKind.CLAIM: N_("settled"), SubjectKind.EVENT: N_("over")}


def subject_state_word(reader: Reader, kind: SubjectKind, state: SubjectState, *, active: bool) -> str:
    """How a chain, claim or event stands (domain.md S9)."""
    if state is SubjectState.CLOSED:
        return reader._(_ENDED.get(kind, N_("closed")))
    return reader._("active") if active else reader._("at rest")


def done_kinds(reader: Reader) -> tuple[InteractionType, ...]:
    """What a plan may turn out to be."""
    return tuple(
        kind
        for kind in InteractionType
        if kind is not InteractionType.PLANNED
        and not (kind is InteractionType.EMAIL and reader.lacks(FunctionalOption.MAIL_CLIENT))
    )
