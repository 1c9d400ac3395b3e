"""Words of interactions: how they stand, which way they went, why they belong where they do."""

from collections.abc import Mapping

from bot.i18n import N_
from core.enums import Channel, Direction, Importance, InteractionState, InteractionType, LinkReason

DIRECTIONS = {
    (InteractionType.CALL, Direction.IN): N_("call, incoming|incoming"),
    (InteractionType.CALL, Direction.OUT): N_("call, outgoing|outgoing"),
    (InteractionType.SMS, Direction.IN): N_("SMS, incoming|incoming"),
    (InteractionType.SMS, Direction.OUT): N_("SMS, outgoing|outgoing"),
    (InteractionType.EMAIL, Direction.IN): N_("letter, incoming|incoming"),
    (InteractionType.EMAIL, Direction.OUT): N_("letter, outgoing|outgoing"),
}
"""The adjective of a direction; languages inflect it by the noun, which stands before the bar and is not shown."""

STATES = {
    InteractionState.PLANNED: N_("planned"),
    InteractionState.CANCELLED: N_("cancelled"),
}

IMPORTANCES = {
    Importance.LOW: N_("unimportant"),
    Importance.NORMAL: N_("normal"),
    Importance.HIGH: N_("❗ important"),
}

CHANNELS = {
    Channel.SMS: N_("SMS"),
    Channel.TELEGRAM: N_("Telegram"),
    Channel.WHATSAPP: N_("WhatsApp"),
    Channel.OTHER: N_("another messenger"),
}

LINK_REASONS = {
    LinkReason.OWN: "",
    LinkReason.CHOSEN: N_("chosen by hand"),
    LinkReason.THREAD: N_("same thread"),
    LinkReason.CONTINUES: N_("continues"),
    LinkReason.SAME_CONTACT: N_("same contact"),
    LinkReason.RULE: N_("by a rule of the mailbox"),
}
"""Why an interaction belongs to its subject."""


ANSWERS: Mapping[InteractionType | None, str] = {
    InteractionType.EMAIL: N_("answers your letter"),
    InteractionType.SMS: N_("answers your SMS"),
    InteractionType.CALL: N_("calls you back"),
}
"""What an answer to the reader's own message is called."""


def shown_part(message: str) -> str:
    """The part of a translated message that is shown, where a bar sets its context apart."""
    return message.rpartition("|")[2]
