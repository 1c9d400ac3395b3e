"""An installation of the product for a benchmark: a database, people, mailboxes; commands run beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from app.bootstrap import build_core
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

    async def prepare(self, imap_port: int, password: str, mailboxes: Sequence[tuple[str, str]]) -> list[int]:
        """Make the tables, one user and mailboxes of theirs on a server without TLS.

        Args:
            imap_port: On loopback.
            password: Of all of them.
            mailboxes: Address and login of each.

        Returns:
            The ids of the mailboxes.
        """
        settings = Settings(
            bot_token=SecretStr(TOKEN),
            bot_api_url=self.bot_api_url,
            database_url=self.database_url,
            blob_dir=self.folder / "blobs",
            secret_key=None,
        )
        core = build_core(settings)
        try:
            await runner.upgrade(core.database)
            people = core.services.people
            token = await people.invite(None, Role.REP, "Anna", None)
            user = await people.accept_invitation(1, "Anna", token, Language.EN, Origin())
            await people.introduce(Caller(UserId(user.id), Role.REP, Language.EN, "Europe/Moscow", "RU"))
            server = MailServer("127.0.0.1", imap_port, MailSecurity.NONE)
            return [
                await core.services.mailboxes.add(
                    None,
                    MailboxDraft(
                        address=address, imap=server, login=login, password=password, owner_id=UserId(user.id)
                    ),
                )
                for address, login in mailboxes
            ]
        finally:
            await core.database.dispose()


def sqlite_in(folder: Path) -> str:
    """The URL of a SQLite file in a folder."""
    return f"sqlite+aiosqlite:///{folder / 'zveno.db'}"
