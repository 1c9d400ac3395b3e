"""Servers that are slow on purpose: a call ends by silence or by its whole length, and an honest slow line goes on."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.database import Database
from mail.errors import ProtocolViolation, ServerTimeout
from mail.imap_exchange import SLOWEST_BYTES_PER_SECOND, WHOLE_IN_PATIENCES, Pace
from mail.imap_session import IMAPSession
from tests.conftest import FixedClock
from tests.factories.mail_world import open_mail_world, raw_letter
from tests.mail.faults.under_fire import fetch_to_the_end, under_fire
from tests.mail.scripted_imap import FLOOD, LONG, SILENT, ScriptedIMAP, opened, serve
from tests.mail.waiting import until

SHORT = timedelta(seconds=0.1)
DRIBBLE = (1, 0.02)


async def connect(script: ScriptedIMAP) -> None:
    async with serve(script), asyncio.timeout(10):
        session = IMAPSession(script.endpoint, patience=SHORT)
        try:
            await session.connect()
            await session.login("anna", "secret")
        finally:
            session.abort()


async def test_a_greeting_of_one_byte_now_and_then_is_not_waited_for_to_the_end() -> None:
    with pytest.raises(ServerTimeout):
        await connect(ScriptedIMAP(greeting=b"* OK " + b"x" * 10_000 + b"\r\n", pieces=DRIBBLE))


async def test_an_answer_of_one_byte_now_and_then_is_not_waited_for_to_the_end() -> None:
    script = ScriptedIMAP(letters={1: b"x" * 10_000, 2: b"y"})
    async with opened(script, SHORT) as session:
        script.dribble(DRIBBLE)
        given, error = await fetch_to_the_end(session, [1, 2])
    assert given == []
    assert isinstance(error, ServerTimeout)
    assert error.uids == (1, 2)


async def test_a_server_that_announces_much_and_dribbles_gains_no_time_by_it() -> None:
    answer = b"* 1 FETCH (UID 1 BODY[] {40000000}\r\n" + b"x" * 10_000
    script = ScriptedIMAP(answers={"UID FETCH": answer})
    async with opened(script, SHORT) as session:
        script.dribble(DRIBBLE)
        with pytest.raises(ServerTimeout):
            _ = [one async for one in session.fetch_raw([1])]


async def test_a_server_that_talks_without_end_is_cut_off() -> None:
    script = ScriptedIMAP(answers={"NOOP": b"* 1 FETCH (FLAGS (\\Seen))\r\n" + FLOOD})
    async with opened(script, LONG) as session:
        with pytest.raises(ProtocolViolation):
            await session.noop()


async def test_a_server_that_talks_without_end_while_idling_is_cut_off() -> None:
    script = ScriptedIMAP(answers={"IDLE": b"+ idling\r\n* OK Still here\r\n" + FLOOD})
    async with opened(script, LONG) as session:
        with pytest.raises(ProtocolViolation):
            await session.idle(LONG)


async def test_keepalives_while_idling_do_not_wake() -> None:
    script = ScriptedIMAP(
        answers={"IDLE": b"+ idling\r\n* OK Still here\r\n* 3 EXPUNGE\r\n", "DONE": b"%t OK\r\n"}
    )
    async with opened(script, SHORT) as session:
        assert (await session.idle(timedelta(seconds=0.3))).name == "TIMEOUT"


@given(st.integers(0, 10**9), st.floats(0.1, 60), st.floats(0, 10**6))
def test_time_grows_with_what_moved_and_with_nothing_else(moved: int, patience: float, now: float) -> None:
    pace = Pace(patience, began_at=0.0)
    pace.heard_at = now
    whole = WHOLE_IN_PATIENCES * patience + moved / SLOWEST_BYTES_PER_SECOND
    assert pace.left(moved, now) == pytest.approx(min(patience, whole - now))
    pace.note_sent(moved, now)
    assert pace.left(0, now) == pytest.approx(min(patience, whole - now))


@pytest.mark.parametrize("command", ["", "LOGIN", "UID FETCH", "IDLE"])
async def test_a_server_that_hangs_or_dribbles_holds_up_nobody_else(
    database: Database, clock: FixedClock, tmp_path: Path, command: str
) -> None:
    script = ScriptedIMAP(letters={1: raw_letter("a")})
    right = script.greeting
    if command:
        script.answers[command] = SILENT
    else:
        script.pieces = DRIBBLE
        script.greeting = b"* OK " + b"x" * 10_000 + b"\r\n"
    async with (
        serve(script),
        open_mail_world(database, clock, tmp_path) as world,
        under_fire(world, script, SHORT) as fire,
    ):
        await until(fire.has_failed)
        await fire.deliver_to_boris("meanwhile")
        await until(fire.boris_has_all)
        script.answers.clear()
        script.pieces, script.greeting = None, right
        await until(fire.is_whole)
        assert await fire.has_once("a")
