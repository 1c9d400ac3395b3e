"""What happens to letters on a real Dovecot: deleted, numbered anew, marked as read, gone under the hand."""

import asyncio
import imaplib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest

from bench.support.dovecot import Dovecot
from core.database import Database
from core.enums import MailFate, MailSecurity
from core.services.mailbox_drafts import MailServer
from core.services.review import Review
from core.values import InteractionId
from mail.catch_up import CatchUp
from mail.imap_session import FetchedLetter, IMAPSession
from mail.sessions import endpoint_of, log_in, register_folders
from simulator.mail_server import MailAccount
from tests.conftest import FixedClock
from tests.factories.mail_world import open_mail_world, raw_letter
from tests.mail.scripted_mailbox import OpenMailbox, WatchedMailbox

pytestmark = pytest.mark.external


@pytest.fixture
async def held(
    database: Database, clock: FixedClock, tmp_path: Path, dovecot: Dovecot, account: MailAccount
) -> AsyncIterator[WatchedMailbox]:
    """The mailbox with three letters in it, which came after it was added."""
    clock.at = datetime.now(UTC) - timedelta(hours=1)
    for topic in ("a", "b", "c"):
        dovecot.deliver(raw_letter(topic), account.login)
    async with open_mail_world(database, clock, tmp_path) as world:
        server = MailServer("127.0.0.1", dovecot.imap, MailSecurity.NONE)
        anna = world.post.organisation.anna
        yield WatchedMailbox(await world.add(account, anna, imap=server), world)


class OtherClient:
    """Somebody's mail program."""

    def __init__(self, dovecot: Dovecot, account: MailAccount) -> None:
        self._imap = imaplib.IMAP4("127.0.0.1", dovecot.imap)
        self._imap.login(account.login, account.password)
        self._imap.select("INBOX")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._imap.logout()

    def delete(self, uids: str) -> None:
        self._imap.uid("STORE", uids, "+FLAGS.SILENT", "(\\Deleted)")
        self._imap.expunge()

    def seen(self) -> list[bytes]:
        self._imap.noop()  # Takes what others changed.
        return [bytes(one) for one in self._imap.uid("SEARCH", "SEEN")[1]]


async def test_m4_a_deletion_is_told_by_vanished(
    held: WatchedMailbox, dovecot: Dovecot, account: MailAccount, opened: list[OpenMailbox]
) -> None:
    there = await OpenMailbox.open(held)
    opened.append(there)
    assert there.session.can_resync
    assert there.cursor.highest_modseq is not None
    with OtherClient(dovecot, account) as other:
        other.delete("2")
    await asyncio.to_thread(dovecot.deliver, raw_letter("d"), account.login)
    selected = await there.session.select("INBOX")
    assert selected.exists == 3
    before = there.cursor.highest_modseq
    await there.poll()
    assert await held.gone() == [2]
    assert (there.cursor.highest_modseq or 0) > before
    assert await held.world.has("a", "b", "c", "d")
    report = await held.report()
    assert (report.server, report.stored, report.left, report.gap) == (3, 3, 1, 0)


async def test_m1_letters_numbered_anew_are_recognised(
    held: WatchedMailbox, dovecot: Dovecot, account: MailAccount
) -> None:
    before = await held.sync()
    with OtherClient(dovecot, account) as other:
        other.delete("1")
    for path in (dovecot.folder / "mail" / account.login).glob("dovecot*"):
        if path.name == "dovecot-uidlist" or path.name.startswith("dovecot.index"):
            path.unlink()
    after = await held.sync()
    assert after.uidvalidity != before.uidvalidity
    assert await held.world.has("a", "b", "c")
    report = await held.report()
    assert (report.server, report.stored, report.known, report.gap) == (2, 2, 0, 0)


async def test_r1_what_was_reviewed_is_seen_in_every_client(
    held: WatchedMailbox, dovecot: Dovecot, account: MailAccount
) -> None:
    await held.world.services.mailboxes.set_mirror_seen(None, held.id, is_on=True)
    await held.sync()
    post = held.world.post
    seen_here = next(one for one in await held.sightings() if one.uid == 2)
    review = Review(post.works)
    anna, interaction = post.organisation.anna, InteractionId(seen_here.interaction_id or 0)
    with OtherClient(dovecot, account) as other:
        assert other.seen() == [b""]
        await review.mark_reviewed(anna, interaction)
        await held.sync()
        assert other.seen() == [b"2"]
        await review.mark_unreviewed(anna, interaction)
        await held.sync()
        assert other.seen() == [b""]


class Interrupted(IMAPSession):
    """A session that is overtaken by another client between listing letters and fetching them."""

    other: OtherClient

    async def fetch_raw(
        self, uids: Sequence[int], announced: int | None = None
    ) -> AsyncIterator[FetchedLetter]:
        self.other.delete("2")
        async for fetched in super().fetch_raw(uids, announced):
            yield fetched


async def test_m4_a_letter_deleted_while_it_is_fetched_loses_no_other_and_leaves_no_gap(
    held: WatchedMailbox, dovecot: Dovecot, account: MailAccount
) -> None:
    services, settings = held.world.services, held.world.settings
    access = await services.mailboxes.open(held.id)
    session = Interrupted(endpoint_of(access.imap))
    with OtherClient(dovecot, account) as session.other:
        await log_in(session, access)
        cursor = (await register_folders(session, access, services))[-1]
        await CatchUp(session, access, services, settings).take_whole(cursor)
        session.abort()
    assert await held.world.has("a", "c")
    fates = {one.uid: (one.fate, one.rule) for one in await held.sightings()}
    assert fates[1] == fates[3] == (MailFate.STORED, None)
    report = await held.report()
    assert report.gap == 0
    await held.sync()
    report = await held.report()
    assert (report.server, report.stored, report.gap) == (2, 2, 0)
