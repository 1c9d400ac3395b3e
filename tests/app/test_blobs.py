import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.blobs import FileBlobs
from core.errors import NotFound


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@given(st.binary())
def test_bytes_come_back_under_their_digest(tmp_path: Path, content: bytes) -> None:
    blobs = FileBlobs(tmp_path)
    digest = blobs.save(content)
    assert digest == hashlib.sha256(content).hexdigest()
    assert blobs.load(digest) == content


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    digest = blobs.save(b"letter")
    inode = blobs.path(digest).stat().st_ino
    assert blobs.save(b"letter") == digest
    assert [path.stat().st_ino for path in files(tmp_path)] == [inode]


def test_a_torn_file_is_replaced(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    path = blobs.path(hashlib.sha256(b"letter").hexdigest())
    path.parent.mkdir(parents=True)
    path.write_bytes(b"let")
    assert blobs.load(blobs.save(b"letter")) == b"letter"


@given(st.lists(st.binary(max_size=20)))
def test_many_are_kept_each_once_and_told_in_order(tmp_path: Path, contents: list[bytes]) -> None:
    blobs = FileBlobs(tmp_path)
    digests = blobs.save_many(contents)
    assert [blobs.load(digest) for digest in digests] == contents
    assert blobs.write_many(contents) == digests
    blobs.sync()


def test_a_file_of_the_right_size_and_other_bytes_is_replaced(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    path = blobs.path(hashlib.sha256(b"letter").hexdigest())
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\0" * 6)
    assert blobs.load(blobs.save(b"letter")) == b"letter"


def test_saving_at_the_same_time_leaves_one_whole_file(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    content = b"x" * 100_000
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(blobs.save, [content] * 32))) == 1
    assert [path.read_bytes() for path in files(tmp_path)] == [content]


@pytest.mark.parametrize("digest", ["", "..", "a" * 63, "A" * 64, "../../etc/passwd", "a" * 64 + "\n"])
def test_what_is_no_digest_never_becomes_a_path(tmp_path: Path, digest: str) -> None:
    with pytest.raises(NotFound):
        FileBlobs(tmp_path).path(digest)


def test_an_unknown_digest_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        FileBlobs(tmp_path).load("0" * 64)


def test_deleting_forgets_the_bytes_and_twice_is_once(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path)
    digest = blobs.save(b"letter")
    blobs.delete(digest)
    blobs.delete(digest)
    assert files(tmp_path) == []
    with pytest.raises(NotFound):
        blobs.load(digest)
