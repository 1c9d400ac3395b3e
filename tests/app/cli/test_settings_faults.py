from pathlib import Path

import pytest

from tests.app.cli.conftest import Console


@pytest.mark.parametrize("command", [("run",), ("migrate",), ("doctor",), ("user", "list"), ("demo",)])
def test_a_wrong_setting_ends_every_command_with_one_line(
    console: Console, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("BOT_MODE", "push")
    result = console(*command, status=2)
    [line] = result.stderr.splitlines()
    assert line.startswith("BOT_MODE: ")
    assert result.stdout == ""


def test_a_misspelt_name_in_the_file_ends_the_start(console: Console, bare_environment: Path) -> None:
    (bare_environment / ".env").write_text("BOT_TOCKEN=1:a\n")
    assert console("run", status=2).stderr == "BOT_TOCKEN: there is no such setting\n"


def test_without_a_token_run_says_what_is_missing(console: Console) -> None:
    [line] = console("run", status=2).stderr.splitlines()
    assert line.startswith("BOT_TOKEN: ")


def test_unknown_parts_are_wrong_use(console: Console) -> None:
    assert "coffee" in console("run", "--only", "bot,coffee", status=2).stderr
    console("run", "--only", ",", status=2)


def test_a_clock_file_without_an_instant_is_named(
    console: Console, monkeypatch: pytest.MonkeyPatch, bare_environment: Path
) -> None:
    (bare_environment / "now.txt").write_text("noon")
    monkeypatch.setenv("CLOCK_FILE", "now.txt")
    [line] = console("user", "list", status=2).stderr.splitlines()
    assert line.startswith("CLOCK_FILE: ")


def test_a_broken_key_file_is_named(console: Console, bare_environment: Path) -> None:
    (bare_environment / "var").mkdir()
    (bare_environment / "var" / "secret.key").write_text("not a key")
    [line] = console("user", "list", status=2).stderr.splitlines()
    assert line.startswith("SECRET_KEY: ")


def test_the_webhook_needs_the_http_part(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("BOT_TOKEN", "4200:abc"),
        ("BOT_MODE", "webhook"),
        ("BOT_WEBHOOK_SECRET", "s3cret"),
        ("PUBLIC_URL", "https://zveno.example"),
    ):
        monkeypatch.setenv(name, value)
    assert "http" in console("run", "--only", "bot,outbox", status=2).stderr


def test_a_database_out_of_reach_is_one_line_and_status_1(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/zveno")
    [line] = console("user", "list", status=1).stderr.splitlines()
    assert line.startswith("the database cannot be used")
