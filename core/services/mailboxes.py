"""Mailboxes: adding, pausing, removing, and what the mail door tells of their state (domain.md M, U3)."""

from sqlalchemy import true

from core.enums import FunctionalOption, MailAuth, MailboxState, Role
from core.errors import NotFound, StateForbids
from core.models import Mailbox
from core.ports import SecretBox
from core.queries.mailboxes import MailboxReport, list_reports
from core.repositories import mailbox_tokens, mailboxes, quarantine
from core.repositories.access import require_role
from core.repositories.options import load_off, require_option
from core.services import mailbox_health
from core.services.mailbox_adding import add_mailbox
from core.services.mailbox_drafts import (
    MailboxAccess,
    MailboxDraft,
    MailServer,
    check_draft,
    check_may_add,
    check_password,
    fingerprint,
)
from core.services.mailbox_rights import check_own, get_own
from core.services.work import Works
from core.values import Caller, MailboxId, Ref, RefKind


class Mailboxes:
    """Mailboxes of users and departments."""

    def __init__(self, works: Works, secrets: SecretBox) -> None:
        self._works = works
        self._secrets = secrets

    async def add(self, caller: Caller | None, draft: MailboxDraft) -> MailboxId:
        """Add a mailbox; it is watched from the next look of the mail engine on.

        Its address becomes one of its owner's contact, so that they are known in letters.

        Raises:
            OptionOff: The mail client is switched off.
            NotAllowed: It is for somebody else, or a department's, and the caller is no administrator.
            Invalid: The address, a host, a port or the login makes no sense.
            Missing: Neither or both of owner and department are given, or nobody works in the department.
            NotFound: There is no such owner or department.
            MailboxTaken: This mailbox is there already.
        """
        check_may_add(caller, draft)
        address = check_draft(draft)
        async with self._works.begin(caller, "add_mailbox") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            mailbox = await add_mailbox(work, draft, address, self._secrets.seal(draft.password))
            work.confirm(Ref(RefKind.MAILBOX, mailbox.id), note="mailbox_added")
            return MailboxId(mailbox.id)

    async def pause(self, caller: Caller | None, mailbox_id: MailboxId) -> None:
        """Stop watching until resumed. Raises as `remove`."""
        await self._set_state(caller, mailbox_id, MailboxState.PAUSED, "pause_mailbox")

    async def resume(self, caller: Caller | None, mailbox_id: MailboxId) -> None:
        """Watch again, also after it was stopped. Raises as `remove`."""
        await self._set_state(caller, mailbox_id, MailboxState.ACTIVE, "resume_mailbox")

    async def remove(self, caller: Caller | None, mailbox_id: MailboxId) -> None:
        """Forget a mailbox and its password; what was captured from it stays.

        Raises:
            NotFound: There is no such mailbox for the caller.
            NotAllowed: It is a department's, and the caller is no administrator.
            OptionOff: The mail client is switched off.
            StateForbids: It is still being connected, and so can be removed and nothing else.
        """
        await self._set_state(caller, mailbox_id, MailboxState.REMOVED, "remove_mailbox")

    async def _set_state(
        self, caller: Caller | None, mailbox_id: MailboxId, state: MailboxState, action: str
    ) -> None:
        async with self._works.begin(caller, action) as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            mailbox = await get_own(work, mailbox_id, action)
            ref = Ref(RefKind.MAILBOX, mailbox.id)
            if mailbox.state is MailboxState.PREPARING and state is not MailboxState.REMOVED:
                raise StateForbids(ref, mailbox.state)  # It is begun by MailboxConnecting.start, once asked.
            if work.change(mailbox, of=ref, state=state, state_reason=None):
                mailbox_health.forget_trouble(mailbox)
            mailbox.nudged_at = work.now
            if state is MailboxState.REMOVED:
                mailbox.sealed_password = ""
                await mailbox_tokens.drop(work.session, mailbox.id)
                await quarantine.drop_waivers(work.session, mailbox.id)
            work.confirm(ref if state is not MailboxState.REMOVED else "mailboxes", note=action)

    async def set_password(self, caller: Caller | None, mailbox_id: MailboxId, password: str) -> None:
        """Replace the password and watch again if the old one had stopped the mailbox.

        Raises:
            Invalid: It is empty, or holds what no login can carry.
            NotFound, NotAllowed, OptionOff: As `remove`.
        """
        check_password(password)
        async with self._works.begin(caller, "set_mailbox_password") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            mailbox = await get_own(work, mailbox_id, "set_mailbox_password")
            mailbox.sealed_password = self._secrets.seal(
                password
            )  # Not in the audit: it would keep the old one.
            mailbox.auth = MailAuth.PASSWORD
            await mailbox_tokens.drop(work.session, mailbox.id)
            ref = Ref(RefKind.MAILBOX, mailbox.id)
            if mailbox.state is MailboxState.STOPPED:
                work.change(mailbox, of=ref, state=MailboxState.ACTIVE, state_reason=None)
                mailbox_health.forget_trouble(mailbox)
            work.confirm(ref, note="mailbox_password_set")

    async def check_may_change(self, caller: Caller, mailbox_id: MailboxId) -> MailboxReport:
        """The mailbox without its folders, if the caller may change it: before a password is asked for.

        Raises:
            NotFound, NotAllowed: As `remove`.
        """
        async with self._works.database.reading() as session:
            mailbox = await mailboxes.find_mailbox(session, mailbox_id, true())
            await check_own(session, caller, mailbox, "change_mailbox")
            (found,) = await list_reports(session, Mailbox.id == mailbox_id, folders=False)
            return found

    async def set_mirror_seen(self, caller: Caller | None, mailbox_id: MailboxId, *, is_on: bool) -> None:
        r"""Have \Seen on the server follow what is reviewed here, or leave the server alone. Raises as `remove`."""
        async with self._works.begin(caller, "set_mirror_seen") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            mailbox = await get_own(work, mailbox_id, "set_mirror_seen")
            ref = Ref(RefKind.MAILBOX, mailbox.id)
            work.change(mailbox, of=ref, mirror_seen=is_on)
            work.confirm(ref, note="mirror_seen_on" if is_on else "mirror_seen_off")

    async def set_verify_certificate(
        self, caller: Caller | None, mailbox_id: MailboxId, *, is_on: bool
    ) -> None:
        """Have the mailbox's servers prove who they are, or trust whoever answers; raises as `remove`.

        A mailbox that had stopped because of its server's certificate is watched again.
        """
        async with self._works.begin(caller, "set_verify_certificate") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            mailbox = await get_own(work, mailbox_id, "set_verify_certificate")
            ref = Ref(RefKind.MAILBOX, mailbox.id)
            work.change(mailbox, of=ref, verify_certificate=is_on)
            if not is_on and mailbox.state is MailboxState.STOPPED and mailbox.state_reason == "certificate":
                work.change(mailbox, of=ref, state=MailboxState.ACTIVE, state_reason=None)
                mailbox_health.forget_trouble(mailbox)
            work.confirm(ref, note="certificate_verified" if is_on else "certificate_not_verified")

    async def report(
        self, caller: Caller | None = None, mailbox_id: MailboxId | None = None
    ) -> list[MailboxReport]:
        """Mailboxes that the caller sees, all of them for the system, with the fate of every letter.

        Raises:
            NotFound: The mailbox named is not there for the caller.
        """
        async with self._works.database.reading_aside() as session:
            condition = await mailboxes.sees_mailbox(session, caller) if caller is not None else true()
            if mailbox_id is not None:
                condition &= Mailbox.id == mailbox_id
            found = await list_reports(session, condition)
        if mailbox_id is not None and not found:
            raise NotFound(Ref(RefKind.MAILBOX, mailbox_id))
        return found

    async def list_kept(self, caller: Caller) -> list[MailboxReport]:
        """The caller's own mailboxes and those of departments that are theirs to look after; without folders."""
        async with self._works.database.reading() as session:
            return await list_reports(session, await mailboxes.keeps_mailbox(session, caller), folders=False)

    async def list_all(self, caller: Caller) -> list[MailboxReport]:
        """Every mailbox of the organisation, without folders.

        Raises:
            NotAllowed: The caller is no administrator.
        """
        require_role(caller, Role.ADMINISTRATOR, action="list_mailboxes")
        async with self._works.database.reading() as session:
            return await list_reports(session, folders=False)

    async def list_watched(self) -> dict[MailboxId, str]:
        """The mailboxes to be watched now, each with a word that changes when its settings do.

        None while the mail client is switched off (domain.md O2).
        """
        async with self._works.database.reading() as session:
            if FunctionalOption.MAIL_CLIENT in await load_off(session):
                return {}
            active = await mailboxes.list_mailboxes(session, MailboxState.ACTIVE)
            return {MailboxId(one.id): fingerprint(one) for one in active}

    async def open(self, mailbox_id: MailboxId, *, password: str | None = None) -> MailboxAccess:
        """What is needed to talk to a mailbox's servers.

        Args:
            mailbox_id: Which mailbox.
            password: One to be tried in place of the stored one, which need not be readable then.

        Raises:
            NotFound: There is no such mailbox.
            Invalid: The password was sealed with another key.
        """
        async with self._works.database.reading() as session:
            mailbox = await mailboxes.find_mailbox(session, mailbox_id, true())
            waivers = await quarantine.list_waivers(session, mailbox_id)
        smtp = None
        if mailbox.smtp_host and mailbox.smtp_port and mailbox.smtp_security:
            smtp = MailServer(mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security)
        return MailboxAccess(
            id=mailbox_id,
            address=mailbox.address,
            imap=MailServer(mailbox.imap_host, mailbox.imap_port, mailbox.imap_security),
            smtp=smtp,
            login=mailbox.login,
            password=password if password is not None else self._open_password(mailbox),
            folders=tuple(mailbox.wanted_folders) if mailbox.wanted_folders is not None else None,
            since=mailbox.since,
            waivers=frozenset(waivers),
            mirror_seen=mailbox.mirror_seen,
            verify_certificate=mailbox.verify_certificate,
            auth=mailbox.auth if password is None else MailAuth.PASSWORD,
        )

    def _open_password(self, mailbox: Mailbox) -> str:
        return self._secrets.open(mailbox.sealed_password) if mailbox.auth is MailAuth.PASSWORD else ""

    async def mark_stopped(self, mailbox_id: MailboxId, reason: str) -> None:
        """Stop a mailbox that only a person can put right, and tell the one who keeps it, once.

        Args:
            mailbox_id: Which one.
            reason: A word for the door's texts: auth, token, certificate, encryption, key.
        """
        async with self._works.begin(None, "stop_mailbox") as work:
            mailbox = await mailboxes.get_mailbox(work.session, mailbox_id)
            await mailbox_health.note_stopped(work, mailbox, reason)

    async def mark_reached(self, mailbox_id: MailboxId) -> None:
        """Note that everything the server has was looked at; who was told of trouble is told that it is over."""
        async with self._works.begin(None, "mailbox_reached") as work:
            await mailbox_health.note_reached(work, await mailboxes.get_mailbox(work.session, mailbox_id))

    async def mark_unreached(self, mailbox_id: MailboxId, reason: str) -> None:
        """Note that the server could not be used; its keeper is told once when that lasts."""
        async with self._works.begin(None, "mailbox_unreached") as work:
            mailbox = await mailboxes.get_mailbox(work.session, mailbox_id)
            await mailbox_health.note_unreached(work, mailbox, reason)
