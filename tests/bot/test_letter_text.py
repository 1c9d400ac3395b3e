"""Reading letters in the chat: what is new on the card, the whole one tap or word away."""

from core.enums import Direction, InteractionType, Language, ParticipantRole, Source
from core.models import MailMessage
from core.services.letter_drafts import message_row
from core.values import Caller, InteractionId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.factories.calls import person, record_call
from tests.factories.mail import letter
from tests.factories.people import caller_of

ANNA = 1001
WHOLE = (
    "20 pallets by Friday, please.\n\nOn 23.11.2026 12:01, Anna wrote:\n> How many?\n\n-- \nJohn Smith, Acme"
)


async def receive(
    office: Office, caller: Caller, text: str, new_text: str | None, topic: str
) -> InteractionId:
    """A letter of John's."""
    found = await record_call(
        office.works,
        caller,
        [person("John Smith", "john@acme.example", role=ParticipantRole.FROM)],
        type=InteractionType.EMAIL,
        direction=Direction.IN,
        topic=topic,
        text=text,
        source=Source.MAILBOX,
    )
    async with office.works.begin(None, "capture_letters") as work:
        row = message_row(found, letter("price", new_text=new_text), None)
        work.session.add(MailMessage(**row))
    return found


async def test_a_card_shows_what_is_new_and_a_tap_the_whole_letter(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    received = await receive(office, caller, WHOLE, "20 pallets by Friday, please.", "Re: Pallets")
    card = await hand.write(f"/i{received}")
    assert card.splitlines()[2:4] == ["Re: Pallets", "20 pallets by Friday, please."]
    assert "How many?" not in card
    assert "📄 Whole text" not in await hand.labels()
    whole = await hand.tap("Whole letter")
    assert whole.splitlines()[-6:] == WHOLE.splitlines()[-6:]
    assert "> How many?" in whole
    assert (await hand.tap("‹ Card")).splitlines() == card.splitlines()


async def test_the_whole_letter_is_a_word_away_too(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA, language=Language.RU))
    hand = Hand(office, ANNA)
    received = await receive(office, caller, WHOLE, "20 pallets by Friday, please.", "Re: Pallets")
    assert "> How many?" in await hand.write(f"/whole i{received}")
    await hand.write(f"/i{received}")
    assert "✉️ Письмо целиком" in await hand.labels()


async def test_a_long_new_text_has_its_own_pages_and_the_whole_letter_beside_it(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    new = "\n".join(f"Point {number}." for number in range(9))
    received = await receive(office, caller, f"{new}\n\n> What points?", new, "Points")
    await hand.write(f"/i{received}")
    shown = await hand.tap("Whole text")
    assert "Point 8." in shown
    assert "What points?" not in shown
    await hand.tap("‹ Card")
    assert "What points?" in await hand.tap("Whole letter")


async def test_a_letter_of_which_nothing_was_cut_has_no_such_button(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    received = await receive(office, caller, "20 pallets.", None, "Pallets")
    assert "20 pallets." in await hand.write(f"/i{received}")
    assert not any("Whole" in label for label in await hand.labels())


async def test_lists_name_a_letter_without_topic_by_what_is_new(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    await receive(
        office, caller, "On 23.11.2026 12:01, Anna wrote:\n> How many?\n20 pallets.", "20 pallets.", ""
    )
    listed = await hand.write("/list")
    assert "20 pallets" in listed
    assert "Anna wrote" not in listed


async def test_what_a_letter_repeats_is_still_found(office: Office) -> None:
    caller = caller_of(await office.add_user(ANNA))
    hand = Hand(office, ANNA)
    received = await receive(office, caller, WHOLE, "20 pallets by Friday, please.", "Re: Pallets")
    assert f"/i{received}" in await hand.write("/find Acme")
