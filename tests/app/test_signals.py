import asyncio
import os
import signal
import subprocess
import sys

from app.signals import stopped_by_signals

STUBBORN = """
import asyncio
from app.signals import stopped_by_signals

async def main():
    with stopped_by_signals() as stop:
        print("ready", flush=True)
        await stop.wait()
        print("stopping", flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_the_first_signal_asks_to_stop() -> None:
    with stopped_by_signals() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(stop.wait(), 20)


async def test_a_signal_that_arrives_twice_at_once_is_one() -> None:
    with stopped_by_signals() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(stop.wait(), 20)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0)
        assert stop.is_set()


def test_a_second_signal_leaves_at_once() -> None:
    with subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "stopping\n"
        while process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
        assert process.returncode == 1
