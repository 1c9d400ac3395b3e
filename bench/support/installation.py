"""An installation of the product for a benchmark: a database, people, mailboxes; commands run beside it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from app.bootstrap import Core, build_core
from app.settings import Settings
from core.enums import Language, MailSecurity, Role
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.values import Caller, Origin, UserId
from migrations import runner

TOKEN: Final = "42:bench"


@dataclass(frozen=True)
class Installation:
    """Where it is.

    Attributes:
        folder: Holds the blobs and the key, and the database where that is SQLite.
        database_url: As the setting.
        bot_api_url: Where the chat is, for benchmarks that have one.
    """

    folder: Path
    database_url: str
    bot_api_url: str = "http://127.0.0.1:9"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its processes."""
        return {
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": self.bot_api_url,
            "DATABASE_URL": self.database_url,
            "BLOB_DIR": str(self.folder / "blobs"),
            "HTTP_LISTEN": "127.0.0.1:0",
        }

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Core]:
        settings = Settings(
            bot_token=SecretStr(TOKEN),
            bot_api_url=self.bot_api_url,
            database_url=self.database_url,
            blob_dir=self.folder / "blobs",
            secret_key=None,
        )
        core = build_core(settings)
        try:
            yield core
        finally:
            await core.database.dispose()

    async def make_user(self) -> UserId:
        """Make the tables and one user, who is in the chat as account 1."""
        async with self._open() as core:
            await runner.upgrade(core.database)
            people = core.services.people
            token = await people.invite(None, Role.REP, "Anna", None)
            user = await people.accept_invitation(1, "Anna", token, Language.EN, Origin())
            await people.introduce(Caller(UserId(user.id), Role.REP, Language.EN, "Europe/Moscow", "RU"))
            return UserId(user.id)

    async def add_mailboxes(
        self, owner: UserId, imap_port: int, password: str, mailboxes: Sequence[tuple[str, str]]
    ) -> list[int]:
        """Add mailboxes of a user's on a server on loopback without TLS.

        Args:
            owner: Whose they are.
            imap_port: Of the server.
            password: Of all of them.
            mailboxes: Address and login of each.

        Returns:
            Their ids.
        """
        server = MailServer("127.0.0.1", imap_port, MailSecurity.NONE)
        async with self._open() as core:
            return [
                await core.services.mailboxes.add(
                    None,
                    MailboxDraft(
                        address=address, imap=server, login=login, password=password, owner_id=owner
                    ),
                )
                for address, login in mailboxes
            ]


def sqlite_in(folder: Path) -> str:
    """The URL of a SQLite file in a folder."""
    return f"sqlite+aiosqlite:///{folder / 'zveno.db'}"
