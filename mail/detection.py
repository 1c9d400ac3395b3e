"""Where is the mail of an address? Asked of what we know, of the domain name system, and of the domain itself.

    our presets by domain ─▶ its mail exchangers are a preset's ─▶ its autoconfig ─▶ its SRV records (RFC 6186)

All within a few seconds: a person waits. What comes of it is a guess; the person sees it and may say otherwise.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol

from core.enums import MailSecurity
from core.queries.connecting import ServerGuess
from mail.autoconfig import Autoconfig, is_host
from mail.mail_records import MailRecords, ServiceRecord
from mail.providers import find_by_domain, find_by_exchangers

PATIENCE_SECONDS = 6.0

_RESERVED = (
    "example",
    "test",
    "invalid",
    "localhost",
    "local",
    "internal",
    "example.com",
    "example.net",
    "example.org",
)
"""Nobody's domains (RFC 2606, RFC 6761, RFC 6762): there is nobody to ask."""


class Records(Protocol):
    """mail.mail_records.MailRecords."""

    async def list_exchangers(self, domain: str) -> Sequence[str]:
        """Names of the mail exchangers, the most wanted first."""
        ...

    async def list_services(self, service: str, domain: str) -> Sequence[ServiceRecord]:
        """The servers of a service, the most wanted first."""
        ...


class Publisher(Protocol):
    """mail.autoconfig.Autoconfig."""

    async def ask(self, domain: str) -> ServerGuess | None:
        """What a domain publishes for mail programs."""
        ...


class Detection:
    """Guesses servers.

    Args:
        records: The domain name system.
        publisher: What domains publish.
        patience: Seconds for everything together.
    """

    def __init__(
        self,
        records: Records | None = None,
        publisher: Publisher | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._records = records or MailRecords()
        self._publisher = publisher or Autoconfig()
        self._patience = patience

    async def detect(self, address: str) -> ServerGuess | None:
        """Where the mail of an address is likely to be; None where nobody but its owner knows."""
        domain = _plain_domain(address)
        known = find_by_domain(domain)
        if known is not None or not is_host(domain) or _is_reserved(domain):
            return known
        by_exchangers, published, by_services = await self._ask_all(
            self._find_exchangers(domain), self._publisher.ask(domain), self._find_services(domain)
        )
        return by_exchangers or published or by_services

    async def _ask_all(self, *asked: Awaitable[ServerGuess | None]) -> list[ServerGuess | None]:
        """Ask all at once; the first that knows and has none before it still under way ends the waiting."""
        tasks = [asyncio.ensure_future(one) for one in asked]
        ends_at = asyncio.get_running_loop().time() + self._patience
        try:
            for task in tasks:
                left = max(0.0, ends_at - asyncio.get_running_loop().time())
                await asyncio.wait({task}, timeout=left)
                if _answer_of(task) is not None:
                    break
            return [_answer_of(task) for task in tasks]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _find_exchangers(self, domain: str) -> ServerGuess | None:
        return find_by_exchangers(await self._records.list_exchangers(domain))

    async def _find_services(self, domain: str) -> ServerGuess | None:
        """TLS from the start before STARTTLS (RFC 8314)."""
        for service, security in (("imaps", MailSecurity.TLS), ("imap", MailSecurity.STARTTLS)):
            imap = await self._first(service, domain)
            if imap is not None:
                return ServerGuess("", *imap, security, smtp=await self._find_submission(domain))
        return None

    async def _find_submission(self, domain: str) -> tuple[str, int, MailSecurity] | None:
        for service, security in (
            ("submissions", MailSecurity.TLS),
            ("submission", MailSecurity.STARTTLS),
        ):
            smtp = await self._first(service, domain)
            if smtp is not None:
                return (*smtp, security)
        return None

    async def _first(self, service: str, domain: str) -> ServiceRecord | None:
        found = await self._records.list_services(service, domain)
        return next((one for one in found if is_host(one.host) and 0 < one.port < 65536), None)


def _plain_domain(address: str) -> str:
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _is_reserved(domain: str) -> bool:
    return any(domain == one or domain.endswith(f".{one}") for one in _RESERVED)


def _answer_of(task: "asyncio.Future[ServerGuess | None]") -> ServerGuess | None:
    if not task.done() or task.cancelled() or task.exception() is not None:
        return None
    return task.result()
