"""What the operator decides (interface.md, Settings): from the environment or `.env`, read once at the start.

From the environment only known names are read; in `.env` an unknown name is an error, because it is a typing
mistake. An empty value counts as not given.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from cryptography.fernet import Fernet
from phonenumbers import SUPPORTED_REGIONS
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core import failpoints
from core.enums import Language

TELEGRAM_API = "https://api.telegram.org"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Where a secret may go without TLS."""


class SettingsInvalid(Exception):
    """The product cannot start like this; the message is one line that names each setting at fault."""


def _refuse(reason: str) -> NoReturn:
    raise ValueError(reason)


def _matching(pattern: str, reason: str) -> Callable[[SecretStr], SecretStr]:
    """A check of a secret's form that never repeats the secret."""
    compiled = re.compile(pattern, re.ASCII)

    def check(value: SecretStr) -> SecretStr:
        if compiled.fullmatch(value.get_secret_value()) is None:
            _refuse(reason)
        return value

    return check


def _check_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        _refuse("must be an http:// or https:// address")
    return value.rstrip("/")


def _check_token_server(value: str) -> str:
    checked = _check_url(value)
    parts = urlsplit(checked)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        _refuse("must be an https:// address")
    return checked


def _check_mail_server(value: str) -> str:
    parts = urlsplit(value)
    is_safe = parts.scheme == "imaps" or (parts.scheme == "imap" and parts.hostname in LOOPBACK)
    if not is_safe or not parts.hostname or parts.port == 0 or parts.path.strip("/"):
        _refuse("must be an imaps:// address")
    return value


def _check_database(value: str) -> str:
    try:
        url = make_url(value)
    except ArgumentError:
        _refuse("is no database address")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        _refuse("must begin with sqlite or postgresql")
    if url.get_backend_name() == "sqlite" and not url.database:
        _refuse("must name a file")
    return value


def _check_fernet_key(value: SecretStr) -> SecretStr:
    try:
        Fernet(value.get_secret_value())
    except ValueError:
        _refuse("must be 32 bytes as URL-safe base64; leave it out to have one made")
    return value


def _split_listen(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    host, colon, port = value.strip().rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65_535:
        _refuse("must be HOST:PORT")
    return host.strip("[]"), int(port)


def _split_ids(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    parts = [part for part in re.split(r"[\s,;]+", value) if part]
    if not all(re.fullmatch(r"[1-9]\d{0,17}", part, re.ASCII) for part in parts):
        _refuse("must be Telegram ids with commas between them")
    return tuple(int(part) for part in parts)


def _check_zone(value: str) -> str:
    return value if value in available_timezones() else _refuse("is no IANA time zone, like Europe/Moscow")


def _check_country(value: str) -> str:
    country = value.upper()
    return country if country in SUPPORTED_REGIONS else _refuse("is no two-letter country code")


def _check_currency(value: str) -> str:
    currency = value.upper()
    return currency if re.fullmatch("[A-Z]{3}", currency) else _refuse("must be three letters, like RUB")


def _check_failpoint(value: str) -> str:
    failpoints.parse(value)
    return value


Url = Annotated[str, AfterValidator(_check_url)]
TokenServer = Annotated[str, AfterValidator(_check_token_server)]
ImapServer = Annotated[str, AfterValidator(_check_mail_server)]
Token = Annotated[SecretStr, AfterValidator(_matching(r"\d+:\S+", "must be digits, a colon and the secret"))]
WebhookSecret = Annotated[
    SecretStr, AfterValidator(_matching(r"[A-Za-z0-9_-]{1,256}", "must be 1 to 256 of A-Z a-z 0-9 _ -"))
]


class Settings(BaseSettings):
    """All settings. `.env.example` explains each but FAILPOINT; names are the fields' in upper case.

    FAILPOINT is no setting for operators but a hook for tests (core.failpoints).
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="forbid", frozen=True
    )

    bot_token: Token | None = None
    bot_api_url: Url = TELEGRAM_API
    bot_mode: Literal["polling", "webhook"] = "polling"
    bot_webhook_secret: WebhookSecret | None = None
    public_url: Url | None = None
    admin_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_split_ids)] = ()

    database_url: Annotated[str, AfterValidator(_check_database)] = "sqlite+aiosqlite:///var/zveno.db"
    redis_url: SecretStr | None = None
    blob_dir: Path = Path("var/blobs")
    blob_keep_days: int = Field(default=30, ge=1, le=3650)
    secret_key: Annotated[SecretStr, AfterValidator(_check_fernet_key)] | None = None

    default_language: Language = Language.RU
    default_timezone: Annotated[str, AfterValidator(_check_zone)] = "Europe/Moscow"
    default_country: Annotated[str, AfterValidator(_check_country)] = "RU"
    default_currency: Annotated[str, AfterValidator(_check_currency)] = "RUB"

    http_listen: Annotated[tuple[str, int], NoDecode, BeforeValidator(_split_listen)] = ("127.0.0.1", 8080)
    ingest_token: SecretStr | None = None

    mail_poll_seconds: float = Field(default=60.0, ge=0.1, le=86_400)
    mail_max_bytes: int = Field(default=50 * 1024 * 1024, ge=1024)
    mail_concurrency: int = Field(default=4, ge=1, le=64)
    mail_together_seconds: float = Field(default=60.0, ge=0, le=3600)

    oauth_google_client_id: str | None = None
    oauth_google_client_secret: SecretStr | None = None
    oauth_google_authority: TokenServer | None = None
    oauth_google_imap: ImapServer | None = None
    oauth_microsoft_client_id: str | None = None
    oauth_microsoft_client_secret: SecretStr | None = None
    oauth_microsoft_authority: TokenServer | None = None
    oauth_microsoft_imap: ImapServer | None = None
    sms_gateway_url: Url | None = None
    sms_gateway_token: SecretStr | None = None
    sms_gateway_sender: str | None = None
    transcribe_url: Url | None = None

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    clock_file: Path | None = None
    failpoint: Annotated[str, AfterValidator(_check_failpoint)] | None = None

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_upper_case(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.bot_mode == "webhook":
            if self.bot_webhook_secret is None:
                _refuse("BOT_WEBHOOK_SECRET: must be set when BOT_MODE is webhook")
            if self.public_url is None:
                _refuse("PUBLIC_URL: must be set when BOT_MODE is webhook")
        for name, client_id, secret in (
            ("GOOGLE", self.oauth_google_client_id, self.oauth_google_client_secret),
            ("MICROSOFT", self.oauth_microsoft_client_id, self.oauth_microsoft_client_secret),
        ):
            if (client_id is None) != (secret is None):
                _refuse(f"OAUTH_{name}_CLIENT_ID: must be set together with OAUTH_{name}_CLIENT_SECRET")
            if client_id is not None and self.public_url is None:
                _refuse(f"PUBLIC_URL: must be set when OAUTH_{name}_CLIENT_ID is")
        if self.clock_file is not None and self.bot_token is not None and self.uses_telegram:
            _refuse(
                "CLOCK_FILE: the clock cannot be moved on Telegram's own server; set BOT_API_URL to another"
            )
        if self.failpoint is not None and self.uses_telegram:
            _refuse("FAILPOINT: the process cannot be made to die on Telegram's own server")
        return self

    @property
    def uses_telegram(self) -> bool:
        """Whether the Bot API server is Telegram's own."""
        host = urlsplit(self.bot_api_url).hostname or ""
        return host == "telegram.org" or host.endswith(".telegram.org")

    @property
    def secret_key_file(self) -> Path:
        """Where the key lies that is made when SECRET_KEY is not given."""
        return self.blob_dir.parent / "secret.key"


def load_settings(**overrides: Any) -> Settings:
    """Read the settings.

    Args:
        overrides: Values that go before environment and file, by field name; for the demo and tests.

    Raises:
        SettingsInvalid: Something is wrong or unknown.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsInvalid("; ".join(_faults(error))) from None
    except (SettingsError, OSError, UnicodeError) as error:
        raise SettingsInvalid(f".env: cannot be read ({type(error).__name__})") from error


def _faults(error: ValidationError) -> list[str]:
    faults = []
    for fault in error.errors(include_input=False, include_url=False, include_context=False):
        message = fault["msg"].removeprefix("Value error, ")
        if not fault["loc"]:
            faults.append(message)
        elif fault["type"] == "extra_forbidden":
            faults.append(f"{_name(fault['loc'])}: there is no such setting")
        else:
            faults.append(f"{_name(fault['loc'])}: {message[:1].lower()}{message[1:]}")
    return faults


def _name(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper()
