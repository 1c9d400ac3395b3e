"""Nothing that Telegram can send is dropped in silence."""

from aiogram.enums import ContentType
from aiogram.types import Update

from bot.kinds import ALLOWED_UPDATES, CONTENTS, UPDATES, Content, Fate, content_of


def test_every_kind_of_update_has_a_fate() -> None:
    assert set(UPDATES) == set(Update.model_fields) - {"update_id"}


def test_every_kind_of_message_has_a_fate() -> None:
    assert set(CONTENTS) == {one.value for one in ContentType} - {ContentType.ANY.value}


def test_telegram_is_asked_for_exactly_what_is_taken() -> None:
    assert set(ALLOWED_UPDATES) == {kind for kind, fate in UPDATES.items() if fate is Fate.TAKEN}


def test_kinds_of_a_newer_bot_api_are_declined() -> None:
    assert content_of("hologram") is Content.OTHER
