import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.supervision import Fatal, Part, Supervisor

NO_PAUSE = (0.0,)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the test looks from outside
            await asyncio.sleep(0.005)


def noting(log: list[str], name: str) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        log.append(f"{name} starts")
        try:
            await asyncio.Event().wait()
        finally:
            log.append(f"{name} ends")

    return run


async def test_parts_start_from_the_last_and_stop_from_the_first_each_closed_before_the_next() -> None:
    log: list[str] = []

    async def close() -> None:
        log.append("first closed")

    supervisor = Supervisor(
        [Part("first", noting(log, "first"), close=close), Part("second", noting(log, "second"))]
    )
    stop = asyncio.Event()
    running = asyncio.create_task(supervisor.run_until(stop))
    await until(lambda: len(log) == 2)
    stop.set()
    await running
    assert log == ["second starts", "first starts", "first ends", "first closed", "second ends"]


async def test_a_failing_part_is_started_again_and_named_while_it_is_down() -> None:
    attempts = 0

    async def flaky() -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise LookupError("broken")
        await asyncio.Event().wait()

    supervisor = Supervisor([Part("flaky", flaky)], pauses=(0.05,))
    supervisor.start()
    await until(lambda: supervisor.find_ill() == ["flaky"])
    await until(lambda: attempts == 3)
    assert supervisor.find_ill() == []
    await supervisor.stop()


async def test_a_part_that_ends_by_itself_is_started_again() -> None:
    attempts = 0

    async def short() -> None:
        nonlocal attempts
        attempts += 1

    supervisor = Supervisor([Part("short", short)], pauses=NO_PAUSE)
    supervisor.start()
    await until(lambda: attempts >= 3)
    await supervisor.stop()


async def test_a_running_part_that_cannot_work_is_named() -> None:
    supervisor = Supervisor(
        [Part("bot", noting([], "bot"), is_well=lambda: False), Part("http", noting([], "http"))]
    )
    supervisor.start()
    assert supervisor.find_ill() == ["bot"]
    await supervisor.stop()


async def test_what_no_restart_can_mend_stops_everything() -> None:
    log: list[str] = []

    async def hopeless() -> None:
        raise Fatal("BOT_TOKEN: Telegram does not accept it")

    supervisor = Supervisor([Part("bot", hopeless), Part("http", noting(log, "http"))], pauses=NO_PAUSE)
    with pytest.raises(Fatal, match="BOT_TOKEN"):
        await supervisor.run_until(asyncio.Event())
    assert log == ["http starts", "http ends"]


async def test_a_part_that_does_not_close_well_keeps_nobody_from_stopping() -> None:
    log: list[str] = []

    async def close() -> None:
        raise LookupError("broken")

    supervisor = Supervisor(
        [Part("first", noting(log, "first"), close=close), Part("second", noting(log, "second"))]
    )
    stop = asyncio.Event()
    running = asyncio.create_task(supervisor.run_until(stop))
    await until(lambda: len(log) == 2)
    stop.set()
    await running
    assert log[-1] == "second ends"
