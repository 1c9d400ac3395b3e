"""What a message replies to: a card, a row by its number, or nothing (conversation.md, answers in words)."""

from datetime import UTC, datetime

import pytest
from aiogram.types import Chat, Message, User

from bot.replies import replied_to

CHAT = Chat(id=1, type="private")
AT = datetime(2026, 11, 24, tzinfo=UTC)
LIST = "🌙 What happened today? 2\n1. 🤝 John: samples · today 15:00 · /i7\n2. 📞 Mary: order · /i12\nTap"
ALONE = "🌙 What happened today? 1\n1. 🤝 John: samples · today 15:00 · /i7\nTap"
CARD = "🤝 Meeting · planned · /i7\nJohn\nsamples"


def reply(text: str, former: str, *, from_bot: bool = True) -> Message:
    sender = User(id=2, is_bot=from_bot, first_name="Zveno")
    before = Message(message_id=1, date=AT, chat=CHAT, text=former, from_user=sender)
    return Message(message_id=2, date=AT, chat=CHAT, text=text, reply_to_message=before)


@pytest.mark.parametrize(
    ("text", "former", "expected"),
    [
        ("1 held, takes 20", LIST, (7, "held, takes 20")),
        ("2. no answer", LIST, (12, "no answer")),
        ("2: перенести на пятницу", LIST, (12, "перенести на пятницу")),
        ("2) held", LIST, (12, "held")),
        ("3 held", LIST, None),
        ("held", LIST, None),
        ("1", LIST, None),
        ("15:00 moved", LIST, None),
        ("1 held", ALONE, (7, "held")),
        ("held", ALONE, (7, "held")),
        ("held", CARD, (7, "held")),
        ("1 pallet more", CARD, (7, "1 pallet more")),
        ("held", "What came of it?", None),
    ],
)
def test_what_is_replied_to(text: str, former: str, expected: tuple[int, str] | None) -> None:
    assert replied_to(reply(text, former)) == expected


def test_what_a_person_wrote_is_no_list() -> None:
    assert replied_to(reply("1 held", LIST, from_bot=False)) is None
    assert replied_to(Message(message_id=2, date=AT, chat=CHAT, text="1 held")) is None
