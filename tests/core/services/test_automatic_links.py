"""What continues nothing known is linked where its contacts' only work is (domain.md S8)."""

from datetime import timedelta

import pytest

from core.database import Database
from core.enums import (
    AddressKind,
    Direction,
    FolderRole,
    FunctionalOption,
    InteractionType,
    LinkReason,
    MailClass,
    SalesList,
    SubjectKind,
)
from core.services.capture import Capture
from core.services.care import Care
from core.services.deals import Deals
from core.services.options import Options
from core.services.promotion import Promotion
from core.services.sales_lists import SalesLists
from core.services.subjects import Subjects
from core.services.undo import Undo
from core.values import Address, Caller, DealId, InteractionDraft, InteractionId, ParticipantDraft, Ref
from tests.conftest import NOON, FixedClock
from tests.factories.mail import Post, SightedLetter, letter, reply
from tests.factories.organisation import JOHN_MAIL, make_organisation

ANNA = "anna@zveno.example"
BORIS = "boris@zveno.example"
JOHN = ParticipantDraft("John", (Address(AddressKind.EMAIL, JOHN_MAIL, JOHN_MAIL),))
OLD = NOON - timedelta(days=30)


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


async def call_john(post: Post, caller: Caller, *, apart: bool = False) -> InteractionId:
    """A call with the client; apart from what it was linked to."""
    draft = InteractionDraft(type=InteractionType.CALL, topic="Prices", participants=(JOHN,))
    one = await Capture(post.works).record(caller, draft)
    if apart:
        await Subjects(post.works).change(caller, one, None)
    return one


async def make_deal(post: Post, caller: Caller) -> Ref:
    one = await call_john(post, caller, apart=True)
    return await Promotion(post.works, currency="EUR").promote(
        caller, one, SubjectKind.DEAL, title="20 pallets"
    )


async def test_s8_a_clients_letter_joins_the_only_open_deal_and_says_why(post: Post) -> None:
    await make_deal(post, post.organisation.anna)
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    one = await post.deliver(inbox, letter("a"))
    assert (await post.subject_of(one)).kind is SubjectKind.DEAL
    assert (await post.interaction(one)).link_reason is LinkReason.SAME_CONTACT
    (notice,) = await post.notices("letter")
    assert "subjects" not in notice.payload


async def test_s8_a_reply_into_a_thread_that_was_never_captured_joins_the_deal(post: Post) -> None:
    await make_deal(post, post.organisation.anna)
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    one = await post.deliver(inbox, reply("b", "never seen"))
    assert (await post.subject_of(one)).kind is SubjectKind.DEAL


async def test_s8_several_candidates_make_an_own_chain_and_a_question(post: Post) -> None:
    anna = post.organisation.anna
    await make_deal(post, anna)
    chain = await post.subject_of(await call_john(post, anna, apart=True))
    inbox = await post.inbox_of(anna, ANNA)
    one = await post.deliver(inbox, letter("a"))
    own = await post.subject_of(one)
    assert own.head_id == one
    assert (await post.interaction(one)).link_reason is LinkReason.OWN
    (notice,) = await post.notices("letter")
    asked = notice.payload["subjects"]
    assert asked[1:] == [chain.id]
    assert len(asked) == 2


async def test_s8_a_stranger_with_the_clients_name_starts_a_chain(post: Post) -> None:
    await make_deal(post, post.organisation.anna)
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    one = await post.deliver(inbox, letter("a", sender="john@elsewhere.example"))
    assert (await post.subject_of(one)).head_id == one


async def test_s8_a_colleagues_work_that_the_keeper_does_not_see_is_no_candidate(post: Post) -> None:
    await make_deal(post, post.organisation.boris)
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    one = await post.deliver(inbox, letter("a"))
    assert (await post.subject_of(one)).head_id == one


async def test_s8_after_90_days_a_chain_is_no_candidate(post: Post, clock: FixedClock) -> None:
    anna = post.organisation.anna
    inbox = await post.inbox_of(anna, ANNA)
    await call_john(post, anna)
    clock.move(timedelta(days=91))
    one = await post.deliver(inbox, letter("a"), NOON + timedelta(days=91))
    assert (await post.subject_of(one)).head_id == one


async def test_s8_a_deleted_call_is_no_candidate(post: Post) -> None:
    anna = post.organisation.anna
    await Care(post.works).delete(anna, await call_john(post, anna))
    inbox = await post.inbox_of(anna, ANNA)
    one = await post.deliver(inbox, letter("a"))
    assert (await post.subject_of(one)).head_id == one


@pytest.mark.parametrize("mail_class", [one for one in MailClass if one is not MailClass.NORMAL])
async def test_s8_automatic_mail_is_linked_to_nothing(post: Post, mail_class: MailClass) -> None:
    await make_deal(post, post.organisation.anna)
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    one = await post.deliver(inbox, letter("a", mail_class=mail_class))
    assert (await post.subject_of(one)).kind is SubjectKind.NONE


async def test_s8_a_letter_that_may_be_forged_is_linked_to_nothing(post: Post) -> None:
    anna = post.organisation.anna
    inbox = await post.inbox_of(anna, ANNA)
    real = await post.deliver(inbox, letter("a", sender="vera@stranger.example"))
    await make_deal(post, anna)
    forged = await post.deliver(inbox, letter("a", content="forged"))
    assert (await post.message(forged)).duplicate_of_id == real
    assert (await post.subject_of(forged)).head_id == forged


async def test_s8_own_letters_to_a_client_are_linked_too_and_ask_nothing(post: Post) -> None:
    anna = post.organisation.anna
    await make_deal(post, anna)
    sent = await post.open(await post.add(anna, ANNA), "Sent", FolderRole.SENT)
    one = await post.deliver(sent, letter("a", sender=ANNA, to=(JOHN_MAIL,)))
    assert (await post.interaction(one)).direction is Direction.OUT
    assert (await post.subject_of(one)).kind is SubjectKind.DEAL
    assert await post.notices("letter") == []


async def test_s8_letters_of_one_batch_are_linked_as_if_they_had_come_one_by_one(post: Post) -> None:
    anna = post.organisation.anna
    inbox = await post.inbox_of(anna, ANNA)
    at = NOON + timedelta(minutes=1)
    outcomes = await post.capture(inbox, [SightedLetter(uid, at, letter(f"m{uid}")) for uid in (1, 2, 3)])
    subjects = {(await post.subject_of(one.interaction_id or InteractionId(0))).id for one in outcomes}
    assert len(subjects) == 1


async def test_s8_old_letters_go_into_the_only_open_deal_and_else_stay_in_their_threads(post: Post) -> None:
    anna = post.organisation.anna
    inbox = await post.inbox_of(anna, ANNA)
    first = await post.deliver(inbox, letter("a"), OLD)
    second = await post.deliver(inbox, letter("b"), OLD)
    assert (await post.subject_of(first)).id != (await post.subject_of(second)).id
    for caller in (anna, post.organisation.boris):
        await make_deal(post, caller)
    third = await post.deliver(inbox, letter("c"), OLD)
    assert (await post.subject_of(third)).kind is SubjectKind.DEAL
    await make_deal(post, anna)
    fourth = await post.deliver(inbox, letter("d"), OLD)
    assert (await post.subject_of(fourth)).head_id == fourth
    assert await post.notices("letter") == []


async def test_s8_a_closed_deal_draws_nothing(post: Post) -> None:
    anna = post.organisation.anna
    deal = await make_deal(post, anna)
    deals, deal_id = Deals(post.works, currency="EUR"), DealId(deal.id)
    reasons = await SalesLists(post.works).list_items(SalesList.LOSS_REASONS)
    await deals.lose(anna, deal_id, reasons[0].name)
    await deals.close(anna, deal_id)
    inbox = await post.inbox_of(anna, ANNA)
    one = await post.deliver(inbox, letter("a"))
    assert (await post.subject_of(one)).head_id == one


async def test_s8_without_deals_a_chain_is_the_only_candidate(post: Post) -> None:
    org = post.organisation
    await make_deal(post, org.anna)
    chain = await post.subject_of(await call_john(post, org.anna, apart=True))
    await Options(post.works).set(org.administrator, FunctionalOption.DEALS, is_on=False)
    inbox = await post.inbox_of(org.anna, ANNA)
    one = await post.deliver(inbox, letter("a"))
    assert (await post.subject_of(one)).id == chain.id


async def test_s8_a_link_is_taken_back_by_choosing_none(post: Post) -> None:
    anna = post.organisation.anna
    await make_deal(post, anna)
    inbox = await post.inbox_of(anna, ANNA)
    one = await post.deliver(inbox, letter("a"))
    await Subjects(post.works).change(anna, one, None)
    assert (await post.subject_of(one)).head_id == one
    await Undo(post.works).undo_last(anna)
    assert (await post.subject_of(one)).kind is SubjectKind.DEAL


async def test_s8_a_call_recorded_by_hand_joins_the_only_chain_of_its_client(post: Post) -> None:
    anna = post.organisation.anna
    first, second = await call_john(post, anna), await call_john(post, anna)
    assert (await post.subject_of(second)).head_id == first
    assert (await post.interaction(second)).link_reason is LinkReason.SAME_CONTACT


async def test_s8_the_same_letter_in_two_mailboxes_is_linked_once(post: Post) -> None:
    org = post.organisation
    await make_deal(post, org.anna)
    first = await post.inbox_of(org.anna, ANNA)
    second = await post.inbox_of(org.boris, BORIS)
    one = await post.deliver(first, letter("a"))
    assert await post.deliver(second, letter("a")) == one
    assert (await post.subject_of(one)).kind is SubjectKind.DEAL
    assert set(await post.owners(one)) == {org.anna.user_id, org.boris.user_id}
