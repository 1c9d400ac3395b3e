"""Rules of mailboxes: kept, previewed, applied to what is there (domain.md M4; original.md 106-111).

The rules of a private mailbox are its owner's alone, previews show their letters. Rules of the organisation hold
for every mailbox, are asked first, and neither share letters nor give them to anybody: private stays private.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import FunctionalOption, Role
from core.errors import Invalid, NotAllowed, NotFound, StateForbids
from core.models import Mailbox, MailRule
from core.queries.rule_letters import StoredLetter, list_stored
from core.repositories import mail_rules, mailboxes
from core.repositories.access import require_role
from core.repositories.options import require_option
from core.rules.coordinates import plain_text
from core.rules.mail_rules import (
    RuleActions,
    check_actions,
    check_condition,
    describe_condition,
    exclusion_of,
    holds,
    shape_actions,
)
from core.services.work import Work, Works
from core.values import Caller, MailboxId, Ref, RefKind

MAX_NAME = 60
MAX_RULES = 100
"""Of one mailbox."""

RESERVED = frozenset({"since", "dismissed", "draft", "expunged", "not_business"})
"""Names of the product's own rules; the report tells them apart from people's (domain.md M4)."""

LOOKED_AT = 2_000
"""The letters that a preview looks through, the latest; it says how many they were."""

PAGE = 200
EXAMPLES = 5

_FEW = 10
"""Fewer letters say nothing about whether a rule excludes everything."""


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as lists show it.

    Attributes:
        mailbox_id: None for a rule of the organisation.
        position: From 1 on, within its mailbox.
        is_broken: It names something that is gone, and is skipped.
    """

    id: int
    mailbox_id: MailboxId | None
    position: int
    name: str
    condition: Mapping[str, Any]
    actions: RuleActions
    is_broken: bool

    @property
    def told(self) -> str:
        """The condition in short."""
        return describe_condition(self.condition)


@dataclass(frozen=True, slots=True)
class RuleExample:
    """A letter for which a rule holds."""

    interaction_id: int
    topic: str
    others: tuple[str, ...]
    happened_at: datetime


@dataclass(slots=True)
class RulePreview:
    """What a rule holds for among the latest letters of a mailbox."""

    looked_at: int = 0
    matching: int = 0
    examples: list[RuleExample] = field(default_factory=list)

    @property
    def is_everything(self) -> bool:
        """Whether nothing would be left."""
        return self.looked_at >= _FEW and self.matching == self.looked_at

    def add(self, letter: StoredLetter, *, matches: bool) -> None:
        """Count a letter."""
        self.looked_at += 1
        self.matching += matches
        if matches and len(self.examples) < EXAMPLES:
            others = tuple(sorted(letter.facts.others))
            self.examples.append(
                RuleExample(letter.interaction_id, letter.facts.topic, others, letter.happened_at)
            )


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule about to be added; without a place it goes behind the others."""

    name: str
    condition: Mapping[str, Any]
    actions: Mapping[str, Any]
    position: int | None = None


class MailRules:
    """Rules of mailboxes."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def list_rules(self, caller: Caller | None, mailbox_id: MailboxId | None) -> list[RuleView]:
        """Rules in the order they are asked; those of the organisation come first. Raises as `add`."""
        async with self._works.database.reading() as session:
            await check_may_change(session, caller, mailbox_id)
            stored = await mail_rules.list_rules(session, mailbox_id)
            readable = [one.rule for one in stored if one.rule is not None]
            gone = await mail_rules.list_gone(session, readable)
        return [
            RuleView(
                one.row.id,
                MailboxId(one.row.mailbox_id) if one.row.mailbox_id is not None else None,
                one.row.position,
                one.row.name,
                one.row.condition,
                one.rule.actions if one.rule is not None else RuleActions(),
                is_broken=one.rule is None or one.row.id in gone,
            )
            for one in stored
        ]

    async def add(
        self,
        caller: Caller | None,
        mailbox_id: MailboxId | None,
        draft: RuleDraft,
        *,
        even_everything: bool = False,
    ) -> int:
        """Add a rule; letters that come from now on obey it.

        Args:
            caller: The mailbox's owner; for a department's whoever looks after it; None for the operator.
            mailbox_id: Of which mailbox; None: of the organisation.
            draft: The rule.
            even_everything: Whether a rule is meant that would exclude every letter that is there.

        Returns:
            The rule's id.

        Raises:
            NotFound: There is no such mailbox for the caller.
            NotAllowed: It is not the caller's to say.
            Invalid: Name, condition or actions make no sense, or name somebody who is not there.
            StateForbids: It would exclude everything, or there are too many.
            OptionOff: The mail client is switched off.
        """
        condition, actions = check_condition(draft.condition), check_actions(draft.actions)
        name = _read_name(draft.name)
        if mailbox_id is None and (actions.share or actions.responsible_id is not None):
            raise Invalid("action", "share" if actions.share else "responsible_id")
        if actions.exclude and mailbox_id is not None and not even_everything:
            await self._refuse_everything(caller, mailbox_id, condition)
        async with self._works.begin(caller, "add_mail_rule") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            await check_may_change(work.session, caller, mailbox_id)
            row = MailRule(
                mailbox_id=mailbox_id,
                position=await mail_rules.next_position(work.session, mailbox_id),
                name=name,
                condition=condition,
                actions=shape_actions(actions),
                created_at=work.now,
            )
            await _check_free(work, row)
            await work.add(row, of=_ref(mailbox_id), note={"name": name})
            await work.session.flush()
            if draft.position is not None:
                await _place(work, row, draft.position)
            work.confirm(_screen(mailbox_id), note="rule_added")
            return row.id

    async def add_exclusion(
        self, caller: Caller | None, mailbox_id: MailboxId, whom: str, *, even_everything: bool = False
    ) -> int:
        """Leave out what is exchanged with an address or a domain, by a rule of that name. Raises as `add`."""
        draft = RuleDraft(whom.strip(), exclusion_of(whom), {"exclude": True})
        return await self.add(caller, mailbox_id, draft, even_everything=even_everything)

    async def _refuse_everything(
        self, caller: Caller | None, mailbox_id: MailboxId, condition: Mapping[str, Any]
    ) -> None:
        if (await self.preview(caller, mailbox_id, condition)).is_everything:
            raise StateForbids(Ref(RefKind.MAILBOX, mailbox_id), "excludes_everything")

    async def remove(self, caller: Caller | None, rule_id: int) -> None:
        """Remove a rule; what it did stays. Raises as `add`."""
        async with self._works.begin(caller, "remove_mail_rule") as work:
            row = await _get(work, rule_id)
            mailbox_id = MailboxId(row.mailbox_id) if row.mailbox_id is not None else None
            await work.remove(row, of=_ref(mailbox_id))
            work.confirm(_screen(mailbox_id), note="rule_removed")

    async def move(self, caller: Caller | None, rule_id: int, position: int) -> None:
        """Give a rule another place among those of its mailbox, from 1 on. Raises as `add`."""
        async with self._works.begin(caller, "move_mail_rule") as work:
            row = await _get(work, rule_id)
            await _place(work, row, position)
            work.confirm(
                _screen(MailboxId(row.mailbox_id) if row.mailbox_id is not None else None), note="rule_moved"
            )

    async def preview(
        self, caller: Caller | None, mailbox_id: MailboxId, condition: Mapping[str, Any]
    ) -> RulePreview:
        """For which of the mailbox's latest letters a condition holds. Raises as `add`."""
        read = check_condition(condition)
        preview = RulePreview()
        before_id: int | None = None
        while preview.looked_at < LOOKED_AT:
            async with self._works.database.reading_aside() as session:
                await check_may_change(session, caller, mailbox_id)
                page = await list_stored(session, mailbox_id, before_id=before_id, limit=PAGE)
            for one in page:
                preview.add(one, matches=holds(read, one.facts))
            if len(page) < PAGE:
                break
            before_id = page[-1].interaction_id
        return preview


async def check_may_change(
    session: AsyncSession, caller: Caller | None, mailbox_id: MailboxId | None
) -> Mailbox | None:
    """The mailbox whose rules are the caller's to read and change; None for those of the organisation."""
    if mailbox_id is None:
        require_role(caller, Role.ADMINISTRATOR, action="change_mail_rules")
        return None
    if caller is None:
        return await mailboxes.find_mailbox(session, mailbox_id, Mailbox.id == mailbox_id)
    seen = await mailboxes.sees_mailbox(session, caller)
    mailbox = await mailboxes.find_mailbox(session, mailbox_id, seen)
    if mailbox.owner_id is not None and mailbox.owner_id != caller.user_id:
        raise NotAllowed("change_mail_rules")
    return mailbox


async def _get(work: Work, rule_id: int) -> MailRule:
    """A rule that the caller may change; they are told of none that they may not see."""
    await require_option(work.session, FunctionalOption.MAIL_CLIENT)
    row = await mail_rules.get_rule(work.session, rule_id)
    mailbox_id = MailboxId(row.mailbox_id) if row.mailbox_id is not None else None
    try:
        await check_may_change(work.session, work.caller, mailbox_id)
    except NotFound as error:
        raise NotFound(f"mail rule {rule_id}") from error
    return row


async def _check_free(work: Work, row: MailRule) -> None:
    there = await mail_rules.list_rules(work.session, row.mailbox_id)
    if len(there) >= MAX_RULES:
        raise StateForbids(_ref(row.mailbox_id) or Ref(RefKind.MAILBOX, 0), "too_many_rules")
    if any(one.row.name == row.name for one in there):
        raise Invalid("name", row.name)
    actions = check_actions(row.actions)
    if actions.responsible_id is not None or actions.subject_id is not None:
        rule = mail_rules.read_rule(row).rule
        if rule is not None and await mail_rules.list_gone(work.session, [rule]):
            raise Invalid("action", "gone")


async def _place(work: Work, row: MailRule, position: int) -> None:
    """Put a rule at a place and number its neighbours anew."""
    stored = await mail_rules.list_rules(work.session, row.mailbox_id, inherited=False)
    rows = [one.row for one in stored if one.row.id != row.id]
    rows.insert(max(0, min(position - 1, len(rows))), row)
    for number, one in enumerate(rows, start=1):
        work.change(one, of=_ref(row.mailbox_id), position=number)


def _ref(mailbox_id: int | None) -> Ref | None:
    return Ref(RefKind.MAILBOX, mailbox_id) if mailbox_id is not None else None


def _screen(mailbox_id: MailboxId | None) -> str:
    return f"rules:{mailbox_id}" if mailbox_id is not None else "rules"


def _read_name(name: str) -> str:
    plain = plain_text(name)[:MAX_NAME]
    if not plain or plain in RESERVED:
        raise Invalid("name", name)
    return plain
