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


async def test_who_waits_passes_by_urgency_and_then_by_age_however_many_wait() -> None:
    pace = TelegramPace(per_second=4, per_chat=1000, chat_burst=1000)
    pace._bot.rate, pace._bot.level = 0.001, 0.0
    passed: list[int] = []

    async def pass_one(number: int, kind: OutboxKind) -> None:
        await pace.wait(item(number, kind, user=number))
        passed.append(number)

    notices = [asyncio.create_task(pass_one(number, OutboxKind.NOTICE)) for number in (5, 3, 4, 2)]
    await asyncio.sleep(0)
    screens = [asyncio.create_task(pass_one(number, OutboxKind.SCREEN)) for number in (9, 8)]
    await asyncio.sleep(0)
    assert passed == []
    pace._bot.rate = 1000
    pace._gate.hold(0.0)
    screens.append(asyncio.create_task(pass_one(10, OutboxKind.SCREEN)))
    await asyncio.wait_for(asyncio.gather(*notices, *screens), 20)
    assert passed == [8, 9, 10, 2, 3, 4, 5]


async def test_a_cancelled_one_does_not_hold_up_those_behind() -> None:
    pace = TelegramPace(per_second=4, per_chat=1000, chat_burst=1000)
    pace._bot.rate, pace._bot.level = 0.001, 0.0
    gone = asyncio.create_task(pace.wait(item(1)))
    await asyncio.sleep(0)
    gone.cancel()
    pace._bot.rate = 1000
    await asyncio.wait_for(pace.wait(item(2)), 20)


async def test_a_chat_that_refuses_is_left_alone_and_others_are_not() -> None:
    pace = TelegramPace(per_second=1000)
    pace.hold(item(1), 1000)
    waiting = asyncio.create_task(pace.wait(item(2)))
    await asyncio.wait_for(pace.wait(item(3, user=2)), 5)
    assert not waiting.done()
    waiting.cancel()


async def test_several_chats_that_refuse_at_once_stop_the_bot() -> None:
    pace = TelegramPace(per_second=1000)
    for user in (1, 2, 3):
        pace.hold(item(user, user=user), 1000)
    waiting = asyncio.create_task(pace.wait(item(9, user=9)))
    await asyncio.sleep(0)
    assert pace._bot.pause_until(1.0) > 900
    assert not waiting.done()
    waiting.cancel()


async def test_a_group_waits_for_itself_alone() -> None:
    pace = TelegramPace(per_second=1000, per_chat=1000, chat_burst=2)
    rooms = [
        OutboxView(number, str(number), OutboxKind.ROOM, None, {"do": "say", "chat": chat}, 1)
        for number, chat in enumerate((-5, -5, -5, -6))
    ]
    for one in rooms[:2]:
        await asyncio.wait_for(pace.wait(one), 5)
    pace._chats[-5].rate = 0.001  # Whatever this machine does meanwhile, nothing is refilled.
    waiting = asyncio.create_task(pace.wait(rooms[2]))
    await asyncio.wait_for(pace.wait(rooms[3]), 5)
    await asyncio.wait_for(pace.wait(item(9)), 5)
    assert not waiting.done()
    waiting.cancel()
