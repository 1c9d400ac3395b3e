"""Files that people send: what they are, and their bytes once their author decides to keep them.

A file is fetched only when it is recorded, so that what is let go never reaches the disk. Until then its
identifier waits in the dialog's row with the words that came along.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message

from bot.errors import FileUnreachable
from bot.html import neutral
from core.ports import BlobStore
from core.values import AttachmentDraft

logger = logging.getLogger(__name__)

DOWNLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes that Telegram lets a bot fetch."""

NAME_LIMIT = 200

_UNNAMED = {
    "voice": ("voice.ogg", "audio/ogg"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "video": ("video.mp4", "video/mp4"),
    "video_note": ("video.mp4", "video/mp4"),
    "animation": ("animation.mp4", "video/mp4"),
    "document": ("file", "application/octet-stream"),
}
"""Kinds of files in the order they are looked for, with the name and type of those that bring none."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file on Telegram's side; plain values, so that it can wait in a dialog's row."""

    file_id: str
    name: str
    content_type: str
    size: int

    @property
    def is_too_big(self) -> bool:
        """Whether Telegram will not hand it out."""
        return self.size > DOWNLOAD_LIMIT

    def as_json(self) -> dict[str, Any]:
        """The same as a plain object."""
        return asdict(self)


def read_file(kept: Mapping[str, Any]) -> SentFile:
    """A file as it waited in the dialog's row."""
    return SentFile(str(kept["file_id"]), str(kept["name"]), str(kept["content_type"]), int(kept["size"]))


def file_of(message: Message) -> SentFile | None:
    """The file that a message carries; None when it carries none that could be kept."""
    if message.photo:
        largest = message.photo[-1]
        return SentFile(largest.file_id, "photo.jpg", "image/jpeg", largest.file_size or 0)
    for kind, (name, content_type) in _UNNAMED.items():
        found = getattr(message, kind)
        if found is not None:
            return SentFile(
                found.file_id,
                _plain_name(getattr(found, "file_name", None) or name),
                getattr(found, "mime_type", None) or content_type,
                found.file_size or 0,
            )
    return None


def _plain_name(name: str) -> str:
    """A file's name without folders and what cannot be seen."""
    last = neutral(name).replace("\\", "/").rpartition("/")[2].strip()
    return last[-NAME_LIMIT:] or "file"


async def fetch_all(bot: Bot, blobs: BlobStore, files: Sequence[SentFile]) -> tuple[AttachmentDraft, ...]:
    """The files with their bytes safe in the blob store, in order.

    Raises:
        FileUnreachable: Telegram does not hand one out; nothing is recorded then.
    """
    return tuple([await _fetch(bot, blobs, one) for one in files])


async def _fetch(bot: Bot, blobs: BlobStore, file: SentFile) -> AttachmentDraft:
    try:
        stream = await bot.download(file.file_id)
    except (TelegramAPIError, OSError) as error:
        logger.warning(
            "a file was not handed out: %s", type(error).__name__, extra={"event": "file_unreachable"}
        )
        raise FileUnreachable(file.name) from error
    content = stream.read() if stream is not None else b""
    sha256 = await asyncio.to_thread(blobs.save, content)
    return AttachmentDraft(file.name, file.content_type, len(content), sha256)
