"""Sizes read from the bytes of pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.image_size import image_size
from tests.simulator.pictures import gif_header, jpeg_header, png, webp_header


@pytest.mark.parametrize(
    "data",
    [
        png(7, 5),
        jpeg_header(7, 5),
        gif_header(7, 5),
        webp_header(b"VP8X", 7, 5),
        webp_header(b"VP8L", 7, 5),
        webp_header(b"VP8 ", 7, 5),
    ],
)
def test_the_size_is_read(data: bytes) -> None:
    assert image_size(data) == (7, 5)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", png(7, 5)[:20], b"\xff\xd8\x00", b"<svg/>", b"RIFF0000WEBPVP8 "]
)
def test_what_is_no_whole_picture_has_no_size(data: bytes) -> None:
    assert image_size(data) is None


@given(st.sampled_from([b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBPVP8L"]), st.binary(max_size=60))
def test_any_bytes_have_a_size_or_none(start: bytes, rest: bytes) -> None:
    size = image_size(start + rest)
    assert size is None or all(side >= 0 for side in size)
