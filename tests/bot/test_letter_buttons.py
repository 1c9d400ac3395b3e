"""A letter's card has few rows (conversation.md, Cards), and what it leaves to "More" is two taps away and typed."""

from core.enums import FunctionalOption, MailClass
from core.services.options import Options
from core.values import AttachmentDraft, InteractionId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.bot.test_letter_cards import LATER
from tests.bot.test_mailboxes import own_mailbox
from tests.factories.mail import letter
from tests.factories.organisation import JOHN_MAIL

LONG = "\n".join(f"Line {number} of what is new in it." for number in range(12))


async def rows(hand: Hand) -> list[list[str]]:
    """The rows of buttons before the hand."""
    keyboard = (await hand.message())["reply_markup"]["inline_keyboard"]
    return [[button["text"] for button in row] for row in keyboard]


async def show(office: Office, **fields: object) -> tuple[Hand, InteractionId]:
    """Anna before the card of a letter."""
    hand, post, _, mailbox = await own_mailbox(office)
    one = await post.deliver(await post.open(mailbox), letter("a", **fields), LATER)
    await office.idle()
    await hand.write(f"/i{one}")
    return hand, one


async def test_a_short_letter_of_a_contact_has_four_rows(office: Office) -> None:
    hand, _ = await show(office, sender=JOHN_MAIL)
    assert await rows(hand) == [
        ["✅ Reviewed", "⏰ Later", "↩️ Answer"],
        ["🔗 Belongs to…", "🚫 Not business"],
        ["💼 Make a deal", "🗓 Next step"],
        ["☰ More"],
    ]


async def test_what_there_is_to_read_shares_the_last_rows(office: Office) -> None:
    spec = AttachmentDraft("spec.pdf", "application/pdf", 240, "0" * 64)
    hand, _ = await show(office, sender=JOHN_MAIL, text=f"{LONG}\n> old", new_text=LONG, attachments=(spec,))
    assert (await rows(hand))[3:] == [
        ["📄 Whole text", "✉️ Whole letter"],
        ["📎 Files 1", "☰ More"],
    ]


async def test_a_stranger_costs_one_row_more_and_one_tap_to_know_them(office: Office) -> None:
    hand, _ = await show(office, sender="vera@stranger.example")
    assert (await rows(hand))[1] == ["➕ 👤 Vera"]
    assert len(await rows(hand)) == 5


async def test_reviewed_and_undo_keep_it_small(office: Office) -> None:
    hand, _ = await show(office, sender=JOHN_MAIL)
    await hand.tap("Reviewed")
    assert await rows(hand) == [
        ["🔗 Belongs to…", "🚫 Not business"],
        ["💼 Make a deal", "🗓 Next step", "↩️ Undo"],
        ["☰ More"],
    ]


async def test_editing_is_behind_more_and_typed_as_ever(office: Office) -> None:
    hand, one = await show(office, sender=JOHN_MAIL)
    assert not any("Edit" in label for row in await rows(hand) for label in row)
    taps = hand.taps
    await hand.tap("More")
    await hand.tap("Edit")
    assert hand.taps - taps == 2
    assert "Changed" in await hand.write(f"/edit i{one} importance high")


async def test_the_ceilings_of_the_conversation_hold_on_a_letter(office: Office) -> None:
    hand, _ = await show(office, sender=JOHN_MAIL)
    taps = hand.taps
    await hand.tap("Next step")
    chip = next(label for row in await rows(hand) for label in row if label.startswith("📞"))
    planned = await hand.tap(chip)
    assert hand.taps - taps == 2
    assert "planned" in planned.casefold() or "🗓" in planned


async def test_o2_without_deals_and_mail_their_buttons_are_gone(office: Office) -> None:
    hand, one = await show(office, sender=JOHN_MAIL)
    await Options(office.works).set(None, FunctionalOption.DEALS, is_on=False)
    await hand.write(f"/i{one}")
    assert (await rows(hand))[2] == ["🗓 Next step"]


async def test_what_no_person_wrote_is_not_answered(office: Office) -> None:
    hand, _ = await show(office, sender="news@list.example", mail_class=MailClass.NEWSLETTER)
    assert not any("Answer" in label for row in await rows(hand) for label in row)
