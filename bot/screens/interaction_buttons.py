"""The buttons below an interaction's card; each stands for a verb that can be typed too."""

from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Button, Row, act, go
from bot.screens.interaction_text import excerpt
from bot.screens.letter_people import original_buttons, sender_button
from bot.screens.listing import back_row
from bot.screens.plan_chips import again_rows
from bot.screens.promise_lines import promise_buttons
from bot.texts.interactions import DIRECTIONS, shown_part
from core.enums import (
    CallResult,
    Channel,
    Direction,
    FunctionalOption,
    InteractionState,
    InteractionType,
    LinkReason,
    MailClass,
    Source,
    SubjectKind,
    SubjectState,
)
from core.queries.interaction_card import InteractionCard
from core.rules.answers import Happening, can_be_followed_up
from core.rules.deal_outcomes import REOPENERS

INBOX = "inbox"
"""The word by which a button says that its card is shown in the inbox, and that the next one is wanted."""

DONE = "done"
"""The word of the inbox's address that names what was just done with: its undo is offered."""

_DIRECTION_SIGNS = {Direction.IN: "↙️", Direction.OUT: "↗️"}

_CHANNEL_LABELS = {
    Channel.SMS: N_("💬 By SMS"),
    Channel.TELEGRAM: N_("💬 By Telegram"),
    Channel.WHATSAPP: N_("💬 By WhatsApp"),
    Channel.OTHER: N_("💬 By another one"),
}

Buttons = list[Button | None]


def card_keyboard(reader: Reader, card: InteractionCard, back: str = "") -> tuple[Row, ...]:
    """The buttons of a card on its own."""
    if card.deleted:
        restore = (act(reader._("♻️ Restore"), "restore", f"i{card.id}"),)
        return present_rows([[*restore], [undo_button(reader, card)], [*back_row(reader, back)]])
    return present_rows([*own_rows(reader, card), [*back_row(reader, back)]])


def own_rows(reader: Reader, card: InteractionCard, place: str = "") -> list[Buttons]:
    """The rows of a card that can be worked on; `place` is the inbox when the card is shown there."""
    if is_letter(card):
        return _letter_rows(reader, card, place)
    is_plan = card.state is InteractionState.PLANNED
    return [
        [_take(reader, card)],
        review_buttons(reader, card, place),
        *(
            _plan_rows(reader, card)
            if is_plan
            else [[*_toggles(reader, card), follow_up_button(reader, card)]]
        ),
        *again_rows(reader, card),
        *promise_buttons(reader, card),
        original_buttons(reader, card),
        [sender_button(reader, card)],
        [_deal_button(reader, card), _belongs_button(reader, card), _not_there(reader, card)],
        _after_closing(reader, card),
        [
            None if is_plan else _next_step(reader, card),
            edit_button(reader, card),
            undo_button(reader, card),
        ],
        *_reading_rows(reader, card),
    ]


def is_letter(card: InteractionCard) -> bool:
    """Whether it came by a mailbox: what it says cannot be edited, and its card has fewer buttons."""
    return card.type is InteractionType.EMAIL and card.source is Source.MAILBOX


def _letter_rows(reader: Reader, card: InteractionCard, place: str) -> list[Buttons]:
    """What a letter is answered with first; what it asks only where it does; the rare things are behind "More".

    At most four rows of a usual letter (conversation.md, Cards), seven of one that asks everything at once.
    """
    return [
        [_take(reader, card)],
        review_buttons(reader, card, place),
        original_buttons(reader, card),
        [sender_button(reader, card), _not_there(reader, card)],
        [follow_up_button(reader, card)],
        *promise_buttons(reader, card),
        [_belongs_button(reader, card), _not_business(reader, card)],
        _after_closing(reader, card),
        [_deal_button(reader, card), _next_step(reader, card), undo_button(reader, card)],
        *_reading_rows(reader, card),
    ]


def edit_button(reader: Reader, card: InteractionCard) -> Button:
    """What of it can be changed; of a letter behind "More"."""
    return go(reader._("✏️ Edit"), f"edit:{card.id}")


def _belongs_button(reader: Reader, card: InteractionCard) -> Button:
    return go(reader._("🔗 Belongs to…"), f"belongs:{card.id}")


def _next_step(reader: Reader, card: InteractionCard) -> Button | None:
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return None
    return go(reader._("🗓 Next step"), f"next:{card.id}")


def follow_up_button(reader: Reader, card: InteractionCard) -> Button | None:
    """Wait for an answer to what we wrote, called or met about."""
    what = Happening(card.type, card.state, card.direction, card.result)
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS) or not can_be_followed_up(what):
        return None
    label = reader._("⏳ Waiting") if card.is_followed_up else reader._("⏳ If no answer")
    return go(label, f"followup:{card.id}")


def _take(reader: Reader, card: InteractionCard) -> Button | None:
    """For a letter of a shared mailbox that waits for one of those who have it on their list (domain.md U3)."""
    waits = card.pooled and card.reviewed is not None
    return act(reader._("🙋 Take"), "take", f"i{card.id}") if waits else None


def _not_business(reader: Reader, card: InteractionCard) -> Button | None:
    """For a letter on the reader's own list that came from outside."""
    if not is_letter(card) or card.direction is not Direction.IN or card.reviewed is None:
        return None
    if reader.lacks(FunctionalOption.MAIL_CLIENT):
        return None
    return act(reader._("🚫 Not business"), "not_business", f"i{card.id}")


def _reading_rows(reader: Reader, card: InteractionCard) -> list[Buttons]:
    """What there is to read beside the card: its whole text, the letter with what it repeats, files."""
    texts = [_more_text(reader, card), _whole_letter(reader, card)]
    others = [_files(reader, card), go(reader._("☰ More"), f"care:{card.id}")]
    return [texts, others] if all(texts) else [[*texts, *others]]


def present_rows(buttons: list[Buttons]) -> tuple[Row, ...]:
    """Rows without the buttons that are left out, and without empty rows."""
    rows = (tuple(button for button in row if button is not None) for row in buttons)
    return tuple(row for row in rows if row)


def review_buttons(reader: Reader, card: InteractionCard, place: str = "") -> Buttons:
    """Reviewed and Later, while it is unreviewed for the reader; a plan is reviewed by what becomes of it."""
    if card.reviewed is not False or reader.lacks(FunctionalOption.REVIEW_FLAGS):
        return []
    where = (place,) if place else ()
    if card.state is InteractionState.PLANNED and not place:
        return []
    return [
        act(reader._("✅ Reviewed"), "reviewed", *where, f"i{card.id}"),
        go(reader._("⏰ Later"), ":".join(("later", str(card.id), *where))),
        _answer_button(reader, card),
    ]


def _not_there(reader: Reader, card: InteractionCard) -> Button | None:
    """Take an automatic link back: the interaction starts a chain of its own (domain.md S8)."""
    if card.link_reason is not LinkReason.SAME_CONTACT:
        return None
    return act(reader._("↩️ Not there"), "subject", f"i{card.id}", "none")


def _answer_button(reader: Reader, card: InteractionCard) -> Button | None:
    came_in = card.type is InteractionType.EMAIL and card.direction is Direction.IN
    if card.mail_class is MailClass.BOUNCE:
        return None  # Nobody reads the answer.
    return act(reader._("↩️ Answer"), "answer", f"i{card.id}") if came_in else None


def outcome_rows(reader: Reader, card: InteractionCard) -> list[Buttons]:
    """What may become of a plan, each a tap: all that is asked when it is due (conversation.md, Cards)."""
    ref = f"i{card.id}"
    done = {
        InteractionType.MEETING: act(reader._("🤝 Held"), "done", ref),
        InteractionType.CALL: act(reader._("📞 Reached"), "done", ref),
    }.get(card.type, go(reader._("✔️ Carried out"), f"done:{card.id}"))
    is_call = card.type is InteractionType.CALL
    nobody = reader._("📵 Not reached") if is_call else reader._("📵 No-show")
    return [
        [done, go(reader._("📅 Move"), f"move:{card.id}")],
        [act(nobody, "noshow", ref), act(reader._("✖️ Cancelled"), "drop", ref)],
    ]


def _plan_rows(reader: Reader, card: InteractionCard) -> list[Buttons]:
    return [
        *outcome_rows(reader, card),
        [
            go(reader._("⏰ Remind"), f"remind:{card.id}"),
            go(reader._("🔁 Repeat"), f"repeat:{card.id}"),
            act(reader._("📎 Calendar"), "ics", f"i{card.id}"),
        ],
    ]


def _toggles(reader: Reader, card: InteractionCard) -> Buttons:
    """What is set with one tap where a person recorded it: direction, result of a call, channel of an SMS."""
    if card.source is not Source.CHAT or card.state is not InteractionState.DONE:
        return []
    return [_direction_button(reader, card), _result_button(reader, card), _channel_button(reader, card)]


def _direction_button(reader: Reader, card: InteractionCard) -> Button | None:
    if card.direction is None:
        return None
    other = Direction.IN if card.direction is Direction.OUT else Direction.OUT
    word = shown_part(reader._(DIRECTIONS[card.type, other]))
    label = f"{_DIRECTION_SIGNS[other]} {word[:1].upper()}{word[1:]}"
    return act(label, "edit", f"i{card.id}", "direction", other)


def _result_button(reader: Reader, card: InteractionCard) -> Button | None:
    if card.type is not InteractionType.CALL:
        return None
    if card.result is CallResult.NOT_REACHED:
        return act(reader._("📞 Reached"), "edit", f"i{card.id}", "result", CallResult.REACHED)
    return act(reader._("📵 Not reached"), "edit", f"i{card.id}", "result", CallResult.NOT_REACHED)


def _channel_button(reader: Reader, card: InteractionCard) -> Button | None:
    if card.channel is None:
        return None
    order = tuple(Channel)
    following = order[(order.index(card.channel) + 1) % len(order)]
    return act(reader._(_CHANNEL_LABELS[following]), "edit", f"i{card.id}", "channel", following)


def _deal_button(reader: Reader, card: InteractionCard) -> Button | None:
    if reader.lacks(FunctionalOption.DEALS):
        return None
    if card.subject.kind is SubjectKind.DEAL:
        return go(reader._("💼 Deal"), f"d{card.subject.deal_id}") if card.subject.deal_id else None
    return go(reader._("💼 Make a deal"), f"promote:deal:{card.id}")


def _after_closing(reader: Reader, card: InteractionCard) -> Buttons:
    """What came into a closed deal may start a new one, or the deal is reopened (domain.md S7)."""
    subject = card.subject
    if (
        subject.kind is not SubjectKind.DEAL
        or subject.state is not SubjectState.CLOSED
        or card.reviewed is not False
    ):
        return []
    if reader.lacks(FunctionalOption.DEALS):
        return []
    return [
        go(reader._("💼 New deal"), f"promote:deal:{card.id}"),
        act(reader._("↩️ Reopen"), "reopen", f"d{subject.deal_id}") if reader.user.role in REOPENERS else None,
    ]


def undo_button(reader: Reader, card: InteractionCard) -> Button | None:
    """Undo, while the reader's last change was made to this interaction; it names the step, so that it acts once."""
    return act(reader._("↩️ Undo"), "undo", card.undo_step) if card.undo_step is not None else None


def _more_text(reader: Reader, card: InteractionCard) -> Button | None:
    _, is_cut = excerpt(card.shown_text)
    return go(reader._("📄 Whole text"), f"text:{card.id}") if is_cut else None


def _whole_letter(reader: Reader, card: InteractionCard) -> Button | None:
    """The letter with quotations and signature, where the card is without them."""
    return go(reader._("✉️ Whole letter"), f"whole:{card.id}") if card.new_text is not None else None


def _files(reader: Reader, card: InteractionCard) -> Button | None:
    """The files that somebody sent; where there are none, the pictures of the text."""
    if not card.attachments:
        return None
    count = sum(not one.inline for one in card.attachments)
    label = reader._("📎 Files {n}").format(n=count) if count else reader._("🖼 Pictures")
    return go(label, f"files:{card.id}")
