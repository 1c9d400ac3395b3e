"""The local mail pair, driven by the same client libraries as the product."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage

import aioimaplib
import aiosmtplib
import pytest

from simulator.mail_letters import Draft, LetterError
from simulator.mail_server import LocalMail, MailAccount, UnknownMailboxError

REP = MailAccount("Rep@demo.test", "rep", "пароль", "Anna")
BOSS = MailAccount("boss@demo.test", "boss", "secret", "Boris")
CLIENT = "mary@acme.test"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
async def mail() -> AsyncIterator[LocalMail]:
    async with LocalMail([REP, BOSS], now=lambda: NOON, max_letter_bytes=200_000) as running:
        yield running


def letter(sender: str, to: str, subject: str = "Привет", text: str = "Здравствуйте") -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{subject.encode().hex()}@acme.test>"
    message.set_content(text)
    return message


async def send(mail: LocalMail, message: EmailMessage, login: MailAccount | None = None) -> None:
    await aiosmtplib.send(
        message,
        hostname="127.0.0.1",
        port=mail.smtp_port,
        start_tls=False,
        username=login.login if login else None,
        password=login.password if login else None,
    )


async def imap(mail: LocalMail, account: MailAccount = BOSS) -> aioimaplib.IMAP4:
    client = aioimaplib.IMAP4("127.0.0.1", mail.imap_port)
    await client.wait_hello_from_server()
    assert (await client.login(account.login, account.password)).result == "OK"
    return client


async def test_a_letter_sent_by_smtp_is_read_by_imap(mail: LocalMail) -> None:
    await send(mail, letter(CLIENT, BOSS.address))
    client = await imap(mail)
    await client.select("INBOX")
    fetched = await client.uid("fetch", "1:*", "(UID BODY.PEEK[])")
    assert fetched.result == "OK"
    assert b"mary@acme.test" in bytes(fetched.lines[1])
    await client.logout()


async def test_a_client_in_idle_hears_of_a_letter_at_once(mail: LocalMail) -> None:
    client = await imap(mail)
    await client.select("INBOX")
    idle = await client.idle_start(timeout=20)
    await send(mail, letter(CLIENT, BOSS.address))
    pushed = await asyncio.wait_for(client.wait_server_push(), 5)
    client.idle_done()
    await asyncio.wait_for(idle, 5)
    await client.logout()
    assert any(b"EXISTS" in line for line in pushed)


async def test_the_folders_are_inbox_and_sent(mail: LocalMail) -> None:
    client = await imap(mail)
    listed = b"\n".join(bytes(line) for line in (await client.list('""', "*")).lines)
    await client.logout()
    assert b"INBOX" in listed
    assert b"Sent" in listed


async def test_a_wrong_password_is_refused_by_both_servers(mail: LocalMail) -> None:
    client = aioimaplib.IMAP4("127.0.0.1", mail.imap_port)
    await client.wait_hello_from_server()
    assert (await client.login("boss", "wrong")).result == "NO"
    await client.logout()
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await send(mail, letter(BOSS.address, CLIENT), MailAccount(BOSS.address, "boss", "wrong", ""))


async def test_a_changed_password_opens_and_the_old_one_does_not_and_letters_stay(mail: LocalMail) -> None:
    await mail.deliver(letter(CLIENT, BOSS.address).as_bytes(), BOSS.address)
    await mail.change_password(BOSS.address, "новый")
    old = aioimaplib.IMAP4("127.0.0.1", mail.imap_port)
    await old.wait_hello_from_server()
    assert (await old.login("boss", "secret")).result == "NO"
    await old.logout()
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await send(mail, letter(BOSS.address, CLIENT), BOSS)
    await send(mail, letter(BOSS.address, CLIENT), MailAccount(BOSS.address, "boss", "новый", ""))
    assert len(await mail.letters(BOSS.address)) == 1


async def test_an_unknown_user_of_an_own_domain_is_550(mail: LocalMail) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await send(mail, letter(CLIENT, "nobody@demo.test"))
    assert refused.value.recipients[0].code == 550


async def test_a_stranger_cannot_relay_to_the_outside(mail: LocalMail) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await send(mail, letter("spam@x.test", CLIENT))
    assert refused.value.recipients[0].code == 550
    assert mail.clients == []


async def test_a_user_cannot_send_under_anothers_address(mail: LocalMail) -> None:
    with pytest.raises(aiosmtplib.SMTPSenderRefused):
        await send(mail, letter(REP.address, CLIENT), BOSS)


async def test_what_the_team_sends_outside_is_kept_for_the_client(mail: LocalMail) -> None:
    await send(mail, letter(BOSS.address, CLIENT, "Прайс"), BOSS)
    (received,) = await mail.letters("MARY@acme.test")
    assert (received.from_address, received.subject, received.text) == (BOSS.address, "Прайс", "Здравствуйте")
    assert [client.address for client in mail.clients] == [CLIENT]


async def test_one_letter_to_user_and_client_reaches_both_once(mail: LocalMail) -> None:
    both = letter(BOSS.address, f"{CLIENT}, {REP.address}")
    both["Cc"] = "Rep@demo.test"
    await send(mail, both, BOSS)
    assert len(await mail.letters(REP.address)) == 1
    assert len(await mail.letters(CLIENT)) == 1


async def test_a_letter_over_the_limit_is_552(mail: LocalMail) -> None:
    with pytest.raises(aiosmtplib.SMTPException) as refused:
        await send(mail, letter(CLIENT, BOSS.address, text="x" * 78 + "\n" + ("y" * 70 + "\n") * 3000))
    assert "552" in str(refused.value) or getattr(refused.value, "code", None) == 552
    assert await mail.letters(BOSS.address) == []


async def test_bytes_are_delivered_as_they_are_into_any_folder(mail: LocalMail) -> None:
    raw = b"Subject: =?utf-8?q?broken\r\nFrom: \xff\xfe\r\n\r\n\x00\x80 body"
    await mail.deliver(raw, BOSS.address, "Работа", NOON, seen=True)
    (shown,) = await mail.letters(BOSS.address)
    assert (shown.folder, shown.seen, shown.received_at) == ("Работа", True, NOON)
    assert await mail.unread(BOSS.address) == 0


async def test_unread_counts_what_imap_has_not_marked(mail: LocalMail) -> None:
    for number in range(3):
        await mail.deliver(letter(CLIENT, BOSS.address, f"n{number}").as_bytes(), BOSS.address)
    client = await imap(mail)
    await client.select("INBOX")
    await client.store("1", "+FLAGS", r"(\Seen)")
    await client.logout()
    assert await mail.unread(BOSS.address) == 2


async def test_a_letter_appended_to_sent_by_imap_is_listed(mail: LocalMail) -> None:
    client = await imap(mail)
    assert (await client.append(letter(BOSS.address, CLIENT).as_bytes(), "Sent", r"(\Seen)")).result == "OK"
    await client.logout()
    assert [(shown.folder, shown.seen) for shown in await mail.letters(BOSS.address)] == [("Sent", True)]


async def test_a_client_writes_and_keeps_a_copy(mail: LocalMail) -> None:
    draft = Draft("Мария Ю., «Акме»", CLIENT, [REP.address], "Запрос", "Цена?\n", NOON)
    sent = await mail.write_as_client(draft)
    (received,) = await mail.letters(REP.address)
    assert received.message_id == sent.message_id
    assert received.from_name == "Мария Ю., «Акме»"
    assert [copy.folder for copy in await mail.letters(CLIENT)] == ["Sent"]


async def test_a_client_cannot_write_to_an_unknown_user_nor_as_the_team(mail: LocalMail) -> None:
    with pytest.raises(UnknownMailboxError):
        await mail.write_as_client(Draft("", CLIENT, [REP.address, "nobody@demo.test"], "", "", NOON))
    with pytest.raises(LetterError):
        await mail.write_as_client(Draft("", BOSS.address, [REP.address], "", "", NOON))
    assert await mail.letters(REP.address) == []


async def test_a_header_cannot_be_smuggled_through_subject_or_name(mail: LocalMail) -> None:
    with pytest.raises(LetterError):
        await mail.write_as_client(Draft("", CLIENT, [REP.address], "a\r\nBcc: x@y.test", "", NOON))
    with pytest.raises(LetterError):
        await mail.write_as_client(Draft("a\nBcc: x@y.test", CLIENT, [REP.address], "", "", NOON))


async def test_stopping_says_goodbye_to_idle_clients_and_frees_the_ports() -> None:
    pair = LocalMail([BOSS])
    await pair.start()
    ports = {"imap_port": pair.imap_port, "smtp_port": pair.smtp_port}
    reader, writer = await asyncio.open_connection("127.0.0.1", pair.imap_port)
    await reader.readline()
    writer.write(b"a LOGIN boss secret\r\nb SELECT INBOX\r\nc IDLE\r\n")
    await reader.readuntil(b"+ ")
    smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=pair.smtp_port, start_tls=False)
    await smtp.connect()
    await pair.stop()
    rest = await asyncio.wait_for(reader.read(), 5)
    assert b"BYE" in rest
    writer.close()
    smtp.close()
    again = LocalMail([BOSS])
    await again.start(**ports)
    assert again.imap_port == ports["imap_port"]
    await again.stop()


async def test_a_pair_that_is_not_running_says_so() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = LocalMail([BOSS]).imap_port
