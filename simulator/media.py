"""What a stored file looks like in a message, per kind, whoever sends it."""

from simulator.errors import JsonObject, bad_request, violation
from simulator.files import MAX_UPLOAD, FileKind, StoredFile
from simulator.image_size import image_size

MAX_PHOTO = 10 * 1024 * 1024
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20
_VIDEO_SIDE = 480
_DEFAULTS: dict[FileKind, JsonObject] = {
    FileKind.photo: {},
    FileKind.document: {},
    FileKind.voice: {"duration": 1},
    FileKind.audio: {"duration": 1},
    FileKind.video: {"duration": 1, "width": _VIDEO_SIDE, "height": _VIDEO_SIDE},
    FileKind.video_note: {"duration": 1, "length": _VIDEO_SIDE},
    FileKind.animation: {"duration": 1, "width": _VIDEO_SIDE, "height": _VIDEO_SIDE},
    FileKind.sticker: {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    },
}
_NAMED = frozenset({FileKind.document, FileKind.audio, FileKind.video, FileKind.animation})
_TYPED = _NAMED | {FileKind.voice}


def check_upload(kind: FileKind, data: bytes) -> None:
    """Lets bytes pass that Telegram would take as this kind.

    Raises:
        ApiError: empty, too large, or a picture that cannot be read.
    """
    if not data:
        raise violation("file must be non-empty")
    if len(data) > MAX_UPLOAD:
        raise bad_request("file is too big")
    if kind is FileKind.photo:
        _check_photo(data)


def _check_photo(data: bytes) -> None:
    if len(data) > MAX_PHOTO:
        raise bad_request("file is too big for a photo")
    size = image_size(data)
    if size is None or 0 in size:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > MAX_PHOTO_SIDES or max(size) > MAX_PHOTO_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def file_content(stored: StoredFile, details: JsonObject) -> JsonObject:
    """The message fields of a file; `details` are what its sender says of it (duration, title, size of the picture)."""
    given = {key: value for key, value in details.items() if value is not None}
    described: JsonObject = {**stored.identity(), **_DEFAULTS[stored.kind], **given}
    if stored.kind in _NAMED:
        described["file_name"] = stored.name
    if stored.kind in _TYPED:
        described["mime_type"] = stored.content_type
    if stored.kind is FileKind.photo:
        width, height = image_size(stored.data) or (1, 1)
        return {"photo": [{**described, "width": width, "height": height}]}
    content: JsonObject = {stored.kind.value: described}
    if stored.kind is FileKind.animation:
        content["document"] = {
            **stored.identity(),
            "file_name": stored.name,
            "mime_type": stored.content_type,
        }
    return content
