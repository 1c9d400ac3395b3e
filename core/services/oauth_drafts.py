"""A mailbox that waits for its owner to come back from the provider, as plain JSON; nothing in it is secret."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.enums import MailAuth, MailSecurity
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.values import DepartmentId, UserId


def dump_draft(draft: MailboxDraft) -> dict[str, Any]:
    """A draft as JSON; a password is left out."""
    return {
        "address": draft.address,
        "imap": _dump_server(draft.imap),
        "smtp": _dump_server(draft.smtp),
        "login": draft.login,
        "owner_id": draft.owner_id,
        "department_id": draft.department_id,
        "folders": list(draft.folders) if draft.folders is not None else None,
        "since": draft.since.isoformat() if draft.since is not None else None,
        "verify_certificate": draft.verify_certificate,
        "auth": str(draft.auth),
    }


def load_draft(stored: Mapping[str, Any]) -> MailboxDraft:
    """The draft that `dump_draft` wrote."""
    imap = _load_server(stored["imap"])
    if imap is None:
        raise ValueError("a draft without a server")
    return MailboxDraft(
        address=stored["address"],
        imap=imap,
        smtp=_load_server(stored["smtp"]),
        login=stored["login"],
        password="",
        owner_id=UserId(stored["owner_id"]) if stored["owner_id"] is not None else None,
        department_id=DepartmentId(stored["department_id"]) if stored["department_id"] is not None else None,
        folders=tuple(stored["folders"]) if stored["folders"] is not None else None,
        since=datetime.fromisoformat(stored["since"]) if stored["since"] is not None else None,
        verify_certificate=stored["verify_certificate"],
        auth=MailAuth(stored["auth"]),
    )


def _dump_server(server: MailServer | None) -> list[Any] | None:
    return [server.host, server.port, str(server.security)] if server is not None else None


def _load_server(stored: list[Any] | None) -> MailServer | None:
    return MailServer(stored[0], stored[1], MailSecurity(stored[2])) if stored is not None else None
