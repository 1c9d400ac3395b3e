"""Batches fetched one ahead: in order, bounded, and what came whole is given out before an error."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.errors import ConnectionLost, LiteralTooLarge
from mail.imap_session import LetterSize
from mail.letter_stream import AHEAD_BYTES, LetterStream
from tests.mail.scripted_imap import CUT, SILENT, ScriptedIMAP, opened


def sizes(script: ScriptedIMAP) -> list[LetterSize]:
    return [LetterSize(uid, len(raw), None) for uid, raw in sorted(script.letters.items())]


def in_twos(letters: Sequence[LetterSize]) -> Iterator[Sequence[LetterSize]]:
    for start in range(0, len(letters), 2):
        yield letters[start : start + 2]


def fetches(script: ScriptedIMAP) -> int:
    return sum(one.startswith("UID FETCH") for one in script.heard)


async def settle() -> None:
    """Let everything happen that can happen by itself."""
    for _ in range(50):
        await asyncio.sleep(0.001)


@given(st.integers(0, 9), st.booleans(), st.sets(st.integers(1, 9)))
async def test_every_letter_comes_once_in_order_and_the_session_is_free_after(
    number: int, backwards: bool, hidden: set[int]
) -> None:
    script = ScriptedIMAP(
        letters={uid: b"letter %d" % uid for uid in range(1, number + 1)}, backwards=backwards
    )
    script.hidden_bodies = hidden
    asked: list[int] = []
    came: list[int] = []
    async with opened(script) as session:
        async with LetterStream(session, in_twos(sizes(script))) as stream:
            async for batch in stream:
                asked += [one.uid for one in batch.asked]
                came += [one.uid for one in batch.letters]
        assert await session.search_uids() == sorted(script.letters)
    assert asked == sorted(script.letters)
    assert came == sorted(script.letters.keys() - hidden)


async def test_the_next_batch_is_on_its_way_while_the_present_one_is_stored_and_no_more() -> None:
    script = ScriptedIMAP(letters=dict.fromkeys(range(1, 9), b"x"))
    async with opened(script) as session, LetterStream(session, in_twos(sizes(script))) as stream:
        async for _ in stream:
            await settle()
            assert fetches(script) == 2
            break


async def test_a_large_batch_is_not_fetched_ahead() -> None:
    script = ScriptedIMAP(letters=dict.fromkeys((1, 2, 3), b"x"))
    letters = [one._replace(size=AHEAD_BYTES) for one in sizes(script)]
    async with opened(script) as session, LetterStream(session, in_twos(letters)) as stream:
        async for _ in stream:
            await settle()
            assert fetches(script) == 1
            break


async def test_what_came_whole_is_given_out_and_then_the_error_is_raised_again_and_again() -> None:
    script = ScriptedIMAP(letters={1: b"one", 2: b"two"})
    script.answers["UID FETCH"] = (
        b"* 1 FETCH (UID 1 BODY[] {3}\r\none)\r\n* 2 FETCH (UID 2 BODY[] {3}\r\nt" + CUT
    )
    async with opened(script) as session, LetterStream(session, in_twos(sizes(script))) as stream:
        batch = await anext(stream)
        assert [one.uid for one in batch.asked] == [1]
        assert [one.raw for one in batch.letters] == [b"one"]
        for _ in range(2):
            with pytest.raises(ConnectionLost) as cut:
                await anext(stream)
        assert cut.value.uids == (2,)


async def test_an_error_in_the_batch_ahead_comes_after_the_present_one() -> None:
    script = ScriptedIMAP(letters=dict.fromkeys((1, 2, 3), b"x"), told_literals={3: 2**31})
    async with opened(script) as session, LetterStream(session, in_twos(sizes(script))) as stream:
        assert len((await anext(stream)).letters) == 2
        with pytest.raises(LiteralTooLarge):
            await anext(stream)


async def test_leaving_early_drops_the_connection() -> None:
    script = ScriptedIMAP(letters=dict.fromkeys(range(1, 9), b"x"))
    async with opened(script) as session:
        async with LetterStream(session, in_twos(sizes(script))) as stream:
            script.answers["UID FETCH"] = [script.answer_rightly("UID FETCH 1:2 (BODY[])"), SILENT]
            await anext(stream)
            await settle()
        with pytest.raises(ConnectionLost):
            await session.noop()
