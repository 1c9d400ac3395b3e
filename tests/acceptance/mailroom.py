"""A house with a real Dovecot: mailboxes connected in the chat, letters that come while it runs."""

import imaplib
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.support.dovecot import PASSWORD, Dovecot
from tests.acceptance.house import House, open_house
from tests.acceptance.mail_words import SAYS
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import Person

SENT = "Verschickt"
ADMINISTRATOR = 1001


def put_into_sent(dovecot: Dovecot, login: str, raw: bytes) -> None:
    """As a mail program does after sending."""
    with imaplib.IMAP4_SSL("127.0.0.1", dovecot.imaps, ssl_context=dovecot.trusting) as door:
        door.login(login, PASSWORD)
        status, _ = door.append(SENT, r"(\Seen)", "", raw)
        assert status == "OK"


def authority_of(dovecot: Dovecot, folder: Path) -> str:
    """A file with what Dovecot's certificate is verified with, as SSL_CERT_FILE wants it."""
    path = folder / "authority.pem"
    (der,) = dovecot.trusting.get_ca_certs(binary_form=True)
    path.write_text(ssl.DER_cert_to_PEM_cert(der), encoding="utf-8")
    return str(path)


@dataclass(frozen=True)
class Mailroom:
    """The product that runs, its people, and their mail; a login is an address here."""

    house: House
    dovecot: Dovecot
    language: str

    async def administrator(self) -> Person:
        """Vera, who may do everything."""
        vera = Person(self.house, ADMINISTRATOR, "Vera", self.language)
        await vera.join()
        await vera.start()
        return await self._introduced(vera)

    async def invite(self, account_id: int, name: str, role: str = "rep", department: str = "") -> Person:
        """Somebody who has followed their invitation."""
        more = ["--department", department] if department else []
        link = await self.house.done("user", "invite", "--role", role, "--name", name, *more)
        person = Person(self.house, account_id, name, self.language)
        await person.join()
        await person.start(link.partition("start=")[2])
        return await self._introduced(person)

    async def _introduced(self, person: Person) -> Person:
        says = SAYS[self.language]
        await person.write(f"/settings lang {self.language} tz {says['city']}", says["joined"])
        return person

    async def connect(self, people: Mapping[str, Person]) -> None:
        """Connect mailboxes in the chat, by address, with everything that is in them."""
        says = SAYS[self.language]
        for address, person in people.items():
            await person.write(f"/mailbox add {address}", address)
            await person.write(f"127.0.0.1:{self.dovecot.imaps}", says["password"])
            await person.write(PASSWORD, says["since"])
            await person.tap(says["everything"], says["folders"])
            await person.tap("›", says["nothing taken"])
            await person.tap("▶️", "/m")
        for person in people.values():
            await person.see(says["import done"])

    async def deliver(self, raw: bytes, *to: str) -> None:
        """Have a letter come, and wait until everybody has been told."""
        for one in to:
            self.dovecot.deliver(raw, one)
        await self.house.wait_idle()

    async def send(self, raw: bytes, login: str) -> None:
        """Send a letter with another program: it lies in the folder of sent mail."""
        put_into_sent(self.dovecot, login, raw)
        await self.house.wait_idle()


@asynccontextmanager
async def open_mailroom(
    folder: Path,
    nursery: Nursery,
    dovecot: Dovecot,
    language: str,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Mailroom]:
    """A house that runs, with an administrator's account; what it called wrongly at Telegram fails the test."""
    async with open_house(
        folder,
        f"sqlite+aiosqlite:///{folder / 'zveno.db'}",
        [],
        nursery=nursery,
        ADMIN_IDS=str(ADMINISTRATOR),
        DEFAULT_LANGUAGE=language,
        SSL_CERT_FILE=authority_of(dovecot, folder),
    ) as house:
        house.settings.update(settings or {})
        await house.start()
        yield Mailroom(house, dovecot, language)
        assert await house.people.violations() == []
