"""Thousands of letters that nobody would write: none raises, none takes 2 s or 256 MB (FUZZ_INPUTS for more)."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.mail.fuzz_letters import letters, seeds

INPUTS = int(os.environ.get("FUZZ_INPUTS", "2000"))
SEED = int(os.environ.get("FUZZ_SEED", "20261124"))
PROCESSES = 2 if INPUTS > 2000 else 1
CORPUS = Path(__file__).parents[3] / "shared" / "mail-corpus"


async def _fuzz(seed: int, count: int) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.mail.fuzz_letters", str(seed), str(count), str(CORPUS),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    output, _ = await process.communicate()
    return process.returncode, output.decode()


@pytest.mark.timeout(3600 if INPUTS > 2000 else 300)
async def test_nothing_that_comes_in_stops_a_reader() -> None:
    share = -(-INPUTS // PROCESSES)
    results = await asyncio.gather(*(_fuzz(SEED + number, share) for number in range(PROCESSES)))
    for code, output in results:
        sys.stdout.write(output)
        assert code == 0, output
        assert f"{share} letters, 0 failed" in output


def test_the_letters_are_the_same_for_the_same_seed() -> None:
    beginnings = seeds([])
    assert list(letters(1, 50, beginnings)) == list(letters(1, 50, beginnings))
    assert list(letters(1, 50, beginnings)) != list(letters(2, 50, beginnings))
