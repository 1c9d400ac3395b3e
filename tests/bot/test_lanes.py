"""Order within a lane, concurrency over lanes, an end that can be waited for."""

import asyncio
from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from bot.lanes import Lanes


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=40), st.integers(1, 5))
async def test_each_lane_keeps_its_order(items: list[tuple[int, int]], concurrency: int) -> None:
    done: dict[int, list[int]] = defaultdict(list)
    running: set[int] = set()

    async def work(item: tuple[int, int, int]) -> None:
        lane, place, pauses = item
        assert lane not in running
        running.add(lane)
        assert len(running) <= concurrency
        for _ in range(pauses):
            await asyncio.sleep(0)
        running.remove(lane)
        done[lane].append(place)

    lanes: Lanes[tuple[int, int, int]] = Lanes(work, concurrency=concurrency)
    for place, (lane, pauses) in enumerate(items):
        lanes.put(lane, (lane, place, pauses))
    assert await lanes.drain(5)
    assert lanes.pending == 0
    for lane in {lane for lane, _ in items}:
        assert done[lane] == [place for place, (one, _) in enumerate(items) if one == lane]


async def test_a_slow_lane_does_not_hold_up_another() -> None:
    gate, passed = asyncio.Event(), asyncio.Event()

    async def work(item: str) -> None:
        if item == "slow":
            await gate.wait()
        else:
            passed.set()

    lanes: Lanes[str] = Lanes(work, concurrency=2)
    lanes.put(1, "slow")
    lanes.put(2, "quick")
    await asyncio.wait_for(passed.wait(), 5)
    gate.set()
    assert await lanes.drain(5)


async def test_an_item_that_fails_does_not_stop_its_lane() -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        if item == 1:
            raise RuntimeError("broken")
        done.append(item)

    lanes: Lanes[int] = Lanes(work)
    for item in (1, 2, 3):
        lanes.put(7, item)
    assert await lanes.drain(5)
    assert done == [2, 3]


async def test_draining_breaks_off_what_takes_too_long() -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        await asyncio.Event().wait()
        done.append(item)

    lanes: Lanes[int] = Lanes(work)
    lanes.put(1, 1)
    assert not await lanes.drain(0.01)
    assert done == []


async def test_a_full_backlog_holds_back_the_source() -> None:
    gate = asyncio.Event()

    async def work(_item: int) -> None:
        await gate.wait()

    lanes: Lanes[int] = Lanes(work, backlog=2)
    lanes.put(1, 1)
    lanes.put(1, 2)
    waiting = asyncio.create_task(lanes.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    gate.set()
    await asyncio.wait_for(waiting, 5)
    assert await lanes.drain(5)
