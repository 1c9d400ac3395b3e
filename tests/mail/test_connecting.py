"""What the chat asks of a server while a mailbox is being connected: logins, folders, the preview (pains.md 25)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.support.dovecot import PASSWORD, Dovecot
from core.database import Database
from core.enums import FolderRole, MailAuth, MailSecurity
from core.queries.connecting import ImportPreview
from core.services.mailbox_connecting import MailboxConnecting
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.services.mailbox_tokens import MailboxTokens
from mail.connecting import ConnectingDoor
from mail.oauth import OAuthSetup, microsoft
from mail.oauth_flow import MailOAuth
from mail.preview import HEADERS_AT_ONCE, preview_folders
from mail.sessions import log_in, new_session
from tests.conftest import FixedClock
from tests.factories.mail import OpenBox
from tests.factories.mail_world import ANNA, MailWorld, open_mail_world


@pytest.fixture
async def world(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[MailWorld]:
    async with open_mail_world(database, clock, tmp_path) as running:
        yield running


def door_of(world: MailWorld) -> ConnectingDoor:
    connecting = MailboxConnecting(world.post.works, OpenBox())
    return ConnectingDoor(world.services.mailboxes, connecting, world.settings)


def draft_of(world: MailWorld, **fields: Any) -> MailboxDraft:
    values: dict[str, Any] = {
        "imap": MailServer("127.0.0.1", world.server.imap_port, MailSecurity.NONE),
        "login": ANNA.login,
        "password": ANNA.password,
        "owner_id": world.post.organisation.anna.user_id,
        **fields,
    }
    return MailboxDraft(address=ANNA.address, **values)


def raw(number: int, sender: str, *fields: str) -> bytes:
    head = [f"From: {sender}", f"To: {ANNA.address}", f"Message-ID: <{number}@acme.example>", *fields]
    return "\r\n".join([*head, "", "Text", ""]).encode()


async def test_a_draft_that_works_brings_the_folders_and_what_is_wrong_has_its_word(world: MailWorld) -> None:
    door = door_of(world)
    await world.server.deliver(raw(1, "a@acme.example"), ANNA.address, "Архив")
    found = await door.try_draft(draft_of(world))
    assert not isinstance(found, str)
    roles = {one.name: one.role for one in found}
    assert roles == {"Sent": FolderRole.SENT, "INBOX": FolderRole.INBOX, "Архив": None}
    assert await door.try_draft(draft_of(world, password="wrong")) == "auth"
    nowhere = MailServer("127.0.0.1", 1, MailSecurity.NONE)
    assert await door.try_draft(draft_of(world, imap=nowhere)) == "unreachable"
    bare = MailServer("127.0.0.1", world.server.imap_port, MailSecurity.STARTTLS)
    assert await door.try_draft(draft_of(world, imap=bare)) == "encryption"


@pytest.mark.parametrize("own", [None, MailServer("outlook.office365.us", 993, MailSecurity.TLS)])
async def test_who_logs_in_by_a_browser_is_sent_to_the_operators_mail_server(
    world: MailWorld, own: MailServer | None
) -> None:
    providers = {MailAuth.OAUTH_MICROSOFT: microsoft("id", "secret", imap=own)}
    settings = replace(world.settings, oauth=OAuthSetup(providers, "https://zveno.example"))
    works = world.post.works
    mailboxes, connecting = world.services.mailboxes, MailboxConnecting(works, OpenBox())
    links = MailOAuth(MailboxTokens(works, OpenBox(), mailboxes), settings, works.clock)
    door = ConnectingDoor(mailboxes, connecting, settings, links=links)
    guess = await door.guess("anna@outlook.com")
    assert guess is not None
    assert guess.oauth is MailAuth.OAUTH_MICROSOFT
    assert guess.host == ("outlook.office365.us" if own else "outlook.office365.com")
    by_password = await door.guess("anna@gmail.com")
    assert by_password is not None
    assert (by_password.oauth, by_password.host) == (None, "imap.gmail.com")


async def test_the_preview_counts_to_the_moment_and_takes_nothing(world: MailWorld) -> None:
    since = world.clock.now()
    for number, sender, when in (
        (1, "boris@acme.example", since - timedelta(seconds=1)),
        (2, "boris@acme.example", since),
        (3, "unknown@beta.example", since + timedelta(hours=1)),
    ):
        await world.server.deliver(raw(number, sender), ANNA.address, when=when)
    await world.server.deliver(
        raw(4, "news@gamma.example", "List-Unsubscribe: <mailto:off@gamma.example>"),
        ANNA.address,
        when=since,
    )
    mailbox = await world.add(ANNA, world.post.organisation.anna)
    found = await door_of(world).preview(mailbox, ["INBOX", "Nowhere"], since)
    assert isinstance(found, ImportPreview)
    assert (found.letters, found.newsletters, found.looked_at) == (3, 1, 3)
    assert (found.is_whole, found.missing) == (True, ("Nowhere",))
    everything = await door_of(world).preview(mailbox, ["INBOX"], None)
    assert isinstance(everything, ImportPreview)
    assert everything.letters == 4
    assert await world.topics() == []
    assert await world.server.unread(ANNA.address) == 4, "nothing is marked as read by looking"


async def test_the_headers_looked_at_are_bounded_and_the_figures_say_so(world: MailWorld) -> None:
    for number in range(HEADERS_AT_ONCE + 1):
        await world.server.deliver(raw(number, "a@acme.example"), ANNA.address)
    mailbox = await world.add(ANNA, world.post.organisation.anna)
    access = await world.services.mailboxes.open(mailbox)
    session = new_session(access, world.settings)
    await log_in(session, access)
    found = await preview_folders(session, ["INBOX"], None, most=HEADERS_AT_ONCE)
    session.abort()
    assert (found.letters, found.looked_at) == (HEADERS_AT_ONCE + 1, HEADERS_AT_ONCE)
    assert not found.is_whole


async def test_a_certificate_is_refused_unless_told_for_this_mailbox(
    world: MailWorld, dovecot: Dovecot
) -> None:
    door = door_of(world)
    for port, security in ((dovecot.imaps, MailSecurity.TLS), (dovecot.imap, MailSecurity.STARTTLS)):
        server = MailServer("127.0.0.1", port, security)
        draft = draft_of(world, imap=server, login="anna@zveno.example", password=PASSWORD)
        assert await door.try_draft(draft) == "certificate"
        told = draft_of(
            world, imap=server, login="anna@zveno.example", password=PASSWORD, verify_certificate=False
        )
        assert not isinstance(await door.try_draft(told), str)
