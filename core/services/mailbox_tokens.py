"""Mailboxes that are logged in to with tokens: asking a provider for them, keeping them, renewing them (domain.md U).

A person is sent to the provider with a state that is good once, for fifteen minutes, and for the user and the
mailbox it was made for. Tokens are sealed at rest like passwords, and no audit holds them.
"""

import hashlib
import logging
import secrets as random_words
from collections.abc import Sequence
from datetime import timedelta

from core.enums import FunctionalOption, MailAuth, MailboxState, UserState
from core.errors import Invalid, NotFound
from core.models import Mailbox, MailboxToken, OAuthRequest, User
from core.ports import SecretBox
from core.queries import people
from core.queries.connecting import OfferedFolder
from core.repositories import mailbox_tokens, mailboxes
from core.repositories.options import require_option
from core.services import mailbox_health
from core.services.mailbox_adding import add_mailbox
from core.services.mailbox_connecting import add_preparing
from core.services.mailbox_drafts import MailboxDraft, check_draft, check_may_add
from core.services.mailbox_rights import get_own
from core.services.mailboxes import Mailboxes
from core.services.oauth_drafts import dump_draft, load_draft
from core.services.oauth_errands import Begun, Errand, OAuthTokens, access_of
from core.services.work import Work, Works
from core.values import Caller, MailboxId, Ref, RefKind

VALID_FOR = timedelta(minutes=15)
_STATE_BYTES = 32

logger = logging.getLogger(__name__)


class MailboxTokens:
    """Tokens of mailboxes."""

    def __init__(self, works: Works, secrets: SecretBox, mailboxes: Mailboxes) -> None:
        self._works = works
        self._secrets = secrets
        self._mailboxes = mailboxes

    async def begin(
        self, caller: Caller, wanted: MailboxDraft | MailboxId, verifier: str, *, prepares: bool = False
    ) -> Begun:
        """Send a user to the provider.

        Args:
            caller: Who is sent.
            wanted: The mailbox to be added, or the one to be reconnected.
            verifier: PKCE's.
            prepares: Have a new mailbox wait, state PREPARING, once it is there.

        Raises:
            OptionOff: The mail client is switched off.
            NotAllowed: The mailbox is, or is to be, somebody else's.
            NotFound: There is no such mailbox for the caller.
            Invalid: It is not logged in to with tokens; or the draft makes no sense.
            Missing: Neither or both of owner and department are given.
        """
        state = random_words.token_urlsafe(_STATE_BYTES)
        request, login = await self._make_request(caller, wanted)
        if request.auth is MailAuth.PASSWORD:
            raise Invalid("auth", request.auth)
        begun = Begun(state, request.auth, login)
        request.state_sha256, request.sealed_verifier = _hash(state), self._secrets.seal(verifier)
        request.prepares = prepares
        async with self._works.begin(caller, "begin_oauth") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            await mailbox_tokens.drop_expired(work.session, work.now)
            request.created_at, request.expires_at = work.now, work.now + VALID_FOR
            work.session.add(request)  # Nothing to be taken back: not in the audit.
        return begun

    async def _make_request(
        self, caller: Caller, wanted: MailboxDraft | MailboxId
    ) -> tuple[OAuthRequest, str]:
        if isinstance(wanted, MailboxDraft):
            check_may_add(caller, wanted)
            check_draft(wanted)
            new = OAuthRequest(user_id=caller.user_id, auth=wanted.auth, draft=dump_draft(wanted))
            return new, wanted.login
        await self._mailboxes.check_may_change(caller, wanted)
        async with self._works.database.reading() as session:
            mailbox = await session.get_one(Mailbox, wanted)
        again = OAuthRequest(user_id=caller.user_id, auth=mailbox.auth, mailbox_id=wanted)
        return again, mailbox.login

    async def claim(self, state: str) -> Errand:
        """Take up what a state was made for; once.

        Raises:
            NotFound: It was used, has expired or never existed; or its user has left.
        """
        async with self._works.database.reading() as session:  # Strangers are turned away without a write.
            if not await mailbox_tokens.is_request(session, _hash(state)):
                raise NotFound("oauth request")
        async with self._works.begin(None, "claim_oauth") as work:
            request = await mailbox_tokens.use_request(work.session, _hash(state), work.now)
            if request is None:
                raise NotFound("oauth request")
            active = (User.id == request.user_id) & (User.state == UserState.ACTIVE)
            user = await people.find_user(work.session, active)
            if user is None:
                raise NotFound("oauth request")
            draft = load_draft(request.draft) if request.draft is not None else None
            mailbox_id = MailboxId(request.mailbox_id or 0)
            is_shared = draft is not None and draft.department_id is not None
            if draft is None:
                is_shared = (await mailboxes.get_mailbox(work.session, mailbox_id)).owner_id is None
            auth, prepares = request.auth, request.prepares
            verifier = self._secrets.open(request.sealed_verifier)
        access = access_of(draft) if draft is not None else await self._mailboxes.open(mailbox_id)
        return Errand(user.as_caller(), auth, verifier, access, draft, is_shared, prepares)

    async def connect(
        self, errand: Errand, tokens: OAuthTokens, folders: Sequence[OfferedFolder] = ()
    ) -> MailboxId:
        """Keep tokens that work: add the mailbox, or watch it again; its user is told.

        Args:
            errand: Who came back, and for which mailbox.
            tokens: What they brought.
            folders: What a new mailbox that waits has to choose from.

        Raises:
            OptionOff, NotAllowed, NotFound: As `begin`, if that has come about meanwhile.
            MailboxTaken: This mailbox is there already.
        """
        async with self._works.begin(errand.caller, "connect_mailbox") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            if errand.draft is not None:
                mailbox = await _add(work, errand.draft, folders if errand.prepares else None)
            else:
                mailbox = await get_own(work, errand.access.id, "connect_mailbox")
                _reconnect(work, mailbox, errand.auth)
            await self._write(work, mailbox.id, tokens)
            waits = mailbox.state is MailboxState.PREPARING
            show = f"connect:{mailbox.id}" if waits else str(Ref(RefKind.MAILBOX, mailbox.id))
            work.notify(errand.caller.user_id, show, note="mailbox_connected")
            return MailboxId(mailbox.id)

    async def tell_failed(self, errand: Errand, reason: str) -> None:
        """Tell the user in the chat why their mailbox was not connected, in a word for the door's texts."""
        shown = "mailboxes" if errand.draft is not None else str(Ref(RefKind.MAILBOX, errand.access.id))
        async with self._works.begin(None, "oauth_failed") as work:
            work.notify(errand.caller.user_id, shown, note="oauth_failed", reason=reason)

    async def find(self, mailbox_id: MailboxId) -> OAuthTokens | None:
        """The tokens of a mailbox.

        Raises:
            Invalid: They were sealed with another key.
        """
        async with self._works.database.reading() as session:
            row = await session.get(MailboxToken, mailbox_id)
        if row is None:
            return None
        return OAuthTokens(
            self._secrets.open(row.sealed_access), self._secrets.open(row.sealed_refresh), row.expires_at
        )

    async def keep_renewed(self, mailbox_id: MailboxId, tokens: OAuthTokens, *, instead_of: str) -> None:
        """Keep renewed tokens, unless somebody has replaced the refresh token that they came of meanwhile."""
        async with self._works.begin(None, "renew_tokens") as work:
            await mailboxes.get_mailbox(work.session, mailbox_id)
            row = await work.session.get(MailboxToken, mailbox_id)
            if row is None or self._secrets.open(row.sealed_refresh) != instead_of:
                logger.info("tokens overtaken", extra={"event": "tokens_overtaken", "mailbox_id": mailbox_id})
                return
            await self._write(work, mailbox_id, tokens)

    async def _write(self, work: Work, mailbox_id: int, tokens: OAuthTokens) -> None:
        row = MailboxToken(
            mailbox_id=mailbox_id,
            sealed_refresh=self._secrets.seal(tokens.refresh),
            sealed_access=self._secrets.seal(tokens.access),
            expires_at=tokens.expires_at,
            renewed_at=work.now,
        )
        await work.session.merge(row)


async def _add(work: Work, draft: MailboxDraft, folders: Sequence[OfferedFolder] | None) -> Mailbox:
    """Add a mailbox; one with folders to choose from waits."""
    check_may_add(work.caller, draft)
    address = check_draft(draft)
    if folders is None:
        return await add_mailbox(work, draft, address, "")
    return await add_preparing(work, draft, address.value, "", folders)


def _reconnect(work: Work, mailbox: Mailbox, auth: MailAuth) -> None:
    mailbox.auth, mailbox.sealed_password, mailbox.nudged_at = auth, "", work.now
    if mailbox.state is MailboxState.STOPPED:
        ref = Ref(RefKind.MAILBOX, mailbox.id)
        work.change(mailbox, of=ref, state=MailboxState.ACTIVE, state_reason=None)
    mailbox_health.forget_trouble(mailbox)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()
