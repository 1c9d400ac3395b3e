"""What was written or sent without saying what it is: kept until its author decides (conversation.md 6)."""

from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.clock import Clock
from core.database import Database
from core.enums import ContactKind, FunctionalOption, InteractionState, InteractionType, Role
from core.models import Attachment, Contact, ContactAddress, Interaction, InteractionVersion, User
from tests.bot.office import Office, open_office
from tests.factories.people import caller_of

ANNA = 1001
ONE_PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def labels(message: dict[str, Any]) -> list[str]:
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


async def load_all(office: Office, model: Any) -> Any:
    async with office.database.reading() as session:
        return (await session.scalars(select(model).order_by(model.id))).all()


@pytest.mark.parametrize(
    ("label", "kind", "state"),
    [
        ("1. 📞 Call", InteractionType.CALL, InteractionState.DONE),
        ("2. 🤝 Meeting", InteractionType.MEETING, InteractionState.DONE),
        ("3. 🗓 Plan", InteractionType.PLANNED, InteractionState.PLANNED),
        ("4. 💬 SMS", InteractionType.SMS, InteractionState.DONE),
        ("5. ✉️ Letter", InteractionType.EMAIL, InteractionState.DONE),
    ],
)
async def test_i1_unknown_text_becomes_a_note_of_the_chosen_kind(
    office: Office, label: str, kind: InteractionType, state: InteractionState
) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "Agreed on the <price>")
    question = await office.last(ANNA)
    assert question["text"].startswith("Agreed on the <price>")
    await office.tap(ANNA, question, text=label)
    (recorded,) = await load_all(office, Interaction)
    assert (recorded.type, recorded.state, recorded.text) == (kind, state, "Agreed on the <price>")
    card = await office.message(ANNA, question["message_id"])
    assert f"/i{recorded.id}" in card["text"].split("\n", 1)[0]


async def test_typed_number_chooses_as_the_button_does(office: Office) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "Agreed on the price")
    await office.write(ANNA, "/2")
    (recorded,) = await load_all(office, Interaction)
    assert recorded.type is InteractionType.MEETING


async def test_two_texts_wait_side_by_side(office: Office) -> None:
    await office.add_user(ANNA)
    (first,) = await office.write(ANNA, "First thing")
    await office.write(ANNA, "Second thing")
    await office.write(ANNA, "/1")
    await office.tap(ANNA, first, text="2. 🤝 Meeting")
    recorded = await load_all(office, Interaction)
    assert [(one.type, one.text) for one in recorded] == [
        (InteractionType.CALL, "Second thing"),
        (InteractionType.MEETING, "First thing"),
    ]


async def test_what_waits_outlives_a_restart(database: Database, clock: Clock, tmp_path: Path) -> None:
    async with open_office(database, clock, tmp_path) as office:
        await office.add_user(ANNA)
        await office.write(ANNA, "Agreed on the price")
    async with open_office(database, clock, tmp_path) as office:
        await office.people.request("POST", "/updates/restart", json={"update_id": 200_000_000})
        await office.people.add_account("Anna", id=ANNA)
        await office.people.start(ANNA)
        await office.write(ANNA, "/1")
        (recorded,) = await load_all(office, Interaction)
        assert recorded.text == "Agreed on the price"


async def test_let_go_saves_nothing_and_says_so(office: Office) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "Never mind")
    question = await office.last(ANNA)
    await office.tap(ANNA, question, text="6. Do not save")
    assert (await office.message(ANNA, question["message_id"]))["text"] == "Not saved."
    again = await office.write(ANNA, "/1")
    assert again[-1]["text"] == "This was decided before. Nothing was changed."
    assert await load_all(office, Interaction) == []


async def test_o2_kinds_that_are_switched_off_are_not_offered(office: Office) -> None:
    user = await office.add_user(ANNA, role=Role.ADMINISTRATOR)
    await office.services.options.set(caller_of(user), FunctionalOption.OTHER_INTERACTIONS, is_on=False)
    await office.write(ANNA, "Agreed")
    assert labels(await office.last(ANNA)) == ["1. ✉️ Letter", "2. Do not save"]
    await office.services.options.set(caller_of(user), FunctionalOption.MAIL_CLIENT, is_on=False)
    (answer,) = await office.write(ANNA, "Agreed")
    assert answer["text"] == "Nothing was saved: recording is switched off in this organisation."


async def test_o2_a_button_of_a_kind_switched_off_meanwhile_refuses_and_keeps_the_text(
    office: Office,
) -> None:
    user = await office.add_user(ANNA, role=Role.ADMINISTRATOR)
    await office.write(ANNA, "Agreed")
    question = await office.last(ANNA)
    await office.services.options.set(caller_of(user), FunctionalOption.OTHER_INTERACTIONS, is_on=False)
    tap = await office.tap(ANNA, question, text="1. 📞 Call")
    assert tap.answer is not None
    assert "is switched off" in tap.answer["text"]
    await office.tap(ANNA, question, text="5. ✉️ Letter")
    (recorded,) = await load_all(office, Interaction)
    assert (recorded.type, recorded.text) == (InteractionType.EMAIL, "Agreed")


async def test_longest_message_is_recorded_whole(office: Office) -> None:
    await office.add_user(ANNA)
    text = "ы" * 4096
    await office.write(ANNA, text)
    await office.write(ANNA, "/1")
    (recorded,) = await load_all(office, Interaction)
    assert recorded.text == text


async def test_i7_editing_the_message_makes_a_version(office: Office) -> None:
    await office.add_user(ANNA)
    sent = await office.people.send(ANNA, "Agreed on the prise")
    await office.idle()
    await office.write(ANNA, "/1")
    await office.people.edit(ANNA, sent["message"]["message_id"], "Agreed on the price")
    await office.idle()
    (recorded,) = await load_all(office, Interaction)
    assert (recorded.text, recorded.version) == ("Agreed on the price", 2)
    (former,) = await load_all(office, InteractionVersion)
    assert former.content["text"] == "Agreed on the prise"


async def test_editing_before_deciding_changes_what_is_kept(office: Office) -> None:
    await office.add_user(ANNA)
    sent = await office.people.send(ANNA, "Agreed on the prise")
    await office.idle()
    await office.people.edit(ANNA, sent["message"]["message_id"], "Agreed on the price")
    await office.idle()
    await office.write(ANNA, "/1")
    (recorded,) = await load_all(office, Interaction)
    assert (recorded.text, recorded.version) == ("Agreed on the price", 1)


async def test_a_shared_contact_is_offered_and_saved(office: Office) -> None:
    await office.add_user(ANNA)
    await office.people.share_contact(
        ANNA, phone_number="+44 20 7946 0958", first_name="John", last_name="<Smith>"
    )
    await office.idle()
    question = await office.last(ANNA)
    assert question["text"] == "Save John <Smith>, +442079460958 as a contact?"
    await office.tap(ANNA, question, text="1. 👤 Save the contact")
    contact = (await load_all(office, Contact))[-1]
    assert (contact.kind, contact.name) == (ContactKind.INDIVIDUAL, "John <Smith>")
    async with office.database.reading() as session:
        values = (await session.scalars(select(ContactAddress.value))).all()
    assert values == ["+442079460958"]


async def test_a_contact_without_a_readable_number_is_declined(office: Office) -> None:
    await office.add_user(ANNA)
    await office.people.share_contact(ANNA, phone_number="12", first_name="John")
    await office.idle()
    assert (await office.last(ANNA))["text"].startswith("Nothing was saved")


async def test_i2_a_file_is_kept_with_its_words(office: Office) -> None:
    await office.add_user(ANNA)
    content = b"%PDF offer"
    await office.people.upload(
        ANNA,
        "document",
        content,
        name="offer.pdf",
        content_type="application/pdf",
        caption="Their offer",
    )
    await office.idle()
    question = await office.last(ANNA)
    assert question["text"].startswith("📎 offer.pdf Their offer\n")
    await office.write(ANNA, "/1")
    (recorded,) = await load_all(office, Interaction)
    (attachment,) = await load_all(office, Attachment)
    assert recorded.text == "Their offer"
    assert (attachment.name, attachment.content_type, attachment.size) == (
        "offer.pdf",
        "application/pdf",
        len(content),
    )
    assert office.services.blobs.load(attachment.sha256) == content
    assert "offer.pdf" in (await office.last(ANNA))["text"]


@pytest.mark.parametrize(
    ("kind", "name"), [("voice", "voice.ogg"), ("photo", "photo.jpg"), ("video_note", "video.mp4")]
)
async def test_i2_a_file_without_words_is_told_by_its_name(office: Office, kind: str, name: str) -> None:
    await office.add_user(ANNA)
    await office.people.upload(ANNA, kind, ONE_PIXEL if kind == "photo" else b"bytes of a file")
    await office.idle()
    await office.write(ANNA, "/1")
    (recorded,) = await load_all(office, Interaction)
    (attachment,) = await load_all(office, Attachment)
    assert (recorded.text, attachment.name) == (name, name)


async def test_a_file_that_telegram_does_not_hand_out_saves_nothing_and_can_be_tried_again(
    office: Office,
) -> None:
    await office.add_user(ANNA)
    await office.people.upload(ANNA, "document", b"x", name="offer.pdf")
    await office.idle()
    await office.people.add_fault("400", method="getFile", times=1)
    answers = await office.write(ANNA, "/1")
    assert answers[-1]["text"].startswith("Telegram does not hand out the file offer.pdf.")
    assert await load_all(office, Interaction) == []
    await office.write(ANNA, "/1")
    assert len(await load_all(office, Attachment)) == 1


async def test_a_file_above_the_limit_is_declined_at_once(office: Office) -> None:
    await office.add_user(ANNA)
    await office.people.upload(ANNA, "document", b"x", name="film.mov", file_size=20 * 1024 * 1024 + 1)
    await office.idle()
    assert (await office.last(ANNA))["text"].startswith(
        "Nothing was saved: Telegram hands out no file above 20 MB."
    )


async def test_an_album_is_one_note_with_all_its_files(office: Office) -> None:
    await office.add_user(ANNA)
    chat = {"id": ANNA, "type": "private", "first_name": "Anna"}
    for number in range(3):
        document = {"file_id": f"f{number}", "file_unique_id": f"q{number}", "file_name": f"{number}.pdf"}
        message = {
            "message_id": 900 + number,
            "date": 1,
            "from": {"id": ANNA, "is_bot": False, "first_name": "Anna"},
            "chat": chat,
            "media_group_id": "album",
            "document": document,
            **({"caption": "Three drawings"} if number == 0 else {}),
        }
        await office.people.inject_update({"message": message})
    await office.idle()
    found = await office.services.chats.find_by_account(ANNA)
    assert found is not None
    assert found.dialog is not None
    kept = found.dialog.data["kept"]
    assert isinstance(kept, dict)
    (thing,) = kept.values()
    assert thing["text"] == "Three drawings"
    assert [one["name"] for one in thing["files"]] == ["0.pdf", "1.pdf", "2.pdf"]


async def test_a_sticker_is_declined(office: Office) -> None:
    await office.add_user(ANNA)
    person = {"id": ANNA, "is_bot": False, "first_name": "Anna"}
    sticker = {
        "file_id": "s1",
        "file_unique_id": "u1",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    }
    chat = {"id": ANNA, "type": "private", "first_name": "Anna"}
    message = {"message_id": 900, "date": 1, "from": person, "chat": chat, "sticker": sticker}
    await office.people.inject_update({"message": message})
    await office.idle()
    assert (await office.last(ANNA))["text"].startswith("Nothing was saved: this kind of message")


async def test_u5_a_pin_of_ones_own_sets_the_zone_and_is_undone(office: Office) -> None:
    anna = await office.add_user(ANNA)
    await office.people.share_location(ANNA, 43.12, 131.88)
    await office.idle()
    answer = await office.last(ANNA)
    assert "The time zone is set" in answer["text"]
    assert await zone_of(office, anna.id) == "Asia/Vladivostok"
    await office.tap(ANNA, answer, text="↩️ Undo")
    assert await zone_of(office, anna.id) == "UTC"


async def zone_of(office: Office, user_id: int) -> str:
    async with office.database.reading() as session:
        return (await session.get_one(User, user_id)).timezone
