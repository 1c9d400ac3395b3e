"""Rules applied by hand to letters that are there (original.md 111), in bounded batches."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from core.errors import NotFound
from core.models import Interaction, InteractionOwner, InteractionTag, Mailbox, Subject
from core.queries.rule_letters import StoredLetter, list_stored
from core.repositories import letter_routing, letter_shares, letters
from core.repositories.search_texts import reindex_interaction
from core.rules.mail_rules import Rule, RuleActions, find_rule
from core.services import planning
from core.services.care import delete_in
from core.services.letter_sorting import load_rules, load_sound
from core.services.mail_rules import LOOKED_AT, PAGE, check_may_change
from core.services.work import Work, Works
from core.values import Caller, MailboxId, Origin, Ref, RefKind

AT_ONCE = 50
"""Letters of one transaction."""


@dataclass(slots=True)
class RulesApplied:
    """What became of the letters that were looked at."""

    looked_at: int = 0
    changed: int = 0
    excluded: int = 0


@dataclass(frozen=True, slots=True)
class RulesForecast:
    """What applying the rules would touch.

    Attributes:
        looked_at: So many letters, the latest.
        counts: For how many of them each rule decides, by its id; rules that decide for none are absent.
    """

    looked_at: int
    counts: Mapping[int, int]


class RuleApplication:
    """Applies the rules of a mailbox to its latest letters."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def forecast(self, caller: Caller | None, mailbox_id: MailboxId) -> RulesForecast:
        """For which letters that are there each rule of a mailbox would decide; raises as `apply`."""
        looked_at, counts = 0, Counter[int]()
        before_id: int | None = None
        while looked_at < LOOKED_AT:
            async with self._works.database.reading_aside() as session:
                await check_may_change(session, caller, mailbox_id)
                rules = await load_sound(session, mailbox_id)
                page = await list_stored(session, mailbox_id, before_id=before_id, limit=PAGE)
            looked_at += len(page)
            found = (find_rule(rules, one.facts) for one in page)
            counts.update(rule.id for rule in found if rule is not None)
            if len(page) < PAGE:
                break
            before_id = page[-1].interaction_id
        return RulesForecast(looked_at, counts)

    async def apply(
        self, caller: Caller | None, mailbox_id: MailboxId, *, rule_id: int | None = None
    ) -> RulesApplied:
        """Apply rules as if the letters came now; the subject of what is there is left alone.

        What a rule excludes is taken off the lists of those who have it from this mailbox, and deleted (restorable)
        where nobody else has it; letters of deals, claims and events stay.

        Args:
            caller: As in `MailRules.add`.
            mailbox_id: Of which mailbox.
            rule_id: This rule alone; None: all of them, the first that holds decides.

        Raises:
            NotFound, NotAllowed: As `MailRules.add`; also when the mailbox has no such rule, or it is broken.
        """
        done = RulesApplied()
        # Several transactions: the update behind the call is ended by its door, once all of them are done.
        asking = replace(caller, origin=Origin()) if caller is not None else None
        before_id: int | None = None
        while done.looked_at < LOOKED_AT:
            async with self._works.begin(asking, "apply_mail_rules") as work:
                mailbox = await check_may_change(work.session, caller, mailbox_id)
                if mailbox is None:
                    raise NotFound(Ref(RefKind.MAILBOX, mailbox_id))
                rules = await _load(work, mailbox, rule_id)
                page = await list_stored(work.session, mailbox_id, before_id=before_id, limit=AT_ONCE)
                await _apply_to(work, mailbox, rules, page, done)
            if len(page) < AT_ONCE:
                break
            before_id = page[-1].interaction_id
        return done


async def _load(work: Work, mailbox: Mailbox, rule_id: int | None) -> Sequence[Rule]:
    rules = await load_rules(work, mailbox)
    if rule_id is None:
        return rules
    wanted = [one for one in rules if one.id == rule_id]
    if not wanted:
        raise NotFound(f"mail rule {rule_id}")
    return wanted


async def _apply_to(
    work: Work, mailbox: Mailbox, rules: Sequence[Rule], page: Sequence[StoredLetter], done: RulesApplied
) -> None:
    done.looked_at += len(page)
    found = {one.interaction_id: find_rule(rules, one.facts) for one in page}
    outsiders = {one.interaction_id for one in page if one.facts.others}
    matching = [one for one, rule in found.items() if rule is not None]
    keepers = await _keepers(work, mailbox)
    for interaction in await letters.list_interactions(work.session, matching):
        rule = found[interaction.id]
        if rule is None:
            continue
        if rule.actions.exclude:
            done.excluded += await _exclude(work, interaction, keepers)
            continue
        changed = await _carry_out(work, interaction, rule.actions, keepers)
        if rule.actions.share and mailbox.owner_id is not None and interaction.id in outsiders:
            await letter_shares.share_letters(
                work.session, mailbox.id, [interaction.id], None, by_thread=False
            )
        done.changed += changed


async def _keepers(work: Work, mailbox: Mailbox) -> frozenset[int]:
    """Those who have letters from this mailbox: its owner, or the people of its department."""
    if mailbox.owner_id is not None:
        return frozenset({mailbox.owner_id})
    staff = await letter_routing.list_staff(work.session, mailbox.department_id or 0)
    return frozenset(one.id for one in staff)


async def _exclude(work: Work, interaction: Interaction, keepers: frozenset[int]) -> bool:
    subject = await work.session.get_one(Subject, interaction.subject_id)
    if subject.kind.is_real:
        return False
    of = Ref(RefKind.INTERACTION, interaction.id)
    owners = await planning.list_owners(work, interaction.id)
    others = [one.user_id for one in owners if one.user_id not in keepers]
    if len(others) == len(owners):
        return False
    if not others:
        await delete_in(work, interaction)
        return True
    await work.touch(interaction.id)
    for owner in owners:
        if owner.user_id in keepers:
            await work.remove(owner, of=of)
    if interaction.responsible_id in keepers:
        work.change(interaction, of=of, responsible_id=others[0])
    return True


async def _carry_out(
    work: Work, interaction: Interaction, actions: RuleActions, keepers: frozenset[int]
) -> bool:
    of = Ref(RefKind.INTERACTION, interaction.id)
    await work.touch(interaction.id)
    changed = await _tag(work, interaction.id, actions.tags)
    owners = {one.user_id: one for one in await planning.list_owners(work, interaction.id)}
    if actions.responsible_id is not None:
        changed |= work.change(interaction, of=of, responsible_id=actions.responsible_id)
        if actions.responsible_id not in owners:
            row = InteractionOwner(
                interaction_id=interaction.id,
                user_id=actions.responsible_id,
                reviewed=actions.reviewed,
                happened_at=interaction.happened_at,
            )
            await work.add(row, of=of)
    if actions.reviewed:
        for owner in owners.values():
            if owner.user_id in keepers:
                changed |= work.change(owner, of=of, reviewed=True, review_after=None)
    return changed


async def _tag(work: Work, interaction_id: int, tags: Sequence[str]) -> bool:
    there = set(
        await work.session.scalars(
            select(InteractionTag.tag).where(InteractionTag.interaction_id == interaction_id)
        )
    )
    new = [one for one in tags if one not in there]
    for one in new:
        await work.add(
            InteractionTag(interaction_id=interaction_id, tag=one),
            of=Ref(RefKind.INTERACTION, interaction_id),
        )
    if new:
        await reindex_interaction(work.session, interaction_id)
    return bool(new)
