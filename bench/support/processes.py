"""What a process and its children use, read from Linux's /proc; how it is started and told to go."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

EVERY: Final = 0.1
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PASSED_ON: Final = ("PATH", "LANG", "TZ", "TMPDIR", "HOME")
ROOT: Final = Path(__file__).parents[2]


def family_of(root: int) -> list[int]:
    """A process and everything that descends from it, as far as it is alive."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def resident_bytes(root: int) -> int:
    """Memory of the family; a page that several of them share counts once, as their parts of it (Pss)."""
    total = 0
    for pid in family_of(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def cpu_seconds(root: int) -> float:
    """Processor time of the family, children that have ended included."""
    return sum(_own_cpu_seconds(pid, 4) for pid in family_of(root))


def _own_cpu_seconds(pid: int, fields: int = 2) -> float:
    """User and system time of a process; with four fields, of its ended children too."""
    return sum(int(field) for field in _stat(pid)[11 : 11 + fields]) / _TICKS


class Spent(NamedTuple):
    """What a run of the product took.

    Attributes:
        cpu_seconds: Of all its processes.
        workers_cpu_seconds: Of those among them that it started itself.
        bytes_before: Its memory before it began: what importing the product takes.
        peak_bytes: The most memory all of them had together.
        phases: Seconds by phase, of the loop and beside it.
    """

    cpu_seconds: float
    workers_cpu_seconds: float
    bytes_before: int
    peak_bytes: int
    phases: dict[str, dict[str, float]]


class ReadyZveno:
    """A `zveno` command in a process of its own that has imported everything and waits to be told to go.

    Args:
        arguments: After `zveno`.
        settings: Its environment, beside what any process needs.
        folder: Where it runs; its output goes to `zveno.log` there.
    """

    def __init__(self, arguments: Sequence[str], settings: Mapping[str, str], folder: Path) -> None:
        machine = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self.log = folder / "zveno.log"
        self._phases = folder / "phases.json"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.support.ready_zveno", str(self._phases), *arguments],
                env={**machine, "PYTHONPATH": str(ROOT), **settings},
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self._peak = 0
        self._cpu = self._own_cpu = self._cpu_before = 0.0
        self._bytes_before = 0
        self._ended = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        assert self._process.stdout is not None
        if self._process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"zveno does not start:\n{self.tail()}")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def go(self) -> None:
        """Let it begin; what its start has cost does not count."""
        self._cpu_before = _own_cpu_seconds(self.pid)
        self._bytes_before = resident_bytes(self.pid)
        self._watching.start()
        assert self._process.stdin is not None
        self._process.stdin.write(b"go\n")
        self._process.stdin.close()

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            self._peak = max(self._peak, resident_bytes(self.pid))
            self._own_cpu = max(self._own_cpu, _own_cpu_seconds(self.pid))
            self._cpu = max(self._cpu, cpu_seconds(self.pid))

    def wait(self) -> Spent:
        """Wait for its end.

        Raises:
            RuntimeError: It failed; the end of its log is the message.
        """
        status = self._process.wait()
        self._ended.set()
        self._watching.join()
        if status != 0:
            raise RuntimeError(f"zveno ended with {status}:\n{self.tail()}")
        phases = json.loads(self._phases.read_text(encoding="utf-8"))
        return Spent(
            cpu_seconds=self._cpu - self._cpu_before,
            workers_cpu_seconds=self._cpu - self._own_cpu,
            bytes_before=self._bytes_before,
            peak_bytes=self._peak,
            phases=phases,
        )

    def stop(self) -> Spent:
        """SIGTERM, and what it took."""
        self._process.terminate()
        return self.wait()

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._ended.set()
        self._process.kill()
        self._process.wait()

    def tail(self) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
