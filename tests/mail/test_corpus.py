"""Every awkward mail of the collection lies in a Dovecot and is taken: each has a fate, whole mails have their text.

What a whole mail is does not depend on the product: the standard library finds two of its usual fields, no defect,
and a text of its own in it. The collection also holds bodies without a header, HTML pages and cut mails; they lie
in the mailbox among the others, and get their fate like them.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select

from bench.support.dovecot import PASSWORD, Dovecot, StoredLetter
from core.database import Database
from core.enums import MailFate, MailSecurity
from core.models import Interaction, MailMessage, MailUid
from core.services.mailbox_drafts import MailServer
from mail.sync import sync_once
from simulator.mail_server import MailAccount
from tests.conftest import FixedClock
from tests.factories.mail_world import open_mail_world

CORPUS = Path(__file__).parents[3] / "shared" / "mail-corpus"
FILES = sorted(path for path in CORPUS.rglob("*") if path.is_file()) if CORPUS.is_dir() else []

pytestmark = [
    pytest.mark.external,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not FILES, reason="the collection of awkward letters is not beside the project"),
]

USUAL = ("From", "To", "Subject", "Date", "Message-ID")
WANTED = 0.97

_WORD = re.compile(r"[^\W\d_]{4,}")
_TAG = re.compile(r"<(style|script|title).*?</\1>|<!--.*?-->|<[^>]*>|&\w+;", re.DOTALL | re.IGNORECASE)

logger = logging.getLogger(__name__)
_logins = (f"corpus{number}" for number in count(1))


class Taken(NamedTuple):
    """What became of a file."""

    path: Path
    fate: MailFate
    reason: str
    text: str
    defects: tuple[str, ...]


def _texts(message: Message) -> Iterator[str]:
    """What is to be read in a mail, as the standard library decodes it."""
    for part in message.walk():
        if part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.strip():
                try:
                    yield content.decode(part.get_content_charset("ascii"), "ignore")
                except LookupError:
                    yield content.decode("ascii", "ignore")


def has_its_text(path: Path, text: str) -> bool:
    """Whether most words of one of a mail's texts are in what was stored; a charset nobody knows has none."""
    stored = set(_WORD.findall(text))
    wanted = [set(_WORD.findall(_TAG.sub(" ", one))) for one in _texts(message_from_bytes(path.read_bytes()))]
    return bool(text.strip()) and any(len(words & stored) >= 0.8 * len(words) for words in wanted)


def is_whole(path: Path) -> bool:
    if path.suffix not in {".eml", ".msg"}:
        return False
    message = message_from_bytes(path.read_bytes())
    flawed = any(part.defects for part in message.walk())
    return sum(1 for name in USUAL if message.get(name)) >= 2 and not flawed and any(_texts(message))


async def take_all(database: Database, clock: FixedClock, folder: Path, dovecot: Dovecot) -> list[Taken]:
    login = next(_logins)
    at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    dovecot.fill(login, (StoredLetter(path.read_bytes(), at) for path in FILES))
    account = MailAccount("anna@zveno.example", login, PASSWORD, "Anna")
    async with open_mail_world(database, clock, folder, tls=dovecot.trusting) as world:
        server = MailServer("127.0.0.1", dovecot.imap, MailSecurity.NONE)
        mailbox = await world.add(account, world.post.organisation.anna, imap=server)
        await sync_once(mailbox, world.services, world.settings)
        report = (await world.services.mailboxes.report(None, mailbox))[0]
    inbox = next(one for one in report.folders if one.name == "INBOX")
    assert (inbox.server, inbox.gap) == (len(FILES), 0)
    statement = (
        select(MailUid.uid, MailUid.fate, MailUid.rule, Interaction.text, MailMessage.defects)
        .outerjoin(Interaction, Interaction.id == MailUid.interaction_id)
        .outerjoin(MailMessage, MailMessage.interaction_id == MailUid.interaction_id)
        .order_by(MailUid.uid)
    )
    async with database.reading() as session:
        rows = (await session.execute(statement)).all()
    assert [row.uid for row in rows] == list(range(1, len(FILES) + 1))
    return [
        Taken(path, row.fate, row.rule or "", row.text or "", tuple(row.defects or ()))
        for path, row in zip(FILES, rows, strict=True)
    ]


def table(taken: list[Taken]) -> str:
    """By kind of file, what became of it."""
    kinds = {"whole mails": [one for one in taken if is_whole(one.path)]}
    kinds["other mails"] = [
        one for one in taken if one.path.suffix in {".eml", ".msg"} and not is_whole(one.path)
    ]
    kinds["no mails"] = [one for one in taken if one.path.suffix not in {".eml", ".msg"}]
    lines = []
    for kind, members in kinds.items():
        fates = Counter(f"{one.fate} {one.reason}".strip() for one in members)
        with_text = sum(1 for one in members if one.text.strip())
        lines.append(f"{kind}: {len(members)}, with text {with_text}, {dict(fates)}")
    lines += [
        f"not its text: {one.path.name}, {one.fate} {one.reason}, {', '.join(one.defects)}"
        for one in kinds["whole mails"]
        if not has_its_text(one.path, one.text)
    ]
    return "\n".join(lines)


async def test_every_mail_of_the_collection_has_a_fate_and_whole_ones_their_text(
    database: Database, clock: FixedClock, tmp_path: Path, dovecot: Dovecot
) -> None:
    taken = await take_all(database, clock, tmp_path, dovecot)
    logger.info("%s", table(taken))
    assert {one.fate for one in taken} <= {MailFate.STORED, MailFate.KNOWN, MailFate.QUARANTINED}, table(
        taken
    )
    assert all(one.reason for one in taken if one.fate is MailFate.QUARANTINED)
    whole = [one for one in taken if is_whole(one.path)]
    assert len(whole) >= 150
    assert sum(has_its_text(one.path, one.text) for one in whole) >= WANTED * len(whole), table(taken)
