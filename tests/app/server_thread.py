"""Servers in a thread with an event loop of their own, for code under test that runs its own loop."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar


class Startable(Protocol):
    """A server that is started and stopped."""

    async def start(self) -> Any: ...

    async def stop(self) -> None: ...


Server = TypeVar("Server", bound=Startable)
Answer = TypeVar("Answer")

_loops: dict[int, asyncio.AbstractEventLoop] = {}


@contextmanager
def running_in_thread(server: Server) -> Iterator[Server]:
    """The server, listening until the end of the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    _loops[id(server)] = loop
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(20)
        try:
            yield server
        finally:
            asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
    finally:
        del _loops[id(server)]
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def call_in_thread_of(server: Startable, call: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine of a server in the thread it lives in."""
    return asyncio.run_coroutine_threadsafe(call, _loops[id(server)]).result(20)
