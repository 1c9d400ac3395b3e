"""Whom a letter is from, as its card says it: a contact with company, or somebody new with one tap to know them."""

from bot.html import Html, bold, esc, fill, shorten
from bot.reader import Reader
from bot.screens.base import Button, act, go
from core.enums import AddressKind, Direction, InteractionType, MailClass, ParticipantRole
from core.queries.interaction_card import InteractionCard
from core.queries.interaction_people import ParticipantView

NAME_LIMIT = 60
LABEL_LIMIT = 30


def shown_name(participant: ParticipantView) -> str:
    """A participant with the company they work for."""
    name, company = participant.name, participant.company
    return f"{name}, {company}" if company and company.casefold() not in name.casefold() else name


def is_new(card: InteractionCard, participant: ParticipantView) -> bool:
    """Whether a person has written whom no contact is known for."""
    return (
        card.type is InteractionType.EMAIL
        and card.direction is Direction.IN
        and card.mail_class in {MailClass.NORMAL, None}
        and participant.role is ParticipantRole.FROM
        and participant.contact_id is None
        and bool(participant.addresses)
    )


def who_words(reader: Reader, card: InteractionCard, participant: ParticipantView) -> str:
    """``John Smith, Acme``, or ``new: John Smith, acme.example`` for somebody who is no contact yet."""
    if not is_new(card, participant):
        return shorten(shown_name(participant), NAME_LIMIT)
    domain = next((one.value.rpartition("@")[2] for one in participant.addresses if _is_mail(one.kind)), "")
    name = participant.name if not domain or domain in participant.name else f"{participant.name}, {domain}"
    return reader._("new: {name}").format(name=shorten(name, NAME_LIMIT))


def _is_mail(kind: AddressKind) -> bool:
    return kind is AddressKind.EMAIL


def original_line(reader: Reader, card: InteractionCard) -> Html | None:
    """The question who wrote what was forwarded."""
    original = card.original
    if original is None or card.deleted:
        return None
    named = [original.name, original.address if original.name != original.address else "", original.said_at]
    words = ", ".join(shorten(one, NAME_LIMIT) for one in named if one)
    return bold(fill(reader._("↪️ Original: {words}, right?"), words=esc(words)))


def original_buttons(reader: Reader, card: InteractionCard) -> list[Button | None]:
    """Yes, somebody else, or the one who sent it."""
    if card.original is None or card.deleted:
        return []
    return [
        act(reader._("✅ Yes"), "original", f"i{card.id}", "yes"),
        act(reader._("👤 Other"), "original", f"i{card.id}"),
        act(reader._("🙋 It's me"), "original", f"i{card.id}", "me"),
    ]


def sender_button(reader: Reader, card: InteractionCard) -> Button | None:
    """Make a contact of a sender who is none; where several contacts have the address, say which one it is."""
    sender = next((one for one in card.participants if is_new(card, one)), None)
    if sender is None or card.deleted:
        return None
    if sender.is_claimed:
        return go(reader._("👤 Who is it?"), f"who:{card.id}:{sender.id}")
    label = f"➕ 👤 {shorten(sender.name, LABEL_LIMIT)}"
    return act(label, "introduce", f"i{card.id}", f"p{sender.id}", "person")
