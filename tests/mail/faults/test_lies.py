"""Servers that lie: about sizes, order, what was asked for, and the validity of their numbers."""

import asyncio
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.database import Database
from mail.errors import LiteralTooLarge, ProtocolViolation, ServerTimeout
from mail.imap_client import IdleEnd
from mail.imap_session import IMAPSession
from tests.conftest import FixedClock
from tests.factories.mail_world import open_mail_world, raw_letter
from tests.mail.faults.under_fire import fetch_to_the_end, under_fire
from tests.mail.scripted_imap import LONG, SOON, ScriptedIMAP, opened, serve
from tests.mail.waiting import until


async def test_two_gigabytes_announced_are_refused_before_memory_is_taken_and_the_letter_is_named() -> None:
    script = ScriptedIMAP(letters={1: b"one", 2: b"two", 3: b"three"}, told_literals={2: 2**31})
    async with opened(script) as session:
        tracemalloc.start()
        try:
            given, error = await fetch_to_the_end(session, [1, 2, 3])
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert [one.uid for one in given] == [1]
    assert isinstance(error, LiteralTooLarge)
    assert (error.uids, error.size) == ((2,), 2**31)
    assert peak < 1_000_000


async def test_a_huge_literal_of_a_letter_that_is_not_named_first_puts_all_that_are_missing_in_doubt() -> (
    None
):
    answer = b"* 2 FETCH (BODY[] {2147483648}\r\n"
    async with opened(ScriptedIMAP(answers={"UID FETCH": answer})) as session:
        _, error = await fetch_to_the_end(session, [1, 2])
    assert isinstance(error, LiteralTooLarge)
    assert error.uids == (1, 2)


async def test_a_letter_larger_than_was_said_is_taken_while_it_fits() -> None:
    script = ScriptedIMAP(letters={1: b"x" * 100_000, 2: b"y"}, told_sizes={1: 5})
    async with opened(script) as session:
        sizes = await session.fetch_sizes([1, 2])
        given = [one async for one in session.fetch_raw([1, 2], sum(one.size for one in sizes))]
    assert [one.raw for one in given] == list(script.letters.values())


async def test_letters_together_far_larger_than_was_said_are_refused_and_each_alone_is_taken() -> None:
    raw = b"x" * 6_000_000
    script = ScriptedIMAP(letters={1: raw, 2: raw}, told_sizes={1: 5, 2: 5})
    async with opened(script) as session:
        with pytest.raises(LiteralTooLarge) as refused:
            _ = [one async for one in session.fetch_raw([1, 2], announced=10)]
        assert refused.value.uids == (2,)
    async with opened(script) as session:
        for uid in (1, 2):
            assert [one.raw async for one in session.fetch_raw([uid], announced=5)] == [raw]


async def test_a_letter_above_the_limit_is_refused_alone_too() -> None:
    script = ScriptedIMAP(letters={1: b"x" * 200_000})
    async with serve(script), asyncio.timeout(10):
        session = IMAPSession(script.endpoint, patience=LONG, max_letter_bytes=100_000)
        await session.connect()
        await session.login("anna", "secret")
        await session.select("INBOX")
        _, error = await fetch_to_the_end(session, [1])
        session.abort()
    assert isinstance(error, LiteralTooLarge)
    assert error.uids == (1,)


async def test_a_literal_shorter_than_said_swallows_nothing_in_silence() -> None:
    script = ScriptedIMAP(letters={1: b"one", 2: b"two"}, told_literals={1: 1_000})
    async with opened(script, SOON) as session:
        given, error = await fetch_to_the_end(session, [1, 2])
    assert given == []
    assert isinstance(error, ServerTimeout)
    assert error.uids == (1, 2)


@pytest.mark.parametrize(
    "raw", [b"line one\r\nline two\r\n", b"ab)\r\nrest\r\n", b"ab) \r\n* 9 EXISTS\r\nrest"]
)
async def test_a_literal_longer_than_said_is_never_half_a_letter(raw: bytes) -> None:
    script = ScriptedIMAP(letters={1: raw, 2: b"two"}, told_literals={1: 2})
    async with opened(script) as session:
        given, error = await fetch_to_the_end(session, [1, 2])
    assert given == []
    assert isinstance(error, ProtocolViolation)


async def test_letters_in_any_order_are_told_apart_by_uid() -> None:
    script = ScriptedIMAP(letters={uid: b"letter %d" % uid for uid in (3, 7, 9)}, backwards=True)
    async with opened(script) as session:
        assert [one.uid for one in await session.fetch_sizes([3, 7, 9])] == [3, 7, 9]
        given, error = await fetch_to_the_end(session, [3, 7, 9])
    assert error is None
    assert {one.uid: one.raw for one in given} == script.letters


async def test_letters_not_asked_for_are_not_taken() -> None:
    script = ScriptedIMAP(letters={1: b"one", 2: b"two"}, unasked={2})
    async with opened(script) as session:
        given, _ = await fetch_to_the_end(session, [1])
    assert [one.uid for one in given] == [1]


async def test_a_letter_that_comes_twice_is_taken_once() -> None:
    row = b"* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n"
    async with opened(ScriptedIMAP(answers={"UID FETCH": row + row + b"%t OK done\r\n"})) as session:
        given, _ = await fetch_to_the_end(session, [1])
    assert len(given) == 1


@given(
    st.lists(st.sampled_from([b"0", b"-1", b"4294967296", b"x", b"(", b"99999999999999999999", b"5", b"7"]))
)
async def test_numbers_that_are_no_uids_are_not_found(words: list[bytes]) -> None:
    answer = b"* SEARCH " + b" ".join(words) + b"\r\n%t OK done\r\n"
    async with opened(ScriptedIMAP(answers={"UID SEARCH": answer})) as session:
        assert set(await session.search_uids()) <= {5, 7}


async def test_exists_during_a_fetch_wakes_the_next_idle() -> None:
    script = ScriptedIMAP(letters={1: b"one"}, interjected=b"* 2 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen))\r\n")
    async with opened(script) as session:
        given, _ = await fetch_to_the_end(session, [1])
        assert [one.raw for one in given] == [b"one"]
        assert await session.idle(LONG) is IdleEnd.WOKEN


@pytest.mark.parametrize(
    "lies",
    [
        {"backwards": True},
        {"unasked": {1, 2, 3}},
        {"interjected": b"* 9 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* OK [UIDVALIDITY 99] lie\r\n"},
        {"told_sizes": {1: 0, 2: 10**6, 3: 1}},
        {"uidvalidity": 0},
    ],
    ids=["order", "unasked", "interjected", "sizes", "uidvalidity 0"],
)
async def test_m4_a_server_that_lies_a_little_is_captured_whole(
    database: Database, clock: FixedClock, tmp_path: Path, lies: dict[str, object]
) -> None:
    letters = {uid: raw_letter(topic) for uid, topic in enumerate(("a", "b", "c"), start=1)}
    script = ScriptedIMAP(letters=letters)
    for name, lie in lies.items():
        setattr(script, name, lie)
    async with (
        serve(script),
        open_mail_world(database, clock, tmp_path) as world,
        under_fire(world, script) as fire,
    ):
        await until(fire.is_whole)
        assert await fire.has_once("a", "b", "c")


async def test_m1_uidvalidity_that_changes_again_and_again_doubles_nothing(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    script = ScriptedIMAP(letters={1: raw_letter("a"), 2: raw_letter("b")})
    async with (
        serve(script),
        open_mail_world(database, clock, tmp_path) as world,
        under_fire(world, script) as fire,
    ):
        await until(fire.is_whole)
        for validity in range(2, 6):
            script.uidvalidity = validity
            script.letters = {validity * 10 + uid: raw for uid, raw in enumerate(script.letters.values())}
            script.cut_all()
            await until(fire.has_looked_anew)
            await until(fire.is_whole)
        assert await fire.has_once("a", "b")
