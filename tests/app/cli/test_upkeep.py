"""doctor, wait-idle, migrate: what an operator asks."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from simulator.server import SimulatorServer
from tests.app.cli.conftest import Console
from tests.app.server_thread import running_in_thread

TOKEN = "4200000009:cli-tests"


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatorServer]:
    """A Bot API server in a thread of its own, since each command has its own event loop."""
    with running_in_thread(SimulatorServer(token=TOKEN)) as server:
        monkeypatch.setenv("BOT_TOKEN", TOKEN)
        monkeypatch.setenv("BOT_API_URL", server.url)
        yield server


def test_an_invitation_is_the_link_alone(console: Console, telegram: SimulatorServer) -> None:
    assert telegram.url
    result = console("user", "invite", "--role", "rep", "--name", "Anna")
    [line] = result.stdout.splitlines()
    assert line.startswith("https://t.me/")
    assert len(line.partition("?start=")[2]) >= 20


def test_no_invitation_is_made_while_telegram_is_away(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:1")
    assert "no invitation was made" in console("user", "invite", "--role", "rep", status=1).stderr
    assert console.objects("export", "audit") == []


def test_the_doctor_finds_a_sound_house(console: Console, telegram: SimulatorServer) -> None:
    assert telegram.url
    console("migrate")
    findings = {one["name"]: one for one in console.objects("doctor", "--json")}
    assert set(findings) == {"settings", "database", "counters", "mail tallies", "telegram", "disk"}
    assert all(one["passed"] for one in findings.values())


def test_the_doctor_names_what_is_wrong_and_fails(console: Console) -> None:
    result = console("doctor", status=1)
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert ["FAILED", "database", "the schema is old: run `zveno migrate`"] in lines
    assert ["FAILED", "telegram", "BOT_TOKEN is not set"] in lines


def test_a_quiet_house_is_idle(console: Console, telegram: SimulatorServer) -> None:
    assert telegram.url
    console("wait-idle", "--timeout", "5")


def test_waiting_ends_with_what_was_open(console: Console, bare_environment: Path) -> None:
    console("department", "add", "Sales")
    moment = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(bare_environment / "var" / "zveno.db") as database:
        database.execute(
            "INSERT INTO outbox (key, kind, payload, state, created_at, due_at, attempts)"
            " VALUES ('k', 'notice', '{}', 'new', ?, ?, 0)",
            (moment, moment),
        )
        database.execute(
            "INSERT INTO inbound_updates (bot_id, update_id, lane, body, state, attempts, received_at)"
            " VALUES (1, 1, 1, '{}', 'new', 0, ?)",
            (moment,),
        )
    result = console("wait-idle", "--timeout", "0.3", status=1)
    assert result.stderr == "still open: 1 updates; 1 outbox rows\n"


def test_what_is_held_for_its_minute_is_made_due_once_all_else_is_quiet(
    console: Console, bare_environment: Path
) -> None:
    console("department", "add", "Sales")
    later = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(bare_environment / "var" / "zveno.db") as database:
        database.execute(
            "INSERT INTO outbox (key, kind, payload, state, created_at, due_at, attempts)"
            " VALUES ('k', 'notice', '{}', 'held', ?, ?, 0)",
            (later, later),
        )
    result = console("wait-idle", "--timeout", "0.3", status=1)
    assert result.stderr == "still open: 1 outbox rows held\n"
    with sqlite3.connect(bare_environment / "var" / "zveno.db") as database:
        [(due_at,)] = database.execute("SELECT due_at FROM outbox")
    assert due_at < later


def test_updates_that_telegram_still_holds_are_open(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    with running_in_thread(_Holding()) as holding:
        monkeypatch.setenv("BOT_API_URL", holding.url)
        result = console("wait-idle", "--timeout", "0.3", status=1)
    assert result.stderr == "still open: 3 updates at Telegram\n"


class _Holding:
    """A Bot API server that holds three updates."""

    url = ""

    async def start(self) -> None:
        application = web.Application()
        application.router.add_get("/bot{token}/getWebhookInfo", self._info)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _info(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": {"url": "", "pending_update_count": 3}})


def test_the_thread_ends_with_the_test() -> None:
    before = threading.active_count()
    with running_in_thread(_Holding()):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
