import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import Settings, SettingsInvalid, load_settings
from core.enums import Language

EXAMPLE = Path(__file__).parents[2] / ".env.example"
TEST_HOOKS = {"failpoint"}
"""Settings for tests alone, which operators are not told of."""


def test_without_anything_the_defaults_are_safe() -> None:
    settings = load_settings()
    assert settings.bot_token is None
    assert settings.http_listen == ("127.0.0.1", 8080)
    assert settings.database_url == "sqlite+aiosqlite:///var/zveno.db"
    assert settings.uses_telegram


def test_the_example_documents_every_setting_with_its_default(bare_environment: Path) -> None:
    defaults = load_settings()
    text = EXAMPLE.read_text(encoding="utf-8")
    (bare_environment / ".env").write_text(text, encoding="utf-8")
    assert load_settings() == defaults
    documented = re.findall(r"^([A-Z_]+)=", text, re.MULTILINE)
    assert sorted(documented) == sorted(
        name.upper() for name in Settings.model_fields if name not in TEST_HOOKS
    )


def test_the_environment_goes_before_the_file(
    bare_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare_environment / ".env").write_text("DEFAULT_LANGUAGE=ru\nDEFAULT_CURRENCY=EUR\n")
    monkeypatch.setenv("DEFAULT_LANGUAGE", "en")
    settings = load_settings()
    assert (settings.default_language, settings.default_currency) == (Language.EN, "EUR")


def test_an_unknown_name_in_the_file_is_named_in_one_line(bare_environment: Path) -> None:
    (bare_environment / ".env").write_text("BOT_TOCKEN=1:a\n")
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert str(caught.value) == "BOT_TOCKEN: there is no such setting"


def test_an_unknown_name_in_the_environment_is_somebody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOCKEN", "1:a")
    assert load_settings().bot_token is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "hunter2secret"),
        ("BOT_API_URL", "ftp://example.com"),
        ("BOT_MODE", "push"),
        ("PUBLIC_URL", "example.com"),
        ("ADMIN_IDS", "12,abc"),
        ("ADMIN_IDS", "-5"),
        ("DATABASE_URL", "mysql://localhost/zveno"),
        ("DATABASE_URL", "not a url"),
        ("DATABASE_URL", "sqlite://"),
        ("SECRET_KEY", "too-short-secret"),
        ("DEFAULT_LANGUAGE", "de"),
        ("DEFAULT_TIMEZONE", "Europe/Atlantis"),
        ("DEFAULT_COUNTRY", "Russia"),
        ("DEFAULT_CURRENCY", "roubles"),
        ("HTTP_LISTEN", "8080"),
        ("HTTP_LISTEN", "127.0.0.1:99999"),
        ("MAIL_POLL_SECONDS", "often"),
        ("MAIL_POLL_SECONDS", "0"),
        ("MAIL_CONCURRENCY", "0"),
        ("MAIL_MAX_BYTES", "-1"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_named_in_one_line_that_does_not_repeat_secrets(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    line = str(caught.value)
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    assert "secret" not in value or value not in line


def test_two_faults_are_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", "xml")
    monkeypatch.setenv("BOT_MODE", "push")
    with pytest.raises(SettingsInvalid, match=r"^BOT_MODE: [^\n]+; LOG_FORMAT: [^\n]+$"):
        load_settings()


def test_the_webhook_needs_its_secret_and_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_MODE", "webhook")
    with pytest.raises(SettingsInvalid, match="BOT_WEBHOOK_SECRET"):
        load_settings()
    monkeypatch.setenv("BOT_WEBHOOK_SECRET", "s3cret")
    with pytest.raises(SettingsInvalid, match="PUBLIC_URL"):
        load_settings()
    monkeypatch.setenv("PUBLIC_URL", "https://zveno.example/")
    assert load_settings().public_url == "https://zveno.example"


def test_an_empty_webhook_secret_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_MODE", "webhook")
    monkeypatch.setenv("PUBLIC_URL", "https://zveno.example")
    monkeypatch.setenv("BOT_WEBHOOK_SECRET", "")
    with pytest.raises(SettingsInvalid, match="BOT_WEBHOOK_SECRET"):
        load_settings()


@pytest.mark.parametrize(
    ("api", "refused"),
    [
        ("https://api.telegram.org", True),
        ("https://API.Telegram.ORG:443/", True),
        ("http://127.0.0.1:8090", False),
        ("https://api.telegram.org.example.com", False),
    ],
)
def test_the_clock_cannot_be_moved_on_telegrams_own_server(
    monkeypatch: pytest.MonkeyPatch, api: str, refused: bool
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:token")
    monkeypatch.setenv("BOT_API_URL", api)
    monkeypatch.setenv("CLOCK_FILE", "now.txt")
    if refused:
        with pytest.raises(SettingsInvalid, match=r"^CLOCK_FILE: "):
            load_settings()
    else:
        assert load_settings().clock_file == Path("now.txt")


def test_administrators_are_told_apart_by_commas_or_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_IDS", "12, 34 56")
    assert load_settings().admin_ids == (12, 34, 56)


def test_secrets_do_not_show_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:sesame")
    assert "sesame" not in repr(load_settings())


@given(st.binary(max_size=200))
def test_any_file_gives_settings_or_one_line(bare_environment: Path, content: bytes) -> None:
    (bare_environment / ".env").write_bytes(content)
    try:
        load_settings()
    except SettingsInvalid as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right


def test_a_failpoint_is_refused_on_telegrams_own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILPOINT", "update_stored:2")
    with pytest.raises(SettingsInvalid, match=r"^FAILPOINT: "):
        load_settings()
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:8081")
    assert load_settings().failpoint == "update_stored:2"
    monkeypatch.setenv("FAILPOINT", "nowhere")
    with pytest.raises(SettingsInvalid, match=r"^FAILPOINT: must be one of "):
        load_settings()
