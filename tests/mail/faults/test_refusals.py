"""BYE, NO and BAD at every stage: each has its error, at once, and the server's words where it said any."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from mail.errors import (
    AuthenticationRefused,
    FolderMissing,
    MailError,
    ServerSays,
    ServerUnavailable,
)
from mail.imap_session import IMAPSession
from tests.mail.scripted_imap import CUT, LONG, ScriptedIMAP, serve

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
COMMANDS = (
    "CAPABILITY",
    "LOGIN",
    "LIST",
    "STATUS",
    "EXAMINE",
    "UID SEARCH",
    "UID FETCH",
    "IDLE",
    "DONE",
    "NOOP",
)


async def converse(script: ScriptedIMAP) -> None:
    async with serve(script), asyncio.timeout(10):
        session = IMAPSession(script.endpoint, patience=LONG)
        try:
            await session.connect()
            await session.login("anna", "secret")
            await session.list_folders()
            await session.status("INBOX")
            await session.select("INBOX")
            await session.fetch_sizes(await session.search_uids())
            await session.idle(timedelta(seconds=0.01))
            await session.noop()
        finally:
            session.abort()


def script_with(command: str, answer: bytes) -> ScriptedIMAP:
    return ScriptedIMAP(letters={1: b"x"}, answers={"DONE": b"%t OK idled\r\n", command: answer})


@pytest.mark.parametrize("end", [CUT, b""], ids=["and closes", "and stays"])
@pytest.mark.parametrize("command", COMMANDS)
async def test_bye_at_any_stage_says_unavailable(command: str, end: bytes) -> None:
    with pytest.raises(ServerUnavailable) as ended:
        await converse(script_with(command, b"* BYE [UNAVAILABLE] maintenance\r\n" + end))
    assert "maintenance" in ended.value.text


NO_MEANS: dict[str, type[MailError]] = {
    "LOGIN": AuthenticationRefused,
    "STATUS": FolderMissing,
    "EXAMINE": FolderMissing,
}


@pytest.mark.parametrize("command", COMMANDS)
async def test_no_at_any_stage_has_its_error(command: str) -> None:
    with pytest.raises(NO_MEANS.get(command, ServerSays)):
        await converse(script_with(command, b"%t NO not so\r\n"))


@pytest.mark.parametrize("command", COMMANDS)
async def test_bad_at_any_stage_has_its_error_and_ends_the_connection(command: str) -> None:
    script = script_with(command, b"%t BAD what\r\n")
    with pytest.raises(AuthenticationRefused if command == "LOGIN" else ServerSays):
        await converse(script)


@pytest.mark.parametrize("code", [b"UNAVAILABLE", b"INUSE", b"LIMIT", b"SERVERBUG"])
@pytest.mark.parametrize("command", ["LOGIN", "STATUS", "EXAMINE"])
async def test_a_temporary_no_is_no_lasting_fault_of_login_or_folder(command: str, code: bytes) -> None:
    with pytest.raises((ServerUnavailable, ServerSays)):
        await converse(script_with(command, b"%t NO [" + code + b"] later\r\n"))


async def test_a_literal_that_is_refused_before_it_is_sent_is_not_sent() -> None:
    script = ScriptedIMAP()
    script.refused_literals = b"%t NO [OVERQUOTA] full\r\n"
    async with serve(script), asyncio.timeout(10):
        session = IMAPSession(script.endpoint, patience=LONG)
        await session.connect()
        with pytest.raises(FolderMissing):
            await session.append("INBOX", b"x" * 1000, ["\\Seen"], NOON)
        await session.noop()
        session.abort()
    assert not any("xxx" in one for one in script.heard)


@pytest.mark.parametrize(("capabilities", "asked"), [(b"IMAP4rev1", 1), (b"IMAP4rev1 LITERAL+", 0)])
async def test_a_large_letter_is_appended_whole_with_or_without_being_asked_for(
    capabilities: bytes, asked: int
) -> None:
    script = ScriptedIMAP(capabilities=capabilities)
    async with serve(script), asyncio.timeout(10):
        session = IMAPSession(script.endpoint, patience=LONG)
        await session.connect()
        await session.append("Sent", b"line\r\n" * 500_000, ["\\Seen"], NOON)
        session.abort()
    assert script.heard[-1].count("line\r\n") == 500_000
    assert script.literals_asked_for == asked
