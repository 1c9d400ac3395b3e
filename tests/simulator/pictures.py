"""Small real pictures for tests, made of their format's own bytes."""

import struct
import zlib


def png(width: int, height: int) -> bytes:
    """A grey PNG of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_header(width: int, height: int) -> bytes:
    """The beginning of a JPEG: an APP0 segment, then the frame that tells its size."""
    app0 = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\x00" + b"\x00" * 9
    frame = b"\xff\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3)
    return b"\xff\xd8" + app0 + frame


def gif_header(width: int, height: int) -> bytes:
    """The beginning of a GIF."""
    return b"GIF89a" + struct.pack("<HH", width, height)


def webp_header(form: bytes, width: int, height: int) -> bytes:
    """The beginning of a WebP in one of its three forms (VP8, VP8L, VP8X)."""
    start = b"RIFF\x00\x00\x00\x00WEBP" + form + b"\x00" * 4
    if form == b"VP8X":
        return start + b"\x00" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    if form == b"VP8L":
        return start + b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14)
    return start + b"\x00" * 6 + struct.pack("<HH", width, height)
