"""A mailbox by a browser link, from the link to the letter; and everybody who is not let through."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import FunctionalOption, MailAuth, MailboxState, UserState
from core.errors import Invalid, NotAllowed, NotFound, OptionOff
from core.models import AuditChange, MailboxToken, OAuthRequest, User
from core.services.mailbox_drafts import MailServer
from core.services.mailbox_tokens import VALID_FOR
from core.services.options import Options
from core.values import MailboxId
from mail.engine import MailEngine
from mail.oauth import OAuthSetup
from mail.oauth_flow import MailOAuth, OAuthEnd
from mail.sync import sync_once
from tests.conftest import FixedClock
from tests.factories.authorisation import browse, query_of
from tests.factories.mail_world import ANNA, BORIS, raw_letter
from tests.factories.oauth_world import OAuthWorld, open_oauth_world
from tests.mail.waiting import until


@pytest.fixture
async def world(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[OAuthWorld]:
    async with open_oauth_world(database, clock, tmp_path) as running:
        yield running


async def test_from_the_link_to_a_captured_letter(world: OAuthWorld) -> None:
    world.script.letters = {1: raw_letter("hello")}
    mailbox = await world.connect()
    (told,) = await world.mail.post.notices("mailbox_connected")
    assert (told.user_id, told.payload["show"]) == (world.anna.user_id, f"m{mailbox}")
    engine = MailEngine(world.services, world.settings)
    await engine.start()
    try:
        await until(lambda: world.mail.has("hello"))
    finally:
        await engine.stop()
    assert not [one for one in world.script.heard if one.startswith("LOGIN")]


async def test_the_link_asks_for_what_reading_mail_needs_and_shows_no_secret(world: OAuthWorld) -> None:
    query = query_of(await world.oauth.begin_oauth(world.anna, world.draft()))
    assert query["redirect_uri"] == "https://zveno.example/oauth/callback"
    assert query["scope"].split()[0] == "https://mail.google.com/"
    assert (query["access_type"], query["prompt"]) == ("offline", "consent")
    assert query["login_hint"] == ANNA.address
    assert not {"client_secret", "code_verifier"} & set(query)
    microsoft = query_of(
        await world.oauth.begin_oauth(world.anna, world.draft(auth=MailAuth.OAUTH_MICROSOFT))
    )
    assert "https://outlook.office.com/IMAP.AccessAsUser.All" in microsoft["scope"].split()
    assert "offline_access" in microsoft["scope"].split()


async def test_nothing_that_lets_in_is_stored_plain_or_audited(world: OAuthWorld) -> None:
    back = await world.go()
    async with world.mail.post.works.database.reading() as session:
        (request,) = (await session.scalars(select(OAuthRequest))).all()
        assert back["state"] not in f"{request.state_sha256}{request.sealed_verifier}{request.draft}"
    await world.oauth.finish(back)
    access, refresh = next(iter(world.provider.access)), next(iter(world.provider.refresh))
    async with world.mail.post.works.database.reading() as session:
        (row,) = (await session.scalars(select(MailboxToken))).all()
        audited = (await session.scalars(select(AuditChange))).all()
    assert access not in row.sealed_access
    assert refresh not in row.sealed_refresh
    told = "".join(f"{one.before}{one.after}{one.object}" for one in audited)
    assert not [secret for secret in (access, refresh, row.sealed_access, back["state"]) if secret in told]


async def test_a_new_mailbox_can_wait_until_what_is_wanted_of_it_is_asked(world: OAuthWorld) -> None:
    outcome = await world.oauth.finish(await world.go(prepares=True))
    assert outcome.end is OAuthEnd.CONNECTED
    (report,) = await world.services.mailboxes.report(None)
    assert report.state is MailboxState.PREPARING
    (told,) = await world.mail.post.notices("mailbox_connected")
    assert told.payload["show"] == f"connect:{report.id}"
    assert await world.services.mailboxes.list_watched() == {}


async def test_who_connects_anew_goes_on_with_that(world: OAuthWorld) -> None:
    for _ in range(2):
        assert (await world.oauth.finish(await world.go(prepares=True))).end is OAuthEnd.CONNECTED
    (report,) = await world.services.mailboxes.report(None)
    assert report.state is MailboxState.PREPARING
    async with world.mail.post.works.database.reading() as session:
        kept = (await session.scalars(select(MailboxToken))).all()
    assert [one.mailbox_id for one in kept] == [report.id]


async def test_a_state_is_good_once(world: OAuthWorld) -> None:
    back = await world.go()
    ends = [(await world.oauth.finish(back)).end for _ in range(3)]
    assert ends == [OAuthEnd.CONNECTED, OAuthEnd.STALE, OAuthEnd.STALE]
    assert len(await world.services.mailboxes.report(None)) == 1


async def test_of_many_who_come_back_with_one_state_one_is_let_through(world: OAuthWorld) -> None:
    back = await world.go()
    outcomes = await asyncio.gather(*(world.oauth.finish(back) for _ in range(5)))
    assert sorted(one.end for one in outcomes) == [OAuthEnd.CONNECTED, *[OAuthEnd.STALE] * 4]


async def test_a_state_is_good_for_a_quarter_of_an_hour(world: OAuthWorld, clock: FixedClock) -> None:
    back = await world.go()
    clock.move(VALID_FOR)
    assert (await world.oauth.finish(back)).end is OAuthEnd.STALE
    assert await world.services.mailboxes.report(None) == []


async def test_a_forged_state_is_refused_and_the_right_one_still_holds(world: OAuthWorld) -> None:
    back = await world.go()
    forged = {**back, "state": back["state"][:-1] + ("A" if back["state"][-1] != "A" else "B")}
    assert (await world.oauth.finish(forged)).end is OAuthEnd.STALE
    assert (await world.oauth.finish(back)).end is OAuthEnd.CONNECTED


@pytest.mark.parametrize(
    "query",
    [{}, {"state": ""}, {"state": "x" * 43}, {"state": "я" * 43}, {"state": "a" * 10_000, "code": "b"}],
    ids=range(5),
)
async def test_whatever_the_query_holds_it_is_an_old_link(world: OAuthWorld, query: dict[str, str]) -> None:
    assert (await world.oauth.finish(query)).end is OAuthEnd.STALE
    assert await world.mail.post.notices("oauth_failed") == []


async def test_a_code_of_another_way_does_not_do(world: OAuthWorld) -> None:
    mine, other = await world.go(), await world.go()
    assert (await world.oauth.finish({**mine, "code": other["code"]})).end is OAuthEnd.REFUSED
    assert await world.services.mailboxes.report(None) == []


async def test_who_is_logged_in_with_another_account_connects_nothing(world: OAuthWorld) -> None:
    world.provider.account = BORIS.address
    assert (await world.oauth.finish(await world.go())).end is OAuthEnd.OTHER_ACCOUNT
    assert await world.services.mailboxes.report(None) == []
    (told,) = await world.mail.post.notices("oauth_failed")
    assert (told.user_id, told.payload["reason"]) == (world.anna.user_id, "other_account")


async def test_u3_a_department_s_mailbox_is_opened_by_an_account_that_was_given_it(world: OAuthWorld) -> None:
    organisation = world.mail.post.organisation
    world.provider.account = "ada@zveno.example"
    async with world.mail.post.works.database.reading() as session:
        department = await session.scalar(select(User.department_id).where(User.name == "Boris"))
    draft = world.draft(address="sales@zveno.example", owner_id=None, department_id=department)
    with pytest.raises(NotAllowed):
        await world.oauth.begin_oauth(world.anna, draft)
    back = query_of(await browse(await world.oauth.begin_oauth(organisation.administrator, draft)))
    assert (await world.oauth.finish(back)).end is OAuthEnd.CONNECTED
    (told,) = await world.mail.post.notices("mailbox_connected")
    assert told.user_id == organisation.administrator.user_id


async def test_who_does_not_agree_is_told_so(world: OAuthWorld) -> None:
    world.provider.consents = False
    outcome = await world.oauth.finish(await world.go())
    assert (outcome.end, outcome.language) == (OAuthEnd.DECLINED, world.anna.language)
    (told,) = await world.mail.post.notices("oauth_failed")
    assert told.payload["reason"] == "declined"


async def test_tokens_for_an_hour_alone_are_not_kept(world: OAuthWorld) -> None:
    world.provider.gives_refresh = False
    assert (await world.oauth.finish(await world.go())).end is OAuthEnd.NO_REFRESH


async def test_a_mail_server_that_does_not_take_the_token_ends_it(world: OAuthWorld) -> None:
    world.script.access_tokens = set()
    assert (await world.oauth.finish(await world.go())).end is OAuthEnd.REFUSED
    assert await world.services.mailboxes.report(None) == []


async def test_a_mail_server_that_is_away_ends_it(world: OAuthWorld) -> None:
    away = MailServer("127.0.0.1", 1, world.draft().imap.security)
    assert (await world.oauth.finish(await world.go(world.draft(imap=away)))).end is OAuthEnd.UNREACHABLE


async def test_a_token_server_that_is_away_ends_it(world: OAuthWorld) -> None:
    back = await world.go()
    world.provider.answer = (503, b"")
    assert (await world.oauth.finish(back)).end is OAuthEnd.UNREACHABLE


async def test_of_two_people_who_connect_one_mailbox_the_second_is_told(world: OAuthWorld) -> None:
    first, second = await world.go(), await world.go()
    assert (await world.oauth.finish(first)).end is OAuthEnd.CONNECTED
    assert (await world.oauth.finish(second)).end is OAuthEnd.TAKEN


async def test_u1_who_has_left_meanwhile_connects_nothing(world: OAuthWorld) -> None:
    back = await world.go()
    async with world.mail.post.works.database.transaction() as session:
        (await session.get_one(User, world.anna.user_id)).state = UserState.DEACTIVATED
    assert (await world.oauth.finish(back)).end is OAuthEnd.STALE


async def test_o2_switched_off_meanwhile_connects_nothing(world: OAuthWorld) -> None:
    back, organisation = await world.go(), world.mail.post.organisation
    options = Options(world.mail.post.works)
    await options.set(organisation.administrator, FunctionalOption.MAIL_CLIENT, is_on=False)
    assert (await world.oauth.finish(back)).end is OAuthEnd.FORBIDDEN
    with pytest.raises(OptionOff):
        await world.go()


async def test_u1_nobody_reconnects_a_mailbox_of_others(world: OAuthWorld) -> None:
    mailbox = await world.connect()
    with pytest.raises(NotFound):
        await world.oauth.begin_oauth(world.mail.post.organisation.boris, mailbox)
    with pytest.raises(NotFound):
        await world.oauth.begin_oauth(world.anna, MailboxId(999))


async def test_a_mailbox_with_a_password_has_no_link(world: OAuthWorld) -> None:
    mailbox = await world.mail.add(ANNA, world.anna)
    with pytest.raises(Invalid):
        await world.oauth.begin_oauth(world.anna, mailbox)


async def test_a_provider_that_is_not_set_up_is_not_offered(world: OAuthWorld) -> None:
    assert world.oauth.offers(MailAuth.OAUTH_GOOGLE)
    for setup in (OAuthSetup({}, "https://zveno.example"), OAuthSetup(world.settings.oauth.providers, None)):
        bare = MailOAuth(world.tokens, replace(world.settings, oauth=setup), world.mail.clock)
        assert not bare.offers(MailAuth.OAUTH_GOOGLE)
        with pytest.raises(Invalid):
            await bare.begin_oauth(world.anna, world.draft())


async def test_a_revoked_mailbox_stops_is_told_of_and_comes_back_by_a_link(
    world: OAuthWorld, clock: FixedClock
) -> None:
    world.script.letters = {1: raw_letter("before")}
    mailbox = await world.connect()
    engine = MailEngine(world.services, world.settings)
    await engine.start()
    try:
        await until(lambda: world.mail.has("before"))
        world.provider.revoke()
        clock.move(timedelta(hours=2))
        world.script.letters[2] = raw_letter("meanwhile")
        world.script.cut_all()
        await until(lambda: _is_stopped(world))
        (told,) = await world.mail.post.notices("mailbox_stopped")
        assert (told.user_id, told.payload["reason"]) == (world.anna.user_id, "token")
        assert (await world.oauth.finish(await world.go(mailbox))).end is OAuthEnd.CONNECTED
        await until(lambda: world.mail.has("before", "meanwhile"))
    finally:
        await engine.stop()


async def _is_stopped(world: OAuthWorld) -> bool:
    (report,) = await world.services.mailboxes.report(None)
    return (report.state, report.state_reason) == (MailboxState.STOPPED, "token")


async def test_an_expired_token_is_renewed_without_a_word(world: OAuthWorld, clock: FixedClock) -> None:
    world.script.letters = {1: raw_letter("a")}
    mailbox = await world.connect()
    clock.move(timedelta(hours=2))
    await sync_once(mailbox, world.services, world.settings)
    assert world.provider.renewals == 1
    assert await world.mail.has("a")
    row = await world.stored(mailbox)
    assert row is not None
    assert row.expires_at == clock.now() + timedelta(hours=1)


async def test_removing_forgets_the_tokens(world: OAuthWorld) -> None:
    mailbox = await world.connect()
    again = await world.go(mailbox)
    await world.services.mailboxes.remove(world.anna, mailbox)
    assert await world.stored(mailbox) is None
    assert (await world.oauth.finish(again)).end is OAuthEnd.STALE


async def test_a_password_typed_later_replaces_the_tokens(world: OAuthWorld) -> None:
    mailbox = await world.connect()
    await world.services.mailboxes.set_password(world.anna, mailbox, "secret")
    assert await world.stored(mailbox) is None
    assert (await world.services.mailboxes.open(mailbox)).auth is MailAuth.PASSWORD
