"""Updates on their way in: stored before acknowledged, each once, whatever Telegram does."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.app import BotApp, BotSettings
from bot.errors import TokenRefused
from bot.updates import GetRawUpdates, lane_of, read_batch, storable
from core.enums import UpdateState
from core.models import InboundUpdate, Interaction
from tests.bot.office import TOKEN, Office
from tests.factories.telegram import open_bot

ANNA = 1001

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("raw", "lane"),
    [
        ({"update_id": 1, "message": {"from": {"id": 5}, "chat": {"id": 9}}}, 5),
        ({"update_id": 1, "callback_query": {"from": {"id": 5}}}, 5),
        ({"update_id": 1, "message": {"from": {"id": 5}, "chat": {"id": -9}}}, -9),
        ({"update_id": 1, "message_reaction": {"user": {"id": 5}, "chat": {"id": -9}}}, -9),
        ({"update_id": 1, "channel_post": {"chat": {"id": -9}}}, -9),
        ({"update_id": 1, "poll": {"id": "7"}}, 0),
        ({"update_id": 1, "message": {"from": {"id": True}, "chat": {"id": 9}}}, 9),
        ({"update_id": 1, "message": "text"}, 0),
        ({"update_id": 1, "message": {"from": {"id": 2**70}}}, 0),
    ],
)
def test_the_lane_is_the_group_or_the_account_else_the_chat(raw: dict[str, Any], lane: int) -> None:
    assert lane_of(raw) == lane


@given(JSON)
def test_any_json_is_a_batch_item_or_left(item: Any) -> None:
    for raw in (item, {"update_id": 7, "message": item}):
        for update in read_batch([raw]):
            json.dumps(update.body, ensure_ascii=False).encode()
            assert "\\u0000" not in json.dumps(update.body)


@given(st.text())
def test_what_a_database_takes_is_left_as_it_is(text: str) -> None:
    raw = {"update_id": 1, "message": {"text": text.replace("\x00", "")}}
    assert storable(raw) == raw


async def count_states(office: Office) -> dict[UpdateState, int]:
    async with office.database.reading() as session:
        rows = await session.execute(select(InboundUpdate.state, func.count()).group_by(InboundUpdate.state))
        return dict(rows.all())


async def count_interactions(office: Office) -> int:
    async with office.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Interaction)) or 0


def text_update(account_id: int, text: str, **more: Any) -> dict[str, Any]:
    person = {"id": account_id, "is_bot": False, "first_name": "Anna"}
    chat = {"id": account_id, "type": "private", "first_name": "Anna"}
    return {"message": {"message_id": 900, "date": 1, "from": person, "chat": chat, "text": text}, **more}


async def test_malformed_updates_are_marked_failed_and_hold_nobody_up(office: Office) -> None:
    await office.add_user(ANNA)
    for bad in (
        {"message": {"chat": "nowhere"}},
        {"message": text_update(ANNA, "x")["message"] | {"date": "yesterday"}},
        {"message": 17},
    ):
        await office.people.inject_update(bad)
    (answer,) = await office.write(ANNA, "/undo")
    assert answer["text"] == "There is nothing to undo."
    states = await count_states(office)
    assert states[UpdateState.FAILED] == 3
    assert UpdateState.NEW not in states


async def test_updates_of_kinds_unknown_to_us_are_ended(office: Office) -> None:
    await office.people.inject_update({"telepathy": {"from": {"id": ANNA}}})
    await office.people.inject_update({"poll": {"id": "1"}})
    await office.idle()
    assert UpdateState.NEW not in await count_states(office)


async def test_hostile_characters_are_stored_on_both_databases(office: Office) -> None:
    await office.add_user(ANNA)
    await office.people.inject_update(text_update(ANNA, "nul \x00 and lone \ud800"))
    await office.idle()
    assert "Save this as a note of…" in (await office.last(ANNA))["text"]


async def test_the_same_update_twice_has_its_effect_once(office: Office) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "Agreed on the price")
    tap = await office.tap(ANNA, await office.last(ANNA), text="1. 📞 Call")
    assert tap.update_id is not None
    await office.people.redeliver(tap.update_id)
    await office.idle()
    assert await count_interactions(office) == 1


async def test_updates_of_one_user_keep_their_order(office: Office) -> None:
    await office.add_user(ANNA)
    for number in range(12):
        await office.people.send(ANNA, f"note {number}")
        await office.people.send(ANNA, "/1")
    await office.idle()
    async with office.database.reading() as session:
        texts = (await session.scalars(select(Interaction.text).order_by(Interaction.id))).all()
    assert texts == [f"note {number}" for number in range(12)]


@pytest.mark.parametrize("kind", ["5xx", "429", "drop", "409"])
async def test_polling_goes_on_after_trouble(office: Office, kind: str) -> None:
    await office.add_user(ANNA)
    await office.people.add_fault(kind, method="getUpdates", times=1, retry_after=1)
    (answer,) = await office.write(ANNA, "/undo")
    assert answer["text"] == "There is nothing to undo."
    assert office.app.healthy()


async def test_another_poller_is_outlived(office: Office) -> None:
    await office.add_user(ANNA)
    async with open_bot(TOKEN, office.url) as other:
        await other(GetRawUpdates(timeout=0))
    (answer,) = await office.write(ANNA, "/undo")
    assert answer["text"] == "There is nothing to undo."


async def test_numbers_may_begin_anew_after_a_quiet_week(office: Office, clock: Any) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "/undo")
    clock.move(timedelta(days=8))
    await office.services.inbox.purge(timedelta(hours=48))
    await office.people.request("POST", "/updates/restart", json={"update_id": 17})
    (answer,) = await office.write(ANNA, "/undo")
    assert answer["text"] == "There is nothing to undo."


async def test_a_refused_token_ends_the_start(office: Office) -> None:
    await office.people.add_fault("401", method="getMe", times=1)
    async with open_bot("4200000009:other", office.url) as bot:
        with pytest.raises(TokenRefused):
            await BotApp(bot, office.services, BotSettings()).prepare()


async def test_telegram_away_at_the_start_is_waited_for(office: Office) -> None:
    await office.people.add_fault("5xx", method="getMe", times=2)
    async with open_bot("4200000009:other", office.url) as bot:
        app = BotApp(bot, office.services, BotSettings())
        assert not app.healthy()
        await app.prepare()
        assert app.healthy()


async def test_what_a_killed_process_left_is_resumed_once(office: Office) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "Agreed on the price")
    left = read_batch([text_update(ANNA, "/1", update_id=5_000_000)])
    await office.services.inbox.store(int(TOKEN.partition(":")[0]), left)
    assert await office.app.recover() == 1
    await office.idle()
    assert await office.app.recover() == 0
    assert await count_interactions(office) == 1


async def test_an_update_from_the_webhook_is_stored_when_feeding_returns(office: Office) -> None:
    await office.add_user(ANNA)
    before = await office.last(ANNA)
    await office.app.feed(text_update(ANNA, "/undo", update_id=6_000_000))
    async with office.database.reading() as session:
        stored = await session.scalar(select(InboundUpdate).where(InboundUpdate.update_id == 6_000_000))
    assert stored is not None
    await office.idle()
    assert (await office.last(ANNA))["message_id"] > before["message_id"]
