"""What the chat asks of mail: does a login work, and what does the head of a letter say?

Fulfils bot.ports.mailboxes.MailDoor; the chat and the mail door do not know each other.
"""

import asyncio
import logging

from core.errors import Invalid
from core.queries.quarantine import LetterHead
from core.services.mailboxes import Mailboxes
from core.values import MailboxId
from mail.access_tokens import AccessTokens
from mail.addresses import read_senders
from mail.errors import MailError, NeedsPerson
from mail.fault_report import describe_fault
from mail.header_text import decode_header
from mail.mime import read_fields
from mail.sessions import log_in, new_session
from mail.settings import MailSettings

PATIENCE_SECONDS = 40.0
"""How long a person in the chat waits at most for a server's word."""

HEAD_BYTES = 64 * 1024
"""A head that is longer is read so far: nobody reads the rest of it on a phone."""

UNREACHABLE = "unreachable"

logger = logging.getLogger(__name__)


class MailDoor:
    """Mail as the chat sees it."""

    def __init__(
        self, mailboxes: Mailboxes, settings: MailSettings, tokens: AccessTokens | None = None
    ) -> None:
        self._mailboxes = mailboxes
        self._settings = settings
        self._tokens = tokens

    async def try_login(self, mailbox_id: MailboxId, password: str | None = None) -> str | None:
        """Log in to a mailbox's server and leave again; nothing is changed anywhere.

        Args:
            mailbox_id: Which mailbox.
            password: The one to be tried; None: the stored one.

        Returns:
            None when it works; else a word for the door's texts: auth, token, certificate, encryption, key, unreachable.

        Raises:
            NotFound: There is no such mailbox.
        """
        try:
            access = await self._mailboxes.open(mailbox_id, password=password)
        except Invalid:
            return "key"
        session = new_session(access, self._settings)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await log_in(session, access, self._tokens)
                await session.logout()
        except NeedsPerson as error:
            return error.reason
        except (MailError, TimeoutError) as error:
            extra = {"event": "login_untried", "mailbox_id": mailbox_id, **describe_fault(error)}
            logger.info("mailbox: a login could not be tried", extra=extra)
            return UNREACHABLE
        finally:
            session.abort()
        return None

    async def read_head(self, raw: bytes) -> LetterHead:
        """Sender and topic of a letter, whatever its bytes; in a thread, within the caps of `mail.mime`."""
        return await asyncio.to_thread(read_head, raw)


def read_head(raw: bytes) -> LetterHead:
    """Sender and topic, as far as they can be read."""
    head = raw[:HEAD_BYTES]
    fields, _ = read_fields(head, 0, len(head), [])
    senders = read_senders(fields)
    sender = next((f"{one.name} {one.original}".strip() for one in senders), "")
    return LetterHead(sender, decode_header(fields.first("subject") or b""))
