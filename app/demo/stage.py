"""The stage of the demo: servers on loopback, a throw-away database, the product; all ends with the process."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.bootstrap import Core, build_clock, open_core
from app.demo.cast import CASTS, Cast
from app.demo.scene_clock import SceneClock
from app.demo.team import hire_administrator, hire_team, mail_accounts
from app.demo.week import Week
from app.product import open_product
from app.settings import Settings, load_settings
from app.signals import stopped_by_signals
from app.supervision import Fatal
from core.enums import Language
from simulator.client import SimulatorClient
from simulator.mail_routes import mail_routes
from simulator.mail_server import LocalMail
from simulator.server import LOOPBACK, SimulatorServer

logger = logging.getLogger(__name__)

TOKEN = "4200000001:demo"  # noqa: S105 - of a bot that exists in this process alone
USERNAME = "zveno_demo_bot"
FIRST_PORT = 8090
_PORTS_TRIED = 20
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What a visitor may choose.

    Attributes:
        port: Of the page; None: the first free one from 8090 on.
        empty: An administrator and nothing else.
        keep: A folder for the data; None: a temporary one.
        language: None: the settings' default.
    """

    port: int | None = None
    empty: bool = False
    keep: Path | None = None
    language: Language | None = None


async def run_demo(options: DemoOptions, announce: Callable[[str], None]) -> None:
    """Show the demo until a signal; parameters and errors as in `show`."""
    with stopped_by_signals() as stop:
        await show(options, announce, stop)


async def show(options: DemoOptions, announce: Callable[[str], None], stop: asyncio.Event) -> None:
    """Show the demo until `stop`.

    Args:
        options: The visitor's choice.
        announce: Takes the address of the page once it is worth opening.
        stop: Ends it.

    Raises:
        SettingsInvalid: The settings are wrong.
        Fatal: A port is taken, or the database is in use.
    """
    present = load_settings()
    cast = CASTS[options.language or present.default_language]
    clock = SceneClock(build_clock(present))
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(_folder(options.keep))
        mail = await stack.enter_async_context(LocalMail(mail_accounts(cast), now=clock.now))
        server = await stack.enter_async_context(_serve(options, mail))
        people = await stack.enter_async_context(SimulatorClient(server.url))
        core = await stack.enter_async_context(open_core(_settings(folder, server.url, cast), clock))
        await _introduce_accounts(people, cast)
        week = await _set_the_scene(core, cast, mail, clock, empty=options.empty)
        product = await stack.enter_async_context(open_product(core))
        announce(server.url)
        opening = asyncio.create_task(_open_the_chats(people, cast, week))
        try:
            await product.supervisor.run_until(stop)
        finally:
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="zveno-demo-") as name:
        yield Path(name)


@asynccontextmanager
async def _serve(options: DemoOptions, mail: LocalMail) -> AsyncIterator[SimulatorServer]:
    """The Bot API server with the page, on the port asked for or the next free one."""
    server = SimulatorServer(token=TOKEN, username=USERNAME, mounts=mail_routes(mail))
    ports = [options.port] if options.port is not None else range(FIRST_PORT, FIRST_PORT + _PORTS_TRIED)
    for port in ports:
        try:
            await server.start(LOOPBACK, port)
            break
        except OSError:
            await server.stop()
    else:
        raise Fatal(f"--port: {options.port or FIRST_PORT} is taken")
    try:
        yield server
    finally:
        await server.stop()


def _settings(folder: Path, bot_api_url: str, cast: Cast) -> Settings:
    """Settings that touch nothing but the demo's own."""
    return load_settings(
        bot_token=TOKEN,
        bot_api_url=bot_api_url,
        bot_mode="polling",
        bot_webhook_secret=None,
        admin_ids=(),
        database_url=f"sqlite:///{folder / 'zveno.db'}",
        blob_dir=folder / "blobs",
        secret_key=None,
        default_language=cast.language,
        default_timezone=cast.timezone,
        default_country=cast.country,
        default_currency=cast.currency,
        http_listen=(LOOPBACK, 0),
        mail_poll_seconds=5,
    )


async def _introduce_accounts(people: SimulatorClient, cast: Cast) -> None:
    for member in cast.team:
        await people.add_account(
            member.first_name,
            id=member.account_id,
            last_name=member.last_name,
            language_code=cast.language.value,
        )


async def _set_the_scene(
    core: Core, cast: Cast, mail: LocalMail, clock: SceneClock, *, empty: bool
) -> Week | None:
    """Hire the team and tell the week, once; a kept folder has them already."""
    if await core.services.people.list_users(None):
        return None
    await core.services.starter.fill_lists(cast.language)
    if empty:
        await hire_administrator(core.services, cast)
        return None
    clock.stand_at(clock.present().replace(microsecond=0) - _WEEK)
    team = await hire_team(core.services, cast, mail)
    week = Week(core, cast, team, mail, clock)
    await week.tell()
    await _forget_old_notices(core)
    return week


async def _forget_old_notices(core: Core) -> None:
    """What the bot told during the week was read then."""
    while items := await core.services.outbox.claim_due(500):
        await core.services.outbox.mark_sent([item.id for item in items])


async def _open_the_chats(people: SimulatorClient, cast: Cast, week: Week | None) -> None:
    """Everybody opens their chat; then clients write."""
    members = cast.team if week is not None else (cast.administrator,)
    for member in members:
        await people.start(member.account_id)
    if week is None:
        return
    for member in members:
        await people.wait_for(member.account_id, seconds=60)
    await week.write_now()
    logger.info("Clients have written", extra={"event": "demo_ready"})
