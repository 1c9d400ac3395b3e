"""The process is killed in the middle of a busy morning, at every place that matters and at random moments.

Afterwards nothing is lost and nothing has happened twice: what is stored equals what a morning without any death
leaves. A message may be repeated only where the death fell between its being sent and its being marked.
"""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from core import failpoints
from tests.acceptance.house import House, open_house
from tests.acceptance.keeper import Death, Keeper, random_moments
from tests.acceptance.letters import MAILBOX
from tests.acceptance.nursery import Nursery
from tests.acceptance.outcome import Outcome, check_same, check_sent, read_outcome
from tests.acceptance.traffic import ADMIN, BEGIN, LETTERS, TEXTS, Traffic

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

DEATHS = (
    "update_fetched",
    "update_stored",
    "effect_written:2",
    "effect_committed:3",
    "outbox_claimed:3",
    "telegram_accepted:3",
    "outbox_marked:2",
    "mail_fetched",
    "blob_saved:2",
    "letters_received",
    "letters_written",
    "letters_committed",
    "reminder_claimed",
)
"""Each place once, in the middle of things where it is reached often."""

ELSEWHERE = ("topic_opened", "digest_claimed")
"""Places that no morning of this kind comes by: test_room_walk and test_days_walk die there."""

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
"""Everywhere the first times that a place is reached, and a hundred random moments; a place may be reached less often."""

PLACES = [f"{name}:{count}" for name in failpoints.NAMES for count in range(1, 9)] if LONG else DEATHS
SEEDS = range(50 if LONG else 3)
KILLS = 2
"""Random kills in one morning."""

SETTINGS = {"ADMIN_IDS": str(ADMIN), "MAIL_TOGETHER_SECONDS": "1"}
"""Letters are held for a second after others: nobody waits for a minute, and deaths fall into it."""

_undisturbed: dict[str, Outcome] = {}
"""A morning without a death, by backend; the first test that needs it lives through it."""


async def live_through(house: House, ways: Sequence[str | float]) -> tuple[Outcome, list[Death]]:
    """A whole morning with these deaths in it; returns what it leaves."""
    traffic = Traffic(house)
    await traffic.prepare()
    keeper = Keeper(house, ways)
    keeping = asyncio.create_task(keeper.keep())
    playing = asyncio.create_task(_play_to_the_end(house, traffic))
    done, _ = await asyncio.wait({keeping, playing}, return_when=asyncio.FIRST_COMPLETED)
    if keeping in done:
        keeping.result()
        await playing
    elif any(isinstance(way, float) for way in ways):
        playing.result()
        await keeping
        await house.wait_idle()
    else:
        keeping.cancel()
        playing.result()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
    assert await house.people.violations() == []
    return await read_outcome(house, ADMIN), keeper.deaths


async def _play_to_the_end(house: House, traffic: Traffic) -> None:
    """Until nothing is on its way; the last death may come as late as that."""
    await traffic.play()
    await house.wait_idle()


async def undisturbed(backend: str, folder: Path, nursery: Nursery) -> Outcome:
    """What a morning leaves that nothing disturbs; it does not depend on the database."""
    if "any" not in _undisturbed:
        place = folder / f"undisturbed-{backend}"
        place.mkdir()
        url = f"sqlite+aiosqlite:///{place / 'zveno.db'}"
        async with open_house(place, url, [MAILBOX], at=BEGIN, nursery=nursery, **SETTINGS) as house:
            outcome, _ = await live_through(house, [])
        _check_whole(outcome)
        _undisturbed["any"] = outcome
    return _undisturbed["any"]


def _check_whole(outcome: Outcome) -> None:
    """Every message that was written has exactly one effect, every letter exactly one interaction."""
    stored = Counter(outcome.names[ref] for ref in outcome.names if ref.startswith("i"))
    assert stored == Counter([*TEXTS, *LETTERS])
    assert outcome.stored["letters"] == Counter(LETTERS)
    (mailbox,) = outcome.stored["mailboxes"]
    assert "INBOX [5, 5, 0, {}, 0]" in mailbox
    assert "Sent [1, 1, 0, {}, 0]" in mailbox


async def _die_and_compare(
    url: str, ways: Sequence[str | float], folder: Path, nursery: Nursery
) -> list[Death]:
    wanted = await undisturbed(url.partition(":")[0], folder, nursery)
    async with open_house(folder, url, [MAILBOX], at=BEGIN, nursery=nursery, **SETTINGS) as house:
        if not url.startswith("sqlite"):
            await house.done("migrate")
        outcome, deaths = await live_through(house, ways)
    _check_whole(outcome)
    check_same(outcome, wanted)
    check_sent(outcome, wanted, deaths)
    return deaths


def test_there_is_a_death_at_every_place() -> None:
    here = [name for name in failpoints.NAMES if name not in ELSEWHERE]
    assert [death.partition(":")[0] for death in DEATHS] == here


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("place", PLACES)
async def test_killed_at_a_place_nothing_is_lost_or_doubled(
    empty_database_url: str, place: str, tmp_path: Path, nursery: Nursery
) -> None:
    deaths = await _die_and_compare(empty_database_url, [place], tmp_path, nursery)
    assert len(deaths) == 1 or (LONG and not deaths)


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "places", [("update_stored", "effect_written:4", "letters_written", "telegram_accepted:2")]
)
async def test_killed_again_and_again_on_postgresql_nothing_is_lost_or_doubled(
    empty_database_url: str, places: tuple[str, ...], tmp_path: Path, nursery: Nursery
) -> None:
    deaths = await _die_and_compare(empty_database_url, places, tmp_path, nursery)
    assert len(deaths) == len(places)


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_at_random_moments_nothing_is_lost_or_doubled(
    empty_database_url: str, seed: int, tmp_path: Path, nursery: Nursery
) -> None:
    deaths = await _die_and_compare(empty_database_url, random_moments(seed, KILLS), tmp_path, nursery)
    assert len(deaths) == KILLS
