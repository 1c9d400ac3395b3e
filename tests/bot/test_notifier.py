"""What the outbox holds on its way to the chats."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.enums import Language, OutboxState, UserState
from core.models import OutboxItem, User
from core.values import UserId
from tests.bot.office import Office
from tests.conftest import FixedClock

ANNA = 1001


async def notify(office: Office, user_id: int, show: str, *, note: str = "", key: str = "k1") -> None:
    async with office.works.begin(None, "test") as work:
        work.notify(user_id, show, note=note, key=key)


async def load_item(office: Office, key: str = "k1") -> OutboxItem:
    async with office.database.reading() as session:
        return (await session.scalars(select(OutboxItem).where(OutboxItem.key == key))).one()


async def wait_for_state(office: Office, *states: OutboxState) -> OutboxItem:
    """Looks until the row has one of the states; each look is a round trip, the fixture bounds the time."""
    while (item := await load_item(office)).state not in states or item.attempts == 0:
        await office.people.bots()
    return item


async def test_a_notice_is_a_new_silent_message_in_the_readers_language(office: Office) -> None:
    user = await office.add_user(ANNA, language=Language.RU)
    before = (await office.last(ANNA))["message_id"]
    await notify(office, user.id, "settings", note="hours_set")
    await office.idle()
    (shown,) = await office.people.bot_messages(ANNA, after=before)
    assert shown["text"].startswith("⚙️ Настройки")
    assert shown["text"].endswith("Рабочие часы выбраны")
    (call,) = (await office.people.calls("sendMessage", chat_id=ANNA))[-1:]
    assert call["params"]["disable_notification"] in {True, "true", "True"}


async def test_a_reminder_makes_a_sound(office: Office) -> None:
    user = await office.add_user(ANNA)
    await notify(office, user.id, "settings", note="reminder")
    await office.idle()
    (call,) = (await office.people.calls("sendMessage", chat_id=ANNA))[-1:]
    assert "disable_notification" not in call["params"]


@pytest.mark.parametrize("show", ["nothing:1", "options:deals"])
async def test_an_object_without_a_screen_falls_back_to_the_menu(office: Office, show: str) -> None:
    user = await office.add_user(ANNA)
    await notify(office, user.id, show, note="undone")
    await office.idle()
    assert (await office.last(ANNA))["text"].split() == ["☰", "More", "Undone"]


async def test_u2_what_became_invisible_is_not_shown(office: Office) -> None:
    user = await office.add_user(ANNA)
    await notify(office, user.id, "i999", note="letter")
    await office.idle()
    assert (await office.last(ANNA))["text"].endswith("No such interaction, or it is not yours to see.")


async def test_a_blocked_chat_is_noted_and_not_tried_again(office: Office) -> None:
    user = await office.add_user(ANNA)
    await office.people.add_fault("403", method="sendMessage", times=1)
    await notify(office, user.id, "settings")
    await office.idle()
    item = await load_item(office)
    assert (item.state, item.attempts) == (OutboxState.FAILED, 1)
    async with office.database.reading() as session:
        loaded = await session.get_one(User, user.id)
    assert not loaded.reachable


@pytest.mark.parametrize("kind", ["429", "5xx", "drop"])
async def test_trouble_that_passes_only_delays(office: Office, clock: FixedClock, kind: str) -> None:
    user = await office.add_user(ANNA)
    await office.people.add_fault(kind, method="sendMessage", times=1, retry_after=3)
    await notify(office, user.id, "settings")
    item = await wait_for_state(office, OutboxState.NEW)
    assert item.attempts == 1
    clock.move(timedelta(minutes=10))
    await office.idle()
    item = await load_item(office)
    assert (item.state, item.attempts) == (OutboxState.SENT, 2)
    assert (await office.last(ANNA))["text"].startswith("⚙️ Settings")


async def test_a_deleted_message_is_replaced_by_a_new_one(office: Office) -> None:
    await office.add_user(ANNA)
    (shown,) = await office.write(ANNA, "/settings")
    await office.tap(ANNA, shown, text="🗓 Working hours")
    await office.people.add_fault(
        "400", method="editMessageText", times=1, description="Bad Request: message to edit not found"
    )
    await office.tap(ANNA, await office.message(ANNA, shown["message_id"]), text="8-17")
    answer = await office.last(ANNA)
    assert answer["message_id"] > shown["message_id"]
    assert answer["text"].endswith("Working hours are set")


async def test_what_telegram_cannot_parse_is_sent_as_plain_text(office: Office) -> None:
    user = await office.add_user(ANNA, name="Anna <3")
    await office.people.add_fault(
        "400", method="sendMessage", times=1, description="Bad Request: can't parse entities: unclosed tag"
    )
    await notify(office, user.id, "settings")
    await office.idle()
    assert "Anna <3 · sales rep" in (await office.last(ANNA))["text"]
    assert (await load_item(office)).state is OutboxState.SENT


async def test_nobody_to_tell_is_final(office: Office) -> None:
    user = await office.add_user(ANNA)
    async with office.database.transaction() as session:
        (await session.get_one(User, user.id)).state = UserState.DEACTIVATED
    await notify(office, user.id, "settings")
    await office.idle()
    assert (await load_item(office)).state is OutboxState.FAILED


async def test_a_notice_leaves_the_dialog_alone(office: Office) -> None:
    user = await office.add_user(ANNA)
    await office.write(ANNA, "Agreed on the price")
    await office.services.chats.offer_choices(UserId(user.id), ["show:settings"])
    answers: list[dict[str, Any]] = await office.write(ANNA, "/1")
    assert answers[-1]["text"].startswith("⚙️ Settings")
    found = await office.services.chats.find_user(UserId(user.id))
    assert found is not None
    assert found.dialog is not None
    assert "Agreed on the price" in str(found.dialog.data)
