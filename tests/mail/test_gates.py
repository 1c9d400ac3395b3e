"""How many connect to one host at once."""

import asyncio

import pytest

from mail.gates import CONNECTING_AT_ONCE, HostGate


class Connecting:
    """Counts who is inside the gate of each host."""

    def __init__(self) -> None:
        self.gate = HostGate()
        self.inside: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.go = asyncio.Event()

    async def connect(self, host: str) -> None:
        async with self.gate.enter(host):
            self.inside[host] = self.inside.get(host, 0) + 1
            self.most[host] = max(self.most.get(host, 0), self.inside[host])
            await self.go.wait()
            self.inside[host] -= 1


async def test_ten_mailboxes_of_one_host_connect_by_twos_and_another_host_does_not_wait() -> None:
    connecting = Connecting()
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        for _ in range(10):
            tasks.create_task(connecting.connect("imap.example"))
        tasks.create_task(connecting.connect("other.example"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert connecting.inside == {"imap.example": CONNECTING_AT_ONCE, "other.example": 1}
        connecting.go.set()
    assert connecting.most == {"imap.example": CONNECTING_AT_ONCE, "other.example": 1}


async def test_one_host_is_one_however_it_is_written() -> None:
    gate = HostGate(at_once=1)
    async with gate.enter("IMAP.example"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), gate.enter("imap.example."):
                pass
    async with asyncio.timeout(1), gate.enter("imap.example"):
        pass


async def test_who_gives_up_waiting_leaves_no_trace() -> None:
    gate = HostGate(at_once=1)
    async with gate.enter("imap.example"):
        waiting = [asyncio.create_task(enter(gate)) for _ in range(3)]
        await asyncio.sleep(0)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    async with asyncio.timeout(1):
        await enter(gate)


async def enter(gate: HostGate) -> None:
    async with gate.enter("imap.example"):
        return
