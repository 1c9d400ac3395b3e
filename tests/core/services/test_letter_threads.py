"""Threads over mailboxes, in whatever order their letters arrive (domain.md M3, S3, S7)."""

import asyncio
import random
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import FolderRole, LinkReason, SubjectKind
from core.models import Interaction, Subject
from core.services.care import Care
from core.services.promotion import Promotion
from core.values import InteractionId, Letter
from tests.conftest import NOON, FixedClock
from tests.factories import mail
from tests.factories.mail import Post
from tests.factories.organisation import make_organisation

ANNA = "anna@zveno.example"
BORIS = "boris@zveno.example"

STRANGER = "vera@stranger.example"
"""Nobody's contact: these letters are joined by their threads alone, never by whom they are with (domain.md S8)."""


def letter(name: str, **fields: Any) -> Letter:
    return mail.letter(name, **{"sender": STRANGER, **fields})


def reply(name: str, to: str, *older: str, **fields: Any) -> Letter:
    return mail.reply(name, to, *older, **{"sender": STRANGER, **fields})


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


THREAD = {
    "a": letter("a"),
    "b": reply("b", "a"),
    "c": reply("c", "b", "a"),
    "d": reply("d", "b", "a"),
    "x": letter("x"),
}
"""Two answers to an answer, and a stranger."""

PARENTS = {"a": None, "b": "a", "c": "b", "d": "b", "x": None}


async def promote(post: Post, interaction_id: InteractionId, title: str) -> None:
    """Make a deal with Acme of a letter's chain."""
    org = post.organisation
    promotion = Promotion(org.works, currency="GBP")
    await promotion.promote(org.anna, interaction_id, SubjectKind.DEAL, title=title, partner_id=org.acme)


async def deliver_all(post: Post, order: list[str], thread: dict[str, Letter]) -> dict[str, InteractionId]:
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    ids = {}
    for name in order:
        at = NOON + timedelta(minutes=sorted(thread).index(name))
        ids[name] = await post.deliver(inbox, thread[name], at)
    return ids


@pytest.mark.parametrize("order", random.Random(7).sample(list(permutations(THREAD)), 6), ids="".join)
async def test_m3_any_order_of_arrival_gives_the_same_chains_heads_and_parents(
    post: Post, order: tuple[str, ...]
) -> None:
    ids = await deliver_all(post, list(order), THREAD)
    names = {one: name for name, one in ids.items()}
    async with post.works.database.reading() as session:
        rows = (await session.scalars(select(Interaction))).all()
        heads = {row.id: row.head_id for row in await session.scalars(select(Subject))}
        counted = {row.id: row.interactions for row in await session.scalars(select(Subject))}
    parents = {
        names[InteractionId(row.id)]: names[InteractionId(row.parent_id)] if row.parent_id else None
        for row in rows
    }
    assert parents == PARENTS
    chains = {names[InteractionId(row.id)]: names[InteractionId(heads[row.subject_id] or 0)] for row in rows}
    assert chains == {"a": "a", "b": "a", "c": "a", "d": "a", "x": "x"}
    assert sorted(counted.values(), reverse=True)[:2] == [4, 1]


async def test_m3_a_thread_known_by_in_reply_to_alone_grows_together_backwards(post: Post) -> None:
    thread = {
        "a": letter("a"),
        "b": letter("b", in_reply_to=("a@acme.example",)),
        "c": letter("c", in_reply_to=("b@acme.example",)),
    }
    ids = await deliver_all(post, ["c", "b", "a"], thread)
    subjects = {(await post.subject_of(one)).id for one in ids.values()}
    assert len(subjects) == 1
    assert (await post.subject_of(ids["c"])).head_id == ids["a"]


async def test_m3_a_nearer_parent_replaces_a_farther_one(post: Post) -> None:
    thread = {"a": letter("a"), "b": reply("b", "a"), "c": reply("c", "b", "a")}
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    first = await post.deliver(inbox, thread["a"])
    grandchild = await post.deliver(inbox, thread["c"])
    assert (await post.interaction(grandchild)).parent_id == first
    between = await post.deliver(inbox, thread["b"])
    assert (await post.interaction(grandchild)).parent_id == between


async def test_m3_in_reply_to_counts_before_references(post: Post) -> None:
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    wanted, other = await post.deliver(inbox, letter("a")), await post.deliver(inbox, letter("b"))
    answer = await post.deliver(
        inbox, letter("c", in_reply_to=("a@acme.example",), references=("a@acme.example", "b@acme.example"))
    )
    assert (await post.subject_of(answer)).head_id == wanted
    assert (await post.subject_of(other)).head_id == other


async def test_m3_threads_run_over_all_mailboxes(post: Post) -> None:
    org = post.organisation
    sent = await post.open(await post.add(org.anna, ANNA), "Sent", FolderRole.SENT)
    question = await post.deliver(sent, letter("a", sender=ANNA))
    answer = await post.deliver(await post.inbox_of(org.boris, BORIS), reply("b", "a"))
    one = await post.interaction(answer)
    assert (one.parent_id, one.link_reason) == (question, LinkReason.THREAD)
    assert (await post.subject_of(answer)).head_id == question


async def test_m3_same_topic_alone_makes_no_thread(post: Post) -> None:
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    first = await post.deliver(inbox, letter("a", topic="Offer"))
    second = await post.deliver(inbox, letter("b", topic="Re: Offer"))
    assert (await post.subject_of(first)).id != (await post.subject_of(second)).id


async def test_m3_letters_that_answer_each_other_make_no_circle(post: Post) -> None:
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    first = await post.deliver(inbox, reply("a", "b"))
    second = await post.deliver(inbox, reply("b", "a"))
    assert (await post.interaction(first)).parent_id is None
    assert (await post.interaction(second)).parent_id == first


async def test_s7_an_answer_takes_the_deal_that_its_thread_became(post: Post) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    first = await post.deliver(inbox, letter("a"))
    await promote(post, first, "Pumps")
    answer = await post.deliver(inbox, reply("b", "a"))
    subject = await post.subject_of(answer)
    assert (subject.kind, subject.title) == (SubjectKind.DEAL, "Pumps")
    assert await post.owners(answer) == {org.anna.user_id: False}


async def test_m3_two_deals_never_merge_and_the_user_is_asked(post: Post) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    old = await post.deliver(inbox, reply("b", "a"), NOON + timedelta(minutes=6))
    new = await post.deliver(inbox, reply("c", "a"), NOON + timedelta(minutes=7))
    for one, title in ((old, "Old"), (new, "New")):
        await promote(post, one, title)
    root = await post.deliver(inbox, letter("a"))
    assert (await post.subject_of(root)).title == "New"
    assert (await post.subject_of(old)).title == "Old"
    asked = await post.notices("choose_subject")
    assert [item.payload["show"] for item in asked] == [f"i{root}"]
    assert set(asked[0].payload["subjects"]) == {
        (await post.subject_of(old)).id,
        (await post.subject_of(new)).id,
    }


async def test_m3_an_answer_to_a_deleted_letter_is_found_nevertheless(post: Post) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    first = await post.deliver(inbox, letter("a"))
    await Care(org.works).delete(org.anna, first)
    answer = await post.deliver(inbox, reply("b", "a"))
    assert (await post.interaction(answer)).parent_id == first
    assert (await post.subject_of(answer)).head_id == answer


async def test_s9_counters_are_right_after_merging(post: Post) -> None:
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    await post.deliver(inbox, reply("b", "a"))
    await post.deliver(inbox, reply("c", "a"))
    root = await post.deliver(inbox, letter("a"))
    subject = await post.subject_of(root)
    assert (subject.interactions, subject.unreviewed) == (3, 3)


def grow(seed: int) -> tuple[dict[str, str | None], dict[str, Letter], list[str]]:
    """A random forest of nine letters, some naming all their ancestors, some their parent alone; and an order."""
    choice = random.Random(seed)
    parents: dict[str, str | None] = {}
    ancestors: dict[str, tuple[str, ...]] = {}
    letters: dict[str, Letter] = {}
    for name in "abcdefghi":
        parent = choice.choice([None, *parents, *parents])
        parents[name] = parent
        ancestors[name] = (*ancestors[parent], parent) if parent else ()
        if parent is None:
            letters[name] = letter(name)
        elif choice.random() < 0.5:
            letters[name] = reply(name, parent, *ancestors[name][:-1])
        else:
            letters[name] = letter(name, in_reply_to=(f"{parent}@acme.example",))
    return parents, letters, choice.sample(sorted(letters), len(letters))


def root_of(parents: dict[str, str | None], name: str) -> str:
    parent = parents[name]
    return name if parent is None else root_of(parents, parent)


@pytest.mark.parametrize("seed", range(8))
async def test_m3_any_forest_in_any_order_becomes_its_threads(post: Post, seed: int) -> None:
    parents, thread, order = grow(seed)
    ids = await deliver_all(post, order, thread)
    names = {int(one): name for name, one in ids.items()}
    async with post.works.database.reading() as session:
        rows = (await session.scalars(select(Interaction))).all()
        subjects = {row.id: row for row in await session.scalars(select(Subject))}
    found = {names[row.id]: names[row.parent_id] if row.parent_id else None for row in rows}
    assert found == parents
    heads = {names[row.id]: names[subjects[row.subject_id].head_id or 0] for row in rows}
    assert heads == {name: root_of(parents, name) for name in parents}
    for subject in subjects.values():
        members = [row for row in rows if row.subject_id == subject.id]
        assert (subject.interactions, subject.unreviewed) == (len(members), len(members))


async def test_m1_a_letter_arriving_in_two_mailboxes_at_once_is_one_interaction(post: Post) -> None:
    org = post.organisation
    inboxes = [await post.inbox_of(org.anna, ANNA), await post.inbox_of(org.boris, BORIS)]
    shared = [letter(f"letter{number}") for number in range(5)]
    ids = await asyncio.gather(*(post.deliver(inbox, one) for one in shared for inbox in inboxes))
    assert len(set(ids)) == len(shared)
    for one in set(ids):
        assert await post.owners(one) == {org.anna.user_id: False, org.boris.user_id: False}


MAILBOXES = ("anna@zveno.example", "copy@zveno.example", "boris@zveno.example")


def _rewritten(name: str, to: str) -> Letter:
    """An answer to a letter whose Message-ID a provider has rewritten: only our own field names what it answers."""
    return letter(name, in_reply_to=(f"{name}-unknown@provider.example",), own_ids=(f"{to}@acme.example",))


ODDITIES = {
    "root": letter("root"),
    "answer": reply("answer", "root"),
    "rewritten": _rewritten("rewritten", "answer"),
    "orphan": reply("orphan", "never-seen"),
    "sibling": reply("sibling", "never-seen-either", "root"),
    "loop1": letter("loop1", references=("loop2@acme.example",)),
    "loop2": letter("loop2", references=("loop1@acme.example",)),
    "itself": letter("itself", in_reply_to=("itself@acme.example",), references=("itself@acme.example",)),
    "alike": letter("alike", topic="Topic of root"),
    "renamed": reply("renamed", "answer", "root", topic="Something else"),
}
"""Letters of one thread, and others that are made to look like it."""

TOGETHER = [
    {"root", "answer", "rewritten", "sibling", "renamed"},
    {"orphan"},
    {"loop1", "loop2"},
    {"itself"},
    {"alike"},
]


@pytest.mark.parametrize("seed", range(8))
async def test_m3_any_order_over_any_number_of_mailboxes_gives_the_same_chains(post: Post, seed: int) -> None:
    chance = random.Random(seed)
    org = post.organisation
    keepers = (org.anna, org.anna, org.boris)
    inboxes = [
        await post.inbox_of(keeper, address) for keeper, address in zip(keepers, MAILBOXES, strict=True)
    ]
    seen = [(name, inbox) for name in ODDITIES for inbox in chance.sample(inboxes, chance.randint(1, 3))]
    chance.shuffle(seen)
    ids: dict[str, InteractionId] = {}
    for name, inbox in seen:
        at = NOON + timedelta(minutes=list(ODDITIES).index(name))
        one = await post.deliver(inbox, ODDITIES[name], at)
        assert ids.setdefault(name, one) == one
    chains: dict[int, set[str]] = {}
    for name, one in ids.items():
        chains.setdefault((await post.subject_of(one)).id, set()).add(name)
    assert sorted(map(sorted, chains.values())) == sorted(map(sorted, TOGETHER))


@pytest.mark.parametrize("order", list(permutations(["real", "forged", "answer"])), ids="-".join)
async def test_m1_a_forged_message_id_neither_hides_nor_rewrites_a_real_letter(
    post: Post, order: tuple[str, ...]
) -> None:
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    letters = {
        "real": letter("a"),
        "forged": letter("a", content="forged", text="Pay to another account", sender="eve@evil.example"),
        "answer": reply("b", "a"),
    }
    ids = {name: await post.deliver(inbox, letters[name]) for name in order}
    assert len(set(ids.values())) == 3
    first = min(ids["real"], ids["forged"])
    second = max(ids["real"], ids["forged"])
    assert (await post.interaction(ids["real"])).text == "Text of a"
    assert (await post.interaction(ids["forged"])).text == "Pay to another account"
    assert (await post.message(second)).duplicate_of_id == first
    assert (await post.interaction(ids["answer"])).parent_id == first
    assert (await post.subject_of(second)).id != (await post.subject_of(ids["answer"])).id
