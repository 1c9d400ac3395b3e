"""Waiting for an answer: how long, what to do when none came, whom to call."""

from bot.html import Html, bold, esc, fill, lines
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, rows
from bot.screens.card_questions import load_live, type_it
from bot.screens.interaction_buttons import is_letter
from bot.screens.interaction_text import head_line, topic_lines, who_line
from bot.screens.listing import back_row, back_to
from core.enums import (
    AddressKind,
    CallResult,
    ContactKind,
    FunctionalOption,
    InteractionState,
    InteractionType,
)
from core.queries.interaction_card import InteractionCard
from core.values import ContactId

screens = ScreenTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
PATIENCE_CHIPS = (
    (N_("2 working days"), "2 working days"),
    (N_("3 working days"), "3 working days"),
    (N_("A week"), "a week"),
)
"""Label, and the words that the button stands for."""

AGAIN_CHIPS = ((N_("⏳ In 2 days"), "2 working days"), (N_("⏳ In a week"), "a week"))


@screens.screen("followup", option=OTHER)
async def show_patience(reader: Reader, address: Address) -> Screen:
    """``followup:5``: how long an answer is waited for."""
    card = await load_live(reader, address)
    ref = f"i{card.id}"
    chips: list[Button | None] = [
        act(reader._(label), "followup", ref, words) for label, words in PATIENCE_CHIPS
    ]
    chips.append(type_it(reader, "followup", ref))
    chips.append(_stop(reader, card) if card.is_followed_up else None)
    question = bold(esc(reader._("If nobody answers, ask again after how long?")))
    hint = esc(reader._("Any answer counts: a letter, an SMS, a call, a meeting."))
    text = lines(head_line(reader, card), who_line(reader, card), question, hint)
    return Screen(text, (*rows(chips), back_row(reader, ref)))


def _stop(reader: Reader, card: InteractionCard) -> Button:
    return act(reader._("✖️ Wait no longer"), "followup", f"i{card.id}", "stop")


@screens.screen("unanswered", option=OTHER)
async def show_unanswered(reader: Reader, address: Address) -> Screen:
    """``unanswered:5``: nobody has answered; what now."""
    card = await load_live(reader, address)
    ref = f"i{card.id}"
    since = fill(reader._("Since {when} without an answer."), when=reader.when(card.happened_at))
    buttons: list[Button | None] = [
        go(reader._("📞 Call now"), f"callnow:{card.id}"),
        _wrote(reader, card),
        *(act(reader._(label), "followup", ref, words) for label, words in AGAIN_CHIPS),
        _stop(reader, card),
        go(reader._("‹ Card"), ref),
    ]
    hint = (
        esc(reader._("A letter from your own mailbox starts the waiting anew by itself."))
        if is_letter(card)
        else None
    )
    text = lines(head_line(reader, card), who_line(reader, card), *topic_lines(card), since, hint)
    return Screen(text, rows(buttons))


def _wrote(reader: Reader, card: InteractionCard) -> Button | None:
    """For what no mailbox captures by itself."""
    is_message = card.type in {InteractionType.SMS, InteractionType.EMAIL}
    return (
        act(reader._("✉️ Wrote again"), "wrote", f"i{card.id}") if is_message and not is_letter(card) else None
    )


@screens.screen("callnow", option=OTHER)
async def show_phones(reader: Reader, address: Address) -> Screen:
    """``callnow:5``: the numbers to tap, and what came of the call."""
    card = await load_live(reader, address)
    ref = f"i{card.id}"
    phones = await _phones(reader, card)
    shown = phones or (esc(reader._("No phone is known; it can be added to the contact.")),)
    reached = (reader._("📞 Reached"), CallResult.REACHED)
    missed = (reader._("📵 Not reached"), CallResult.NOT_REACHED)
    if card.state is InteractionState.PLANNED:
        buttons = (act(reached[0], "done", ref), act(missed[0], "noshow", ref))
    else:
        buttons = (act(reached[0], "called", ref, reached[1]), act(missed[0], "called", ref, missed[1]))
    text = lines(head_line(reader, card), who_line(reader, card), *shown)
    return Screen(text, (buttons, back_row(reader, back_to(address, 1) or ref)))


async def _phones(reader: Reader, card: InteractionCard) -> tuple[Html, ...]:
    """A line for each phone of the participants and of their contacts; Telegram makes it one to tap."""
    found: dict[str, str] = {}
    for one in card.participants:
        if one.contact_kind is ContactKind.USER:
            continue
        name = one.name
        for address in one.addresses:
            if address.kind is AddressKind.PHONE:
                found.setdefault(address.value, name)
        if one.contact_id is not None:
            contact = await reader.services.views.contact_card(reader.caller, ContactId(one.contact_id))
            for known in contact.addresses:
                if known.kind is AddressKind.PHONE:
                    found.setdefault(known.value, name)
    return tuple(
        fill("📞 {phone} · {name}", phone=esc(phone), name=esc(name)) for phone, name in found.items()
    )
