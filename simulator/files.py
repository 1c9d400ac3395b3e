"""Files that bots and people have sent; bytes stay in memory as long as the server lives."""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from mimetypes import guess_type
from pathlib import PurePosixPath

from simulator.errors import JsonObject
from simulator.image_size import image_type

UNKNOWN_TYPE = "application/octet-stream"
MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024


class FileKind(StrEnum):
    """What Telegram calls the file in a message; the member is the message's field."""

    photo = "photo"
    document = "document"
    voice = "voice"
    audio = "audio"
    video = "video"
    video_note = "video_note"
    animation = "animation"
    sticker = "sticker"


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes with the name and type their sender gave them."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file with its identity; `size` may be larger than the data when a test declares it so."""

    id: str
    unique_id: str
    kind: FileKind
    name: str
    content_type: str
    size: int
    path: str
    data: bytes

    def identity(self) -> JsonObject:
        """The fields that every Telegram file object has."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}


class FileStore:
    """All files by id and by download path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def keep(self, kind: FileKind, upload: Upload, declared_size: int | None = None) -> StoredFile:
        """Stores the bytes under a fresh id."""
        number = len(self._by_id)
        suffix = PurePosixPath(upload.name).suffix[:10]
        stored = StoredFile(
            id=f"SIM{kind.name.upper()}{secrets.token_urlsafe(24)}",
            unique_id=f"SIMU{secrets.token_urlsafe(8)}",
            kind=kind,
            name=upload.name,
            content_type=_content_type(kind, upload),
            size=len(upload.data) if declared_size is None else declared_size,
            path=f"{kind.value}s/file_{number}{suffix}",
            data=upload.data,
        )
        self._by_id[stored.id] = stored
        self._by_path[stored.path] = stored
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        """The file with this id."""
        return self._by_id.get(file_id)

    def find_by_path(self, path: str) -> StoredFile | None:
        """The file behind a download path that getFile gave out."""
        return self._by_path.get(path)


def _content_type(kind: FileKind, upload: Upload) -> str:
    """What the file is: pictures by their bytes, others as told, and by their names when nothing was told."""
    if kind is FileKind.photo:
        return image_type(upload.data) or upload.content_type
    if upload.content_type == UNKNOWN_TYPE:
        return guess_type(upload.name)[0] or UNKNOWN_TYPE
    return upload.content_type
