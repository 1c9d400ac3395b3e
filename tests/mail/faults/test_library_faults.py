"""The faults that were measured in the IMAP library, row by row (mail-notes.md, 3): none of them is ours."""

import asyncio
import tracemalloc
from datetime import timedelta

import pytest

from mail.errors import (
    AuthenticationRefused,
    ConnectionLost,
    MailError,
    ServerTimeout,
    ServerUnavailable,
)
from mail.imap_client import IdleEnd
from mail.imap_session import IMAPSession
from tests.mail.scripted_imap import (
    CUT,
    LONG,
    RESET,
    SILENT,
    SOON,
    ScriptedIMAP,
    logged_in,
    opened,
    serve,
)
from tests.mail.waiting import until


async def log_in(script: ScriptedIMAP) -> None:
    async with serve(script), asyncio.timeout(10):
        session = IMAPSession(script.endpoint, patience=LONG)
        try:
            await session.connect()
            await session.login("anna", "secret")
        finally:
            session.abort()


async def test_recursion_per_line_thirty_thousand_rows_in_one_piece_are_read() -> None:
    rows = b"".join(b"* %d FETCH (UID %d RFC822.SIZE 1)\r\n" % (uid, uid) for uid in range(1, 30_001))
    async with opened(ScriptedIMAP(answers={"UID FETCH": rows + b"%t OK done\r\n"})) as session:
        assert len(await session.fetch_sizes_from(1)) == 30_000


async def test_quadratic_waiting_many_bodies_in_one_answer_are_read() -> None:
    script = ScriptedIMAP(letters=dict.fromkeys(range(1, 5001), b"x (\r\n" * 20))
    async with opened(script) as session:
        fetched = [one.uid async for one in session.fetch_raw(range(1, 5_001))]
    assert fetched == list(range(1, 5_001))


async def test_idle_that_never_returns_bye_and_close_end_it_with_the_servers_words() -> None:
    script = ScriptedIMAP(answers={"IDLE": b"+ idling\r\n* BYE going down\r\n" + CUT})
    async with opened(script) as session:
        with pytest.raises(ServerUnavailable) as ended:
            await session.idle(LONG)
    assert "going down" in ended.value.text


async def test_bye_without_closing_ends_idle_as_well() -> None:
    script = ScriptedIMAP(answers={"IDLE": b"+ idling\r\n* BYE going down\r\n"})
    async with opened(script) as session:
        with pytest.raises(ServerUnavailable):
            await session.idle(LONG)


async def test_idle_start_waits_for_ever_a_server_that_does_not_go_on_is_left() -> None:
    async with opened(ScriptedIMAP(answers={"IDLE": SILENT}), SOON) as session:
        with pytest.raises(ServerTimeout):
            await session.idle(LONG)


async def test_reset_during_idle_is_noticed_at_once() -> None:
    async with opened(ScriptedIMAP(answers={"IDLE": b"+ idling\r\n" + RESET})) as session:
        with pytest.raises(ConnectionLost):
            await session.idle(LONG)


async def test_pending_command_after_timeout_the_connection_is_given_up_and_closed() -> None:
    script = ScriptedIMAP(answers={"NOOP": SILENT})
    async with opened(script, SOON) as session:
        with pytest.raises(ServerTimeout):
            await session.noop()
        for _ in range(2):
            with pytest.raises(ConnectionLost):
                await session.noop()
        await until(script.is_left)


@pytest.mark.parametrize(
    "script",
    [
        ScriptedIMAP(greeting=b"* BYE Too many simultaneous connections\r\n" + CUT),
        ScriptedIMAP(answers={"LOGIN": b"* BYE Too many simultaneous connections\r\n" + CUT}),
    ],
    ids=["greeting", "login"],
)
async def test_bye_as_timeout_its_words_are_not_lost(script: ScriptedIMAP) -> None:
    with pytest.raises(ServerUnavailable) as refused:
        await log_in(script)
    assert "Too many simultaneous connections" in refused.value.text


async def test_challenge_never_answered_a_refusal_as_json_is_cancelled_and_heard() -> None:
    script = ScriptedIMAP(
        capabilities=b"IMAP4rev1 LOGINDISABLED AUTH=PLAIN",
        answers={
            "AUTHENTICATE": b"+ \r\n",
            "AGFubmEAc2VjcmV0": b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n",
            "*": b"%t NO [AUTHENTICATIONFAILED] wrong\r\n",
        },
    )
    with pytest.raises(AuthenticationRefused):
        await log_in(script)
    assert script.heard[-1] == "*"


async def test_star_blank_removed_names_keep_every_sign() -> None:
    answer = b'* LIST (\\HasNoChildren) "/" "5* hotel * best (1"\r\n%t OK done\r\n'
    async with logged_in(ScriptedIMAP(answers={"LIST": answer})) as session:
        assert [one.name for one in await session.list_folders()] == ["5* hotel * best (1"]


async def test_exists_during_another_command_is_remembered_for_idle() -> None:
    script = ScriptedIMAP(letters={1: b"x"}, interjected=b"* 2 EXISTS\r\n")
    async with opened(script) as session:
        assert len(await session.fetch_sizes([1])) == 1
        assert await session.idle(LONG) is IdleEnd.WOKEN


async def test_flags_mixed_into_a_fetch_and_odd_bodies_are_told_apart() -> None:
    answer = (
        b"* 7 FETCH (FLAGS (\\Seen))\r\n"
        b"* 1 FETCH (FLAGS (\\Seen \\Answered) UID 1)\r\n"
        b"* 1 FETCH (BODY[] {5}\r\nab)\r\n INTERNALDATE NIL UID 1)\r\n"
        b"* 2 FETCH (UID 2 BODY[] NIL)\r\n"
        b'* 3 FETCH (BODY[] "" UID 3)\r\n'
        b'* 4 FETCH (BODY[] "in \\"quotes\\" (" UID 4)\r\n'
        b"%t OK done\r\n"
    )
    async with opened(ScriptedIMAP(answers={"UID FETCH": answer})) as session:
        fetched = {one.uid: one.raw async for one in session.fetch_raw([1, 2, 3, 4])}
    assert fetched == {1: b"ab)\r\n", 2: None, 3: b"", 4: b'in "quotes" ('}


async def test_state_after_examine_uid_commands_are_legal() -> None:
    script = ScriptedIMAP(letters={1: b"x"})
    async with opened(script) as session:
        assert await session.search_uids() == [1]
    assert [one.split()[0] for one in script.heard if "INBOX" in one] == ["EXAMINE"]


async def test_names_unquoted_every_name_goes_quoted_and_encoded() -> None:
    script = ScriptedIMAP()
    async with logged_in(script) as session:
        for name in ("Sent Items", "Привет", 'a"b\\c', "A&B"):
            await session.select(name)
    told = [one for one in script.heard if one.startswith("EXAMINE")]
    assert told == [
        'EXAMINE "Sent Items"',
        'EXAMINE "&BB8EQAQ4BDIENQRC-"',
        'EXAMINE "a\\"b\\\\c"',
        'EXAMINE "A&-B"',
    ]
    assert script.heard[1] == 'LOGIN "anna" "secret"'


async def test_vanished_as_an_answer_to_fetch_disturbs_nothing() -> None:
    answer = b"* VANISHED 41,43:116\r\n* 1 FETCH (UID 1 RFC822.SIZE 3)\r\n* 3 EXPUNGE\r\n%t OK done\r\n"
    async with opened(ScriptedIMAP(answers={"UID FETCH": answer})) as session:
        assert [one.uid for one in await session.fetch_sizes([1, 2])] == [1]


async def test_a_letter_of_23_megabytes_costs_little_more_than_itself() -> None:
    size = 23 * 1024 * 1024
    script = ScriptedIMAP(letters={1: b"x" * size})
    async with opened(script) as session:
        tracemalloc.start()
        try:
            fetched = [one async for one in session.fetch_raw([1])]
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert [len(one.raw or b"") for one in fetched] == [size]
    assert peak < 5 * size  # The server's answer, twice, is in this process as well.


async def test_literals_are_found_by_structure_not_by_what_letters_contain() -> None:
    raw = b"{3}\r\n* 9 FETCH (UID 9 BODY[] {2}\r\nA0001 OK done\r\n)) ((\r\n+ go on\r\n* BYE no\r\n"
    async with opened(ScriptedIMAP(letters={1: raw, 2: b"next {7}"})) as session:
        fetched = {one.uid: one.raw async for one in session.fetch_raw([1, 2])}
    assert fetched == {1: raw, 2: b"next {7}"}


async def test_idle_that_stops_delivering_is_found_at_its_renewal() -> None:
    script = ScriptedIMAP(answers={"DONE": SILENT})
    async with opened(script, SOON) as session:
        with pytest.raises(MailError):
            await session.idle(timedelta(seconds=0.05))


async def test_a_fetch_that_stops_in_the_middle_ends_by_silence() -> None:
    answer = b"* 43 FETCH (UID 43 BODY[] {5000}\r\nhalf of it"
    async with opened(ScriptedIMAP(answers={"UID FETCH": answer}), SOON) as session:
        with pytest.raises(ServerTimeout) as late:
            _ = [one async for one in session.fetch_raw([43])]
    assert late.value.uids == (43,)
