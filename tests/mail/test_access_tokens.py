"""Access tokens that are good when they are asked for: renewed in time, once at a time, and after a refusal."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from core.database import Database
from core.models import MailboxToken
from core.services.mailbox_drafts import MailboxAccess
from mail.access_tokens import AHEAD, AccessTokens
from mail.check import check_mailbox
from mail.door import MailDoor
from mail.errors import ProviderRefusesUs, ServerUnavailable, TokenRefused
from tests.conftest import FixedClock
from tests.factories.oauth_world import OAuthWorld, open_oauth_world

HOUR = timedelta(hours=1)


@pytest.fixture
async def world(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[OAuthWorld]:
    async with open_oauth_world(database, clock, tmp_path) as running:
        yield running


async def connected(world: OAuthWorld) -> MailboxAccess:
    return await world.services.mailboxes.open(await world.connect())


def other_process(world: OAuthWorld) -> AccessTokens:
    return AccessTokens(world.tokens, world.settings.oauth.providers, world.mail.clock)


async def test_a_token_is_given_out_until_it_is_about_to_end(world: OAuthWorld, clock: FixedClock) -> None:
    access = await connected(world)
    first = await world.access_tokens.give(access)
    clock.move(HOUR - AHEAD - timedelta(seconds=1))
    assert await world.access_tokens.give(access) == first
    assert world.provider.renewals == 0
    clock.move(timedelta(seconds=1))
    assert await world.access_tokens.give(access) in world.provider.access
    assert world.provider.renewals == 1


@pytest.mark.parametrize("rotates", [False, True])
async def test_whoever_asks_at_once_causes_one_renewal(
    world: OAuthWorld, clock: FixedClock, *, rotates: bool
) -> None:
    world.provider.rotates = rotates
    access = await connected(world)
    clock.move(2 * HOUR)
    given = await asyncio.gather(*(world.access_tokens.give(access) for _ in range(10)))
    assert len(set(given)) == 1
    assert world.provider.renewals == 1
    clock.move(2 * HOUR)
    assert await world.access_tokens.give(access) in world.provider.access, "a rotated token was kept"


async def test_a_refused_token_is_renewed_and_by_others_not_again(world: OAuthWorld) -> None:
    access = await connected(world)
    stale = await world.access_tokens.give(access)
    given = await asyncio.gather(*(world.access_tokens.give(access, refused=stale) for _ in range(5)))
    assert len({*given, stale}) == 2
    assert world.provider.renewals == 1


async def test_another_process_that_was_faster_is_believed(world: OAuthWorld, clock: FixedClock) -> None:
    world.provider.rotates = True
    access = await connected(world)
    clock.move(2 * HOUR)
    given = await asyncio.gather(*(other_process(world).give(access) for _ in range(2)))
    assert set(given) & world.provider.access
    assert await world.access_tokens.give(access) in world.provider.access


async def test_a_revoked_token_needs_a_person(world: OAuthWorld, clock: FixedClock) -> None:
    access = await connected(world)
    world.provider.revoke()
    clock.move(2 * HOUR)
    with pytest.raises(TokenRefused) as refused:
        await world.access_tokens.give(access)
    assert (refused.value.reason, refused.value.text) == ("token", "invalid_grant")


async def test_a_provider_that_is_away_is_asked_again_later(world: OAuthWorld, clock: FixedClock) -> None:
    access = await connected(world)
    clock.move(2 * HOUR)
    world.provider.answer = (503, b"later")
    with pytest.raises(ServerUnavailable):
        await world.access_tokens.give(access)
    world.provider.answer = None
    assert await world.access_tokens.give(access) in world.provider.access


async def test_settings_that_are_wrong_stop_no_mailbox(world: OAuthWorld, clock: FixedClock) -> None:
    access = await connected(world)
    clock.move(2 * HOUR)
    world.provider.answer = (401, b'{"error": "invalid_client"}')
    with pytest.raises(ProviderRefusesUs):
        await world.access_tokens.give(access)
    with pytest.raises(ProviderRefusesUs):
        await AccessTokens(world.tokens, {}, clock).give(access)


async def test_a_mailbox_without_tokens_needs_a_person(world: OAuthWorld) -> None:
    access = await connected(world)
    async with world.mail.post.works.database.transaction() as session:
        await session.execute(delete(MailboxToken))
    with pytest.raises(TokenRefused):
        await world.access_tokens.give(access)


async def test_tokens_that_were_replaced_meanwhile_are_not_written_over(world: OAuthWorld) -> None:
    access = await connected(world)
    held = await world.tokens.find(access.id)
    assert held is not None
    await world.tokens.keep_renewed(access.id, held, instead_of="an older one")
    assert await world.tokens.find(access.id) == held
    assert held.refresh not in repr(held)
    assert held.access not in repr(held)


async def test_check_and_door_log_in_with_the_token(world: OAuthWorld, clock: FixedClock) -> None:
    access = await connected(world)
    lines = await check_mailbox(access.id, world.services, world.settings, clock.now())
    assert [one.name for one in lines if one.passed] == ["connect", "login", "folders", "clock"]
    door = MailDoor(world.services.mailboxes, world.settings, world.access_tokens)
    assert await door.try_login(access.id) is None
    world.provider.revoke()
    assert await door.try_login(access.id) == "token"
    lines = await check_mailbox(access.id, world.services, world.settings, clock.now())
    assert lines[-1].name == "login"
    assert "invalid_grant" in lines[-1].detail
