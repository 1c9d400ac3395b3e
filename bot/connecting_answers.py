"""What somebody has said about a mailbox before its login was seen to work: all but the password, which is never kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from core.enums import MailAuth, MailSecurity
from core.queries.connecting import ServerGuess
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.values import DepartmentId, UserId

ANSWERS = "connecting"
"""The key of the dialog's data that holds them."""


@dataclass(frozen=True, slots=True)
class ConnectingAnswers:
    """Answers so far; plain JSON values only, so that they survive a restart.

    Attributes:
        login: Empty: the address.
        owner: Whose it is to be; None: a department's.
        oauth: How one may log in there in a browser; empty: one may not.
        verified: Whether the server must prove who it is.
        smtp: Host, port and protection of the server that letters are sent by, where the domain tells.
    """

    address: str
    owner: int | None = None
    department: int | None = None
    provider: str = ""
    host: str = ""
    port: int = 993
    security: str = MailSecurity.TLS.value
    login: str = ""
    login_help: str = ""
    oauth: str = ""
    verified: bool = True
    smtp: list[Any] | None = None

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Self | None:
        """The answers in a dialog's data; None where there are none, or those of an older version."""
        stored = data.get(ANSWERS)
        names = {one.name for one in fields(cls)}
        if not isinstance(stored, dict) or not {"address", "host"} <= set(stored) <= names:
            return None
        return cls(**stored)

    def dump(self) -> dict[str, Any]:
        """As a dialog keeps them."""
        return {ANSWERS: asdict(self)}

    @property
    def server(self) -> str:
        """The server as people read it."""
        return f"{self.host}:{self.port}"

    def draft(self, password: str = "", *, auth: MailAuth = MailAuth.PASSWORD) -> MailboxDraft:
        """The mailbox that they describe."""
        return MailboxDraft(
            address=self.address,
            imap=MailServer(self.host, self.port, MailSecurity(self.security)),
            smtp=MailServer(self.smtp[0], self.smtp[1], MailSecurity(self.smtp[2])) if self.smtp else None,
            login=self.login or self.address,
            password=password,
            owner_id=UserId(self.owner) if self.owner is not None else None,
            department_id=DepartmentId(self.department) if self.department is not None else None,
            verify_certificate=self.verified,
            auth=auth,
        )


def from_guess(address: str, guess: ServerGuess | None, owner: int) -> ConnectingAnswers:
    """The first answers: the address, and what its domain tells."""
    if guess is None:
        return ConnectingAnswers(address, owner)
    return ConnectingAnswers(
        address,
        owner,
        provider=guess.provider,
        host=guess.host,
        port=guess.port,
        security=guess.security.value,
        login_help=guess.login_help,
        oauth=guess.oauth.value if guess.oauth is not None else "",
        smtp=[guess.smtp[0], guess.smtp[1], guess.smtp[2].value] if guess.smtp is not None else None,
    )
