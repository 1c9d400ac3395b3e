"""The end of the chat: what is in work ends, the rest waits for the next start."""

import asyncio
from typing import Any

from sqlalchemy import func, select

from bot import services as ports
from bot.updates import read_batch
from core.enums import UpdateState
from core.models import InboundUpdate, Interaction
from core.rules.time_doubt import UnsaidTime
from core.values import Caller, InteractionDraft, InteractionId
from tests.bot.office import TOKEN, Office
from tests.bot.test_updates import text_update

ANNA = 1001


class SlowCapture:
    """A service that waits for a sign before it does its work."""

    def __init__(self, real: ports.Capture) -> None:
        self._real = real
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()

    async def record(
        self,
        caller: Caller,
        draft: InteractionDraft,
        *,
        continues: InteractionId | None = None,
        unsaid: UnsaidTime | None = None,
    ) -> InteractionId:
        self.begun.set()
        await self.go_on.wait()
        return await self._real.record(caller, draft, continues=continues, unsaid=unsaid)


async def count(office: Office, model: Any, *conditions: Any) -> int:
    async with office.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


async def begin_slow_work(office: Office) -> SlowCapture:
    slow = SlowCapture(office.services.capture)
    await office.add_user(ANNA)
    await office.write(ANNA, "Agreed on the price")
    office.services.capture = slow
    await office.people.send(ANNA, "/1")
    await slow.begun.wait()
    return slow


async def test_stopping_waits_for_what_is_in_work(office: Office) -> None:
    slow = await begin_slow_work(office)
    stopping = asyncio.create_task(office.app.stop(5))
    await asyncio.sleep(0)
    slow.go_on.set()
    await stopping
    assert await count(office, Interaction) == 1
    assert await count(office, InboundUpdate, InboundUpdate.state == UpdateState.NEW) == 0


async def test_what_takes_too_long_is_resumed_by_the_next_start(office: Office) -> None:
    slow = await begin_slow_work(office)
    await office.app.stop(0.01)
    assert await count(office, Interaction) == 0
    slow.go_on.set()
    assert await office.app.recover() == 1
    await office.idle()
    assert await count(office, Interaction) == 1


async def test_resumed_updates_keep_their_order_before_new_ones(office: Office) -> None:
    await office.add_user(ANNA)
    bot_id = int(TOKEN.partition(":")[0])
    left = []
    for number in range(4):
        left += [text_update(ANNA, f"note {number}", update_id=5_000_000 + 2 * number)]
        left[-1]["message"]["message_id"] = 500 + number
        left += [text_update(ANNA, "/1", update_id=5_000_001 + 2 * number)]
    await office.services.inbox.store(bot_id, read_batch(left))
    assert await office.app.recover() == 8
    await office.idle()
    async with office.database.reading() as session:
        texts = (await session.scalars(select(Interaction.text).order_by(Interaction.id))).all()
    assert texts == [f"note {number}" for number in range(4)]
