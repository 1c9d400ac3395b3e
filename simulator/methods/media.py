"""Sending files, places and contacts; captions and albums; getFile."""

import secrets
from typing import Any

from aiogram.client.default import Default
from aiogram.methods import (
    EditMessageCaption,
    EditMessageMedia,
    GetFile,
    SendAnimation,
    SendAudio,
    SendDocument,
    SendMediaGroup,
    SendPhoto,
    SendVideo,
    SendVideoNote,
    SendVoice,
)
from aiogram.types import MessageEntity

from simulator.calling import ApiRequest
from simulator.errors import JsonObject, bad_request, violation
from simulator.files import MAX_DOWNLOAD, FileKind, StoredFile
from simulator.formatting import MAX_CAPTION, format_text
from simulator.media import check_upload, file_content
from simulator.methods.messages import editable_message, replace_content
from simulator.methods.registry import MethodTable
from simulator.replies import post

table = MethodTable()
MIN_ALBUM = 2
MAX_ALBUM = 10
_ATTACHED = "attach://"
_DETAILS = ("duration", "width", "height", "length", "performer", "title")
_ALONE_IN_ALBUM = ("document", "audio")


def stored_file(request: ApiRequest[Any], kind: FileKind, value: Any) -> StoredFile:
    """The file a call means: a fresh upload, or one sent before by its id.

    Raises:
        ApiError: Telegram could not read or fetch it.
        Violation: it is not there, or of another kind.
    """
    reference = str(value)
    if reference.startswith(_ATTACHED):
        upload = request.uploads.get(reference.removeprefix(_ATTACHED))
        if upload is None:
            raise violation(f"there is no {kind.value} in the request")
        check_upload(kind, upload.data)
        return request.world.files.keep(kind, upload)
    if reference.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    known = request.world.files.find(reference)
    if known is None:
        raise violation("wrong file identifier/HTTP URL specified")
    if known.kind is not kind:
        raise violation(f"can't use file of type {known.kind.name.title()} as {kind.name.title()}")
    return known


def caption_content(
    caption: str | None, parse_mode: str | Default | None, entities: list[MessageEntity] | None
) -> JsonObject:
    """Caption and entities; nothing for an empty one.

    Raises:
        Violation: too long, or not parseable.
    """
    if not caption:
        return {}
    formatted = format_text(
        caption,
        parse_mode=parse_mode,
        entities=entities,
        limit=MAX_CAPTION,
        too_long="message caption is too long",
    )
    if not formatted.text:
        return {}
    return {
        "caption": formatted.text,
        **({"caption_entities": formatted.entities} if formatted.entities else {}),
    }


def _details(described: Any) -> JsonObject:
    return {name: getattr(described, name, None) for name in _DETAILS}


def _send(request: ApiRequest[Any], kind: FileKind) -> JsonObject:
    method = request.method
    chat = request.writable_chat(method.chat_id)
    caption = {}
    if kind is not FileKind.video_note:
        caption = caption_content(method.caption, method.parse_mode, method.caption_entities)
    stored = stored_file(request, kind, getattr(method, kind.value))
    content = {**file_content(stored, _details(method)), **caption}
    if getattr(method, "has_spoiler", None):
        content["has_media_spoiler"] = True
    return post(request, chat, content).payload


@table.serves(SendPhoto)
def send_photo(request: ApiRequest[SendPhoto]) -> JsonObject:
    """SendPhoto."""
    return _send(request, FileKind.photo)


@table.serves(SendDocument)
def send_document(request: ApiRequest[SendDocument]) -> JsonObject:
    """SendDocument."""
    return _send(request, FileKind.document)


@table.serves(SendVoice)
def send_voice(request: ApiRequest[SendVoice]) -> JsonObject:
    """SendVoice."""
    return _send(request, FileKind.voice)


@table.serves(SendAudio)
def send_audio(request: ApiRequest[SendAudio]) -> JsonObject:
    """SendAudio."""
    return _send(request, FileKind.audio)


@table.serves(SendVideo)
def send_video(request: ApiRequest[SendVideo]) -> JsonObject:
    """SendVideo."""
    return _send(request, FileKind.video)


@table.serves(SendAnimation)
def send_animation(request: ApiRequest[SendAnimation]) -> JsonObject:
    """SendAnimation."""
    return _send(request, FileKind.animation)


@table.serves(SendVideoNote)
def send_video_note(request: ApiRequest[SendVideoNote]) -> JsonObject:
    """SendVideoNote."""
    return _send(request, FileKind.video_note)


def _media_content(request: ApiRequest[Any], media: Any) -> JsonObject:
    stored = stored_file(request, FileKind(media.type), media.media)
    caption = caption_content(media.caption, media.parse_mode, media.caption_entities)
    return {**file_content(stored, _details(media)), **caption}


@table.serves(SendMediaGroup)
def send_media_group(request: ApiRequest[SendMediaGroup]) -> list[JsonObject]:
    """SendMediaGroup: several messages with one media_group_id; all or none."""
    chat = request.writable_chat(request.method.chat_id)
    album = request.method.media
    if not MIN_ALBUM <= len(album) <= MAX_ALBUM:
        raise violation("there must be from 2 to 10 files in a media group")
    kinds = {media.type for media in album}
    if len(kinds) > 1 and kinds & set(_ALONE_IN_ALBUM):
        raise violation("documents and audio files can't be mixed with other media types in one group")
    contents = [_media_content(request, media) for media in album]
    group_id = str(secrets.randbelow(10**16))
    return [post(request, chat, {**content, "media_group_id": group_id}).payload for content in contents]


@table.serves(EditMessageCaption)
def edit_message_caption(request: ApiRequest[EditMessageCaption]) -> JsonObject:
    """EditMessageCaption; without a caption it is taken away."""
    chat, message = editable_message(request)
    if not any(kind.value in message.payload for kind in FileKind):
        raise bad_request("there is no caption in the message to edit")
    method = request.method
    caption = caption_content(method.caption, method.parse_mode, method.caption_entities)
    return replace_content(request, chat, message, caption, replaced=("caption", "caption_entities"))


@table.serves(EditMessageMedia)
def edit_message_media(request: ApiRequest[EditMessageMedia]) -> JsonObject:
    """EditMessageMedia: another file and caption in the same message."""
    chat, message = editable_message(request)
    if message.is_text:
        raise bad_request("there is no media in the message to edit")
    content = _media_content(request, request.method.media)
    replaced = ("caption", "caption_entities", *(kind.value for kind in FileKind))
    return replace_content(request, chat, message, content, replaced=replaced)


@table.serves(GetFile)
def get_file(request: ApiRequest[GetFile]) -> JsonObject:
    """GetFile; bots cannot load more than 20 MB."""
    stored = request.world.files.find(request.method.file_id)
    if stored is None:
        raise violation("wrong file_id or the file is temporarily unavailable")
    if stored.size > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {**stored.identity(), "file_path": stored.path}
