"""Sharing private mailboxes (domain.md U2): two reps, their manager and a stranger, walked."""

import pytest
from sqlalchemy import update

from core.database import Database
from core.errors import CannotUndo, Invalid, NotAllowed, NotFound, StateForbids
from core.models import Mailbox
from core.services.review import Review
from core.services.sharing import Sharing
from core.services.undo import Undo
from core.services.views import Views
from core.values import Caller, InteractionId, Ref, RefKind, SubjectId, UserId
from tests.conftest import FixedClock
from tests.factories.mail import Post, letter, reply
from tests.factories.organisation import make_organisation

ANNA = "anna@zveno.example"
BORIS = "boris@zveno.example"


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


@pytest.fixture
def sharing(post: Post) -> Sharing:
    return Sharing(post.works)


async def readers(post: Post, one: InteractionId) -> set[str]:
    """Who sees a letter, its title and its place in a history."""
    org = post.organisation
    views = Views(org.database, org.clock)
    people = {
        "anna": org.anna,
        "boris": org.boris,
        "manager": org.manager,
        "outsider": org.outsider,
        "administrator": org.administrator,
    }
    return {name for name, caller in people.items() if await _sees(post, views, caller, one)}


async def _sees(post: Post, views: Views, caller: Caller, one: InteractionId) -> bool:
    subject = SubjectId((await post.interaction(one)).subject_id)
    try:
        await views.subject_card(caller, subject)
    except NotFound:
        with pytest.raises(NotFound):
            await views.interaction_card(caller, one)
        return False
    await views.interaction_card(caller, one)
    return True


async def test_u2_nobody_else_sees_letters_of_a_private_mailbox(post: Post) -> None:
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    assert await readers(post, await post.deliver(inbox, letter("a"))) == {"anna"}


async def test_u2_a_thread_is_shared_with_a_colleague_with_what_comes_later(
    post: Post, sharing: Sharing
) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    first = await post.deliver(inbox, letter("a"))
    other = await post.deliver(inbox, letter("b", sender="mary@beta.example"))
    assert await sharing.share_thread(org.anna, first, org.boris.user_id) == 1
    later = await post.deliver(inbox, reply("c", "a"))
    latest = await post.deliver(inbox, reply("d", "c", "a"))
    for one in (first, later, latest):
        assert await readers(post, one) == {"anna", "boris"}
        (shared,) = await sharing.list_thread_shares(org.anna, one)
        assert (shared.user_id, shared.letters) == (org.boris.user_id, 3)
    assert await sharing.list_thread_shares(org.boris, first) == [], "it came to no mailbox of his"
    with pytest.raises(NotFound):
        await sharing.list_thread_shares(org.boris, other)
    assert await readers(post, other) == {"anna"}
    assert await sharing.take_back(org.anna, interaction_id=later) == 3
    assert await sharing.list_thread_shares(org.anna, first) == []
    assert await readers(post, first) == {"anna"}
    assert await readers(post, await post.deliver(inbox, reply("e", "d", "c", "a"))) == {"anna"}


async def test_u2_a_mailbox_is_shared_with_those_who_lead_its_owner(post: Post, sharing: Sharing) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    before = await post.deliver(inbox, letter("a"))
    (mailbox, *_) = await post.mailboxes.list_kept(org.anna)
    mailbox_id = mailbox.id
    assert await sharing.list_shares(None, mailbox_id) == []
    assert await sharing.share_mailbox(org.anna, mailbox_id) == 1
    after = await post.deliver(inbox, letter("b", sender="mary@beta.example"))
    assert await readers(post, before) == await readers(post, after) == {"anna", "manager"}
    views = Views(org.database, org.clock)
    assert await views.count_inbox(org.manager) == 2
    assert [view.user_id for view in await sharing.list_shares(org.anna, mailbox_id)] == [None]
    await sharing.take_back(org.anna, mailbox_id)
    assert await readers(post, before) == await readers(post, after) == {"anna"}
    assert await views.count_inbox(org.manager) == 0


async def test_u2_letters_among_ourselves_are_not_shared_with_a_mailbox(post: Post, sharing: Sharing) -> None:
    org = post.organisation
    of_anna = await post.inbox_of(org.anna, ANNA)
    await post.inbox_of(org.boris, BORIS)
    before = await post.deliver(of_anna, letter("a", sender=BORIS))
    (mailbox, *_) = await post.mailboxes.list_kept(org.anna)
    assert await sharing.share_mailbox(org.anna, mailbox.id) == 0
    after = await post.deliver(of_anna, letter("b", sender=BORIS))
    assert await readers(post, before) == await readers(post, after) == {"anna"}


async def test_u2_the_same_letter_in_two_mailboxes_is_shared_by_each_owner_alone(
    post: Post, sharing: Sharing
) -> None:
    org = post.organisation
    of_anna, of_boris = await post.inbox_of(org.anna, ANNA), await post.inbox_of(org.boris, BORIS)
    (of_boris_id,) = [one.id for one in await post.mailboxes.list_kept(org.boris) if one.address == BORIS]
    await sharing.share_mailbox(org.boris, of_boris_id, org.outsider.user_id)
    one = await post.deliver(of_anna, letter("a", to=(ANNA, BORIS)))
    assert await readers(post, one) == {"anna"}
    assert await post.deliver(of_boris, letter("a", to=(ANNA, BORIS))) == one
    assert await readers(post, one) == {"anna", "boris", "outsider"}
    await sharing.take_back(org.anna, interaction_id=one)
    assert await readers(post, one) == {"anna", "boris", "outsider"}
    await sharing.take_back(org.boris, of_boris_id, user_id=org.outsider.user_id)
    assert await readers(post, one) == {"anna", "boris"}


async def test_u2_only_the_owner_shares(post: Post, sharing: Sharing) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    one = await post.deliver(inbox, letter("a"))
    (mailbox, *_) = await post.mailboxes.list_kept(org.anna)
    with pytest.raises(NotAllowed):
        await sharing.share_mailbox(org.administrator, mailbox.id)
    with pytest.raises(NotFound):
        await sharing.share_mailbox(org.manager, mailbox.id)
    with pytest.raises(NotFound):
        await sharing.share_thread(org.manager, one)
    with pytest.raises(Invalid):
        await sharing.share_mailbox(org.anna, mailbox.id, org.anna.user_id)
    with pytest.raises(NotFound):
        await sharing.share_thread(org.anna, one, UserId(999))


async def test_u2_a_colleague_who_was_given_a_thread_cannot_give_it_on(post: Post, sharing: Sharing) -> None:
    org = post.organisation
    one = await post.deliver(await post.inbox_of(org.anna, ANNA), letter("a"))
    await sharing.share_thread(org.anna, one, org.boris.user_id)
    with pytest.raises(NotAllowed):
        await sharing.share_thread(org.boris, one, org.outsider.user_id)


async def test_u2_a_mailbox_of_a_department_is_not_private(post: Post, sharing: Sharing) -> None:
    org = post.organisation
    mailbox = await post.add(org.anna, "sales@zveno.example", owner_id=None, department_id=1)
    with pytest.raises(StateForbids) as caught:
        await sharing.share_mailbox(None, mailbox)
    assert caught.value.ref == Ref(RefKind.MAILBOX, mailbox)


async def test_u2_undo_takes_a_shared_thread_back_with_what_came_in_it_since(
    post: Post, sharing: Sharing
) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    first = await post.deliver(inbox, letter("a"))
    await sharing.share_thread(org.anna, first, org.boris.user_id)
    later = await post.deliver(inbox, reply("b", "a"))
    assert await readers(post, later) == {"anna", "boris"}
    undone = await Undo(post.works).undo_last(org.anna)
    assert (undone.action, undone.objects) == ("share_thread", (f"i{first}",))
    assert await readers(post, first) == await readers(post, later) == {"anna"}
    latest = await post.deliver(inbox, reply("c", "b", "a"))
    assert await readers(post, latest) == {"anna"}


async def test_u2_undo_of_a_shared_thread_leaves_what_was_shared_before(post: Post, sharing: Sharing) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    first = await post.deliver(inbox, letter("a"))
    await sharing.share_thread(org.anna, first, org.boris.user_id)
    await sharing.share_thread(org.anna, first, org.outsider.user_id)
    await sharing.share_thread(org.anna, first, org.boris.user_id)
    await Undo(post.works).undo_last(org.anna)
    assert await readers(post, first) == {"anna", "boris", "outsider"}
    await Undo(post.works).undo_last(org.anna)
    assert await readers(post, first) == {"anna", "boris"}


async def test_u2_undo_takes_a_shared_mailbox_back_with_what_came_since_and_leaves_threads(
    post: Post, sharing: Sharing
) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    (mailbox,) = await post.mailboxes.report(None, None)
    thread = await post.deliver(inbox, letter("a"))
    await sharing.share_thread(org.anna, thread, org.boris.user_id)
    plain = await post.deliver(inbox, letter("b", sender="mary@beta.example"))
    await sharing.share_mailbox(org.anna, mailbox.id, org.boris.user_id)
    later = await post.deliver(inbox, letter("c", sender="ivan@gamma.example"))
    assert await readers(post, later) == await readers(post, plain) == {"anna", "boris"}
    await Undo(post.works).undo_last(org.anna)
    assert await readers(post, later) == await readers(post, plain) == {"anna"}
    assert await readers(post, thread) == {"anna", "boris"}
    latest = await post.deliver(inbox, letter("d", sender="eva@delta.example"))
    assert await readers(post, latest) == {"anna"}


async def test_u2_undo_gives_again_what_was_made_private(post: Post, sharing: Sharing) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    (mailbox,) = await post.mailboxes.report(None, None)
    first = await post.deliver(inbox, letter("a"))
    await sharing.share_mailbox(org.anna, mailbox.id, org.boris.user_id)
    await sharing.share_thread(org.anna, first, org.outsider.user_id)
    await sharing.take_back(org.anna, mailbox.id)
    assert await readers(post, first) == {"anna"}
    await Undo(post.works).undo_last(org.anna)
    assert await readers(post, first) == {"anna", "boris", "outsider"}
    answer = await post.deliver(inbox, reply("b", "a"))
    assert await readers(post, answer) == {"anna", "boris", "outsider"}


async def test_u2_undo_shares_nothing_of_a_mailbox_that_is_somebody_elses_by_now(
    post: Post, sharing: Sharing, database: Database
) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    first = await post.deliver(inbox, letter("a"))
    await sharing.share_thread(org.anna, first, org.boris.user_id)
    await sharing.take_back(org.anna, interaction_id=first)
    async with database.transaction() as session:
        await session.execute(update(Mailbox).values(owner_id=org.boris.user_id))
    with pytest.raises(CannotUndo):
        await Undo(post.works).undo_last(org.anna)


async def test_steps_before_a_share_are_undone_after_it(post: Post, sharing: Sharing) -> None:
    org = post.organisation
    inbox = await post.inbox_of(org.anna, ANNA)
    first = await post.deliver(inbox, letter("a"))
    await Review(post.works).mark_reviewed(org.anna, first)
    await sharing.share_thread(org.anna, first)
    undo = Undo(post.works)
    assert (await undo.undo_last(org.anna)).action == "share_thread"
    await undo.undo_last(org.anna)
    assert await post.owners(first) == {org.anna.user_id: False}
