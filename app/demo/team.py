"""The team of the demo comes in as any team does: by invitation, with mailboxes and contacts of its own."""

from dataclasses import dataclass

from app.demo.cast import Cast, Client, TeamMember
from app.services import Services
from core.enums import AddressKind, ContactKind, MailSecurity, Role
from core.rules.coordinates import parse_address
from core.services.contacts import ContactDraft
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.services.people import UserChange
from core.values import Address, Caller, ContactId, MailboxId, Origin
from simulator.mail_server import LocalMail, MailAccount

MAIL_PASSWORD = "demo"  # noqa: S105 - of mailboxes that exist in this process alone


@dataclass(frozen=True, slots=True)
class Team:
    """The users as callers, the mailboxes and the people whom the team knows."""

    rep: Caller
    second_rep: Caller
    manager: Caller
    administrator: Caller
    rep_mailbox: MailboxId
    second_mailbox: MailboxId
    known: dict[Client, ContactId]


def mail_accounts(cast: Cast) -> list[MailAccount]:
    """Mailboxes that the local mail server holds."""
    return [
        MailAccount(one.mailbox, one.mailbox, MAIL_PASSWORD, one.name) for one in cast.team if one.mailbox
    ]


def address(kind: AddressKind, text: str, cast: Cast) -> Address:
    """A coordinate of the cast."""
    found = parse_address(kind, text, cast.country)
    if found is None:
        raise ValueError(f"the cast has a coordinate that is none: {text}")
    return found


async def hire_administrator(services: Services, cast: Cast) -> Caller:
    """Make the administrator, as ADMIN_IDS does."""
    await services.people.ensure_administrators([cast.administrator.account_id])
    caller = await _caller_of(services, cast.administrator)
    await services.people.introduce(caller, cast.administrator.name)
    return caller


async def hire_team(services: Services, cast: Cast, mail: LocalMail) -> Team:
    """Make users, department, mailboxes and contacts."""
    administrator = await hire_administrator(services, cast)
    department_id = await services.departments.add(administrator, cast.department)
    callers = []
    for member in (cast.rep, cast.second_rep, cast.manager):
        token = await services.people.invite(administrator, member.role, member.name, department_id)
        await services.people.accept_invitation(
            member.account_id, member.name, token, cast.language, Origin()
        )
        caller = await _caller_of(services, member)
        await services.people.introduce(caller)
        callers.append(caller)
    rep, second_rep, manager = callers
    await services.people.set_user(
        administrator, administrator.user_id, UserChange(role=Role.ADMINISTRATOR, department_id=department_id)
    )
    return Team(
        rep=rep,
        second_rep=second_rep,
        manager=manager,
        administrator=administrator,
        rep_mailbox=await _open_mailbox(services, rep, cast.rep, mail),
        second_mailbox=await _open_mailbox(services, second_rep, cast.second_rep, mail),
        known={client: await _get_to_know(services, rep, client, cast) for client in cast.clients},
    )


async def _caller_of(services: Services, member: TeamMember) -> Caller:
    user = await services.people.find_user_by_telegram(member.account_id)
    if user is None:
        raise LookupError(f"account {member.account_id} did not become a user")
    return user.as_caller()


async def _open_mailbox(services: Services, owner: Caller, member: TeamMember, mail: LocalMail) -> MailboxId:
    return await services.mailboxes.add(
        owner,
        MailboxDraft(
            address=member.mailbox,
            imap=MailServer("127.0.0.1", mail.imap_port, MailSecurity.NONE),
            smtp=MailServer("127.0.0.1", mail.smtp_port, MailSecurity.NONE),
            login=member.mailbox,
            password=MAIL_PASSWORD,
            owner_id=owner.user_id,
        ),
    )


async def _get_to_know(services: Services, caller: Caller, client: Client, cast: Cast) -> ContactId:
    partner_id = None
    if client.company:
        partner_id = await services.contacts.create(caller, ContactDraft(ContactKind.PARTNER, client.company))
    draft = ContactDraft(
        ContactKind.PERSON if client.company else ContactKind.INDIVIDUAL,
        client.name,
        (
            address(AddressKind.EMAIL, client.email, cast),
            address(AddressKind.PHONE, client.phone, cast),
        ),
        partner_id,
    )
    return await services.contacts.create(caller, draft)
