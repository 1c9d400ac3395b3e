"""What the rules of a mailbox make of letters before they are captured (domain.md M4, U2; original.md 106-111).

Everything is asked once for a batch; the rules themselves are pure and look at facts in memory.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Mailbox, MailFolder
from core.repositories import letter_shares, mail_rules, mailboxes
from core.repositories.letter_sightings import WaitingSighting
from core.repositories.mail_rules import StoredRule
from core.rules.mail_rules import LetterFacts, Rule, RuleActions, find_rule, outsiders_of
from core.services.work import Work
from core.values import Letter, MailAddress

NOT_BUSINESS = "not_business"
"""The rule that excludes what answers a letter that is no business of the mailbox's owner."""

_NOTHING = RuleActions()


@dataclass(slots=True)
class Sorting:
    """What was found out about a batch.

    Attributes:
        excluded: The rule's name by sighting that is left out.
        actions: What rules do with other letters, by sighting.
        outsiders: Of each letter who is none of us, by sighting; empty for what we write among ourselves.
        readers: With whom the mailbox is shared as a whole; None: with those who lead its owner.
    """

    excluded: dict[int, str] = field(default_factory=dict)
    actions: dict[int, RuleActions] = field(default_factory=dict)
    outsiders: dict[int, frozenset[str]] = field(default_factory=dict)
    readers: tuple[int | None, ...] = ()

    def actions_for(self, sighting: WaitingSighting) -> RuleActions:
        """What rules do with a letter."""
        return self.actions.get(sighting.id, _NOTHING)


async def sort_letters(
    work: Work,
    mailbox: Mailbox,
    folder: MailFolder,
    keeper_id: int,
    batch: Sequence[tuple[WaitingSighting, Letter]],
) -> Sorting:
    """Ask the rules about letters that were received."""
    sorting = Sorting()
    if not batch:
        return sorting
    if mailbox.owner_id is not None:
        sorting.readers = tuple(await letter_shares.list_mailbox_readers(work.session, mailbox.id))
    everybody = {one for _, letter in batch for one in addresses_of(letter)}
    own = await mail_rules.load_own_addresses(work.session, everybody) | {mailbox.address}
    rules = await load_rules(work, mailbox)
    known = await mail_rules.load_known_addresses(work.session, everybody) if rules else frozenset[str]()
    dismissed = await _load_dismissed(work, mailbox, keeper_id, [letter for _, letter in batch])
    for sighting, letter in batch:
        facts = facts_of(letter, folder.name, own, known)
        sorting.outsiders[sighting.id] = facts.others
        rule = find_rule(rules, facts)
        if rule is not None and rule.actions.exclude:
            sorting.excluded[sighting.id] = rule.name
        elif not dismissed.isdisjoint((*letter.in_reply_to, *letter.references)):
            sorting.excluded[sighting.id] = NOT_BUSINESS
        elif rule is not None:
            sorting.actions[sighting.id] = rule.actions
    return sorting


async def load_rules(work: Work, mailbox: Mailbox) -> list[Rule]:
    """The rules that hold for a mailbox, in order; one that names something gone is skipped and told of once."""
    stored = await mail_rules.list_rules(work.session, mailbox.id)
    readable = [one.rule for one in stored if one.rule is not None]
    gone = await mail_rules.list_gone(work.session, readable)
    for one in stored:
        is_broken = one.rule is None or one.rule.id in gone
        if is_broken and one.row.told_broken_at is None:
            await _tell_broken(work, mailbox, one)
        elif not is_broken and one.row.told_broken_at is not None:
            one.row.told_broken_at = None
    return [one for one in readable if one.id not in gone]


async def load_sound(session: AsyncSession, mailbox_id: int) -> list[Rule]:
    """The rules that hold for a mailbox, in order, without those that name something gone; nobody is told."""
    readable = [one.rule for one in await mail_rules.list_rules(session, mailbox_id) if one.rule is not None]
    gone = await mail_rules.list_gone(session, readable)
    return [one for one in readable if one.id not in gone]


async def _tell_broken(work: Work, mailbox: Mailbox, stored: StoredRule) -> None:
    stored.row.told_broken_at = work.now
    keeper_id = await mailboxes.find_keeper(work.session, mailbox)
    work.notify(
        keeper_id,
        f"rules:{mailbox.id}",
        note="rule_broken",
        key=f"rule_broken:{stored.row.id}:{work.now.isoformat()}",
        rule=stored.row.name,
    )


async def _load_dismissed(
    work: Work, mailbox: Mailbox, keeper_id: int, letters: Sequence[Letter]
) -> frozenset[str]:
    """The letters referred to that are no business of the owner of a private mailbox."""
    if mailbox.owner_id is None:
        return frozenset()
    referred = {one for letter in letters for one in (*letter.in_reply_to, *letter.references)}
    return await mail_rules.load_dismissed(work.session, keeper_id, referred)


def addresses_of(letter: Letter) -> frozenset[str]:
    """Everybody's address in the head of a letter."""
    return _addresses(letter.from_) | _recipients(letter)


def _addresses(people: Collection[MailAddress]) -> frozenset[str]:
    return frozenset(one.address for one in people if one.address)


def _recipients(letter: Letter) -> frozenset[str]:
    return _addresses(letter.to) | _addresses(letter.cc) | _addresses(letter.bcc)


def facts_of(letter: Letter, folder: str, own: frozenset[str], known: frozenset[str]) -> LetterFacts:
    """What rules look at in a letter."""
    senders, recipients = _addresses(letter.from_), _recipients(letter)
    others = outsiders_of(senders, recipients, own)
    return LetterFacts(
        senders=senders,
        recipients=recipients,
        others=others,
        topic=letter.topic,
        text=letter.text,
        has_attachment=bool(letter.attachments),
        mail_class=letter.mail_class,
        folder=folder,
        known=not others.isdisjoint(known),
    )
