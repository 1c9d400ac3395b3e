"""Settings that a domain publishes for mail programs: config-v1.1.xml, as Thunderbird asks for it.

The domain is a stranger's word, so what is fetched for it cannot reach into our own network: HTTPS alone, public
addresses alone (those that are connected to are those that were looked at), no redirects, so many bytes and no more.
Nobody else is asked, and the address itself is told to nobody.
"""

import ipaddress
import re
import socket
import ssl
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from core.enums import MailSecurity
from core.queries.connecting import ServerGuess

MAX_BYTES: Final = 64 * 1024
MAX_SERVERS: Final = 20
PATIENCE_SECONDS: Final = 4.0

_HOST = re.compile(
    r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII
)
_SECURITY = {"ssl": MailSecurity.TLS, "starttls": MailSecurity.STARTTLS}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_host(name: str) -> bool:
    """Whether it is a full host name: no address, nothing of one word."""
    return _HOST.fullmatch(name.lower()) is not None


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet, however it is dressed up."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            ip = inner
    return ip.is_global and not ip.is_multicast


class PublicResolver(AbstractResolver):
    """Gives public addresses alone; who names only others has none."""

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        self._inner = inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public addresses of a host.

        Raises:
            OSError: It has none.
        """
        found = [one for one in await self._inner.resolve(host, port, family) if is_public(one["host"])]
        if not found:
            raise OSError("no public address")
        return found

    async def close(self) -> None:
        """Let go of what the inner one holds."""
        await self._inner.close()


@dataclass(frozen=True, slots=True)
class Autoconfig:
    """Asks a domain's own servers.

    Attributes:
        resolver: Finds addresses; None: public ones alone.
        port: 443 but in tests.
        tls: What certificates are verified with; None: the system's authorities.
    """

    resolver: AbstractResolver | None = None
    port: int = 443
    tls: ssl.SSLContext | None = None

    async def ask(self, domain: str) -> ServerGuess | None:
        """What a domain publishes; None where it publishes nothing that can be used, or does not answer in time."""
        if not is_host(domain):
            return None
        connector = aiohttp.TCPConnector(
            resolver=self.resolver or PublicResolver(), ssl=self.tls or ssl.create_default_context()
        )
        timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as client:
            for host, path in (
                (f"autoconfig.{domain}", "/mail/config-v1.1.xml"),
                (domain, "/.well-known/autoconfig/mail/config-v1.1.xml"),
            ):
                found = read_autoconfig(await _fetch(client, f"https://{host}:{self.port}{path}"))
                if found is not None:
                    return found
        return None


async def _fetch(client: aiohttp.ClientSession, url: str) -> str:
    raw = b""
    try:
        async with client.get(url, allow_redirects=False) as response:
            if response.status != 200:
                return ""
            async for chunk in response.content.iter_any():
                raw += chunk
                if len(raw) > MAX_BYTES:
                    return ""
    except (aiohttp.ClientError, OSError, TimeoutError):
        return ""
    return raw.decode("utf-8", "replace")


def read_autoconfig(document: str) -> ServerGuess | None:
    """The first encrypted IMAP server that a document names, with the first such SMTP server; None without one."""
    reader = _Reader()
    reader.feed(document)
    imap = next((found for one in reader.servers if (found := _server(one, "incomingserver", "imap"))), None)
    smtp = next((found for one in reader.servers if (found := _server(one, "outgoingserver", "smtp"))), None)
    if imap is None:
        return None
    return ServerGuess("", *imap, smtp=smtp)


def _server(said: dict[str, str], tag: str, kind: str) -> tuple[str, int, MailSecurity] | None:
    host, port = said.get("hostname", "").lower(), said.get("port", "")
    security = _SECURITY.get(said.get("sockettype", "").lower())
    if (said.get("tag"), said.get("type")) != (tag, kind) or security is None or not is_host(host):
        return None
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        return None
    return host, int(port), security


class _Reader(HTMLParser):
    """Collects the servers of a document. No XML parser: entities and DTDs of strangers are not looked at at all."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.servers: list[dict[str, str]] = []
        self._inside = False
        self._field = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"incomingserver", "outgoingserver"} and len(self.servers) < MAX_SERVERS:
            self.servers.append({"tag": tag, "type": (dict(attrs).get("type") or "").lower()})
            self._inside = True
        self._field = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in {"incomingserver", "outgoingserver"}:
            self._inside = False
        self._field = ""

    def handle_data(self, data: str) -> None:
        if self._inside and self._field in {"hostname", "port", "sockettype"} and data.strip():
            self.servers[-1].setdefault(self._field, data.strip())
