"""The page's door to the mail pair: write as the client, read what clients got."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import aioimaplib
import aiosmtplib
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from simulator.mail_routes import mail_routes
from simulator.mail_server import LocalMail, MailAccount

REP = MailAccount("rep@demo.test", "rep", "secret", "Anna")
CLIENT = "mary@acme.test"
NOON = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)

Http = TestClient[web.Request, web.Application]


@pytest.fixture
async def mail() -> AsyncIterator[LocalMail]:
    async with LocalMail([REP], now=lambda: NOON) as running:
        yield running


@pytest.fixture
async def http(mail: LocalMail) -> AsyncIterator[Http]:
    app = web.Application()
    app.add_routes(mail_routes(mail, now=lambda: NOON))
    async with TestClient(TestServer(app)) as client:
        yield client


def asked(**fields: object) -> dict[str, object]:
    return {
        "from_name": "Mary",
        "from": CLIENT,
        "to": REP.address,
        "subject": "Prices",
        "text": "How much?",
        **fields,
    }


async def raw_letter(mail: LocalMail, number: int = 1) -> bytes:
    client = aioimaplib.IMAP4("127.0.0.1", mail.imap_port)
    await client.wait_hello_from_server()
    await client.login(REP.login, REP.password)
    await client.select("INBOX")
    fetched = await client.fetch(str(number), "(BODY.PEEK[])")
    await client.logout()
    return bytes(fetched.lines[1])


async def test_a_client_writes_a_proper_letter(http: Http, mail: LocalMail) -> None:
    response = await http.post("/_ctl/mail", json=asked(subject="Цены ✉️"))
    assert response.status == 201
    letter = message_from_bytes(await raw_letter(mail), policy=default)
    assert letter["Subject"] == "Цены ✉️"
    assert letter["Message-ID"] == (await response.json())["message_id"]
    assert letter["Date"].datetime == NOON
    assert letter["In-Reply-To"] is None


async def test_a_reply_continues_the_thread_and_the_subject(http: Http, mail: LocalMail) -> None:
    first = await (await http.post("/_ctl/mail", json=asked())).json()
    answer = (
        f"From: {REP.address}\r\nTo: {CLIENT}\r\nSubject: Re: Prices\r\nMessage-ID: <answer@demo.test>\r\n"
        f"In-Reply-To: {first['message_id']}\r\nReferences: {first['message_id']}\r\n\r\n100\r\n"
    )
    await aiosmtplib.send(
        answer.encode(),
        sender=REP.address,
        recipients=[CLIENT],
        hostname="127.0.0.1",
        port=mail.smtp_port,
        start_tls=False,
        username=REP.login,
        password=REP.password,
    )
    await http.post("/_ctl/mail", json=asked(subject="", in_reply_to="<answer@demo.test>"))
    letter = message_from_bytes(await raw_letter(mail, 2), policy=default)
    assert letter["Subject"] == "Re: Prices"
    assert letter["In-Reply-To"] == "<answer@demo.test>"
    assert str(letter["References"]).split() == [first["message_id"], "<answer@demo.test>"]


async def test_attachments_arrive_and_are_listed(http: Http, mail: LocalMail) -> None:
    picture = {
        "name": "прайс.pdf",
        "content_type": "application/pdf",
        "base64": base64.b64encode(b"%PDF").decode(),
    }
    await http.post("/_ctl/mail", json=asked(attachments=[picture]))
    (listed,) = (await (await http.get(f"/_ctl/mail/{REP.address}")).json())["letters"]
    assert listed["attachments"] == [{"name": "прайс.pdf", "content_type": "application/pdf", "size": 4}]
    letter = message_from_bytes(await raw_letter(mail), policy=default)
    assert [part.get_filename() for part in letter.iter_attachments()] == ["прайс.pdf"]


async def test_the_known_addresses_are_listed_with_unread_counts(http: Http) -> None:
    await http.post("/_ctl/mail", json=asked())
    known = await (await http.get("/_ctl/mail")).json()
    assert known == {
        "accounts": [{"address": REP.address, "name": "Anna", "unread": 1}],
        "clients": [{"address": CLIENT, "name": "Mary", "letters": 1}],
    }


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"from": "nonsense"}, 400),
        ({"from": "a b\r\nBcc: x@y.test"}, 400),
        ({"to": []}, 400),
        ({"to": "nobody@demo.test"}, 404),
        ({"from": REP.address}, 400),
        ({"subject": "a\nBcc: x@y.test"}, 400),
        ({"attachments": [{"name": "a", "base64": "!"}]}, 400),
        ({"attachments": "a"}, 400),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_delivered(
    http: Http, mail: LocalMail, fields: dict[str, object], status: int
) -> None:
    response = await http.post("/_ctl/mail", json=asked(**fields))
    assert response.status == status
    assert (await response.json())["error"]
    assert await mail.letters(REP.address) == []


async def test_a_body_that_is_no_json_object_is_400_and_a_stranger_404(http: Http) -> None:
    assert (await http.post("/_ctl/mail", data=b"{")).status == 400
    assert (await http.post("/_ctl/mail", json=[1])).status == 400
    assert (await http.get("/_ctl/mail/stranger@x.test")).status == 404


async def test_the_routes_need_nothing_but_the_session(http: Http) -> None:
    async with ClientSession() as session, session.get(http.make_url("/_ctl/mail")) as response:
        assert response.status == 200
