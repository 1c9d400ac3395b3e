"""Files both ways: uploads, captions, albums, downloads, and their limits."""

from io import BytesIO
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
    URLInputFile,
)

from simulator.client import ControlRefused, SimulatorClient
from simulator.server import SimulatorServer
from tests.simulator.conftest import ANNA
from tests.simulator.pictures import png

PICTURE = png(40, 30)
FILE = BufferedInputFile(b"contents", "offer «1».pdf")


def uploaded(data: bytes = b"contents", name: str = "a.bin") -> BufferedInputFile:
    return BufferedInputFile(data, name)


async def last_message(bot: Bot) -> Message:
    (update,) = await bot.get_updates(offset=-1)
    assert update.message is not None
    return update.message


async def test_every_kind_of_file_is_sent_and_loaded_again(bot: Bot, client: SimulatorClient) -> None:
    sent = [
        await bot.send_photo(ANNA, uploaded(PICTURE), caption="<i>a</i>"),
        await bot.send_document(ANNA, FILE, caption="b"),
        await bot.send_voice(ANNA, uploaded(), duration=7),
        await bot.send_audio(ANNA, uploaded(), performer="P", title="T"),
        await bot.send_video(ANNA, uploaded(), width=10, height=20, has_spoiler=True),
        await bot.send_animation(ANNA, uploaded()),
        await bot.send_video_note(ANNA, uploaded()),
    ]
    photo, document, voice, audio, video, animation, note = sent
    assert photo.photo is not None
    assert (photo.photo[-1].width, photo.photo[-1].height, photo.html_text) == (40, 30, "<i>a</i>")
    assert document.document is not None
    assert (document.document.file_name, document.document.file_size) == ("offer «1».pdf", 8)
    assert voice.voice is not None
    assert voice.voice.duration == 7
    assert audio.audio is not None
    assert (audio.audio.performer, audio.audio.title) == ("P", "T")
    assert video.video is not None
    assert (video.video.width, video.video.height, video.has_media_spoiler) == (10, 20, True)
    assert animation.animation is not None
    assert animation.document is not None
    assert note.video_note is not None
    seen = await client.bot_messages(ANNA)
    assert [message["files"][-1]["kind"] for message in seen] == [
        "photo", "document", "voice", "audio", "video", "animation", "video_note"
    ]  # fmt: skip
    assert await client.violations() == []


async def test_a_file_of_a_person_is_downloaded(bot: Bot, client: SimulatorClient) -> None:
    await client.upload(
        ANNA, "document", b"the bytes", name="act.docx", content_type="application/msword", caption="see /i5"
    )
    message = await last_message(bot)
    assert message.document is not None
    assert (message.document.file_name, message.document.mime_type) == ("act.docx", "application/msword")
    assert message.caption_entities is not None
    assert message.caption_entities[0].type == "bot_command"
    loaded = await bot.download(message.document)
    assert isinstance(loaded, BytesIO)
    assert loaded.read() == b"the bytes"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("photo", {}),
        ("voice", {"duration": 3}),
        ("audio", {"performer": "P"}),
        ("video", {"width": 5, "height": 6}),
        ("video_note", {"length": 100}),
        ("sticker", {}),
    ],
)
async def test_people_send_every_kind(
    bot: Bot, client: SimulatorClient, kind: str, fields: dict[str, Any]
) -> None:
    answer = await client.upload(ANNA, kind, PICTURE, name="x.png", content_type="image/png", **fields)
    message = await last_message(bot)
    assert message.content_type == kind
    described = answer["message"][kind]
    for name, value in fields.items():
        assert described[name] == value


@pytest.mark.parametrize(
    ("name", "told", "kind", "kept"),
    [
        ("offer.pdf", "application/octet-stream", "document", "application/pdf"),
        ("offer.pdf", "text/plain", "document", "text/plain"),
        ("offer", "application/octet-stream", "document", "application/octet-stream"),
        ("picture", "text/html", "photo", "image/png"),
    ],
)
async def test_the_type_of_a_file_is_told_guessed_or_read(
    server: SimulatorServer, client: SimulatorClient, name: str, told: str, kind: str, kept: str
) -> None:
    sent = await client.upload(ANNA, kind, PICTURE, name=name, content_type=told)
    stored = server.world.files.find(sent["message"]["files"][0]["file_id"])
    assert stored is not None
    assert stored.content_type == kept


async def test_a_file_is_sent_again_by_its_id(bot: Bot, client: SimulatorClient) -> None:
    first = await bot.send_document(ANNA, FILE)
    assert first.document is not None
    second = await bot.send_document(ANNA, first.document.file_id)
    assert second.document is not None
    assert second.document.file_id == first.document.file_id
    with pytest.raises(TelegramBadRequest, match="can't use file of type Document as Photo"):
        await bot.send_photo(ANNA, first.document.file_id)
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await bot.send_document(ANNA, "unknown")
    assert len(await client.violations()) == 2


async def test_uploads_that_telegram_refuses(bot: Bot, client: SimulatorClient) -> None:
    assert await client.violations() == []
    for picture, error in (
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
    ):
        with pytest.raises(TelegramBadRequest, match=error):
            await bot.send_photo(ANNA, uploaded(picture))
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(ANNA, uploaded(b""))
    with pytest.raises(TelegramBadRequest, match="caption is too long"):
        await bot.send_document(ANNA, FILE, caption="x" * 1025)
    with pytest.raises(TelegramBadRequest, match="failed to get HTTP URL content"):
        await bot.send_photo(ANNA, "https://acme.example/a.png")


async def test_files_above_20_megabytes_are_not_handed_out(bot: Bot, client: SimulatorClient) -> None:
    await client.upload(ANNA, "document", b"x", name="big.zip", file_size=20 * 1024 * 1024 + 1)
    message = await last_message(bot)
    assert message.document is not None
    assert message.document.file_size == 20 * 1024 * 1024 + 1
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(message.document.file_id)
    with pytest.raises(TelegramBadRequest, match="wrong file_id"):
        await bot.get_file("unknown")


async def test_an_album_is_several_messages_of_one_group(bot: Bot, client: SimulatorClient) -> None:
    album = await bot.send_media_group(
        ANNA,
        [
            InputMediaPhoto(media=uploaded(PICTURE), caption="<b>both</b>", parse_mode="HTML"),
            InputMediaPhoto(media=uploaded(PICTURE)),
        ],
    )
    assert len({message.media_group_id for message in album}) == 1
    assert album[0].html_text == "<b>both</b>"
    with pytest.raises(TelegramBadRequest, match="from 2 to 10"):
        await bot.send_media_group(ANNA, [InputMediaDocument(media=uploaded())])
    with pytest.raises(TelegramBadRequest, match="can't be mixed"):
        await bot.send_media_group(
            ANNA, [InputMediaDocument(media=uploaded()), InputMediaAudio(media=uploaded())]
        )
    assert len(await client.bot_messages(ANNA)) == 2
    for name in ("1.png", "2.png"):
        await client.upload(ANNA, "photo", PICTURE, name=name, content_type="image/png", media_group_id="g1")
    assert (await last_message(bot)).media_group_id == "g1"


async def test_captions_and_media_are_edited_but_not_taken_for_text(
    bot: Bot, client: SimulatorClient
) -> None:
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="x", callback_data="y")]])
    sent = await bot.send_document(ANNA, FILE, caption="one", reply_markup=keyboard)
    place: dict[str, Any] = {"chat_id": ANNA, "message_id": sent.message_id}
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("two", **place)
    await bot.edit_message_caption(**place, caption="<b>two</b>", reply_markup=keyboard)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_caption(**place, caption="<b>two</b>", reply_markup=keyboard)
    (seen,) = await client.bot_messages(ANNA)
    assert (seen["caption"], seen["caption_entities"][0]["type"]) == ("two", "bold")
    await bot.edit_message_media(InputMediaPhoto(media=uploaded(PICTURE)), **place)
    (seen,) = await client.bot_messages(ANNA)
    assert "document" not in seen
    assert "caption" not in seen
    assert seen["photo"][0]["width"] == 40
    text = await bot.send_message(ANNA, "x")
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=ANNA, message_id=text.message_id, caption="y")
    with pytest.raises(TelegramBadRequest, match="there is no media in the message to edit"):
        await bot.edit_message_media(
            InputMediaPhoto(media=uploaded(PICTURE)), chat_id=ANNA, message_id=text.message_id
        )


async def test_a_file_streamed_from_elsewhere_is_taken(
    bot: Bot, server: SimulatorServer, client: SimulatorClient
) -> None:
    sent = await bot.send_document(ANNA, FILE)
    assert sent.document is not None
    again = URLInputFile(f"{server.url}/_ctl/files/{sent.document.file_id}", filename="again.pdf", bot=bot)
    assert (await bot.send_document(ANNA, again)).document is not None
    assert [call["files"] for call in await client.calls("sendDocument") if len(call["files"]) != 1] == []


async def test_people_cannot_send_what_their_client_would_not(client: SimulatorClient) -> None:
    for kind, data, fields, reason in (
        ("photo", b"no picture", {}, "IMAGE_PROCESS_FAILED"),
        ("document", b"", {}, "non-empty"),
        ("document", b"x", {"caption": "x" * 1025}, "1024"),
        ("document", b"x", {"colour": "red"}, "colour: unknown field"),
        ("document", b"x", {"duration": "long"}, "whole numbers"),
    ):
        with pytest.raises(ControlRefused, match=reason):
            await client.upload(ANNA, kind, data, **fields)
    with pytest.raises(ControlRefused, match="multipart"):
        await client.request("POST", f"/accounts/{ANNA}/photo", json={})
