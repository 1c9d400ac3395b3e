"""The simulator as a process of its own: `python -m simulator`."""

import argparse
import asyncio
import signal
import sys

from simulator.server import LOOPBACK, SimulatorServer
from simulator.world import DEFAULT_USERNAME


async def serve(port: int, token: str | None, username: str) -> None:
    """Runs until SIGINT or SIGTERM; the first line of standard output is the address."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    server = SimulatorServer(token=token, username=username)
    await server.start(LOOPBACK, port)
    try:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await stopped.wait()
    finally:
        await server.stop()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", help="a bot to know from the start")
    parser.add_argument("--username", default=DEFAULT_USERNAME, help="of the first bot")
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.port, arguments.token, arguments.username))


if __name__ == "__main__":
    main()
