"""Letters a second from a real IMAP server into everything the product keeps, beside mbsync with fsync.

    python -m bench.mail_import [--letters 10000] [--mean-kb 46] [--rounds 2] [--database sqlite] [--by sync] [--long]

Generated letters lie in a Dovecot on loopback. `zveno mailbox sync ID --once`, or with `--by run` the whole process
without its chat, `zveno run --only mail`, takes them into a new database, and mbsync, in turn with it and going first every other time, into a new Maildir on the same disk. Two moments count,
both told by the tables from outside:

    durable   every letter's bytes and row are on disk and the cursor is behind the last
    captured  no letter waits any more: participants, threads, worklists, search are done

Limits (issue 3): durable no slower than mbsync, captured at 0.4 of its speed (goal 1.0), memory under 300 MB; with
--long, which imports small letters alone, a letter may cost 1.3 times as much among 100,000 as among 10,000.
The server's index is warm and its files are in the page cache for both, since they have just been written. What
is compared shares the machine's cores with the server, so that ratios mean more than figures.
"""

import argparse
import asyncio
import imaplib
import os
import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from bench.support import dovecot, mbsync
from bench.support.dovecot import PASSWORD, Dovecot, run_dovecot
from bench.support.fates import Fates, watch_fates
from bench.support.installation import Installation, sqlite_in
from bench.support.letters import OWNER, Correspondence
from bench.support.postgres import Postgres, run_postgres
from bench.support.processes import ReadyZveno, Spent

LOOK_EVERY: Final = 0.02
LONGEST: Final = 3 * 3600.0
"""Seconds after which an import that is not through has failed."""

MB: Final = 1024 * 1024
DURABLE_LIMIT, CAPTURED_LIMIT, CAPTURED_GOAL = 1.0, 0.4, 1.0
MEMORY_LIMIT_MB, GROWTH_LIMIT = 300, 1.3
SMALL_KB, MANY = 15.0, 10
"""With --long: what a letter weighs on average, and how many times the letters the second import has."""


class NotThrough(Exception):
    """An import did not give every letter its fate."""


class Inbox(NamedTuple):
    """Letters that lie on the server."""

    server: Dovecot
    login: str
    letters: int
    bytes: int


class Import(NamedTuple):
    """What an import by the product took: seconds from the word to go."""

    durable: float
    captured: float
    spent: Spent
    tally: dict[str, int]


@dataclass
class Places:
    """Hands out folders and databases, each new.

    Attributes:
        folder: On the disk that is measured.
        postgres: Makes the databases; None: they are SQLite files.
        by_run: Whether `zveno run` imports, which goes on watching, and not `zveno mailbox sync`.
        number: How many were handed out.
    """

    folder: Path
    postgres: Postgres | None
    by_run: bool = False
    number: int = 0

    def new(self) -> Path:
        """An empty folder; what was written before is on disk by then.

        It stays until the benchmark ends: for minutes after a file is deleted, ext4 searches past its inode whenever
        another is made, and whoever came second would pay for that.
        """
        self.number += 1
        place = self.folder / str(self.number)
        place.mkdir()
        os.sync()
        return place

    def database_in(self, place: Path) -> str:
        """The URL of a new database."""
        return self.postgres.create_database() if self.postgres is not None else sqlite_in(place)


def fill(server: Dovecot, login: str, letters: int, mean_kb: float) -> Inbox:
    """Put letters on the server and let it index them."""
    total = server.fill(login, Correspondence(mean_kb).letters(letters))
    with imaplib.IMAP4("127.0.0.1", server.imap) as door:
        door.login(login, PASSWORD)
        _, (exists, *_) = door.select("INBOX", readonly=True)
        door.uid("FETCH", "1:*", "(RFC822.SIZE INTERNALDATE)")
    assert int(exists or 0) == letters, f"the server sees {exists!r} of {letters} letters"
    return Inbox(server, login, letters, total)


def import_by_product(inbox: Inbox, places: Places) -> Import:
    """Take an inbox into a new installation.

    Raises:
        NotThrough: The command ended, or time did, before every letter had its fate.
    """
    place = places.new()
    home = Installation(place, places.database_in(place))
    mailbox = asyncio.run(_prepare(home, inbox))
    sync, run = ["mailbox", "sync", str(mailbox), "--once"], ["run", "--only", "mail"]
    zveno = ReadyZveno(run if places.by_run else sync, home.environment, place)
    try:
        with watch_fates(home.database_url) as fates:
            start = time.perf_counter()
            zveno.go()
            durable = _wait_until_durable(fates, inbox.letters, zveno) - start
            captured = _wait_until_captured(fates, zveno) - start
            spent = zveno.stop() if places.by_run else zveno.wait()
            return Import(durable, captured, spent, fates.tally())
    finally:
        zveno.kill()


async def _prepare(home: Installation, inbox: Inbox) -> int:
    user = await home.make_user()
    (mailbox,) = await home.add_mailboxes(user, inbox.server.imap, PASSWORD, [(OWNER, inbox.login)])
    return mailbox


def _wait_until_durable(fates: Fates, letters: int, zveno: ReadyZveno) -> float:
    """Until every UID has a row and the cursor is behind the last; the rows tell the moment, the cursor confirms."""
    deadline = time.perf_counter() + LONGEST
    while time.perf_counter() < deadline:
        runs, now = zveno.runs, time.perf_counter()
        if fates.count() >= letters:
            progress = fates.look()
            if progress.fated >= letters and progress.cursor >= letters:
                return now
        if not runs:
            raise NotThrough(f"the command ended at {fates.look()}\n{zveno.tail()}")
        time.sleep(LOOK_EVERY)
    raise NotThrough(f"not through after {LONGEST:.0f} s: {fates.look()}")


def _wait_until_captured(fates: Fates, zveno: ReadyZveno) -> float:
    deadline = time.perf_counter() + LONGEST
    while time.perf_counter() < deadline:
        runs, now = zveno.runs, time.perf_counter()
        if not fates.received():
            return now
        if not runs:
            raise NotThrough(f"the command left letters that it had received: {fates.look()}\n{zveno.tail()}")
        time.sleep(LOOK_EVERY)
    raise NotThrough(f"not captured after {LONGEST:.0f} s: {fates.look()}")


class Pull(NamedTuple):
    """What an import by mbsync took."""

    seconds: float
    cpu_seconds: float


def import_by_mbsync(inbox: Inbox, places: Places) -> Pull:
    """Take an inbox by mbsync into an empty Maildir.

    Raises:
        NotThrough: It did not take every letter.
    """
    place = places.new()
    start = time.perf_counter()
    taken = mbsync.pull(inbox.server.imap, inbox.login, PASSWORD, place)
    seconds = time.perf_counter() - start
    if taken.letters != inbox.letters:
        raise NotThrough(f"mbsync took {taken.letters} of {inbox.letters} letters")
    return Pull(seconds, taken.cpu_seconds)


def compare(inbox: Inbox, places: Places, rounds: int) -> None:
    """Both, alternating, and the verdicts."""
    imports, pulls = [], []
    for number in range(rounds):
        if number % 2:
            imports.append(import_by_product(inbox, places))
            pulls.append(import_by_mbsync(inbox, places))
        else:
            pulls.append(import_by_mbsync(inbox, places))
            imports.append(import_by_product(inbox, places))
        one, pull = imports[-1], pulls[-1]
        print(f"round {number + 1}, {'product' if number % 2 else 'mbsync'} first:")
        _print_rate("mbsync, FSync yes", inbox, pull.seconds, pull.seconds)
        _print_rate("product, durable", inbox, one.durable, pull.seconds)
        _print_rate("product, captured", inbox, one.captured, pull.seconds)
        print(f"  cpu a letter: mbsync {_a_letter(pull.cpu_seconds, inbox)}", end=", ")
        print(f"product {_a_letter(one.spent.cpu_seconds, inbox)}")
        _print_spent(one)
    usual = statistics.median(pull.seconds for pull in pulls)
    durable = usual / statistics.median(one.durable for one in imports)
    captured = usual / statistics.median(one.captured for one in imports)
    peak = max(one.spent.peak_bytes for one in imports) / MB
    print()
    _print_verdict("durable beside mbsync", durable, durable >= DURABLE_LIMIT, f">= {DURABLE_LIMIT}")
    met = captured >= CAPTURED_LIMIT
    _print_verdict("captured beside mbsync", captured, met, f">= {CAPTURED_LIMIT}, goal {CAPTURED_GOAL}")
    _print_verdict("peak memory, MB", peak, peak < MEMORY_LIMIT_MB, f"< {MEMORY_LIMIT_MB}")


def compare_sizes(server: Dovecot, places: Places, few: int) -> None:
    """Few and many small letters: what one costs."""
    costs = []
    for letters in (few, few * MANY):
        inbox = fill(server, f"small{letters}", letters, SMALL_KB)
        one = import_by_product(inbox, places)
        costs.append(one.captured / letters)
        print(f"{letters} letters of {inbox.bytes / letters / 1024:.1f} KB:")
        _print_rate("product, durable", inbox, one.durable, None)
        _print_rate("product, captured", inbox, one.captured, None)
        _print_spent(one)
    growth = costs[1] / costs[0]
    print(
        f"\na letter costs {costs[0] * 1000:.2f} ms among {few}, {costs[1] * 1000:.2f} ms among {few * MANY}"
    )
    _print_verdict("growth of a letter's cost", growth, growth <= GROWTH_LIMIT, f"<= {GROWTH_LIMIT}")


def _print_rate(what: str, inbox: Inbox, seconds: float, peer: float | None) -> None:
    ratio = f"   {peer / seconds:5.2f} of mbsync" if peer is not None else ""
    rate, mb = inbox.letters / seconds, inbox.bytes / MB / seconds
    print(f"  {what:<18} {seconds:8.2f} s  {rate:7.0f} letters/s  {mb:6.1f} MB/s{ratio}")


def _a_letter(seconds: float, inbox: Inbox) -> str:
    return f"{seconds / inbox.letters * 1000:.2f} ms"


def _print_spent(one: Import) -> None:
    spent = one.spent
    print(
        f"  cpu {spent.cpu_seconds:.1f} s, of it {spent.workers_cpu_seconds:.1f} s in workers; fates {one.tally}"
    )
    print(
        f"  memory {spent.bytes_before / MB:.0f} MB before the first letter, {spent.peak_bytes / MB:.0f} MB at most"
    )
    for where, phases in spent.phases.items():
        shown = sorted(phases.items(), key=lambda phase: -phase[1])
        print(f"  {where:<7}" + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in shown))


def _print_verdict(what: str, value: float, met: bool, limit: str) -> None:  # noqa: FBT001 - a table's cell
    print(f"{what:<28} {value:8.2f}   limit {limit:<16} {'met' if met else 'NOT MET'}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--mean-kb", type=float, default=46.0, help="what a letter weighs on average")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--by", choices=["sync", "run"], default="sync", help="the command that imports")
    parser.add_argument(
        "--long", action="store_true", help="LETTERS of 15 KB, and ten times as many, instead"
    )
    parser.add_argument("--folder", type=Path, help="on the disk that is to be measured")
    options = parser.parse_args()
    if dovecot.PROGRAM is None or (mbsync.PROGRAM is None and not options.long):
        print("not measured: it needs Dovecot and mbsync (Debian: dovecot-imapd dovecot-lmtpd isync)")
        return
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="zveno-bench-", dir=options.folder))
        )
        postgres = stack.enter_context(run_postgres()) if options.database == "postgresql" else None
        places = Places(folder, postgres, by_run=options.by == "run")
        server = stack.enter_context(run_dovecot())
        if options.long:
            compare_sizes(server, places, options.letters)
            return
        inbox = fill(server, "anna", options.letters, options.mean_kb)
        print(f"{inbox.letters} letters, {inbox.bytes / MB:.0f} MB, into {options.database}")
        compare(inbox, places, options.rounds)


if __name__ == "__main__":
    main()
