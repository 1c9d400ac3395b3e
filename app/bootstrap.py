"""The composition root: the only place that builds the core and hands it its adapters.

Commands and the running product alike open a `Core`; what the product adds on top is in `app.product`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from app.blobs import FileBlobs
from app.oauth import read_oauth
from app.secrets import FernetBox, read_or_make_key
from app.services import Services, build_services
from app.settings import Settings, SettingsInvalid
from core.clock import Clock, FileClock, SystemClock
from core.database import Database
from core.errors import TimeInvalid
from core.services.new_users import UserDefaults
from core.services.seen_mirror import SeenMirror
from core.services.sightings import Sightings
from core.services.work import Works
from mail.parser_pool import ParserPool
from mail.parser_process import ReadingSpec
from mail.settings import LOOK_EVERY, MailServices, MailSettings
from migrations import runner


class SchemaOutdated(Exception):
    """The database has not the newest schema; `zveno migrate` brings it there."""


@dataclass(frozen=True, slots=True)
class Core:
    """The core on its database, ready to be called."""

    settings: Settings
    database: Database
    clock: Clock
    works: Works
    services: Services
    mail: MailServices
    mail_settings: MailSettings


def build_clock(settings: Settings) -> Clock:
    """The one clock.

    Raises:
        SettingsInvalid: CLOCK_FILE holds something that is no instant.
    """
    if settings.clock_file is None:
        return SystemClock()
    clock = FileClock(settings.clock_file)
    try:
        clock.now()
    except (TimeInvalid, OSError, UnicodeError):
        raise SettingsInvalid("CLOCK_FILE: the file must hold an ISO instant with its offset") from None
    return clock


def build_core(settings: Settings, clock: Clock | None = None) -> Core:
    """Wire the core; nothing is opened or changed yet, but for the secret key, which is made if there is none."""
    clock = clock or build_clock(settings)
    key = settings.secret_key.get_secret_value() if settings.secret_key else None
    try:
        secrets = FernetBox(key or read_or_make_key(settings.secret_key_file))
    except (OSError, ValueError) as error:
        raise SettingsInvalid(f"SECRET_KEY: the key file cannot be used ({type(error).__name__})") from error
    database = Database(settings.database_url)
    works = Works(database, clock)
    defaults = UserDefaults(settings.default_language, settings.default_timezone, settings.default_country)
    mail_settings = MailSettings(
        poll=timedelta(seconds=settings.mail_poll_seconds),
        look_every=min(LOOK_EVERY, timedelta(seconds=settings.mail_poll_seconds)),
        max_bytes=settings.mail_max_bytes,
        concurrency=settings.mail_concurrency,
        together=timedelta(seconds=settings.mail_together_seconds),
        oauth=read_oauth(settings),
    )
    services = build_services(
        works,
        defaults,
        settings.default_currency,
        secrets=secrets,
        blobs=FileBlobs(settings.blob_dir),
        mail_settings=mail_settings,
    )
    return Core(
        settings=settings,
        database=database,
        clock=clock,
        works=works,
        services=services,
        mail=MailServices(
            services.mailboxes,
            services.mail_folders,
            services.letters,
            services.blobs,
            Sightings(works),
            SeenMirror(works),
            lambda: ParserPool(ReadingSpec("app.blobs:FileBlobs", settings.blob_dir)),
            tokens=services.access_tokens,
        ),
        mail_settings=mail_settings,
    )


@asynccontextmanager
async def open_core(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Core]:
    """A core on a database with the newest schema: SQLite gets it here, PostgreSQL must have it.

    Raises:
        SettingsInvalid: CLOCK_FILE or the key cannot be used.
        SchemaOutdated: On PostgreSQL.
    """
    core = build_core(settings, clock)
    try:
        if not await runner.is_current(core.database):
            if not core.database.is_sqlite:
                raise SchemaOutdated("the database has not the newest schema: run `zveno migrate`")
            await runner.upgrade(core.database)
        yield core
    finally:
        await core.database.dispose()
