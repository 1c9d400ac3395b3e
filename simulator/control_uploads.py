"""Control API: files that people send."""

from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from simulator.errors import ApiError, ControlError, JsonObject
from simulator.files import FileKind, Upload
from simulator.formatting import MAX_CAPTION
from simulator.forms import read_multipart
from simulator.media import check_upload, file_content
from simulator.people import Person, SentUpdate, typed_caption

UPLOAD_KINDS = (
    FileKind.photo,
    FileKind.document,
    FileKind.voice,
    FileKind.audio,
    FileKind.video,
    FileKind.video_note,
    FileKind.sticker,
)
_NUMBERS = frozenset({"duration", "file_size", "reply_to", "thread_id", "width", "height", "length"})
_TEXTS = frozenset({"caption", "media_group_id", "performer", "title"})
_DETAILS = ("duration", "width", "height", "length", "performer", "title")


@dataclass(frozen=True, slots=True)
class PersonalUpload:
    """A file with what the person said about it."""

    upload: Upload
    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


async def read_upload(request: web.Request) -> PersonalUpload:
    """The file and fields of a multipart request.

    Raises:
        ControlError: no file, an unknown field, or a number that is none.
    """
    if request.content_type != "multipart/form-data":
        raise ControlError(HTTPStatus.BAD_REQUEST, "send multipart/form-data with a part named file")
    form: JsonObject = {}
    uploads: dict[str, Upload] = {}
    await read_multipart(await request.multipart(), form, uploads)
    if "file" not in uploads:
        raise ControlError(HTTPStatus.BAD_REQUEST, "file: this part is missing")
    if unknown := form.keys() - _NUMBERS - _TEXTS:
        raise ControlError(HTTPStatus.BAD_REQUEST, f"{min(unknown)}: unknown field")
    try:
        numbers = {key: int(value) for key, value in form.items() if key in _NUMBERS}
    except ValueError as exc:
        raise ControlError(
            HTTPStatus.BAD_REQUEST, f"{', '.join(sorted(_NUMBERS))} are whole numbers"
        ) from exc
    return PersonalUpload(uploads["file"], {key: form[key] for key in form.keys() & _TEXTS}, numbers)


def send_file(person: Person, kind: FileKind, given: PersonalUpload) -> SentUpdate:
    """Sends the file as a message of this kind.

    Raises:
        ControlError: Telegram's clients would not send it so.
    """
    try:
        check_upload(kind, given.upload.data)
    except ApiError as error:
        raise ControlError(HTTPStatus.BAD_REQUEST, error.description) from error
    caption = given.texts.get("caption", "")
    if len(caption) > MAX_CAPTION:
        raise ControlError(HTTPStatus.BAD_REQUEST, f"a caption holds {MAX_CAPTION} characters")
    stored = person.world.files.keep(kind, given.upload, given.numbers.get("file_size"))
    details: JsonObject = {**given.numbers, **given.texts}
    content = file_content(stored, {key: details[key] for key in _DETAILS if key in details})
    if "media_group_id" in given.texts:
        content["media_group_id"] = given.texts["media_group_id"]
    placed = person.in_topic(given.numbers.get("thread_id"))
    return person.send(
        {**content, **typed_caption(caption), **placed}, reply_to=given.numbers.get("reply_to")
    )
