"""A mailbox that is let in by tokens: an authorisation server, a mail server that asks it, and the core between."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.database import Database
from core.enums import MailAuth, MailSecurity
from core.models import MailboxToken
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.services.mailbox_tokens import MailboxTokens
from core.values import Caller, MailboxId
from mail.access_tokens import AccessTokens
from mail.oauth import OAuthSetup, google, microsoft
from mail.oauth_flow import MailOAuth, OAuthEnd
from mail.settings import MailServices, MailSettings
from tests.conftest import FixedClock
from tests.factories.authorisation import (
    CLIENT_ID,
    CLIENT_SECRET,
    AuthorisationServer,
    browse,
    query_of,
    serve_authorisation,
)
from tests.factories.mail import OpenBox
from tests.factories.mail_world import ANNA, MailWorld, open_mail_world
from tests.mail.scripted_imap import ScriptedIMAP, serve

PUBLIC_URL = "https://zveno.example"


@dataclass
class OAuthWorld:
    """What tests of tokens start from; Anna sits in front of the browser."""

    mail: MailWorld
    provider: AuthorisationServer
    script: ScriptedIMAP
    tokens: MailboxTokens
    access_tokens: AccessTokens
    oauth: MailOAuth
    services: MailServices
    settings: MailSettings

    @property
    def anna(self) -> Caller:
        return self.mail.post.organisation.anna

    def draft(self, **fields: Any) -> MailboxDraft:
        """Anna's mailbox at Google."""
        values: dict[str, Any] = {
            "address": ANNA.address,
            "imap": MailServer("127.0.0.1", self.script.port, MailSecurity.NONE),
            "login": ANNA.address,
            "password": "",
            "owner_id": self.anna.user_id,
            "auth": MailAuth.OAUTH_GOOGLE,
        }
        return MailboxDraft(**{**values, **fields})

    async def go(self, wanted: MailboxDraft | MailboxId | None = None, **given: Any) -> Mapping[str, str]:
        """Begin, open the link in the browser; what the provider sends back."""
        link = await self.oauth.begin_oauth(self.anna, wanted or self.draft(), **given)
        return query_of(await browse(link))

    async def connect(self) -> MailboxId:
        """Anna's mailbox, connected."""
        outcome = await self.oauth.finish(await self.go())
        assert outcome.end is OAuthEnd.CONNECTED
        (report,) = await self.services.mailboxes.report(self.anna)
        return report.id

    async def stored(self, mailbox_id: MailboxId) -> MailboxToken | None:
        async with self.mail.post.works.database.reading() as session:
            return await session.get(MailboxToken, mailbox_id)


@asynccontextmanager
async def open_oauth_world(database: Database, clock: FixedClock, folder: Path) -> AsyncIterator[OAuthWorld]:
    """A running world, whose provider is both Google and Microsoft."""
    async with (
        open_mail_world(database, clock, folder) as mail,
        serve_authorisation(ANNA.address) as provider,
        serve(ScriptedIMAP(access_tokens=provider.access)) as script,
    ):
        providers = {
            MailAuth.OAUTH_GOOGLE: google(CLIENT_ID, CLIENT_SECRET, provider.url),
            MailAuth.OAUTH_MICROSOFT: microsoft(CLIENT_ID, CLIENT_SECRET, provider.url),
        }
        settings = replace(mail.settings, oauth=OAuthSetup(providers, PUBLIC_URL))
        tokens = MailboxTokens(mail.post.works, OpenBox(), mail.post.mailboxes)
        access_tokens = AccessTokens(tokens, providers, clock, race_seconds=0.01)
        services = replace(mail.services, tokens=access_tokens)
        oauth = MailOAuth(tokens, settings, clock)
        yield OAuthWorld(mail, provider, script, tokens, access_tokens, oauth, services, settings)
