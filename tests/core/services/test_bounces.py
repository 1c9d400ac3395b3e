"""Letters that could not be delivered: the address, the letter they answer, their keeper (domain.md S1, RFC 3464)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import FolderRole, MailClass, SubjectKind
from core.models import ContactAddress
from core.services.review import Review
from core.services.views import Views
from core.values import ContactId, InteractionId, Letter
from tests.conftest import NOON, FixedClock
from tests.factories.mail import Post, letter
from tests.factories.organisation import JOHN_MAIL, make_organisation

ANNA = "anna@zveno.example"
LATER = NOON + timedelta(minutes=9)


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


def bounce(of: str, *failed: str) -> Letter:
    """What a mail server answers to a letter that it could not deliver."""
    return letter(
        f"bounce-of-{of}",
        sender="mailer-daemon@acme.example",
        to=(ANNA,),
        mail_class=MailClass.BOUNCE,
        own_ids=(f"{of}@acme.example",),
        failed_recipients=failed,
    )


async def bounced_addresses(post: Post) -> dict[str, bool]:
    async with post.works.database.reading() as session:
        rows = await session.scalars(select(ContactAddress).order_by(ContactAddress.id))
        return {row.value: row.bounced_at == LATER for row in rows if row.bounced_at is not None}


async def send(post: Post, name: str = "a", to: str = JOHN_MAIL) -> InteractionId:
    sent = await post.open(await post.add(post.organisation.anna, ANNA), "Sent", FolderRole.SENT)
    return await post.deliver(sent, letter(name, sender=ANNA, to=(to,)))


async def test_a_bounce_marks_the_address_and_the_letter_and_tells_its_keeper(post: Post) -> None:
    anna = post.organisation.anna
    one = await send(post)
    told = await post.deliver(await post.inbox_of(anna, "copy@zveno.example"), bounce("a", JOHN_MAIL), LATER)
    views = Views(post.works.database, post.works.clock)
    card = await views.interaction_card(anna, one)
    assert [(view.id, view.recipients) for view in card.bounces] == [(told, (JOHN_MAIL,))]
    assert (await post.interaction(told)).subject_id == (await post.interaction(one)).subject_id
    assert await bounced_addresses(post) == {JOHN_MAIL: True}
    (notice,) = await post.notices("bounced")
    assert notice.payload["show"] == f"i{told}"
    contact = await views.contact_card(anna, ContactId(post.organisation.john))
    assert [address.bounced_at for address in contact.addresses if address.value == JOHN_MAIL] == [LATER]


async def test_a_bounce_that_comes_before_its_letter_marks_the_address_all_the_same(post: Post) -> None:
    anna = post.organisation.anna
    told = await post.deliver(await post.inbox_of(anna, "copy@zveno.example"), bounce("a", JOHN_MAIL), LATER)
    assert (await post.subject_of(told)).kind is SubjectKind.NONE
    assert await bounced_addresses(post) == {}
    one = await send(post)
    assert (await post.interaction(told)).parent_id == one
    assert await bounced_addresses(post) == {JOHN_MAIL: True}


async def test_s1_a_bounce_of_nothing_known_starts_no_chain_tells_nobody_and_marks_nothing(
    post: Post,
) -> None:
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    told = await post.deliver(inbox, bounce("never-sent", JOHN_MAIL), LATER)
    assert (await post.subject_of(told)).kind is SubjectKind.NONE
    assert await post.notices("bounced") == []
    assert await post.notices("letter") == []
    assert await bounced_addresses(post) == {}


async def test_a_forged_bounce_marks_nobody_the_letter_was_not_written_to(post: Post) -> None:
    await send(post, to="vera@stranger.example")
    inbox = await post.inbox_of(post.organisation.anna, "copy@zveno.example")
    await post.deliver(inbox, bounce("a", JOHN_MAIL), LATER)
    assert await bounced_addresses(post) == {}


async def test_a_bounce_of_a_clients_letter_marks_nobody(post: Post) -> None:
    inbox = await post.inbox_of(post.organisation.anna, ANNA)
    await post.deliver(inbox, letter("a"))
    await post.deliver(inbox, bounce("a", JOHN_MAIL), LATER)
    assert await bounced_addresses(post) == {}


@pytest.mark.parametrize("mail_class", [MailClass.AUTO_REPLY, MailClass.BOUNCE])
async def test_a_machines_answer_to_what_is_waited_for_is_not_told_as_the_clients(
    post: Post, mail_class: MailClass
) -> None:
    anna = post.organisation.anna
    one = await send(post)
    await Review(post.works).mark_unreviewed(anna, one)
    inbox = await post.inbox_of(anna, "copy@zveno.example")
    machine = letter("b", mail_class=mail_class, in_reply_to=("a@acme.example",))
    await post.deliver(inbox, machine, LATER)
    assert await post.notices("answer") == []
