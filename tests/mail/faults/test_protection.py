"""Connections that are to be protected: certificates that do not verify, STARTTLS stripped, words slipped in."""

import asyncio
import ssl
from pathlib import Path

import pytest

from bench.support.certificates import Certificate, make_certificate
from core.database import Database
from core.enums import MailboxState, MailSecurity
from core.services.mailbox_drafts import MailServer
from mail.connections import Endpoint
from mail.engine import MailEngine
from mail.errors import (
    AuthenticationRefused,
    CertificateRefused,
    ConnectionLost,
    EncryptionMissing,
    MailError,
    ProtocolViolation,
    ServerSays,
)
from mail.imap_session import IMAPSession
from tests.conftest import FixedClock
from tests.factories.mail_world import ANNA, open_mail_world
from tests.mail.scripted_imap import CUT, LONG, ScriptedIMAP, serve
from tests.mail.waiting import until

STARTTLS = b"IMAP4rev1 STARTTLS"


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path)


async def converse(
    script: ScriptedIMAP, security: MailSecurity, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> None:
    async with asyncio.timeout(10):
        session = IMAPSession(Endpoint(host, script.port, security), tls, LONG)
        try:
            await session.connect()
            await session.login("anna", "secret")
            await session.select("INBOX")
        finally:
            session.abort()


@pytest.mark.parametrize("security", [MailSecurity.TLS, MailSecurity.STARTTLS])
async def test_a_certificate_of_an_authority_we_trust_protects(
    certificate: Certificate, security: MailSecurity
) -> None:
    script = ScriptedIMAP(capabilities=STARTTLS, certificate=certificate.serving)
    async with serve(script, certificate.serving if security is MailSecurity.TLS else None):
        await converse(script, security, certificate.trusting)
    assert script.heard[-1] == 'EXAMINE "INBOX"'


@pytest.mark.parametrize("security", [MailSecurity.TLS, MailSecurity.STARTTLS])
@pytest.mark.parametrize("fault", ["authority", "host", "date"])
async def test_a_certificate_that_does_not_verify_is_refused_before_anything_is_said(
    tmp_path: Path, security: MailSecurity, fault: str
) -> None:
    shown = make_certificate(
        tmp_path, "127.0.0.2" if fault == "host" else "127.0.0.1", days=-1 if fault == "date" else 2
    )
    tls = ssl.create_default_context() if fault == "authority" else shown.trusting
    script = ScriptedIMAP(capabilities=STARTTLS, certificate=shown.serving)
    async with serve(script, shown.serving if security is MailSecurity.TLS else None):
        with pytest.raises(CertificateRefused):
            await converse(script, security, tls)
    assert not any(one.startswith(("LOGIN", "AUTHENTICATE")) for one in script.heard)


async def test_the_systems_authorities_count_where_nothing_else_is_said(certificate: Certificate) -> None:
    script = ScriptedIMAP()
    async with serve(script, certificate.serving):
        with pytest.raises(CertificateRefused):
            await converse(script, MailSecurity.TLS)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (ScriptedIMAP(), EncryptionMissing),
        (ScriptedIMAP(greeting=b"* PREAUTH welcome\r\n", capabilities=STARTTLS), EncryptionMissing),
        (ScriptedIMAP(greeting=b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"), EncryptionMissing),
        (ScriptedIMAP(capabilities=STARTTLS, answers={"STARTTLS": b"%t NO not now\r\n"}), ServerSays),
        (ScriptedIMAP(capabilities=STARTTLS, answers={"STARTTLS": b"%t BAD what\r\n"}), ServerSays),
        (ScriptedIMAP(capabilities=STARTTLS, answers={"STARTTLS": b"%t OK go\r\n" + CUT}), MailError),
        (ScriptedIMAP(capabilities=STARTTLS, answers={"STARTTLS": CUT}), ConnectionLost),
    ],
    ids=["not offered", "preauth", "greeting only", "no", "bad", "cut after", "cut"],
)
async def test_starttls_stripped_no_password_goes_without(
    script: ScriptedIMAP, error: type[MailError], certificate: Certificate
) -> None:
    async with serve(script):
        with pytest.raises(error):
            await converse(script, MailSecurity.STARTTLS, certificate.trusting)
    assert not any("secret" in one or "LOGIN" in one for one in script.heard)


@pytest.mark.parametrize(
    "slipped_in",
    [
        b"* CAPABIL",
        b"* CAPABILITY IMAP4rev1 X-EVIL\r\n",
        b"A0002 OK evil\r\n",
        b"\r\n* BYE\r\n",
        b"garbage\r\n",
    ],
    ids=range(5),
)
async def test_words_slipped_in_before_the_handshake_are_not_believed(
    slipped_in: bytes, certificate: Certificate
) -> None:
    script = ScriptedIMAP(capabilities=STARTTLS, answers={"STARTTLS": b"%t OK go\r\n" + slipped_in})
    async with serve(script):
        with pytest.raises((ProtocolViolation, MailError)):
            await converse(script, MailSecurity.STARTTLS, certificate.trusting)
    assert not any("secret" in one or "LOGIN" in one for one in script.heard)


async def test_capabilities_from_before_the_handshake_are_forgotten(certificate: Certificate) -> None:
    script = ScriptedIMAP(capabilities=STARTTLS, certificate=certificate.serving)
    async with serve(script):
        await converse(script, MailSecurity.STARTTLS, certificate.trusting)
    assert script.heard[:4] == ["CAPABILITY", "STARTTLS", "CAPABILITY", 'LOGIN "anna" "secret"']


async def test_where_passwords_in_the_clear_are_forbidden_and_nothing_else_is_known_a_person_is_told() -> (
    None
):
    script = ScriptedIMAP(
        capabilities=b"IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2",
        answers={"AUTHENTICATE": b"%t NO [AUTHENTICATIONFAILED] unknown mechanism\r\n"},
    )
    async with serve(script):
        with pytest.raises(AuthenticationRefused):
            await converse(script, MailSecurity.NONE)


async def test_a_server_cut_under_tls_while_idling_is_noticed(certificate: Certificate) -> None:
    script = ScriptedIMAP(answers={"IDLE": b"+ idling\r\n" + CUT})
    async with serve(script, certificate.serving), asyncio.timeout(10):
        session = IMAPSession(
            Endpoint("127.0.0.1", script.port, MailSecurity.TLS), certificate.trusting, LONG
        )
        await session.connect()
        await session.select("INBOX")
        with pytest.raises(ConnectionLost):
            await session.idle(LONG)
        session.abort()


async def test_a_certificate_that_does_not_verify_stops_that_mailbox_and_tells_its_owner(
    database: Database, clock: FixedClock, tmp_path: Path, certificate: Certificate
) -> None:
    script = ScriptedIMAP()
    async with serve(script, certificate.serving), open_mail_world(database, clock, tmp_path) as world:
        server = MailServer("127.0.0.1", script.port, MailSecurity.TLS)
        anna = world.post.organisation.anna
        mailbox = await world.add(ANNA, anna, imap=server)
        engine = MailEngine(world.services, world.settings)

        async def has_stopped() -> bool:
            report = (await world.services.mailboxes.report(None, mailbox))[0]
            return report.state is MailboxState.STOPPED and report.state_reason == "certificate"

        await engine.start()
        try:
            await until(has_stopped)
        finally:
            await engine.stop()
        notices = await world.post.notices("mailbox_stopped")
        assert [one.user_id for one in notices] == [anna.user_id]
    assert script.heard == []
