"""Quick starts of `zveno`: a process that has imported the product once and forks.

Importing the chat's libraries takes seconds, which a test that kills and restarts dozens of times would spend over
and over. A fork runs the same `main` with its own environment, folder, output and process id; it is killed like
any other. That the installed command itself starts is shown by the tests that do without this.

Run as a program it serves a Unix socket: a connection is one process to start. It sends one line of JSON
(arguments, environment, folder, stdout, stderr) and receives the process id, and the status once it has ended.
"""

import asyncio
import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
DRIVERS = ("aiosqlite", "apscheduler.triggers.interval", "psycopg", "sqlalchemy.dialects.postgresql.psycopg")
"""What libraries import once they are used."""

# ---------------------------------------------------------------- the side of the tests


class Forked:
    """A process started by the nursery, with the face of `asyncio.subprocess.Process`."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._writer = writer
        self._ending = asyncio.create_task(self._wait_for_end(reader))

    async def _wait_for_end(self, reader: asyncio.StreamReader) -> int:
        line = await reader.readline()
        self.returncode = int(line) if line else -signal.SIGKILL
        self._writer.close()
        return self.returncode

    async def wait(self) -> int:
        """Its status, once it has ended; negative: the signal."""
        return await asyncio.shield(self._ending)

    def send_signal(self, number: int) -> None:
        """Send it a signal; nothing happens if it has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Nursery:
    """Starts processes in the running loop."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, out: Path, err: Path
    ) -> Forked:
        """Fork `zveno` with these arguments, its output in files."""
        reader, writer = await asyncio.open_unix_connection(str(self._path))
        order = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "folder": str(folder),
            "out": str(out),
            "err": str(err),
        }
        writer.write(json.dumps(order).encode() + b"\n")
        return Forked(int(await reader.readline()), reader, writer)


@contextmanager
def open_nursery() -> Iterator[Nursery]:
    """A nursery that has imported everything, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="zveno-") as folder:
        path = Path(folder) / "nursery"
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.nursery", str(path)],
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        try:
            while not path.exists():
                assert process.poll() is None, "the nursery ended"
                time.sleep(0.02)
            yield Nursery(path)
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # and whatever a failing test has left running
            process.wait()


# ---------------------------------------------------------------- the nursery itself


def serve(path: Path) -> None:
    """Import the product, then fork for each connection."""
    import app.chat  # noqa: PLC0415 - only the nursery itself is to import the product
    import app.cli.export  # noqa: PLC0415
    import app.cli.idle  # noqa: PLC0415
    import app.cli.mailbox  # noqa: PLC0415
    import app.run  # noqa: F401, PLC0415
    from bot.i18n import load_catalogues  # noqa: PLC0415

    load_catalogues()
    for name in DRIVERS:
        importlib.import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.new")
        listener.listen(16)
        Path(f"{path}.new").rename(path)
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _attend(connection)
            connection.close()


def _attend(connection: socket.socket) -> NoReturn:
    """Start one process, and tell how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    order = json.loads(connection.makefile().readline())
    pid = os.fork()
    if pid == 0:
        connection.close()
        _become_zveno(order)
    with contextlib.suppress(OSError):
        connection.sendall(f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(OSError):
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become_zveno(order: dict[str, Any]) -> NoReturn:
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    for place, number in ((os.devnull, 0), (order["out"], 1), (order["err"], 2)):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        os.dup2(os.open(place, flags), number)
    from app.cli import main  # noqa: PLC0415 - as above

    sys.argv = ["zveno", *order["arguments"]]
    status: Any = 1
    try:
        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter does at the end of a program
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
