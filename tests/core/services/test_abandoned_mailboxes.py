"""Mailboxes that somebody began to connect and left: forgotten after a day, with what opens them, and audited."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import FunctionalOption, MailAuth, MailboxState, MailSecurity
from core.errors import NotFound
from core.models import AuditChange, AuditStep, Mailbox, MailboxToken, OAuthRequest
from core.services.abandoned_mailboxes import AbandonedMailboxes
from core.services.mailbox_connecting import MailboxConnecting
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.services.mailbox_tokens import MailboxTokens
from core.services.options import Options
from core.values import MailboxId
from tests.conftest import NOON, FixedClock
from tests.factories.mail import OpenBox, Post
from tests.factories.organisation import make_organisation

DAY = timedelta(days=1)
ADDRESS = "anna@zveno.example"


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


def draft(post: Post, auth: MailAuth = MailAuth.PASSWORD) -> MailboxDraft:
    server = MailServer("imap.example", 993, MailSecurity.TLS)
    return MailboxDraft(
        ADDRESS,
        server,
        "anna",
        "" if auth is not MailAuth.PASSWORD else "s3cret",
        owner_id=post.organisation.anna.user_id,
        auth=auth,
    )


async def begin(post: Post) -> tuple[MailboxConnecting, MailboxId]:
    """A mailbox whose login works and whose owner was asked what of it is wanted."""
    connecting = MailboxConnecting(post.works, OpenBox())
    return connecting, await connecting.prepare(post.organisation.anna, draft(post), [])


async def load(post: Post, mailbox_id: MailboxId) -> Mailbox:
    async with post.works.database.reading() as session:
        return await session.get_one(Mailbox, mailbox_id)


async def test_one_that_was_left_is_forgotten_after_a_day_with_its_secret(
    post: Post, clock: FixedClock
) -> None:
    connecting, mailbox_id = await begin(post)
    async with post.works.database.transaction() as session:
        session.add(
            MailboxToken(
                mailbox_id=mailbox_id, sealed_refresh="r", sealed_access="a", expires_at=NOON, renewed_at=NOON
            )
        )
    abandoned = AbandonedMailboxes(post.works)
    clock.move(DAY - timedelta(seconds=1))
    assert await abandoned.clear(DAY) == 0
    clock.move(timedelta(seconds=1))
    assert await abandoned.clear(DAY) == 1
    mailbox = await load(post, mailbox_id)
    assert (mailbox.state, mailbox.sealed_password) == (MailboxState.REMOVED, "")
    with pytest.raises(NotFound):
        await connecting.find(post.organisation.anna, mailbox_id)
    async with post.works.database.reading() as session:
        assert list(await session.scalars(select(MailboxToken))) == []
        [change] = await session.scalars(
            select(AuditChange)
            .join(AuditStep, AuditStep.id == AuditChange.step_id)
            .where(AuditStep.action == "clear_abandoned")
        )
    assert (change.object, change.before, change.after) == (
        f"m{mailbox_id}",
        {"state": "preparing"},
        {"state": "removed"},
    )
    assert await abandoned.clear(DAY) == 0


async def test_one_that_was_gone_on_with_has_a_day_from_then_on(post: Post, clock: FixedClock) -> None:
    connecting, mailbox_id = await begin(post)
    clock.move(timedelta(hours=23))
    await connecting.choose_since(
        post.organisation.anna, mailbox_id, datetime.min.replace(tzinfo=NOON.tzinfo)
    )
    clock.move(timedelta(hours=23))
    assert await AbandonedMailboxes(post.works).clear(DAY) == 0
    clock.move(timedelta(hours=1))
    assert await AbandonedMailboxes(post.works).clear(DAY) == 1


async def test_one_that_is_watched_stays(post: Post, clock: FixedClock) -> None:
    connecting, mailbox_id = await begin(post)
    await connecting.start(post.organisation.anna, mailbox_id)
    clock.move(30 * DAY)
    assert await AbandonedMailboxes(post.works).clear(DAY) == 0
    assert (await load(post, mailbox_id)).state is MailboxState.ACTIVE


async def test_a_login_that_nobody_comes_back_from_is_forgotten_and_audited(
    post: Post, clock: FixedClock
) -> None:
    anna = post.organisation.anna
    tokens = MailboxTokens(post.works, OpenBox(), post.mailboxes)
    await tokens.begin(anna, draft(post, MailAuth.OAUTH_GOOGLE), "verifier")
    clock.move(DAY)
    assert await AbandonedMailboxes(post.works).clear(DAY) == 0
    clock.move(timedelta(minutes=15))
    assert await AbandonedMailboxes(post.works).clear(DAY) == 1
    async with post.works.database.reading() as session:
        assert list(await session.scalars(select(OAuthRequest))) == []
        changes = list(
            await session.scalars(select(AuditChange).where(AuditChange.entity == "oauth_requests"))
        )
    assert [one.object for one in changes] == [f"u{anna.user_id}"]
    assert not [
        one for one in changes if "verifier" in f"{one.before}{one.after}" or ADDRESS in f"{one.before}"
    ]


async def test_o2_nothing_is_cleared_while_mail_is_off(post: Post, clock: FixedClock) -> None:
    _, mailbox_id = await begin(post)
    await Options(post.works).set(None, FunctionalOption.MAIL_CLIENT, is_on=False)
    clock.move(2 * DAY)
    assert await AbandonedMailboxes(post.works).clear(DAY) == 0
    assert (await load(post, mailbox_id)).state is MailboxState.PREPARING
