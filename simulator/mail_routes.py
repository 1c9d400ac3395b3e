"""How does the chat page write as a client and see what clients received?

Routes to mount into the simulator's server (which refuses requests that do not come from loopback):

- `GET /_ctl/mail` -> `{"accounts": [{address, name, unread}], "clients": [{address, name, letters}]}`
- `GET /_ctl/mail/{address}` -> `{"letters": [{folder, message_id, in_reply_to, references, from, from_name, to, subject,
  date, received_at, text, attachments: [{name, content_type, size}], seen}]}`, oldest first; 404 for a stranger
- `POST /_ctl/mail` `{from_name, from, to (one or a list), subject, text, in_reply_to?, attachments?: [{name, content_type,
  base64}]}` -> 201 and the letter; 400 says which field is wrong, 404 when the team has no such mailbox. A reply to a letter
  the client received continues its References; without a subject it takes "Re: ..." of that letter.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from aiohttp import web

from simulator.mail_letters import Attachment, Draft, Letter, LetterError
from simulator.mail_server import LocalMail, UnknownMailboxError


def mail_routes(mail: LocalMail, now: Callable[[], datetime] | None = None) -> list[web.RouteDef]:
    """Return the routes of this mail pair; `now` dates the letters that clients write (aware)."""
    door = _MailDoor(mail, now or (lambda: datetime.now(UTC)))
    return [
        web.get("/_ctl/mail", door.known),
        web.get("/_ctl/mail/{address}", door.letters),
        web.post("/_ctl/mail", door.write),
    ]


class _MailDoor:
    """Translates between JSON and `LocalMail`."""

    def __init__(self, mail: LocalMail, now: Callable[[], datetime]) -> None:
        self._mail = mail
        self._now = now

    async def known(self, _request: web.Request) -> web.Response:
        """Answer who has a mailbox here."""
        accounts = [
            {
                "address": account.address,
                "name": account.name,
                "unread": await self._mail.unread(account.address),
            }
            for account in self._mail.accounts
        ]
        clients = [
            {"address": client.address, "name": client.name, "letters": len(client.letters)}
            for client in self._mail.clients
        ]
        return web.json_response({"accounts": accounts, "clients": clients})

    async def letters(self, request: web.Request) -> web.Response:
        """Answer one mailbox's letters."""
        try:
            found = await self._mail.letters(request.match_info["address"])
        except UnknownMailboxError:
            return _refusal(404, "nobody has this address")
        return web.json_response({"letters": [letter.as_json() for letter in found]})

    async def write(self, request: web.Request) -> web.Response:
        """Send a letter as the client."""
        try:
            draft = await self._draft(await request.json())
            letter = await self._mail.write_as_client(draft)
        except json.JSONDecodeError:
            return _refusal(400, "the body is not JSON")
        except LetterError as wrong:
            return _refusal(400, str(wrong))
        except UnknownMailboxError:
            return _refusal(404, "the team has no such mailbox")
        return web.json_response(letter.as_json(), status=201)

    async def _draft(self, asked: object) -> Draft:
        if not isinstance(asked, Mapping):
            raise LetterError("the body is no object")
        sender = _address(asked, "from")
        answered = str(asked.get("in_reply_to") or "") or None
        original = await self._received(sender, answered)
        subject = str(asked.get("subject") or "")
        if original is not None and not subject:
            known = original.subject
            subject = known if known.lower().startswith("re:") else f"Re: {known}"
        return Draft(
            from_name=str(asked.get("from_name") or ""),
            from_address=sender,
            to=_recipients(asked),
            subject=subject,
            text=str(asked.get("text") or ""),
            date=self._now(),
            answered=answered,
            references=_thread(original),
            attachments=_attachments(asked),
        )

    async def _received(self, client: str, message_id: str | None) -> Letter | None:
        if message_id is None:
            return None
        try:
            letters = await self._mail.letters(client)
        except UnknownMailboxError:
            return None
        return next((letter for letter in letters if letter.message_id == message_id), None)


def _thread(original: Letter | None) -> Sequence[str]:
    return original.references if original is not None else ()


def _address(asked: Mapping[str, object], name: str) -> str:
    value = str(asked.get(name) or "").strip()
    local, at, domain = value.rpartition("@")
    if not (local and at and domain):
        raise LetterError(f"{name}: an address is needed")
    return value


def _recipients(asked: Mapping[str, object]) -> Sequence[str]:
    value = asked.get("to")
    if isinstance(value, list):
        return [_address({"to": one}, "to") for one in value] or [_address({}, "to")]
    return [_address(asked, "to")]


def _attachments(asked: Mapping[str, object]) -> Sequence[Attachment]:
    value = asked.get("attachments") or []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise LetterError("attachments: a list of objects is needed")
    return [Attachment.from_json(one) for one in value]


def _refusal(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=status)
