import asyncio

from app.pace import Bucket, TelegramPace
from core.enums import OutboxKind
from core.ports import OutboxView
from core.values import UserId


def item(number: int, kind: OutboxKind = OutboxKind.SCREEN, user: int = 1) -> OutboxView:
    return OutboxView(id=number, key=str(number), kind=kind, user_id=UserId(user), payload={}, attempts=1)


def test_a_full_bucket_needs_no_pause_and_an_empty_one_its_rate() -> None:
    bucket = Bucket(rate=0.002, size=4.0)
    assert bucket.pause_until(4.0) == 0.0
    bucket.level = 0.0
    assert 400 < bucket.pause_until(1.0) <= 500


async def test_a_burst_passes_and_then_the_chat_has_to_wait() -> None:
    pace = TelegramPace(per_second=1000, per_chat=0.001, chat_burst=3)
    for number in range(3):
        await asyncio.wait_for(pace.wait(item(number)), 5)
    waiting = asyncio.create_task(pace.wait(item(3)))
    await asyncio.wait_for(pace.wait(item(4, user=2)), 5)
    assert not waiting.done()
    waiting.cancel()


async def test_notices_leave_room_for_what_people_wait_for() -> None:
    pace = TelegramPace(per_second=4, per_chat=1000, chat_burst=1000)
    pace._bot.rate = 0.001  # Whatever this machine does meanwhile, nothing is refilled.
    for number in range(2):
        await asyncio.wait_for(pace.wait(item(number)), 5)
    notice = asyncio.create_task(pace.wait(item(2, OutboxKind.NOTICE)))
    await asyncio.wait_for(pace.wait(item(3)), 5)
    assert not notice.done()
    notice.cancel()
