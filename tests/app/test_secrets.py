import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from app.secrets import FernetBox, read_or_make_key
from core.errors import Invalid

KEY = Fernet.generate_key().decode()


@given(st.text())
def test_what_was_sealed_opens_again_and_does_not_show(secret: str) -> None:
    sealed = FernetBox(KEY).seal(secret)
    assert FernetBox(KEY).open(sealed) == secret
    assert len(secret) < 4 or secret not in sealed


def test_another_key_opens_nothing() -> None:
    sealed = FernetBox(KEY).seal("password")
    with pytest.raises(Invalid):
        FernetBox(Fernet.generate_key().decode()).open(sealed)


@pytest.mark.parametrize("damaged", ["", "gAAAA", "пароль"])
def test_damaged_seals_are_refused(damaged: str) -> None:
    with pytest.raises(Invalid):
        FernetBox(KEY).open(damaged)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret.key"
    key = read_or_make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_make_key(path) == key
    assert FernetBox(key).open(FernetBox(key).seal("x")) == "x"
    assert [one.name for one in path.parent.iterdir()] == ["secret.key"]


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.write_text(KEY + "\n")
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read_or_make_key(path), range(16)))
    assert keys == {KEY}
