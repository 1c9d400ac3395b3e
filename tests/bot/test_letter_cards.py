"""What a letter's card says and offers: who, where it belongs and why, what to do (domain.md S8, conversation.md)."""

from datetime import timedelta

from core.enums import (
    AddressKind,
    ContactKind,
    Direction,
    FolderRole,
    InteractionType,
    Language,
    MailClass,
    SubjectKind,
)
from core.services.contacts import ContactDraft
from core.values import (
    Address,
    AttachmentDraft,
    Caller,
    InteractionDraft,
    InteractionId,
    Original,
    ParticipantDraft,
)
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.bot.test_mailboxes import ADDRESS, ANNA, own_mailbox
from tests.conftest import NOON, FixedClock
from tests.factories.mail import Post, SightedLetter, letter, reply
from tests.factories.organisation import JOHN_MAIL

LATER = NOON + timedelta(minutes=5)
JOHN = ParticipantDraft("John Smith", (Address(AddressKind.EMAIL, JOHN_MAIL, JOHN_MAIL),))


async def call_john(office: Office, anna: Caller, topic: str, *, apart: bool = True) -> InteractionId:
    draft = InteractionDraft(type=InteractionType.CALL, topic=topic, participants=(JOHN,))
    one = await office.services.capture.record(anna, draft)
    if apart:
        await office.services.subjects.change(anna, one, None)
    return one


async def receive(office: Office, hand: Hand, post: Post, mailbox: int, **fields: object) -> str:
    """A letter from John, and what is then before the hand."""
    inbox = await post.open(mailbox)  # type: ignore[arg-type] # a plain number is an id here
    await post.deliver(inbox, letter("a", **fields), LATER)
    await office.idle()
    hand.message_id = (await office.last(ANNA))["message_id"]
    return await hand.see()


async def test_s8_the_card_says_with_whom_and_when_and_one_tap_takes_the_link_back(office: Office) -> None:
    hand, post, anna, mailbox = await own_mailbox(office)
    first = await call_john(office, anna, "Prices")
    shown = await receive(office, hand, post, mailbox)
    assert shown.splitlines()[0].startswith("A letter came · ✉️ Letter · unreviewed")
    assert "John Smith, Acme → you" in shown
    assert "Chain: Prices (2)" in shown
    assert "same contact: John Smith, last today 12:00" in shown
    after = await hand.tap("Not there")
    assert "same contact" not in after
    assert (await office.services.views.interaction_card(anna, first)).subject.interactions == 1
    assert "↩️ Undo" in await hand.labels()


async def test_s8_several_candidates_are_asked_about_with_their_reasons_and_one_tap_decides(
    office: Office,
) -> None:
    hand, post, anna, mailbox = await own_mailbox(office)
    await call_john(office, anna, "Prices")
    chosen = await call_john(office, anna, "Delivery")
    shown = await receive(office, hand, post, mailbox)
    assert shown.splitlines()[-1] == "Which of these does it belong to?"
    labels = await hand.labels()
    assert {label[3:] for label in labels[:2]} == {
        "🔗 Prices · last today 12:00",
        "🔗 Delivery · last today 12:00",
    }
    assert labels[2] == "3. ➕ A chain of its own"
    after = await hand.tap("Delivery")
    assert "Which of these" not in after
    assert "chosen by hand" in after
    assert (await office.services.views.interaction_card(anna, chosen)).subject.interactions == 2


async def test_what_comes_after_its_thread_was_moved_offers_no_undo_of_that(
    office: Office, clock: FixedClock
) -> None:
    hand, post, anna, mailbox = await own_mailbox(office)
    inbox = await post.open(mailbox)
    one = await post.deliver(inbox, letter("a", sender="vera@stranger.example"), LATER)
    member = await post.deliver(inbox, reply("b", "a", sender="vera@stranger.example"), LATER)
    call = await call_john(office, anna, "Prices", apart=False)
    await hand.write(f"/subject i{one} i{call}")
    clock.move(timedelta(minutes=1))
    later = await post.deliver(inbox, reply("c", "b", "a", sender="vera@stranger.example"), LATER)
    await hand.write(f"/i{member}")
    assert "↩️ Undo" in await hand.labels(), "its whole chain went along"
    assert "Chain: Prices (4)" in await hand.write(f"/i{later}")
    assert "↩️ Undo" not in await hand.labels()


async def test_s8_a_recording_by_hand_asks_too(office: Office) -> None:
    hand, _, anna, _ = await own_mailbox(office)
    await call_john(office, anna, "Prices")
    await call_john(office, anna, "Delivery")
    shown = await hand.write(f"/call John Smith, {JOHN_MAIL}: agreed on the price")
    assert "Which of these does it belong to?" in shown
    assert "Recorded" in shown


async def test_a_new_sender_becomes_a_contact_with_one_tap(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    shown = await receive(office, hand, post, mailbox, sender="vera@stranger.example")
    assert "new: Vera, stranger.example → you" in shown
    taps = hand.taps
    after = await hand.tap("➕ 👤 Vera")
    assert hand.taps == taps + 1
    assert "Vera → you" in after
    assert "new:" not in after


async def test_p2_an_address_of_several_contacts_asks_who_it_is(office: Office) -> None:
    hand, post, anna, mailbox = await own_mailbox(office)
    shared = Address(AddressKind.EMAIL, "office@shared.example", "office@shared.example")
    for name in ("Ivy", "Olga"):
        await office.services.contacts.create(anna, ContactDraft(ContactKind.INDIVIDUAL, name, (shared,)))
    await receive(office, hand, post, mailbox, sender="office@shared.example")
    asked = await hand.tap("👤 Who is it?")
    assert "Who is" in asked
    assert {"1. 👤 Ivy", "2. 👤 Olga"} <= set(await hand.labels())


async def test_an_answer_is_kept_as_a_note_and_says_so(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    await receive(office, hand, post, mailbox)
    assert (await hand.labels())[:3] == ["✅ Reviewed", "⏰ Later", "↩️ Answer"]
    question = await hand.tap("Answer")
    assert "nothing is sent" in question
    assert "Yes, on Friday" in await hand.write("Yes, on Friday")


async def test_a_bounce_shows_on_the_letter_and_on_the_contact(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    sent = await post.open(mailbox, "Sent", FolderRole.SENT)
    one = await post.deliver(sent, letter("a", sender=ADDRESS, to=(JOHN_MAIL,)))
    machine = reply(
        "b",
        "a",
        mail_class=MailClass.BOUNCE,
        sender="mailer-daemon@x.example",
        failed_recipients=(JOHN_MAIL,),
        attachments=(AttachmentDraft("part-1.txt", "message/delivery-status", 300, "0" * 64),),
    )
    bounce = await post.deliver(await post.open(mailbox), machine, LATER)
    await office.idle()
    hand.message_id = (await office.last(ANNA))["message_id"]
    told = await hand.see()
    assert told.startswith("⚠️ A letter was not delivered · ✉️ Letter")
    assert "part-1" not in told, "what it says for machines is no file that somebody sent"
    assert "↩️ Answer" not in await hand.labels()
    assert f"⚠️ Not delivered to {JOHN_MAIL} · /i{bounce}" in await hand.write(f"/i{one}")
    assert f"{JOHN_MAIL} · ⚠️ not delivered, today 12:05" in await hand.write(f"/c{post.organisation.john}")


async def test_letters_that_come_together_are_one_message_with_numbered_rows(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    before = len(await office.people.bot_messages(ANNA))
    batch = [
        SightedLetter(uid, LATER, letter(f"m{uid}", sender=f"vera{uid}@stranger.example"))
        for uid in range(1, 4)
    ]
    outcomes = await post.capture(await post.open(mailbox), batch)
    await office.idle()
    assert len(await office.people.bot_messages(ANNA)) == before + 1
    hand.message_id = (await office.last(ANNA))["message_id"]
    shown = await hand.see()
    assert shown.splitlines()[0] == "Letters came · ✉️ Letters 3"
    for number, one in enumerate(outcomes, start=1):
        line = shown.splitlines()[number]
        assert line.startswith(f"{number}. new: Vera{number}, stranger.example: Topic of m{number}")
        assert line.endswith(f"/i{one.interaction_id}")
    assert await hand.labels() == ["1", "2", "3", "📥 Inbox"]
    card = await hand.tap("2")
    assert f"/i{outcomes[1].interaction_id}" in card
    assert "‹ Back" in await hand.labels()


async def test_letters_that_come_together_in_russian(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office, language=Language.RU)
    batch = [SightedLetter(uid, LATER, letter(f"m{uid}", sender=f"v{uid}@a.example")) for uid in range(1, 10)]
    await post.capture(await post.open(mailbox), batch)
    await office.idle()
    hand.message_id = (await office.last(ANNA))["message_id"]
    shown = await hand.see()
    assert shown.splitlines()[0] == "Пришли письма · ✉️ Письма 9"
    assert shown.splitlines()[-1] == "Ещё 2 во входящих"


async def test_the_way_back_to_the_list_survives_an_action(office: Office) -> None:
    hand, _, anna, _ = await own_mailbox(office)
    await call_john(office, anna, "Prices")
    await hand.write("/list")
    await hand.tap("1")
    assert "show:list:1" in await hand.data()
    await hand.tap("Incoming")
    assert "show:list:1" in await hand.data()


async def test_reviewing_in_the_inbox_shows_the_next_card_and_offers_undo(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    inbox = await post.open(mailbox)
    for name in ("a", "b"):
        await post.deliver(inbox, letter(name, sender=f"{name}@stranger.example"), LATER)
    await hand.write("/inbox")
    after = await hand.tap("Reviewed")
    assert after.startswith("📥 Inbox 1")
    shown = await hand.tap("↩️ Undo: Topic of")
    assert "unreviewed" in shown
    assert (await hand.write("/inbox")).startswith("📥 Inbox 2")


FORWARDED = f"""Please have a look.

---------- Forwarded message ---------
From: John Smith <{JOHN_MAIL}>
Date: Thu, 12 Nov 2026 at 14:03
Subject: Prices

What do 20 pallets cost?
"""


async def forwarded(office: Office) -> tuple[Hand, Post, Caller, InteractionId]:
    """A colleague with a mailbox forwards a client's letter, and Anna has its card before her."""
    hand, post, anna, mailbox = await own_mailbox(office)
    await post.add(post.organisation.boris, "boris@zveno.example")
    sent_on = letter("f", sender="boris@zveno.example", topic="Fwd: Prices", text=FORWARDED)
    one = await post.deliver(await post.open(mailbox), sent_on, LATER)
    await office.idle()
    hand.message_id = (await office.last(ANNA))["message_id"]
    assert f"↪️ Original: John Smith, {JOHN_MAIL}, Thu, 12 Nov 2026 at 14:03, right?" in await hand.see()
    return hand, post, anna, one


async def test_a_forwarded_letter_is_given_to_its_writer_and_joins_their_deal(office: Office) -> None:
    hand, post, anna, one = await forwarded(office)
    call = await call_john(office, anna, "20 pallets")
    await office.services.promotion.promote(anna, call, SubjectKind.DEAL, title="20 pallets")
    after = await hand.tap("✅ Yes")
    assert "John Smith, Acme → you" in after
    assert "Deal: 20 pallets (2)" in after
    assert "Original" not in after
    assert (await post.interaction(one)).direction is Direction.IN
    undone = await hand.tap("↩️ Undo")
    assert "↪️ Original: John Smith" in undone
    assert "Deal" not in undone.splitlines()[-2]


async def test_a_forwarded_letter_was_written_by_somebody_else(office: Office) -> None:
    hand, _, _, _ = await forwarded(office)
    assert "Who wrote it?" in await hand.tap("👤 Other")
    assert "new: Ivy Lane, leaf.example → you" in await hand.write("Ivy Lane, ivy@leaf.example")


async def test_a_forwarded_letter_was_the_colleagues_own(office: Office) -> None:
    hand, post, _, one = await forwarded(office)
    assert "Original" not in await hand.tap("It's me")
    assert len((await post.interaction(one)).topic) > 0
    assert (await post.message(one)).original_settled


async def test_a_letter_that_was_sent_on_as_a_file_is_given_to_its_writer_too(office: Office) -> None:
    hand, post, anna, mailbox = await own_mailbox(office)
    await post.add(post.organisation.boris, "boris@zveno.example")
    call = await call_john(office, anna, "20 pallets")
    await office.services.promotion.promote(anna, call, SubjectKind.DEAL, title="20 pallets")
    original = Original("John Smith", JOHN_MAIL, "Thu, 12 Nov 2026 14:03")
    sent_on = letter("f", sender="boris@zveno.example", topic="See the file", original=original)
    one = await post.deliver(await post.open(mailbox), sent_on, LATER)
    await hand.write(f"/i{one}")
    assert f"↪️ Original: John Smith, {JOHN_MAIL}, Thu, 12 Nov 2026 14:03, right?" in await hand.see()
    after = await hand.tap("✅ Yes")
    assert "John Smith, Acme → you" in after
    assert "Deal: 20 pallets (2)" in after


async def test_a_letter_of_a_client_with_a_letter_as_a_file_stays_the_clients(office: Office) -> None:
    hand, post, _, mailbox = await own_mailbox(office)
    original = Original("Mary Jones", "mary@beta.example", "")
    one = await post.deliver(
        await post.open(mailbox), letter("f", sender=JOHN_MAIL, original=original), LATER
    )
    assert "Original" not in await hand.write(f"/i{one}")
