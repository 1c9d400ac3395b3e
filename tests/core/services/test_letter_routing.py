"""Shared mailboxes: who gets a letter (domain.md U3)."""

from datetime import timedelta

import pytest

from core.database import Database
from core.enums import MailClass, MailRouting, Role
from core.errors import NotAllowed, NotFound, StateForbids
from core.models import Contact, User
from core.services.absences import Absences
from core.services.letters import Letters
from core.services.mail_folders import FolderCursor
from core.services.mail_rules import MailRules, RuleDraft
from core.services.pool import Pool
from core.services.undo import Undo
from core.values import Caller, InteractionId, MailboxId
from tests.conftest import NOON, FixedClock
from tests.factories.mail import Post, letter, reply
from tests.factories.organisation import make_organisation
from tests.factories.people import caller_of, make_user

SALES = "sales@zveno.example"


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


@pytest.fixture
async def clara(post: Post) -> Caller:
    """A second rep of the department."""
    async with post.works.database.transaction() as session:
        boris = await session.get_one(User, post.organisation.boris.user_id)
        return caller_of(await make_user(session, "Clara", department_id=boris.department_id))


async def shared(post: Post, routing: MailRouting) -> tuple[MailboxId, FolderCursor]:
    org = post.organisation
    async with post.works.database.reading() as session:
        boris = await session.get_one(User, org.boris.user_id)
    mailbox_id = await post.add(org.boris, SALES, owner_id=None, department_id=boris.department_id)
    await Pool(post.works).set_routing(org.manager, mailbox_id, routing)
    return mailbox_id, await post.open(mailbox_id)


async def keeper(post: Post, one: InteractionId) -> int:
    stored = await post.interaction(one)
    assert set(await post.owners(one)) == {stored.responsible_id}
    return stored.responsible_id


async def test_u3_round_robin_goes_round_the_reps_also_after_a_restart(post: Post, clara: Caller) -> None:
    boris = post.organisation.boris
    _, inbox = await shared(post, MailRouting.ROUND_ROBIN)
    got = []
    for number in range(5):
        post.letters = Letters(post.works, post.together)
        got.append(await keeper(post, await post.deliver(inbox, letter(f"n{number}"))))
    assert got[0] != got[1]
    assert set(got) == {boris.user_id, clara.user_id}
    assert got[::2] == [got[0]] * 3


async def test_u5_whoever_is_away_gets_no_new_letters_in_turn(post: Post, clara: Caller) -> None:
    org = post.organisation
    _, inbox = await shared(post, MailRouting.ROUND_ROBIN)
    absences = Absences(post.works)
    await absences.set_away(clara, clara.user_id, NOON.date(), NOON.date())
    got = {await keeper(post, await post.deliver(inbox, letter(f"n{number}"))) for number in range(3)}
    assert got == {org.boris.user_id}
    await absences.set_away(org.boris, org.boris.user_id, NOON.date(), NOON.date())
    got = {await keeper(post, await post.deliver(inbox, letter(f"m{number}"))) for number in range(2)}
    assert got == {org.manager.user_id}  # Where no rep is there, who leads them takes it.


async def test_u3_what_continues_a_letter_goes_to_whoever_answers_for_that(post: Post, clara: Caller) -> None:
    _, inbox = await shared(post, MailRouting.ROUND_ROBIN)
    first = await post.deliver(inbox, letter("a"))
    await post.deliver(inbox, letter("b"))
    assert await keeper(post, await post.deliver(inbox, reply("c", "a"))) == await keeper(post, first)
    assert clara.role is Role.REP


async def test_u3_automatic_and_old_letters_take_nobodys_turn(post: Post, clara: Caller) -> None:
    manager = post.organisation.manager
    _, inbox = await shared(post, MailRouting.ROUND_ROBIN)
    automatic = await post.deliver(inbox, letter("a", mail_class=MailClass.NEWSLETTER))
    old = await post.deliver(inbox, letter("b"), NOON - timedelta(days=3))
    assert await keeper(post, automatic) == await keeper(post, old) == manager.user_id
    first = await keeper(post, await post.deliver(inbox, letter("c")))
    assert first == min(post.organisation.boris.user_id, clara.user_id)


async def test_u3_by_responsible_of_the_contact(post: Post, clara: Caller) -> None:
    org = post.organisation
    async with post.works.database.transaction() as session:
        (await session.get_one(Contact, org.john)).responsible_id = clara.user_id
    _, inbox = await shared(post, MailRouting.CONTACT)
    assert await keeper(post, await post.deliver(inbox, letter("a"))) == clara.user_id
    stranger = await post.deliver(inbox, letter("b", sender="x@beta.example"))
    assert await keeper(post, stranger) == org.manager.user_id


async def test_u3_a_rule_on_the_topic_goes_before_the_routing(post: Post, clara: Caller) -> None:
    org = post.organisation
    mailbox_id, inbox = await shared(post, MailRouting.POOL)
    draft = RuleDraft("prices", {"topic": "price"}, {"responsible_id": clara.user_id})
    await MailRules(post.works).add(org.manager, mailbox_id, draft)
    assert await keeper(post, await post.deliver(inbox, letter("a", topic="Prices"))) == clara.user_id


async def test_u3_a_letter_in_the_pool_is_taken_once(post: Post, clara: Caller) -> None:
    org = post.organisation
    pool = Pool(post.works)
    _, inbox = await shared(post, MailRouting.POOL)
    one = await post.deliver(inbox, letter("a"))
    assert set(await post.owners(one)) == {org.boris.user_id, clara.user_id}
    assert [item.user_id for item in await post.notices("letter")] == sorted(await post.owners(one))
    assert await pool.is_waiting(clara, one)
    assert not await pool.is_waiting(org.manager, one)
    with pytest.raises(NotAllowed):
        await pool.take(org.manager, one)
    with pytest.raises(NotFound):
        await pool.take(org.outsider, one)
    await pool.take(clara, one)
    assert await keeper(post, one) == clara.user_id
    with pytest.raises((StateForbids, NotFound)):
        await pool.take(org.boris, one)
    assert await keeper(post, await post.deliver(inbox, reply("b", "a"))) == clara.user_id


async def test_u3_taking_can_be_undone(post: Post, clara: Caller) -> None:
    org = post.organisation
    _, inbox = await shared(post, MailRouting.POOL)
    one = await post.deliver(inbox, letter("a"))
    await Pool(post.works).take(clara, one)
    await Undo(post.works).undo_last(clara)
    assert set(await post.owners(one)) == {org.boris.user_id, clara.user_id}
    await Pool(post.works).take(org.boris, one)
    assert await keeper(post, one) == org.boris.user_id


async def test_u3_the_same_letter_in_another_folder_takes_nobodys_turn(post: Post, clara: Caller) -> None:
    mailbox_id, inbox = await shared(post, MailRouting.ROUND_ROBIN)
    one = await post.deliver(inbox, letter("a"))
    before = await keeper(post, one)
    archive = await post.open(mailbox_id, "Archive")
    assert await post.deliver(archive, letter("a")) == one
    assert await keeper(post, one) == before
    assert await keeper(post, await post.deliver(inbox, letter("b"))) != before
    assert clara.user_id


async def test_u3_only_who_leads_the_department_says_how_letters_are_routed(post: Post) -> None:
    org = post.organisation
    mailbox_id, _ = await shared(post, MailRouting.KEEPER)
    own = await post.add(org.anna, "anna@zveno.example")
    pool = Pool(post.works)
    with pytest.raises((NotAllowed, NotFound)):
        await pool.set_routing(org.boris, mailbox_id, MailRouting.POOL)
    with pytest.raises(NotFound):
        await pool.set_routing(org.outsider, mailbox_id, MailRouting.POOL)
    with pytest.raises(StateForbids):
        await pool.set_routing(None, own, MailRouting.POOL)
