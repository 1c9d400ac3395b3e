"""What the chat asks of mail: whether a login works, and what a head says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.database import Database
from core.enums import MailSecurity
from core.errors import NotFound
from core.models import Mailbox
from core.queries.quarantine import LetterHead
from core.values import MailboxId
from mail.door import HEAD_BYTES, MailDoor, read_head
from tests.conftest import FixedClock
from tests.factories.mail_world import ANNA, MailWorld, open_mail_world


@pytest.fixture
async def world(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[MailWorld]:
    async with open_mail_world(database, clock, tmp_path) as running:
        yield running


async def test_a_login_is_tried_with_the_stored_password_or_another(world: MailWorld) -> None:
    door = MailDoor(world.services.mailboxes, world.settings)
    mailbox = await world.add(ANNA, world.post.organisation.anna)
    assert await door.try_login(mailbox) is None
    assert await door.try_login(mailbox, "wrong") == "auth"
    assert (await world.services.mailboxes.open(mailbox)).password == ANNA.password
    await world.server.change_password(ANNA.address, "new")
    assert await door.try_login(mailbox) == "auth"
    assert await door.try_login(mailbox, "new") is None
    with pytest.raises(NotFound):
        await door.try_login(MailboxId(999))


async def test_what_is_wrong_has_its_word(world: MailWorld) -> None:
    door = MailDoor(world.services.mailboxes, world.settings)
    anna = world.post.organisation.anna
    plain = await world.add(ANNA, anna)
    async with world.post.works.database.transaction() as session:
        row = await session.get_one(Mailbox, plain)
        row.sealed_password = "damaged"
    assert await door.try_login(plain) == "key"
    assert await door.try_login(plain, ANNA.password) is None, "the damaged one is not needed"
    async with world.post.works.database.transaction() as session:
        row = await session.get_one(Mailbox, plain)
        row.imap_security = MailSecurity.STARTTLS
    assert await door.try_login(plain, ANNA.password) == "encryption"
    async with world.post.works.database.transaction() as session:
        row = await session.get_one(Mailbox, plain)
        row.imap_port = 1
    assert await door.try_login(plain, ANNA.password) == "unreachable"


def test_a_head_is_read_as_far_as_it_goes() -> None:
    raw = b"From: =?koi8-r?B?98HTyQ==?= <vasya@acme.example>\r\nSubject: a\r\n b\r\n\r\nSubject: body\r\n"
    assert read_head(raw) == LetterHead("Васи vasya@acme.example", "a b")
    assert read_head(b"") == LetterHead("", "")
    assert read_head(b"\x00\xff" * 10) == LetterHead("", "")
    assert read_head(b"X: " + b"y" * HEAD_BYTES + b"\r\nSubject: late\r\n\r\n") == LetterHead("", "")


@given(st.binary(max_size=2000))
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    head = read_head(b"From: " + raw + b"\nSubject: " + raw)
    assert isinstance(head.sender, str)
    assert isinstance(head.topic, str)
