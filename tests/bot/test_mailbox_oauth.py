"""Mailboxes by a browser link, in the chat: connected, stopped, reconnected; and who may not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from core.enums import Language, MailAuth, MailboxState, MailSecurity
from core.queries.connecting import ServerGuess
from core.queries.mailboxes import MailboxReport
from core.services.mailbox_tokens import MailboxTokens
from core.values import MailboxId
from mail.access_tokens import AccessTokens
from mail.connecting import ConnectingDoor
from mail.detection import Detection
from mail.oauth import OAuthSetup, google
from mail.oauth_flow import MailOAuth, OAuthEnd
from mail.settings import MailSettings
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.factories.authorisation import (
    CLIENT_ID,
    CLIENT_SECRET,
    AuthorisationServer,
    browse,
    query_of,
    serve_authorisation,
)
from tests.factories.mail import OpenBox
from tests.mail.scripted_imap import ScriptedIMAP, serve

ANNA, BORIS = 1001, 1002
ADDRESS = "anna@zveno.example"


class OneServer(Detection):
    """Guesses the one server there is."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._guess = ServerGuess("Gmail", "127.0.0.1", port, MailSecurity.NONE, MailAuth.OAUTH_GOOGLE)

    async def detect(self, address: str) -> ServerGuess | None:
        return self._guess if "@" in address else None


@dataclass
class Provider:
    """An office whose mailboxes are at a provider."""

    office: Office
    server: AuthorisationServer
    oauth: MailOAuth

    async def link(self, hand: Hand) -> str:
        """The link before somebody."""
        keyboard = (await hand.message())["reply_markup"]["inline_keyboard"]
        (link,) = [str(button["url"]) for row in keyboard for button in row if "url" in button]
        return link

    async def go(self, hand: Hand) -> str:
        """Open it, agree, come back; what the chat then says."""
        outcome = await self.oauth.finish(query_of(await browse(await self.link(hand))))
        await self.office.idle()
        hand.message_id = int((await self.office.last(hand.account_id))["message_id"])
        assert outcome.end in OAuthEnd
        return await hand.see()

    async def report(self) -> MailboxReport:
        (found,) = await self.office.services.mailboxes.report(None)
        return found


@asynccontextmanager
async def at_a_provider(office: Office) -> AsyncIterator[Provider]:
    async with serve_authorisation(ADDRESS) as server, serve(ScriptedIMAP()) as script:
        script.access_tokens = server.access
        providers = {MailAuth.OAUTH_GOOGLE: google(CLIENT_ID, CLIENT_SECRET, server.url)}
        setup = OAuthSetup(providers, "https://zveno.example")
        settings = MailSettings(patience=timedelta(seconds=5), oauth=setup)
        services = office.services
        kept = MailboxTokens(office.works, OpenBox(), services.mailboxes)
        oauth = MailOAuth(kept, settings, office.works.clock)
        services.connecting_door = ConnectingDoor(
            services.mailboxes,
            services.connecting,
            settings,
            AccessTokens(kept, providers, office.works.clock),
            oauth,
            OneServer(script.port),
        )
        yield Provider(office, server, oauth)


@pytest.fixture
async def provider(office: Office) -> AsyncIterator[Provider]:
    async with at_a_provider(office) as running:
        yield running


async def connected(provider: Provider, language: Language = Language.EN) -> Hand:
    """Anna's mailbox, connected in the chat up to its start."""
    await provider.office.add_user(ANNA, language=language)
    hand = Hand(provider.office, ANNA)
    await hand.write(f"/mailbox add {ADDRESS}")
    await hand.tap("🔗")
    await provider.go(hand)
    return hand


async def stopped(provider: Provider, reason: str = "token") -> tuple[Hand, MailboxId]:
    """As `connected`, begun, and then stopped by the provider; the notice is before her."""
    hand = await connected(provider)
    mailbox = (await provider.report()).id
    await hand.tap("A month")
    await hand.tap("›")
    await hand.tap("▶️")
    await provider.office.services.mailboxes.mark_stopped(mailbox, reason)
    await provider.office.idle()
    hand.message_id = int((await provider.office.last(ANNA))["message_id"])
    return hand, mailbox


@pytest.mark.parametrize(
    ("language", "told", "asked"),
    [
        (Language.EN, "The mailbox is connected", "Letters since when?"),
        (Language.RU, "Почтовый ящик подключён", "С какого времени брать письма?"),
    ],
)
async def test_a_link_connects_a_mailbox_and_the_chat_goes_on_by_itself(
    provider: Provider, language: Language, told: str, asked: str
) -> None:
    hand = await connected(provider, language)
    text = await hand.see()
    assert told in text
    assert asked in text
    assert ADDRESS in text
    report = await provider.report()
    assert (report.state, report.auth) == (MailboxState.PREPARING, MailAuth.OAUTH_GOOGLE)


async def test_what_is_wanted_is_asked_with_the_token_and_then_it_is_watched(provider: Provider) -> None:
    hand = await connected(provider)
    await hand.tap("A month")
    assert [one for one in await hand.labels() if one.startswith("✅")] == ["✅ INBOX"]
    await hand.tap("›")
    await hand.tap("▶️")
    assert (await provider.report()).state is MailboxState.ACTIVE


async def test_who_declines_reads_why_in_the_chat(provider: Provider) -> None:
    provider.server.consents = False
    hand = await connected(provider)
    text = await hand.see()
    assert "The mailbox is not connected. You did not agree at the provider." in text
    assert await provider.office.services.mailboxes.report(None) == []


async def test_a_revoked_mailbox_is_told_of_and_one_tap_gives_the_link(provider: Provider) -> None:
    hand, mailbox = await stopped(provider)
    told = await hand.see()
    assert "A mailbox has stopped" in told
    assert "withdrawn its permission" in told
    assert "nothing is lost" in told
    assert "Enter the password" not in "".join(await hand.labels())
    offered = await hand.tap("Reconnect")
    assert offered.splitlines()[0] == f"Reconnecting {ADDRESS}"
    back = await provider.go(hand)
    assert "The mailbox is connected" in back
    report = await provider.report()
    assert (report.id, report.state, report.state_reason) == (mailbox, MailboxState.ACTIVE, None)


async def test_tokens_that_another_key_sealed_are_got_anew_by_the_link_too(provider: Provider) -> None:
    hand, _ = await stopped(provider, "key")
    assert "Tap “Reconnect” and allow it once more" in await hand.see()
    assert "Enter the password" not in "".join(await hand.labels())
    await hand.tap("Reconnect")
    await provider.go(hand)
    assert (await provider.report()).state is MailboxState.ACTIVE


async def test_u1_nobody_is_given_the_link_to_a_mailbox_of_others(provider: Provider) -> None:
    _, mailbox = await stopped(provider)
    await provider.office.add_user(BORIS, "Boris")
    hand = Hand(provider.office, BORIS)
    said = await hand.write(f"/reconnect m{mailbox}")
    assert "not yours to see" in said
    assert not [one for one in await hand.labels() if "Open" in one]


async def test_a_mailbox_with_a_password_has_no_link(provider: Provider) -> None:
    hand, mailbox = await stopped(provider)
    await provider.office.services.mailboxes.set_password(None, mailbox, "secret")
    said = await hand.write(f"/reconnect m{mailbox}")
    assert "not logged in to in a browser" in said
