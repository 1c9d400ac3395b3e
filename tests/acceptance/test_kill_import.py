"""The process is killed again and again while it imports a mailbox, at every place that matters and at random moments.

Afterwards every letter has one fate, no gap is left, and the export equals that of an import without any death. The
mailbox holds what an inbox holds: threads, files, the same letter twice, two letters under one Message-ID, a letter
larger than the product takes, old mail and mail that came after the mailbox was added, which the chat shows.
"""

import asyncio
import json
import os
import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from bench.support.dovecot import PASSWORD, PROGRAM, StoredLetter, run_dovecot
from bench.support.letters import OWNER, Correspondence
from core import failpoints
from simulator.errors import JsonObject
from simulator.mail_server import MailAccount
from tests.acceptance.house import PATIENCE, Failed, House, open_house
from tests.acceptance.keeper import AfterLetters, Death, Keeper, Way
from tests.acceptance.nursery import Nursery
from tests.acceptance.outcome import Outcome, check_same, check_sent, read_outcome
from tests.acceptance.person import Person

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

ADMIN = 1001
BEGIN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ACCOUNT = MailAccount(OWNER, "anna", PASSWORD, "Anna")

LETTERS, FRESH, SENT = 280, 12, 20
"""In the inbox, how many of these came after the mailbox was added, and in the folder of sent mail."""

LARGEST = 60_000
"""MAIL_MAX_BYTES of these imports."""

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
"""Each place early, late and in between, and a hundred random moments, on both databases and both mail servers."""

OF_MAIL = tuple(name for name in failpoints.NAMES if name.startswith(("mail_", "blob_", "letters_")))
SELDOM = tuple(f"{name}:{times}" for name in OF_MAIL for times in (2, 7, 40, 150))
"""The same later on; a place may be reached less often than that, and then nobody dies."""

PLACES = [OF_MAIL, *((place,) for place in SELDOM)] if LONG else [OF_MAIL]
DATABASES = ["sqlite", "postgresql"] if LONG else ["sqlite"]

SERVERS = ["dovecot", "pymap"] if LONG and PROGRAM else ["dovecot" if PROGRAM else "pymap"]
SEEDS = range(20 if LONG else 2)
KILLS = 5 if LONG else 3
"""Random kills in one import."""


class Server(NamedTuple):
    """A mail server that holds the mailbox; without a port it is the house's own, which holds nothing yet."""

    name: str
    imap_port: int | None
    sent: str


def inbox_letters() -> list[StoredLetter]:
    """What lies in the inbox, in the order of arrival."""
    step = timedelta(minutes=10)
    begin = BEGIN - step * (LETTERS - 4 - FRESH)
    letters = list(Correspondence(6.0, begin=begin, step=step).letters(LETTERS - 4))
    again, namesake = letters[100], letters[30]
    rewritten = namesake._replace(raw=namesake.raw + b"\n--\nadded by a list\n")
    huge = letters[50].raw.replace(b"Message-ID: <", b"Message-ID: <huge.", 1) + b"x" * LARGEST
    letters[120:120] = [again, rewritten, StoredLetter(huge, letters[50].arrived_at)]
    letters.append(StoredLetter(b"no header and no end", letters[-1].arrived_at))
    return letters


def sent_letters() -> list[StoredLetter]:
    """What lies in the folder of sent mail: her own letters; two of them lie in the inbox as well."""
    own = re.compile(rb"^From: [^\n]*\n? ?[^\n]*<" + OWNER.encode() + rb">", re.MULTILINE)
    copies = [one for one in inbox_letters() if own.search(one.raw)][:2]
    correspondence = Correspondence(6.0, seed=2, begin=BEGIN - timedelta(days=2), own=1.0)
    return [*copies, *correspondence.letters(SENT - len(copies))]


@pytest.fixture(scope="module")
def dovecot_server() -> Iterator[Server]:
    """A Dovecot that holds the mailbox for all tests: nothing changes it."""
    with run_dovecot() as running:
        running.fill(ACCOUNT.login, inbox_letters())
        running.fill(ACCOUNT.login, sent_letters(), "Verschickt")
        yield Server("dovecot", running.imap, "Verschickt")


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Server:
    """What the letters are imported from."""
    if request.param == "pymap":
        return Server("pymap", None, "Sent")
    found: Server = request.getfixturevalue("dovecot_server")
    return found


class Imported(NamedTuple):
    """What an import has left."""

    outcome: Outcome
    report: JsonObject
    deaths: list[Death]


async def prepare(house: House, server: Server) -> int:
    """A user, and a mailbox whose letters nobody has looked at; nothing runs. Returns its id."""
    await house.start()
    anna = Person(house, ADMIN, "Anna", "en")
    await anna.join()
    await anna.start()
    await anna.write("/settings lang en tz Moscow", "All set")
    await house.wait_idle()
    assert house.running is not None
    await house.running.stop()
    if server.imap_port is None:
        for folder, letters in (("INBOX", inbox_letters()), (server.sent, sent_letters())):
            for one in letters:
                await house.mail.deliver(one.raw, ACCOUNT.address, folder, one.arrived_at, seen=True)
    place = ["--imap-host", "127.0.0.1", "--imap-port", str(server.imap_port or house.mail.imap_port)]
    whose = ["--owner", "1", "--address", ACCOUNT.address, "--login", ACCOUNT.login, "--password-env", "PW"]
    return int(
        await house.done("mailbox", "add", *whose, *place, "--imap-security", "none", PW=ACCOUNT.password)
    )


async def live_through(
    url: str, server: Server, ways: Sequence[Way], folder: Path, nursery: Nursery
) -> Imported:
    """A whole import with these deaths in it."""
    settings = {"ADMIN_IDS": str(ADMIN), "MAIL_MAX_BYTES": str(LARGEST)}
    async with open_house(folder, url, [ACCOUNT], at=BEGIN, nursery=nursery, **settings) as house:
        if not url.startswith("sqlite"):
            await house.done("migrate")
        mailbox = await prepare(house, server)
        keeper = Keeper(house, ways)
        keeping = asyncio.create_task(keeper.keep())
        if ways and ways[0] in SELDOM:
            await _until_dead_or_through(house, keeping)
        else:
            await keeping
        await _until_told(house)
        await house.wait_idle()
        report = json.loads(await house.done("mailbox", "report", str(mailbox), "--json"))
        assert await house.people.violations() == []
        return Imported(await read_outcome(house, ADMIN), report, keeper.deaths)


async def _until_dead_or_through(house: House, keeping: "asyncio.Task[None]") -> None:
    """Wait for the death, or for the end of an import that has never reached the place for so many times."""
    while not keeping.done():
        if (await house.zveno("wait-idle", "--timeout", "1")).status == 0:
            keeping.cancel()
            await asyncio.wait({keeping})
            return
    keeping.result()


async def _until_told(house: House) -> None:
    """Until the chat has been told of the letter in quarantine, for which a job looks every ten seconds."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not any(one["note"] == "quarantined" for one in await house.export("outbox")):
        if asyncio.get_running_loop().time() > deadline:
            raise Failed(f"nobody was told of the letter in quarantine\n{house.log()}")
        await asyncio.sleep(0.5)


_undisturbed: dict[str, Imported] = {}
"""An import without a death, by mail server; the first test that needs it lives through it."""


async def undisturbed(server: Server, folder: Path, nursery: Nursery) -> Imported:
    """What an import leaves that nothing disturbs; it does not depend on the database."""
    if server.name not in _undisturbed:
        place = folder / "undisturbed"
        place.mkdir()
        url = f"sqlite+aiosqlite:///{place / 'zveno.db'}"
        imported = await live_through(url, server, [], place, nursery)
        _check_whole(imported, server)
        _undisturbed[server.name] = imported
    return _undisturbed[server.name]


def _check_whole(imported: Imported, server: Server) -> None:
    """Every letter on the server has one fate, and no letter is there twice."""
    folders = {one["name"]: one for one in imported.report["folders"]}
    for name, letters in (("INBOX", LETTERS), (server.sent, SENT)):
        one = folders[name]
        fates = one["stored"] + one["known"] + sum(one["excluded"].values()) + one["quarantined"]
        assert (one["server"], fates, one["gap"]) == (letters, letters, 0)
    assert folders["INBOX"]["known"] + folders[server.sent]["known"] == 3
    assert folders["INBOX"]["quarantined"] == 1
    stored = sum(one["stored"] for one in folders.values())
    assert sum(1 for ref in imported.outcome.names if ref.startswith("i")) == stored == LETTERS + SENT - 4


async def _die_and_compare(
    url: str, server: Server, ways: Sequence[Way], folder: Path, nursery: Nursery
) -> list[Death]:
    wanted = await undisturbed(server, folder, nursery)
    imported = await live_through(url, server, ways, folder, nursery)
    _check_whole(imported, server)
    check_same(imported.outcome, wanted.outcome)
    check_sent(imported.outcome, wanted.outcome, imported.deaths)
    return imported.deaths


def random_moments(seed: int) -> list[AfterLetters]:
    """When an import is killed, the further on the later; the same for the same seed."""
    chance = random.Random(seed)
    letters = sorted(chance.randrange(LETTERS) for _ in range(KILLS))
    return [AfterLetters(one, round(chance.uniform(0.0, 0.1), 3)) for one in letters]


@pytest.mark.parametrize("empty_database_url", DATABASES, indirect=True)
@pytest.mark.parametrize("places", PLACES, ids=",".join)
async def test_killed_at_places_of_the_mail_part_nothing_is_lost_or_doubled(
    empty_database_url: str, server: Server, places: tuple[str, ...], tmp_path: Path, nursery: Nursery
) -> None:
    deaths = await _die_and_compare(empty_database_url, server, places, tmp_path, nursery)
    assert len(deaths) == len(places) or (places[0] in SELDOM and not deaths)


@pytest.mark.parametrize("empty_database_url", DATABASES, indirect=True)
@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_at_random_moments_of_an_import_nothing_is_lost_or_doubled(
    empty_database_url: str, server: Server, seed: int, tmp_path: Path, nursery: Nursery
) -> None:
    deaths = await _die_and_compare(empty_database_url, server, random_moments(seed), tmp_path, nursery)
    assert len(deaths) == KILLS
