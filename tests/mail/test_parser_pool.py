"""Reading letters in other processes: results in order, deadlines, deaths, no loss, nothing left behind."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from app.blobs import FileBlobs
from mail.parser_pool import SMALL_BYTES, ParserPool
from mail.parser_process import ParserLimits, ParserUnavailable, ReadingSpec
from tests.mail import failing_readers

FAILING = "tests.mail.failing_readers:CHAIN"

Pool = Callable[..., AbstractAsyncContextManager[ParserPool]]


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path)


@pytest.fixture
def pool_of(tmp_path: Path) -> Pool:
    @asynccontextmanager
    async def open_pool(
        readers: str = FAILING, store: str = "app.blobs:FileBlobs", **limits: float
    ) -> AsyncIterator[ParserPool]:
        values = {"workers": 1, "seconds": 1.0, **limits}
        pool = ParserPool(ReadingSpec(store, tmp_path, readers), ParserLimits(**values))  # type: ignore[arg-type] # floats and ints by name
        await pool.start()
        try:
            yield pool
        finally:
            await pool.close()

    return open_pool


def letter(body: bytes, topic: str = "x") -> bytes:
    return f"Subject: {topic}\nMessage-ID: <{topic}@x>\n\n".encode() + body


async def test_letters_come_back_in_order_and_their_files_are_kept(pool_of: Pool, blobs: FileBlobs) -> None:
    head = "Subject: {}\nContent-Type: application/pdf; name=a.pdf\n\ncontent of {}"
    digests = [blobs.save(head.format(number, number).encode()) for number in range(40)]
    async with pool_of("mail.reader_chain:CHAIN", workers=2) as pool:
        results = await pool.read([*digests, digests[0]])
    assert [one.sha256 for one in results] == [*digests, digests[0]]
    for number, one in enumerate(results[:-1]):
        assert one.letter is not None
        assert (one.letter.topic, one.reader, one.reason) == (str(number), "own", "")
        digest = one.letter.attachments[0].sha256
        assert digest is not None
        assert blobs.load(digest) == f"content of {number}".encode()


async def test_nothing_to_read_is_no_error(pool_of: Pool) -> None:
    async with pool_of() as pool:
        assert await pool.read([]) == []
        assert pool.pids == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (failing_readers.HANG, "too_slow"),
        (failing_readers.LOOP, "too_slow"),
        (failing_readers.EAT, "too_much_memory"),
        (failing_readers.RAISE, "unparsable"),
        (failing_readers.KILL, "too_much_memory"),
    ],
)
async def test_a_letter_that_costs_its_reader_everything_is_read_by_the_next(
    pool_of: Pool, blobs: FileBlobs, body: bytes, reason: str
) -> None:
    bodies = [b"before", body, b"after"]
    digests = [blobs.save(letter(one)) for one in bodies]
    async with pool_of() as pool:
        results = await pool.read(digests)
    assert [(one.reader, one.reason) for one in results] == [("first", ""), ("second", reason), ("first", "")]
    assert [one.letter.text if one.letter else None for one in results] == [one.decode() for one in bodies]
    fallen = results[1].letter
    assert fallen is not None
    assert fallen.defects[0] == reason


async def test_a_letter_that_nobody_can_read_has_a_named_reason(pool_of: Pool, blobs: FileBlobs) -> None:
    digests = [blobs.save(letter(one)) for one in (failing_readers.HANG, failing_readers.RAISE, b"fine")]
    async with pool_of("tests.mail.failing_readers:HOPELESS") as pool:
        results = await pool.read(digests)
    assert [(one.letter is None, one.reason) for one in results] == [
        (True, "too_slow"),
        (True, "unparsable"),
        (False, ""),
    ]


async def test_a_process_killed_by_somebody_else_costs_no_letter_its_reader(
    pool_of: Pool, blobs: FileBlobs, tmp_path: Path
) -> None:
    once = failing_readers.KILL_ONCE + str(tmp_path / "marker").encode()
    digests = [blobs.save(letter(one)) for one in (b"before", once, b"after")]
    async with pool_of() as pool:
        assert [(one.reader, one.reason) for one in await pool.read(digests)] == [("first", "")] * 3


async def test_one_poisonous_letter_does_not_hold_up_the_others(pool_of: Pool, blobs: FileBlobs) -> None:
    poison, fine = blobs.save(letter(failing_readers.HANG)), blobs.save(letter(b"fine"))
    async with pool_of(workers=2, seconds=30.0) as pool:
        slow = asyncio.create_task(pool.read([poison]))
        await asyncio.sleep(0)
        for _ in range(5):
            assert (await pool.read([fine]))[0].reader == "first"
        assert not slow.done()
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert (await pool.read([fine]))[0].reader == "first"


async def test_a_missing_blob_is_told_and_an_ill_store_raises(
    pool_of: Pool, blobs: FileBlobs, tmp_path: Path
) -> None:
    async with pool_of() as pool:
        digest = blobs.save(letter(b"fine"))
        missing, present = await pool.read(["0" * 64, digest])
        assert (missing.letter, missing.reason) == (None, "raw_missing")
        assert present.letter is not None
        (tmp_path / "11").mkdir()
        (tmp_path / "11" / ("1" * 64)).mkdir()
        with pytest.raises(IsADirectoryError):
            await pool.read([digest, "1" * 64])
        assert (await pool.read([digest]))[0].reader == "first"


async def test_where_no_process_starts_small_letters_are_read_here_and_large_ones_wait(
    pool_of: Pool, blobs: FileBlobs
) -> None:
    small = blobs.save(b"Subject: small\nContent-Type: application/pdf; name=a.pdf\n\ncontent")
    large = blobs.save(letter(b"x" * SMALL_BYTES))
    async with pool_of("mail.reader_chain:CHAIN", starting_seconds=0.0) as pool:
        results = await pool.read([small, "0" * 64])
        with pytest.raises(ParserUnavailable):
            await pool.read([small, large])
    assert results[0].letter is not None
    digest = results[0].letter.attachments[0].sha256
    assert digest is not None
    assert blobs.load(digest) == b"content"
    assert results[1].reason == "raw_missing"


async def test_a_worker_that_cannot_open_its_store_tells_so(pool_of: Pool) -> None:
    async with pool_of(store="tests.mail.failing_readers:no_such_store") as pool:
        with pytest.raises(AttributeError):
            await pool.read(["0" * 64])
        assert pool.pids == []


async def test_closing_leaves_no_process_and_no_zombie(pool_of: Pool, blobs: FileBlobs) -> None:
    digests = [blobs.save(letter(b"fine %d" % number)) for number in range(4)]
    async with pool_of(workers=2) as pool:
        await pool.read(digests)
        pids = pool.pids
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_what_is_being_read_is_finished_before_the_pool_closes(pool_of: Pool, blobs: FileBlobs) -> None:
    digests = [blobs.save(letter(b"fine %d" % number)) for number in range(30)]
    async with pool_of() as pool:
        reading = asyncio.create_task(pool.read(digests))
        while not pool.pids:  # noqa: ASYNC110 - a process has no event for its birth
            await asyncio.sleep(0.01)
    assert len(await reading) == 30


async def test_the_signals_of_a_terminal_do_not_reach_the_workers(pool_of: Pool, blobs: FileBlobs) -> None:
    digest = blobs.save(letter(b"fine"))
    async with pool_of() as pool:
        await pool.read([digest])
        (pid,) = pool.pids
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
        await pool.read([digest])
        assert pool.pids == [pid]
        assert os.getsid(pid) == pid


async def test_a_process_that_has_grown_is_replaced(pool_of: Pool, blobs: FileBlobs) -> None:
    leaking, fine = blobs.save(letter(failing_readers.LEAK)), blobs.save(letter(b"fine"))
    async with pool_of() as pool:
        await pool.read([fine])
        grown = pool.pids
        assert [one.reader for one in await pool.read([leaking, fine])] == ["first", "first"]
        assert pool.pids == []
        assert (await pool.read([fine]))[0].reader == "first"
        assert pool.pids != grown


async def test_a_closed_pool_reads_nothing(pool_of: Pool, blobs: FileBlobs, tmp_path: Path) -> None:
    async with pool_of() as pool:
        pass
    with pytest.raises(ParserUnavailable):
        await pool.read([blobs.save(letter(b"fine"))])
    await pool.close()
    await ParserPool(ReadingSpec("app.blobs:FileBlobs", tmp_path)).close()
