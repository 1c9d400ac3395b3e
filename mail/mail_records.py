"""What the domain name system says of a domain's mail; the only importer of dnspython."""

from typing import NamedTuple

import dns.asyncresolver
import dns.exception
from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.IN.SRV import SRV

PATIENCE_SECONDS = 3.0
MOST_RECORDS = 20


class ServiceRecord(NamedTuple):
    """A server that offers a service (RFC 2782)."""

    host: str
    port: int


class MailRecords:
    """Asks name servers; what cannot be had is not there.

    Args:
        resolver: Knows the name servers; None: the system's.
    """

    def __init__(self, resolver: dns.asyncresolver.Resolver | None = None) -> None:
        self._resolver = resolver

    async def list_exchangers(self, domain: str) -> list[str]:
        """Names of the mail exchangers, the most wanted first."""
        found = [one for one in await self._ask(domain, "MX") if isinstance(one, MX)]
        return [str(one.exchange) for one in sorted(found, key=lambda one: one.preference)][:MOST_RECORDS]

    async def list_services(self, service: str, domain: str) -> list[ServiceRecord]:
        """The servers of a service such as `imaps` (RFC 6186), the most wanted first; "." stands for: not offered."""
        found = [one for one in await self._ask(f"_{service}._tcp.{domain}", "SRV") if isinstance(one, SRV)]
        ordered = sorted(found, key=lambda one: (one.priority, -one.weight))
        named = [ServiceRecord(str(one.target).rstrip("."), one.port) for one in ordered]
        return [one for one in named if one.host][:MOST_RECORDS]

    async def _ask(self, name: str, kind: str) -> list[Rdata]:
        try:
            resolver = self._resolver or dns.asyncresolver.Resolver()
            answer = await resolver.resolve(name, kind, lifetime=PATIENCE_SECONDS, search=False)
        except (dns.exception.DNSException, OSError, UnicodeError):
            return []
        return list(answer)
