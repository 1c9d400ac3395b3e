"""Connections cut anywhere: at every byte, and through the whole engine fifty times in a row."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from core.database import Database
from mail.errors import ConnectionLost, ServerUnavailable
from mail.imap_session import IMAPSession
from tests.conftest import FixedClock
from tests.factories.mail_world import open_mail_world, raw_letter
from tests.mail.faults.under_fire import fetch_to_the_end, under_fire
from tests.mail.scripted_imap import CUT, LONG, RESET, ScriptedIMAP, opened, serve
from tests.mail.waiting import until

WHOLE = timedelta(seconds=0.01)


async def converse(script: ScriptedIMAP) -> list[bytes | None]:
    """A whole conversation: the bytes of all letters, or the error that ended it."""
    session = IMAPSession(script.endpoint, patience=LONG)
    try:
        await session.connect()
        await session.login("anna", "secret")
        await session.list_folders()
        await session.select("INBOX")
        sizes = await session.fetch_sizes(await session.search_uids())
        letters = [one.raw async for one in session.fetch_raw([size.uid for size in sizes])]
        await session.idle(WHOLE)
        await session.noop()
        return letters
    finally:
        session.abort()


async def test_a_cut_at_every_single_byte_is_an_error_at_once_and_never_half_a_letter() -> None:
    script = ScriptedIMAP(letters={1: b"first\r\n", 2: b"second (\r\n"}, answers={"DONE": b"%t OK idled\r\n"})
    async with serve(script), asyncio.timeout(60):
        whole = await converse(script)
        budget = 0
        while True:
            script.budgets = [budget]
            try:
                letters = await converse(script)
            except ConnectionLost:
                budget += 1
                continue
            break
    assert letters == whole == [b"first\r\n", b"second (\r\n"]
    assert budget > 500


@pytest.mark.parametrize("end", [CUT, RESET], ids=["closed", "reset"])
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("CAPABILITY", b"* CAPABILITY IMAP4r"),
        ("LOGIN", b"%t O"),
        ("EXAMINE", b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1]\r"),
        ("UID SEARCH", b"* SEARCH 1 "),
        ("UID FETCH", b"* 1 FETCH (UID 1 BODY[] {10}\r\n01234"),
        ("IDLE", b"+ idling\r\n"),
        ("IDLE", b"+ idling\r\n* 2 EXI"),
        ("DONE", b""),
        ("DONE", b"%t OK id"),
        ("NOOP", b"%t OK done\r"),
    ],
    ids=range(10),
)
async def test_a_cut_in_a_line_a_literal_idle_or_after_done(command: str, said: bytes, end: bytes) -> None:
    script = ScriptedIMAP(letters={1: b"x"}, answers={"DONE": b"%t OK idled\r\n", command: said + end})
    async with serve(script), asyncio.timeout(10):
        with pytest.raises(ConnectionLost):
            await converse(script)


async def test_what_came_whole_before_a_cut_is_given_out_before_the_error() -> None:
    answer = b"* 1 FETCH (UID 1 BODY[] {3}\r\none)\r\n* 2 FETCH (UID 2 BODY[] {3}\r\ntwo)\r\n* 3 FETCH (UID 3 BODY[] {9}\r\nhalf"
    async with opened(ScriptedIMAP(answers={"UID FETCH": answer + CUT})) as session:
        given, error = await fetch_to_the_end(session, [1, 2, 3])
    assert [one.raw for one in given] == [b"one", b"two"]
    assert isinstance(error, ConnectionLost)
    assert error.uids == (3,)


async def test_bye_in_the_middle_of_a_fetch_gives_out_what_came_and_says_unavailable() -> None:
    answer = b"* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n* BYE shutting down\r\n"
    async with opened(ScriptedIMAP(answers={"UID FETCH": answer})) as session:
        given, error = await fetch_to_the_end(session, [1, 2])
    assert [one.uid for one in given] == [1]
    assert isinstance(error, ServerUnavailable)


async def test_fifty_cuts_in_a_row_lose_nothing_double_nothing_and_hold_up_nobody(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    topics = [f"letter {number}" for number in range(1, 41)]
    script = ScriptedIMAP(letters={uid: raw_letter(topic) for uid, topic in enumerate(topics, start=1)})
    script.budgets = [0] * 1_000_000
    async with (
        serve(script),
        open_mail_world(database, clock, tmp_path) as world,
        under_fire(world, script) as fire,
    ):
        await until(fire.has_failed)
        await fire.deliver_to_boris("while Anna's server is cut off")
        await until(fire.boris_has_all)
        seen = script.connections
        # First anywhere up to the last letter, then always before the folders are open.
        script.budgets = [step * 1_511 % 14_000 for step in range(25)] + [
            step * 17 % 400 for step in range(25)
        ]
        await until(fire.was_cut_as_often_as_planned)
        await until(fire.is_whole)
        assert script.connections > seen + 50
        assert await fire.has_once(*topics)
