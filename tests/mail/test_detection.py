"""Where the mail of an address is: presets, the domain name system, what a domain publishes; and whom we do not ask."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import dns.asyncresolver
import dns.message
import dns.rrset
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from bench.support.certificates import make_certificate
from core.enums import MailAuth, MailSecurity
from core.queries.connecting import ServerGuess
from mail.autoconfig import MAX_BYTES, Autoconfig, PublicResolver, is_host, is_public, read_autoconfig
from mail.detection import Detection
from mail.mail_records import MailRecords, ServiceRecord
from mail.providers import PROVIDERS, find_by_domain, find_by_exchangers

GUESS = ServerGuess(
    "", "mail.acme.ru", 993, MailSecurity.TLS, smtp=("mail.acme.ru", 587, MailSecurity.STARTTLS)
)


@dataclass
class KnownRecords:
    """A domain name system of a few names that remembers what it was asked."""

    exchangers: Mapping[str, list[str]] = field(default_factory=dict)
    services: Mapping[str, list[ServiceRecord]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    hangs: bool = False

    async def list_exchangers(self, domain: str) -> Sequence[str]:
        self.asked.append(domain)
        if self.hangs:
            await asyncio.Event().wait()
        return self.exchangers.get(domain, [])

    async def list_services(self, service: str, domain: str) -> Sequence[ServiceRecord]:
        return self.services.get(f"{service} {domain}", [])


@dataclass
class KnownPublisher:
    """Publishes what it is told, and remembers who asked."""

    published: ServerGuess | None = None
    fails: bool = False
    asked: list[str] = field(default_factory=list)

    async def ask(self, domain: str) -> ServerGuess | None:
        self.asked.append(domain)
        if self.fails:
            raise LookupError(domain)
        return self.published


@pytest.mark.parametrize(
    ("address", "provider", "host", "oauth"),
    [
        ("anna@gmail.com", "Gmail", "imap.gmail.com", MailAuth.OAUTH_GOOGLE),
        ("anna@Outlook.com", "Microsoft 365", "outlook.office365.com", MailAuth.OAUTH_MICROSOFT),
        ("anna@ya.ru", "Yandex", "imap.yandex.ru", None),
        ("anna@bk.ru", "Mail.ru", "imap.mail.ru", None),
        ("anna@me.com", "iCloud", "imap.mail.me.com", None),
        ("anna@fastmail.fm", "Fastmail", "imap.fastmail.com", None),
    ],
)
async def test_the_usual_providers_are_known_without_asking(
    address: str, provider: str, host: str, oauth: MailAuth | None
) -> None:
    records, publisher = KnownRecords(), KnownPublisher()
    found = await Detection(records, publisher).detect(address)
    assert found is not None
    assert (found.provider, found.host, found.oauth) == (provider, host, oauth)
    assert found.smtp is not None
    assert records.asked == publisher.asked == []


def test_no_domain_is_two_providers_and_who_wants_an_own_password_tells_where() -> None:
    domains = [domain for one in PROVIDERS for domain in one.domains]
    assert len(domains) == len(set(domains))
    assert all(one.guess.oauth or one.guess.login_help.startswith("https://") for one in PROVIDERS)


@pytest.mark.parametrize(
    ("exchanger", "provider"),
    [
        ("ASPMX.L.GOOGLE.COM.", "Gmail"),
        ("acme-ru.mail.protection.outlook.com.", "Microsoft 365"),
        ("mx.yandex.net.", "Yandex"),
        ("emx.mail.ru.", "Mail.ru"),
        ("mx01.mail.icloud.com.", "iCloud"),
        ("in1-smtp.messagingengine.com.", "Fastmail"),
        ("mx.notgoogle.com.", None),
        ("google.com.evil.ru.", None),
    ],
)
async def test_a_domain_is_where_its_exchangers_are(exchanger: str, provider: str | None) -> None:
    records = KnownRecords({"acme.ru": [exchanger]})
    found = await Detection(records, KnownPublisher()).detect("anna@acme.ru")
    assert (found.provider if found else None) == provider


async def test_exchangers_go_before_what_is_published_and_that_before_services() -> None:
    services = {"imaps acme.ru": [ServiceRecord("srv.acme.ru", 993)]}
    records, publisher = KnownRecords({"acme.ru": ["mx.yandex.net"]}, services), KnownPublisher(GUESS)
    assert await Detection(records, publisher).detect("a@acme.ru") == find_by_domain("yandex.ru")
    assert await Detection(replace(records, exchangers={}), publisher).detect("a@acme.ru") == GUESS
    found = await Detection(replace(records, exchangers={}), KnownPublisher()).detect("a@acme.ru")
    assert found == ServerGuess("", "srv.acme.ru", 993, MailSecurity.TLS)


async def test_services_of_rfc_6186_are_taken_with_tls_first_and_no_senseless_host() -> None:
    services = {
        "imaps acme.ru": [
            ServiceRecord("127.0.0.1", 993),
            ServiceRecord("srv", 993),
            ServiceRecord("a.acme.ru", 0),
        ],
        "imap acme.ru": [ServiceRecord("mail.acme.ru", 143)],
        "submissions acme.ru": [ServiceRecord("mail.acme.ru", 465)],
    }
    found = await Detection(KnownRecords({}, services), KnownPublisher()).detect("anna@acme.ru")
    assert found == ServerGuess(
        "", "mail.acme.ru", 143, MailSecurity.STARTTLS, smtp=("mail.acme.ru", 465, MailSecurity.TLS)
    )


@pytest.mark.parametrize(
    "address",
    [
        "a@zveno.example",
        "a@localhost",
        "a@printer.local",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a",
        "",
        "a@a..ru",
        "a@" + "x" * 300,
    ],
)
async def test_nobody_is_asked_about_a_domain_that_is_nobody_s(address: str) -> None:
    records, publisher = KnownRecords(), KnownPublisher(GUESS)
    assert await Detection(records, publisher).detect(address) is None
    assert records.asked == publisher.asked == []


async def test_a_domain_of_other_letters_is_asked_about_in_its_wire_form() -> None:
    records = KnownRecords({"xn--80asehdb.xn--p1ai": ["mx.yandex.net"]})
    found = await Detection(records, KnownPublisher()).detect("анна@онлайн.рф")
    assert found is not None
    assert found.provider == "Yandex"


async def test_whoever_hangs_or_fails_holds_up_the_others_no_longer_than_patience() -> None:
    records = KnownRecords(hangs=True)
    assert await Detection(records, KnownPublisher(GUESS), patience=0.1).detect("a@acme.ru") == GUESS
    assert await Detection(records, KnownPublisher(fails=True), patience=0.1).detect("a@acme.ru") is None


@given(st.text(max_size=40))
async def test_no_address_makes_it_raise(address: str) -> None:
    found = await Detection(KnownRecords(), KnownPublisher()).detect(address)
    assert found is None or found.provider


XML = """<?xml version="1.0"?><clientConfig version="1.1"><emailProvider id="acme.ru"><domain>acme.ru</domain>
<incomingServer type="pop3"><hostname>pop.acme.ru</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
<incomingServer type="imap"><hostname>plain.acme.ru</hostname><port>143</port><socketType>plain</socketType></incomingServer>
<incomingServer type="imap"><hostname> Mail.acme.ru </hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username></incomingServer>
<outgoingServer type="smtp"><hostname>mail.acme.ru</hostname><port>587</port><socketType>STARTTLS</socketType></outgoingServer>
</emailProvider></clientConfig>"""


def test_the_first_encrypted_imap_server_is_taken() -> None:
    assert read_autoconfig(XML) == GUESS


@pytest.mark.parametrize(
    "document",
    [
        "",
        "<html>404</html>",
        XML.replace("Mail.acme.ru", "127.0.0.1"),
        XML.replace("Mail.acme.ru", "localhost"),
        XML.replace("<port>993</port>", "<port>99999</port>"),
        XML.replace("<port>993</port>", "<port>١</port>"),
        XML.replace("SSL", "none"),
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><incomingServer type="imap"><hostname>&b;</hostname>',
    ],
    ids=range(8),
)
def test_what_cannot_be_used_is_nothing(document: str) -> None:
    assert read_autoconfig(document) is None


@given(st.text(max_size=300))
def test_no_document_makes_it_raise(noise: str) -> None:
    cut = XML[: len(noise) * 3]
    for document in (noise, cut + noise, XML.replace("mail", noise)):
        found = read_autoconfig(document)
        assert found is None or is_host(found.host)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("acme.ru", False),
    ],
)
def test_only_addresses_of_the_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@dataclass
class FixedResolver(AbstractResolver):
    """Every name has these addresses."""

    addresses: tuple[str, ...]

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self.addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def test_a_name_with_a_private_address_is_not_connected_to() -> None:
    with pytest.raises(OSError, match="public"):
        await PublicResolver(FixedResolver(("127.0.0.1", "10.0.0.1"))).resolve("acme.ru", 443)
    (found,) = await PublicResolver(FixedResolver(("10.0.0.1", "93.184.216.34"))).resolve("acme.ru", 443)
    assert found["host"] == "93.184.216.34"
    asking = Autoconfig(PublicResolver(FixedResolver(("127.0.0.1",))), port=1)
    assert await asking.ask("acme.ru") is None


@asynccontextmanager
async def publishing(folder: Path, *answers: web.Response) -> AsyncIterator[tuple[Autoconfig, list[str]]]:
    """A domain's server that gives these answers in turn, and what it was asked."""
    certificate = make_certificate(folder)
    left, asked = list(answers), list[str]()

    async def answer(request: web.Request) -> web.Response:
        asked.append(str(request.url))
        return left.pop(0) if left else web.Response(status=404)

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    trusting: ssl.SSLContext = certificate.trusting
    trusting.check_hostname = False
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate.serving).start()
        yield Autoconfig(FixedResolver(("127.0.0.1",)), runner.addresses[0][1], trusting), asked
    finally:
        await runner.cleanup()


async def test_a_domain_is_asked_in_both_places_and_told_no_address(tmp_path: Path) -> None:
    async with publishing(tmp_path, web.Response(status=404), web.Response(text=XML)) as (asking, asked):
        assert await asking.ask("acme.ru") == GUESS
    assert [one.split("/", 2)[2].partition(":")[0] for one in asked] == ["autoconfig.acme.ru", "acme.ru"]
    assert not [one for one in asked if "@" in one or "?" in one]


async def test_no_redirect_is_followed_and_no_flood_is_read(tmp_path: Path) -> None:
    moved = web.Response(status=302, headers={"Location": "https://inside.acme.ru/"})
    flood = web.Response(text=XML + " " * MAX_BYTES)
    async with publishing(tmp_path, moved, flood) as (asking, asked):
        assert await asking.ask("acme.ru") is None
    assert len(asked) == 2


async def test_a_server_that_proves_nothing_is_not_believed(tmp_path: Path) -> None:
    async with publishing(tmp_path, web.Response(text=XML)) as (asking, asked):
        assert await replace(asking, tls=None).ask("acme.ru") is None
    assert asked == []


class NameServer(asyncio.DatagramProtocol):
    """Answers from a few records."""

    def __init__(self, records: Mapping[tuple[str, str], list[str]]) -> None:
        self._records = records

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]  # as asyncio does
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        answer = dns.message.make_response(query)
        kind = dns.rdatatype.to_text(question.rdtype)
        found = self._records.get((str(question.name), kind))
        if found:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        self._transport.sendto(answer.to_wire(), addr)


async def test_records_come_most_wanted_first() -> None:
    records = {
        ("acme.ru.", "MX"): ["20 second.acme.ru.", "10 mx.yandex.net."],
        ("_imaps._tcp.acme.ru.", "SRV"): [
            "5 0 993 late.acme.ru.",
            "1 1 993 a.acme.ru.",
            "1 9 994 b.acme.ru.",
        ],
        ("_imap._tcp.acme.ru.", "SRV"): ["0 0 0 ."],
    }
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: NameServer(records), ("127.0.0.1", 0))
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], transport.get_extra_info("sockname")[1]
    asking = MailRecords(resolver)
    try:
        exchangers = await asking.list_exchangers("acme.ru")
        assert find_by_exchangers(exchangers) == find_by_domain("yandex.ru")
        assert await asking.list_services("imaps", "acme.ru") == [
            ServiceRecord("b.acme.ru", 994),
            ServiceRecord("a.acme.ru", 993),
            ServiceRecord("late.acme.ru", 993),
        ]
        assert await asking.list_services("imap", "acme.ru") == []
        assert await asking.list_exchangers("nobody.ru") == []
        assert await asking.list_exchangers("a..b") == []
    finally:
        transport.close()
