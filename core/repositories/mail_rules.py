"""Rules of mailboxes, and what they need to know of addresses."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import AddressKind, ContactKind, MailboxState, SubjectState, UserState
from core.errors import Invalid, NotFound
from core.models import (
    Contact,
    ContactAddress,
    LetterDismissal,
    Mailbox,
    MailMessage,
    MailRule,
    Subject,
    User,
)
from core.rules.mail_rules import Rule, check_actions


class StoredRule(NamedTuple):
    """A rule with its row; `rule` is None when its actions cannot be read any more."""

    row: MailRule
    rule: Rule | None


def read_rule(row: MailRule) -> StoredRule:
    """The rule that a row holds."""
    try:
        actions = check_actions(row.actions)
    except Invalid:
        return StoredRule(row, None)
    return StoredRule(row, Rule(row.id, row.name, row.condition, actions))


async def list_rules(
    session: AsyncSession, mailbox_id: int | None, *, inherited: bool = True
) -> list[StoredRule]:
    """Rules in the order they are asked: those of the organisation, then the mailbox's own.

    Args:
        session: The session.
        mailbox_id: Of which mailbox; None: of the organisation alone.
        inherited: Whether those of the organisation are wanted beside a mailbox's own.
    """
    own = MailRule.mailbox_id.is_(None) if mailbox_id is None else MailRule.mailbox_id == mailbox_id
    wanted = or_(MailRule.mailbox_id.is_(None), own) if inherited else own
    rows = await session.scalars(
        select(MailRule)
        .where(wanted)
        .order_by(MailRule.mailbox_id.is_not(None), MailRule.position, MailRule.id)
    )
    return [read_rule(row) for row in rows]


async def get_rule(session: AsyncSession, rule_id: int) -> MailRule:
    """A rule, locked for change.

    Raises:
        NotFound: There is none.
    """
    row = await session.get(MailRule, rule_id, with_for_update=True)
    if row is None:
        raise NotFound(f"mail rule {rule_id}")
    return row


async def next_position(session: AsyncSession, mailbox_id: int | None) -> int:
    """Where a new rule goes: behind the others."""
    own = MailRule.mailbox_id.is_(None) if mailbox_id is None else MailRule.mailbox_id == mailbox_id
    return (await session.scalar(select(func.max(MailRule.position)).where(own)) or 0) + 1


async def list_gone(session: AsyncSession, rules: Sequence[Rule]) -> set[int]:
    """Rules that name a user who has left or a subject that is closed or gone, by id: they are skipped."""
    users = {one.actions.responsible_id for one in rules} - {None}
    subjects = {one.actions.subject_id for one in rules} - {None}
    there: set[Any] = set()
    if users:
        there |= {
            ("user", one)
            for one in await session.scalars(
                select(User.id).where(User.id.in_(users), User.state == UserState.ACTIVE)
            )
        }
    if subjects:
        there |= {
            ("subject", one)
            for one in await session.scalars(
                select(Subject.id).where(Subject.id.in_(subjects), Subject.state == SubjectState.OPEN)
            )
        }
    needed = {
        one.id: {
            (kind, value)
            for kind, value in (("user", one.actions.responsible_id), ("subject", one.actions.subject_id))
            if value is not None
        }
        for one in rules
    }
    return {rule_id for rule_id, some in needed.items() if not some <= there}


async def load_own_addresses(session: AsyncSession, among: Collection[str]) -> frozenset[str]:
    """Which addresses are ours: of users, and of mailboxes that are watched."""
    return frozenset(
        [
            *await session.scalars(
                select(ContactAddress.value)
                .join(Contact, Contact.id == ContactAddress.contact_id)
                .where(
                    ContactAddress.kind == AddressKind.EMAIL,
                    ContactAddress.value.in_(among),
                    Contact.kind == ContactKind.USER,
                )
            ),
            *await session.scalars(
                select(Mailbox.address).where(
                    Mailbox.address.in_(among), Mailbox.state != MailboxState.REMOVED
                )
            ),
        ]
    )


async def load_known_addresses(session: AsyncSession, among: Collection[str]) -> frozenset[str]:
    """Which addresses are those of contacts, our own people apart."""
    return frozenset(
        await session.scalars(
            select(ContactAddress.value)
            .join(Contact, Contact.id == ContactAddress.contact_id)
            .where(
                ContactAddress.kind == AddressKind.EMAIL,
                ContactAddress.value.in_(among),
                Contact.kind != ContactKind.USER,
                Contact.merged_into_id.is_(None),
            )
        )
    )


async def load_dismissed(session: AsyncSession, user_id: int, message_ids: Collection[str]) -> frozenset[str]:
    """Which Message-IDs are those of letters that are no business of a user."""
    if not message_ids:
        return frozenset()
    return frozenset(
        await session.scalars(
            select(MailMessage.message_id)
            .join(LetterDismissal, LetterDismissal.interaction_id == MailMessage.interaction_id)
            .where(LetterDismissal.user_id == user_id, MailMessage.message_id.in_(message_ids))
        )
    )


async def is_dismissed(session: AsyncSession, user_id: int, interaction_id: int) -> bool:
    """Whether a letter is no business of a user."""
    return await session.get(LetterDismissal, (interaction_id, user_id)) is not None


async def forget_dismissals(session: AsyncSession, interaction_id: int, user_id: int) -> None:
    """A letter is a user's business after all."""
    await session.execute(
        delete(LetterDismissal).where(
            LetterDismissal.interaction_id == interaction_id, LetterDismissal.user_id == user_id
        )
    )
