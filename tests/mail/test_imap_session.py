"""The IMAP conversation against a server that misbehaves: every fault has its error, at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bench.support.ports import reserve_port
from core.enums import MailSecurity
from mail.connections import Endpoint
from mail.errors import (
    AuthenticationRefused,
    ConnectionLost,
    ConnectionRefused,
    EncryptionMissing,
    FolderMissing,
    MailError,
    ProtocolViolation,
    ServerSays,
    ServerTimeout,
    ServerUnavailable,
)
from mail.imap_client import IdleEnd
from mail.imap_session import IMAPSession
from tests.mail.scripted_imap import CUT, LONG, SILENT, SOON, ScriptedIMAP, logged_in, opened, serve
from tests.mail.waiting import until


async def connect(
    script: ScriptedIMAP, security: MailSecurity = MailSecurity.NONE, patience: timedelta = LONG
) -> None:
    async with serve(script), asyncio.timeout(20):
        session = IMAPSession(Endpoint("127.0.0.1", script.port, security), patience=patience)
        try:
            await session.connect()
            await session.login("anna", "secret")
        finally:
            session.abort()


async def idling(script: ScriptedIMAP, session: IMAPSession) -> asyncio.Task[IdleEnd]:
    """Wait for news; returns once the server knows."""
    waiting = asyncio.create_task(session.idle(LONG))

    async def is_heard() -> bool:
        return "IDLE" in script.heard

    await until(is_heard)
    return waiting


class TestConnecting:
    async def test_a_closed_port_is_refused(self) -> None:
        with pytest.raises(ConnectionRefused):
            await IMAPSession(Endpoint("127.0.0.1", reserve_port(), MailSecurity.NONE)).connect()

    @pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 300])
    async def test_a_host_that_is_none_is_refused(self, host: str) -> None:
        with pytest.raises(MailError):
            await IMAPSession(Endpoint(host, 1, MailSecurity.NONE)).connect()

    async def test_bye_as_greeting_says_unavailable_with_the_servers_words(self) -> None:
        with pytest.raises(ServerUnavailable) as refused:
            await connect(ScriptedIMAP(greeting=b"* BYE Too many connections\r\n"))
        assert "Too many connections" in refused.value.text

    @pytest.mark.parametrize(
        ("greeting", "error"),
        [(CUT, ConnectionLost), (SILENT, ServerTimeout), (b"* OK rea" + CUT, ConnectionLost)],
    )
    async def test_no_greeting(self, greeting: bytes, error: type[MailError]) -> None:
        with pytest.raises(error):
            await connect(ScriptedIMAP(greeting=greeting), patience=SOON if error is ServerTimeout else LONG)

    async def test_a_refused_login_needs_a_person(self) -> None:
        with pytest.raises(AuthenticationRefused):
            await connect(ScriptedIMAP(answers={"LOGIN": b"%t NO [AUTHENTICATIONFAILED] wrong\r\n"}))

    @pytest.mark.parametrize("code", [b"UNAVAILABLE", b"INUSE", b"LIMIT"])
    async def test_a_login_that_cannot_be_checked_now_is_tried_later(self, code: bytes) -> None:
        with pytest.raises(ServerUnavailable):
            await connect(ScriptedIMAP(answers={"LOGIN": b"%t NO [" + code + b"] later\r\n"}))

    async def test_bye_during_login_says_unavailable(self) -> None:
        with pytest.raises(ServerUnavailable):
            await connect(ScriptedIMAP(answers={"LOGIN": b"* BYE overloaded\r\n" + CUT}))

    async def test_where_login_is_disabled_plain_is_used(self) -> None:
        script = ScriptedIMAP(
            capabilities=b"IMAP4rev1 LOGINDISABLED AUTH=PLAIN",
            answers={"AUTHENTICATE": b"+ \r\n"},
        )
        await connect(script)
        assert script.heard[1:3] == ["AUTHENTICATE PLAIN", "AGFubmEAc2VjcmV0"]

    async def test_starttls_that_is_not_offered_is_not_gone_without(self) -> None:
        script = ScriptedIMAP()
        with pytest.raises(EncryptionMissing):
            await connect(script, MailSecurity.STARTTLS)
        assert script.heard == ["CAPABILITY"]

    async def test_bytes_slipped_in_before_the_handshake_are_not_believed(self) -> None:
        script = ScriptedIMAP(
            capabilities=b"IMAP4rev1 STARTTLS", answers={"STARTTLS": b"%t OK go\r\n* CAPABIL"}
        )
        with pytest.raises(ProtocolViolation):
            await connect(script, MailSecurity.STARTTLS)

    async def test_login_and_password_of_any_letters_arrive(self) -> None:
        script = ScriptedIMAP()
        async with serve(script):
            session = IMAPSession(script.endpoint)
            await session.connect()
            await session.login('an"na', "пароль")
            session.abort()
        assert script.heard[1] == 'LOGIN "an\\"na" пароль'


class TestReading:
    async def test_letters_are_fetched_as_they_lie(self) -> None:
        script = ScriptedIMAP(letters={3: b"one (\r\n", 7: b"two"})
        async with opened(script) as session:
            assert await session.search_uids() == [3, 7]
            assert [one.size for one in await session.fetch_sizes([3, 7])] == [7, 3]
            fetched = [one async for one in session.fetch_raw([3, 7])]
        arrived = datetime(2026, 11, 24, 12, 5, tzinfo=UTC)
        assert fetched == [(3, arrived, b"one (\r\n"), (7, arrived, b"two")]
        assert not any("BODY[" in one for one in script.heard)
        assert not any(one.startswith("SELECT") for one in script.heard)

    async def test_the_last_letter_is_not_new_only_because_the_server_names_it(self) -> None:
        async with opened(ScriptedIMAP(letters={3: b"x"})) as session:
            assert await session.fetch_sizes_from(4) == []
            assert [one.uid for one in await session.fetch_sizes_from(2)] == [3]

    async def test_flags_told_unasked_and_odd_bodies_are_told_apart(self) -> None:
        answer = (
            b"* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n"
            b"* 1 FETCH (BODY[] {3}\r\nabc UID 1)\r\n"
            b"* 2 FETCH (UID 2 BODY[] NIL)\r\n"
            b'* 3 FETCH (BODY[] "" UID 3)\r\n'
            b"* 9 FETCH (UID 9 BODY[] {1}\r\nx)\r\n"
            b"%t OK done\r\n"
        )
        async with opened(ScriptedIMAP(answers={"UID FETCH": answer})) as session:
            fetched = [one async for one in session.fetch_raw([1, 2, 3, 4])]
        assert [(one.uid, one.raw) for one in fetched] == [(1, b"abc"), (2, None), (3, b"")]

    async def test_ten_thousand_rows_are_read(self) -> None:
        script = ScriptedIMAP(letters=dict.fromkeys(range(1, 10001), b"x"))
        async with opened(script) as session:
            assert len(await session.fetch_sizes_from(1)) == 10_000

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (b"* 1 FETCH (UID 1 BODY[] {100}\r\nabc" + CUT, ConnectionLost),
            (b"* 1 FETCH (UID 1 BODY[] {100}\r\nabc", ServerTimeout),
            (b"* 1 FETCH (UID 1 BODY[] {999999999999}\r\n", ProtocolViolation),
            (b"* 1 FETCH (UID 1 BODY[\r\n%t OK done\r\n", ProtocolViolation),
            (b"%t NO not now\r\n", ServerSays),
            (b"%t BAD what\r\n", ServerSays),
            (SILENT, ServerTimeout),
        ],
    )
    async def test_a_fetch_that_fails_has_its_error(self, answer: bytes, error: type[MailError]) -> None:
        async with opened(ScriptedIMAP(answers={"UID FETCH": answer}), SOON) as session:
            with pytest.raises(error):
                _ = [one async for one in session.fetch_raw([1])]

    async def test_after_a_timeout_the_connection_is_not_used_again(self) -> None:
        async with opened(ScriptedIMAP(answers={"NOOP": SILENT}), SOON) as session:
            with pytest.raises(ServerTimeout):
                await session.noop()
            with pytest.raises(ConnectionLost):
                await session.search_uids()

    async def test_a_missing_folder_leaves_the_connection_usable(self) -> None:
        script = ScriptedIMAP()
        async with logged_in(script) as session:
            script.answers["EXAMINE"] = b"%t NO no such folder\r\n"
            with pytest.raises(FolderMissing):
                await session.select("Нет такой")
            assert script.heard[-1] == 'EXAMINE "&BB0ENQRC- &BEIEMAQ6BD4EOQ-"'
            del script.answers["EXAMINE"]
            assert (await session.select("INBOX")).uidvalidity == 1

    async def test_a_folder_without_uidvalidity_is_told_as_such(self) -> None:
        async with logged_in(ScriptedIMAP(answers={"EXAMINE": b"* 1 EXISTS\r\n%t OK\r\n"})) as session:
            assert (await session.select("INBOX")).uidvalidity is None

    async def test_a_folder_name_cannot_smuggle_in_a_command(self) -> None:
        script = ScriptedIMAP()
        async with logged_in(script) as session:
            await session.select('x"\r\nA1 DELETE INBOX')
        assert not any(one.startswith(("DELETE", "A1")) for one in script.heard)


class TestIdle:
    async def test_news_wakes(self) -> None:
        script = ScriptedIMAP()
        async with opened(script) as session:
            waiting = await idling(script, session)
            script.push(b"* 4 EXISTS")
            assert await waiting is IdleEnd.WOKEN
            assert script.heard[-2:] == ["IDLE", "DONE"]
            assert await session.search_uids() == []

    async def test_without_news_it_ends_in_time(self) -> None:
        async with opened(ScriptedIMAP()) as session:
            assert await session.idle(timedelta(seconds=0.05)) is IdleEnd.TIMEOUT

    async def test_news_between_two_commands_is_not_lost(self) -> None:
        script = ScriptedIMAP()
        async with opened(script) as session:
            script.push(b"* 4 EXISTS")
            await session.noop()
            assert await session.idle(LONG) is IdleEnd.WOKEN
            assert "IDLE" not in script.heard

    @pytest.mark.parametrize(
        ("words", "error"), [(b"* BYE shutting down", ServerUnavailable), (b"", ConnectionLost)]
    )
    async def test_a_server_that_leaves_wakes_at_once(self, words: bytes, error: type[MailError]) -> None:
        script = ScriptedIMAP()
        async with opened(script) as session:
            waiting = await idling(script, session)
            if words:
                script.push(words)
            else:
                script.cut_all()
            with pytest.raises(error):
                await waiting

    async def test_abort_wakes_at_once(self) -> None:
        script = ScriptedIMAP()
        async with opened(script) as session:
            waiting = await idling(script, session)
            session.abort()
            with pytest.raises(ConnectionLost):
                await waiting

    @pytest.mark.parametrize("answer", [b"%t NO no\r\n", b"%t BAD what\r\n"])
    async def test_a_refused_idle_is_an_error(self, answer: bytes) -> None:
        async with opened(ScriptedIMAP(answers={"IDLE": answer})) as session:
            with pytest.raises(ServerSays):
                await session.idle(LONG)

    async def test_done_without_an_answer_times_out(self) -> None:
        script = ScriptedIMAP(answers={"DONE": SILENT})
        async with opened(script, SOON) as session:
            with pytest.raises(ServerTimeout):
                await session.idle(timedelta(seconds=0.05))
