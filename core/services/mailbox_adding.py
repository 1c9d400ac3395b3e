"""A mailbox that is new: that it is new, whose it is, and that its owner is known by its address (domain.md U3)."""

from core.enums import MailboxState
from core.errors import MailboxTaken
from core.models import Mailbox
from core.repositories import mailboxes, users
from core.services.linking import link_unclaimed, reindex_contact, write_coordinates
from core.services.mailbox_drafts import MailboxDraft
from core.services.work import Work
from core.values import Address, Ref, RefKind


async def add_mailbox(work: Work, draft: MailboxDraft, address: Address, sealed_password: str) -> Mailbox:
    """Add a mailbox; its address becomes one of its owner's contact.

    Args:
        work: The transaction.
        draft: One that makes sense.
        address: The draft's, normalised.
        sealed_password: The draft's, sealed.

    Raises:
        MailboxTaken: This mailbox is there already.
        NotFound: There is no such owner or department.
        Missing: Nobody works in the department.
    """
    mailbox = build_mailbox(work, draft, address.value, sealed_password)
    await check_new(work, mailbox)
    await check_owner(work, mailbox)
    await work.add(mailbox, of=None)
    await work.session.flush()
    await introduce_owner(work, mailbox, address)
    return mailbox


def build_mailbox(work: Work, draft: MailboxDraft, address: str, sealed_password: str) -> Mailbox:
    """The row of a draft, watched from the start; it is not added yet."""
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
        auth=draft.auth,
        sealed_password=sealed_password,
        wanted_folders=list(draft.folders) if draft.folders is not None else None,
        state=MailboxState.ACTIVE,
        failures=0,
        since=draft.since,
        verify_certificate=draft.verify_certificate,
        created_at=work.now,
    )


async def check_new(work: Work, mailbox: Mailbox) -> None:
    """Refuse a mailbox that is connected already; one that somebody is only about to connect hinders nobody.

    Raises:
        MailboxTaken: The same address at the same server is there.
    """
    for one in await mailboxes.list_mailboxes(work.session):
        if one.id == mailbox.id or one.state is MailboxState.PREPARING or _place(one) != _place(mailbox):
            continue
        is_own = work.caller is None or one.owner_id == work.user_id
        raise MailboxTaken(Ref(RefKind.MAILBOX, one.id), one.state, is_own=is_own)


def _place(mailbox: Mailbox) -> tuple[str, str, int]:
    return mailbox.address, mailbox.imap_host.lower(), mailbox.imap_port


async def check_owner(work: Work, mailbox: Mailbox) -> None:
    """Refuse a mailbox that nobody would look after.

    Raises:
        NotFound: There is no such owner or department.
        Missing: Nobody works in the department.
    """
    if mailbox.owner_id is not None:
        await users.get_user(work.session, mailbox.owner_id)
    elif mailbox.department_id is not None:
        await users.get_department(work.session, mailbox.department_id)
    await mailboxes.find_keeper(work.session, mailbox)


async def introduce_owner(work: Work, mailbox: Mailbox, address: Address) -> None:
    """Make a mailbox's address one of its owner's contact, so that they are known in letters."""
    if mailbox.owner_id is None:
        return
    contact = await users.find_user_contact(work.session, mailbox.owner_id)
    if contact is not None:
        await link_unclaimed(work, contact, await write_coordinates(work, contact, [address]))
        await reindex_contact(work, contact)
