"""Mailboxes: adding, pausing, removing, and what the mail door tells of their state (domain.md M, U3)."""

from sqlalchemy import select, true

from core.enums import FunctionalOption, MailboxState, Role
from core.errors import NotAllowed, NotFound, StateForbids
from core.models import Mailbox
from core.ports import SecretBox
from core.queries.mailboxes import MailboxReport, list_reports
from core.repositories import mailboxes, users
from core.repositories.access import require_role
from core.repositories.options import load_off, require_option
from core.services.linking import link_unclaimed, reindex_contact, write_coordinates
from core.services.mailbox_drafts import (
    MailboxAccess,
    MailboxDraft,
    MailServer,
    check_draft,
    check_may_add,
    fingerprint,
)
from core.services.work import Work, Works
from core.values import Address, Caller, MailboxId, Ref, RefKind


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
            StateForbids: This mailbox is there already.
        """
        check_may_add(caller, draft)
        address = check_draft(draft)
        async with self._works.begin(caller, "add_mailbox") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            await _check_new(work, draft, address.value)
            mailbox = self._build(work, draft, address.value)
            await _check_owner(work, mailbox)
            await work.add(mailbox, of=None)
            await work.session.flush()
            await _introduce_owner(work, mailbox, address)
            work.confirm(Ref(RefKind.MAILBOX, mailbox.id), note="mailbox_added")
            return MailboxId(mailbox.id)

    def _build(self, work: Work, draft: MailboxDraft, address: str) -> Mailbox:
        smtp = draft.smtp
        return Mailbox(
            owner_id=draft.owner_id,
            department_id=draft.department_id,
            address=address,
            imap_host=draft.imap.host,
            imap_port=draft.imap.port,
            imap_security=draft.imap.security,
            smtp_host=smtp.host if smtp else None,
            smtp_port=smtp.port if smtp else None,
            smtp_security=smtp.security if smtp else None,
            login=draft.login,
            sealed_password=self._secrets.seal(draft.password),
            wanted_folders=list(draft.folders) if draft.folders is not None else None,
            state=MailboxState.ACTIVE,
            failures=0,
            since=draft.since,
            created_at=work.now,
        )

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
        """
        await self._set_state(caller, mailbox_id, MailboxState.REMOVED, "remove_mailbox")

    async def _set_state(
        self, caller: Caller | None, mailbox_id: MailboxId, state: MailboxState, action: str
    ) -> None:
        async with self._works.begin(caller, action) as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            mailbox = await _get_own(work, mailbox_id, action)
            ref = Ref(RefKind.MAILBOX, mailbox.id)
            if work.change(mailbox, of=ref, state=state, state_reason=None):
                mailbox.failures = 0
            if state is MailboxState.REMOVED:
                mailbox.sealed_password = ""
            work.confirm(ref if state is not MailboxState.REMOVED else "mailboxes", note=action)

    async def set_password(self, caller: Caller | None, mailbox_id: MailboxId, password: str) -> None:
        """Replace the password and watch again if the old one had stopped the mailbox. Raises as `remove`."""
        async with self._works.begin(caller, "set_mailbox_password") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            mailbox = await _get_own(work, mailbox_id, "set_mailbox_password")
            mailbox.sealed_password = self._secrets.seal(
                password
            )  # Not in the audit: it would keep the old one.
            ref = Ref(RefKind.MAILBOX, mailbox.id)
            if mailbox.state is MailboxState.STOPPED:
                work.change(mailbox, of=ref, state=MailboxState.ACTIVE, state_reason=None)
                mailbox.failures = 0
            work.confirm(ref, note="mailbox_password_set")

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

    async def open(self, mailbox_id: MailboxId) -> MailboxAccess:
        """What is needed to talk to a mailbox's servers.

        Raises:
            NotFound: There is no such mailbox.
            Invalid: The password was sealed with another key.
        """
        async with self._works.database.reading() as session:
            mailbox = await session.get(Mailbox, mailbox_id)
        if mailbox is None or mailbox.state is MailboxState.REMOVED:
            raise NotFound(Ref(RefKind.MAILBOX, mailbox_id))
        smtp = None
        if mailbox.smtp_host and mailbox.smtp_port and mailbox.smtp_security:
            smtp = MailServer(mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security)
        return MailboxAccess(
            id=mailbox_id,
            address=mailbox.address,
            imap=MailServer(mailbox.imap_host, mailbox.imap_port, mailbox.imap_security),
            smtp=smtp,
            login=mailbox.login,
            password=self._secrets.open(mailbox.sealed_password),
            folders=tuple(mailbox.wanted_folders) if mailbox.wanted_folders is not None else None,
            since=mailbox.since,
        )

    async def mark_stopped(self, mailbox_id: MailboxId, reason: str) -> None:
        """Stop a mailbox that only a person can put right, and tell the one who keeps it, once.

        Args:
            mailbox_id: Which one.
            reason: A word for the door's texts: auth, certificate, encryption, key.
        """
        async with self._works.begin(None, "stop_mailbox") as work:
            mailbox = await mailboxes.get_mailbox(work.session, mailbox_id)
            if mailbox.state is not MailboxState.ACTIVE:
                return
            ref = Ref(RefKind.MAILBOX, mailbox.id)
            work.change(mailbox, of=ref, state=MailboxState.STOPPED, state_reason=reason)
            keeper = await mailboxes.find_keeper(work.session, mailbox)
            key = f"mailbox_stopped:{mailbox.id}:{int(work.now.timestamp())}"
            work.notify(keeper, ref, note="mailbox_stopped", key=key, reason=reason)

    async def mark_reached(self, mailbox_id: MailboxId) -> None:
        """Note that everything the server has was looked at."""
        async with self._works.begin(None, "mailbox_reached") as work:
            mailbox = await mailboxes.get_mailbox(work.session, mailbox_id)
            mailbox.last_success_at, mailbox.failures = work.now, 0
            if mailbox.state is MailboxState.ACTIVE:
                mailbox.state_reason = None

    async def mark_unreached(self, mailbox_id: MailboxId, reason: str) -> None:
        """Note that the server could not be used; it is tried again, so its state stays."""
        async with self._works.begin(None, "mailbox_unreached") as work:
            mailbox = await mailboxes.get_mailbox(work.session, mailbox_id)
            mailbox.failures += 1
            if mailbox.state is MailboxState.ACTIVE:
                mailbox.state_reason = reason


async def _check_new(work: Work, draft: MailboxDraft, address: str) -> None:
    place = (address, draft.imap.host.lower(), draft.imap.port)
    for one in await mailboxes.list_mailboxes(work.session):
        if (one.address, one.imap_host.lower(), one.imap_port) == place:
            raise StateForbids(Ref(RefKind.MAILBOX, one.id), one.state)


async def _check_owner(work: Work, mailbox: Mailbox) -> None:
    if mailbox.owner_id is not None:
        await users.get_user(work.session, mailbox.owner_id)
    elif mailbox.department_id is not None:
        await users.get_department(work.session, mailbox.department_id)
    await mailboxes.find_keeper(work.session, mailbox)


async def _introduce_owner(work: Work, mailbox: Mailbox, address: Address) -> None:
    if mailbox.owner_id is None:
        return
    contact = await users.find_user_contact(work.session, mailbox.owner_id)
    if contact is not None:
        await link_unclaimed(work, contact, await write_coordinates(work, contact, [address]))
        await reindex_contact(work, contact)


async def _get_own(work: Work, mailbox_id: MailboxId, action: str) -> Mailbox:
    """A mailbox that the caller may change: their own; administrators and the system change any."""
    mailbox = await mailboxes.get_mailbox(work.session, mailbox_id)
    caller = work.caller
    if caller is None or caller.role is Role.ADMINISTRATOR or mailbox.owner_id == caller.user_id:
        return mailbox
    kept = await mailboxes.keeps_mailbox(work.session, caller)
    if await work.session.scalar(select(Mailbox.id).where(Mailbox.id == mailbox.id, kept)) is None:
        raise NotFound(Ref(RefKind.MAILBOX, mailbox_id))
    raise NotAllowed(action)
