"""Rules of mailboxes at work: on arrival, in previews, by hand; and what is no business (domain.md M4, U2)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import FolderRole, LinkReason, MailClass, MailFate
from core.errors import Invalid, NotAllowed, NotFound, StateForbids
from core.models import InteractionTag, MailRule
from core.services.care import Care
from core.services.dismissals import Dismissals
from core.services.handover import Handover
from core.services.mail_rules import MailRules, RuleDraft
from core.services.rule_application import RuleApplication
from core.services.undo import Undo
from core.services.views import Views
from core.values import InteractionId, MailboxId
from tests.conftest import NOON, FixedClock
from tests.factories.mail import Post, SightedLetter, letter, reply
from tests.factories.organisation import make_organisation

ANNA = "anna@zveno.example"
BORIS = "boris@zveno.example"
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


@pytest.fixture
def rules(post: Post) -> MailRules:
    return MailRules(post.works)


async def mailbox_of_anna(post: Post) -> MailboxId:
    return await post.add(post.organisation.anna, ANNA)


async def add(
    rules: MailRules, post: Post, mailbox_id: MailboxId | None, condition: dict[str, Any], **actions: Any
) -> int:
    caller = post.organisation.anna if mailbox_id is not None else post.organisation.administrator
    name = actions.pop("name", "rule")
    return await rules.add(caller, mailbox_id, RuleDraft(name, condition, actions))


async def tags_of(post: Post, one: InteractionId) -> set[str]:
    async with post.works.database.reading() as session:
        return set(
            await session.scalars(select(InteractionTag.tag).where(InteractionTag.interaction_id == one))
        )


async def test_m4_an_excluded_letter_has_a_fate_with_the_rules_name_and_nothing_else(
    post: Post, rules: MailRules
) -> None:
    mailbox_id = await mailbox_of_anna(post)
    inbox = await post.open(mailbox_id)
    await add(rules, post, mailbox_id, {"domain": "home.example"}, name="family", exclude=True)
    outcomes = await post.capture(
        inbox,
        [
            SightedLetter(1, LATER, letter("a", sender="wife@home.example")),
            SightedLetter(2, LATER, letter("b")),
        ],
    )
    assert [(one.uid, one.fate) for one in outcomes] == [(1, MailFate.EXCLUDED), (2, MailFate.STORED)]
    assert await post.fates() == [(1, MailFate.EXCLUDED, "family"), (2, MailFate.STORED, None)]
    (report,) = await post.mailboxes.report(None, mailbox_id)
    assert report.folders[0].excluded == {"family": 1}


async def test_m4_what_one_mailbox_excludes_another_one_captures(post: Post, rules: MailRules) -> None:
    org = post.organisation
    mailbox_id = await mailbox_of_anna(post)
    of_anna, of_boris = await post.open(mailbox_id), await post.inbox_of(org.boris, BORIS)
    await add(rules, post, mailbox_id, {"domain": "acme.example"}, exclude=True)
    one = await post.deliver(of_boris, letter("a", to=(ANNA, BORIS)))
    outcomes = await post.capture(of_anna, [SightedLetter(1, LATER, letter("a", to=(ANNA, BORIS)))])
    assert [one.fate for one in outcomes] == [MailFate.EXCLUDED]
    assert set(await post.owners(one)) == {org.boris.user_id}


@pytest.mark.parametrize(
    ("condition", "fields"),
    [
        ({"known": False}, {"sender": "stranger@nowhere.example"}),
        ({"internal": True}, {"sender": BORIS}),
        ({"list": True}, {"mail_class": MailClass.NEWSLETTER}),
        ({"automatic": True}, {"mail_class": MailClass.AUTO_REPLY}),
        ({"address": "john@acme.example"}, {}),
        ({"folder": "inbox"}, {}),
    ],
)
async def test_exclusion_by_what_is_known_of_a_letter(
    post: Post, rules: MailRules, condition: dict[str, Any], fields: dict[str, Any]
) -> None:
    await post.inbox_of(post.organisation.boris, BORIS)
    mailbox_id = await mailbox_of_anna(post)
    inbox = await post.open(mailbox_id)
    await add(rules, post, mailbox_id, condition, exclude=True)
    outcomes = await post.capture(inbox, [SightedLetter(1, LATER, letter("a", **fields))])
    assert [one.fate for one in outcomes] == [MailFate.EXCLUDED]


async def test_rules_of_the_organisation_come_first_and_the_first_that_holds_decides(
    post: Post, rules: MailRules
) -> None:
    mailbox_id = await mailbox_of_anna(post)
    inbox = await post.open(mailbox_id)
    await add(rules, post, mailbox_id, {"domain": "acme.example"}, name="own", tags=["own"])
    await add(rules, post, None, {"topic": "secret"}, name="ours", exclude=True)
    second = await add(rules, post, mailbox_id, {"known": True}, name="second", tags=["second"])
    one = await post.deliver(inbox, letter("a"))
    assert await tags_of(post, one) == {"own"}
    outcomes = await post.capture(inbox, [SightedLetter(50, LATER, letter("b", topic="A secret"))])
    assert [one.fate for one in outcomes] == [MailFate.EXCLUDED]
    await rules.move(post.organisation.anna, second, 1)
    assert await tags_of(post, await post.deliver(inbox, letter("c"))) == {"second"}
    assert [one.name for one in await rules.list_rules(post.organisation.anna, mailbox_id)] == [
        "ours",
        "second",
        "own",
    ]


async def test_a_rule_tags_reviews_gives_away_and_puts_into_a_subject(post: Post, rules: MailRules) -> None:
    org = post.organisation
    mailbox_id = await mailbox_of_anna(post)
    inbox = await post.open(mailbox_id)
    subject = (await post.subject_of(await post.deliver(inbox, letter("a", sender="x@beta.example")))).id
    actions = {
        "tags": ["#Orders"],
        "reviewed": True,
        "responsible_id": org.boris.user_id,
        "subject_id": subject,
    }
    await add(rules, post, mailbox_id, {"topic": "order"}, **actions)
    one = await post.deliver(inbox, letter("b", topic="Order 5", sender="mary@gamma.example"))
    stored = await post.interaction(one)
    assert (stored.responsible_id, stored.subject_id) == (org.boris.user_id, subject)
    assert stored.link_reason is LinkReason.RULE
    assert await post.owners(one) == {org.anna.user_id: True, org.boris.user_id: True}
    assert await tags_of(post, one) == {"orders"}
    answer = await post.deliver(inbox, reply("c", "a", topic="Order 6", sender="x@beta.example"))
    assert (await post.interaction(answer)).link_reason is LinkReason.THREAD


async def test_a_broken_rule_is_skipped_and_its_owner_told_once(post: Post, rules: MailRules) -> None:
    org = post.organisation
    mailbox_id = await mailbox_of_anna(post)
    inbox = await post.open(mailbox_id)
    await add(rules, post, mailbox_id, {"known": True}, name="gone", responsible_id=org.boris.user_id)
    await add(rules, post, mailbox_id, {"known": True}, name="next", tags=["next"])
    await Handover(post.works).deactivate(None, org.boris.user_id, [org.manager.user_id])
    one = await post.deliver(inbox, letter("a"))
    await post.deliver(inbox, letter("b"))
    assert await tags_of(post, one) == {"next"}
    (notice,) = await post.notices("rule_broken")
    assert (notice.user_id, notice.payload["rule"]) == (org.anna.user_id, "gone")
    assert [rule.is_broken for rule in await rules.list_rules(org.anna, mailbox_id)] == [True, False]


async def test_a_preview_says_what_a_rule_would_exclude(post: Post, rules: MailRules) -> None:
    mailbox_id = await mailbox_of_anna(post)
    inbox = await post.open(mailbox_id)
    await post.deliver(inbox, letter("a", sender="wife@home.example", topic="Dinner"))
    await post.deliver(inbox, letter("b"))
    preview = await rules.preview(post.organisation.anna, mailbox_id, {"domain": "home.example"})
    assert (preview.looked_at, preview.matching) == (2, 1)
    assert [(one.topic, one.others) for one in preview.examples] == [("Dinner", ("wife@home.example",))]


async def test_a_rule_that_excludes_everything_is_refused_until_it_is_meant(
    post: Post, rules: MailRules
) -> None:
    org = post.organisation
    mailbox_id = await mailbox_of_anna(post)
    inbox = await post.open(mailbox_id)
    batch = [SightedLetter(number, LATER, letter(f"n{number}")) for number in range(1, 12)]
    await post.capture(inbox, batch)
    draft = RuleDraft("all", {"internal": False}, {"exclude": True})
    with pytest.raises(StateForbids):
        await rules.add(org.anna, mailbox_id, draft)
    await rules.add(org.anna, mailbox_id, draft, even_everything=True)


async def test_u2_rules_and_previews_of_a_private_mailbox_are_its_owners(
    post: Post, rules: MailRules
) -> None:
    org = post.organisation
    mailbox_id = await mailbox_of_anna(post)
    rule_id = await add(rules, post, mailbox_id, {"known": True}, tags=["x"])
    with pytest.raises(NotAllowed):
        await rules.preview(org.administrator, mailbox_id, {"known": True})
    for caller in (org.manager, org.boris):
        with pytest.raises(NotFound):
            await rules.preview(caller, mailbox_id, {"known": True})
        with pytest.raises(NotFound):
            await rules.remove(caller, rule_id)
    with pytest.raises(NotAllowed):
        await rules.add(org.anna, None, RuleDraft("ours", {"known": True}, {"exclude": True}))
    for stolen in ({"share": True}, {"responsible_id": org.administrator.user_id}):
        with pytest.raises(Invalid):
            await rules.add(org.administrator, None, RuleDraft("steal", {"known": True}, stolen))


@pytest.mark.parametrize("name", ["", "since", "not_business"])
async def test_names_of_the_products_own_rules_are_taken(post: Post, rules: MailRules, name: str) -> None:
    mailbox_id = await mailbox_of_anna(post)
    with pytest.raises(Invalid):
        await add(rules, post, mailbox_id, {"known": True}, name=name, exclude=True)


async def test_rules_are_applied_by_hand_to_what_is_there(post: Post, rules: MailRules) -> None:
    org = post.organisation
    mailbox_id = await mailbox_of_anna(post)
    inbox, of_boris = await post.open(mailbox_id), await post.inbox_of(org.boris, BORIS)
    alone = await post.deliver(inbox, letter("a", sender="wife@home.example"))
    both = await post.deliver(inbox, letter("b", sender="wife@home.example", to=(ANNA, BORIS)))
    await post.deliver(of_boris, letter("b", sender="wife@home.example", to=(ANNA, BORIS)))
    kept = await post.deliver(inbox, letter("c"))
    await add(rules, post, mailbox_id, {"domain": "home.example"}, name="family", exclude=True)
    await add(rules, post, mailbox_id, {"known": True}, name="clients", tags=["client"], reviewed=True)
    done = await RuleApplication(post.works).apply(org.anna, mailbox_id)
    assert (done.looked_at, done.excluded, done.changed) == (3, 2, 1)
    assert (await post.interaction(alone)).deleted_at is not None
    assert (await post.interaction(both)).deleted_at is None
    assert set(await post.owners(both)) == {org.boris.user_id}
    assert await tags_of(post, kept) == {"client"}
    assert await post.owners(kept) == {org.anna.user_id: True}
    assert (await post.subject_of(kept)).unreviewed == 0
    again = await RuleApplication(post.works).apply(org.anna, mailbox_id)
    assert (again.excluded, again.changed) == (0, 0)


async def test_not_business_is_remembered_for_the_letter_and_what_answers_it(post: Post) -> None:
    org = post.organisation
    mailbox_id = await mailbox_of_anna(post)
    inbox = await post.open(mailbox_id)
    one = await post.deliver(inbox, letter("a"))
    dismissals = Dismissals(post.works)
    await dismissals.dismiss(org.anna, one)
    assert (await post.interaction(one)).deleted_at is not None
    sender = await dismissals.find_sender(org.anna, one)
    assert (sender.mailbox_id, sender.address) == (mailbox_id, "john@acme.example")
    archive = await post.open(mailbox_id, "Archive", FolderRole.OTHER)
    assert await post.deliver(archive, letter("a")) == one
    assert await Views(org.database, org.clock).count_inbox(org.anna) == 0
    outcomes = await post.capture(inbox, [SightedLetter(60, LATER, reply("b", "a"))])
    assert [one.fate for one in outcomes] == [MailFate.EXCLUDED]
    assert (60, MailFate.EXCLUDED, "not_business") in await post.fates()
    await Care(post.works).restore(org.anna, one)
    await post.deliver(inbox, reply("c", "a"))


async def test_not_business_for_one_leaves_the_letter_with_the_other(post: Post) -> None:
    org = post.organisation
    of_anna, of_boris = await post.inbox_of(org.anna, ANNA), await post.inbox_of(org.boris, BORIS)
    one = await post.deliver(of_anna, letter("a", to=(ANNA, BORIS)))
    await post.deliver(of_boris, letter("a", to=(ANNA, BORIS)))
    await Dismissals(post.works).dismiss(org.anna, one)
    assert await post.owners(one) == {org.boris.user_id: False}
    assert (await post.interaction(one)).responsible_id == org.boris.user_id
    await post.deliver(of_anna, letter("a", to=(ANNA, BORIS)))
    assert await post.owners(one) == {org.boris.user_id: False}
    answer = await post.deliver(of_boris, reply("b", "a"))
    assert await post.owners(answer) == {org.boris.user_id: False}


async def test_not_business_can_be_taken_back(post: Post) -> None:
    org = post.organisation
    one = await post.deliver(await post.inbox_of(org.anna, ANNA), letter("a"))
    await Dismissals(post.works).dismiss(org.anna, one)
    await Undo(post.works).undo_last(org.anna)
    assert (await post.interaction(one)).deleted_at is None
    assert await post.owners(one) == {org.anna.user_id: False}


async def test_a_rule_whose_row_cannot_be_read_holds_up_no_letter(post: Post, rules: MailRules) -> None:
    mailbox_id = await mailbox_of_anna(post)
    inbox = await post.open(mailbox_id)
    async with post.works.database.transaction() as session:
        session.add(
            MailRule(
                mailbox_id=mailbox_id,
                position=1,
                name="odd",
                condition={"known": True},
                actions={"explode": True},
                created_at=NOON,
            )
        )
    assert await post.deliver(inbox, letter("a"))
    assert [one.is_broken for one in await rules.list_rules(post.organisation.anna, mailbox_id)] == [True]
