"""A bad day: wrong settings, servers that are away, signals, parts alone, switches thrown beside the running process."""

import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from app.http import SECRET_HEADER, webhook_path
from bench.support.ports import reserve_port
from simulator.mail_server import MailAccount
from tests.acceptance.house import TOKEN, House, Running, open_house, sqlite
from tests.acceptance.letters import MAILBOX, write_letter
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import ANNA, join, ref_of
from tests.mail.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

BEGIN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BORIS = MailAccount("boris@zveno.example", "boris", "secret", "Boris")
SECRET = "webhook-secret"


async def add_mailbox(house: House, account: MailAccount, password: str) -> str:
    place = ["--imap-host", "127.0.0.1", "--imap-port", str(house.mail.imap_port), "--imap-security", "none"]
    whose = ["--owner", "1", "--address", account.address, "--login", account.login, "--password-env", "PW"]
    return await house.done("mailbox", "add", *whose, *place, PW=password)


async def texts(house: House) -> Counter[str]:
    """What is recorded, how often."""
    return Counter(one["text"] for one in await house.export("interactions"))


# -- wrong settings


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"BOT_TOKEN": ""}, "BOT_TOKEN"),
        ({"BOT_TOKEN": "nonsense"}, "BOT_TOKEN"),
        ({"BOT_MODE": "push"}, "BOT_MODE"),
        ({"BOT_MODE": "webhook", "PUBLIC_URL": "https://zveno.example"}, "BOT_WEBHOOK_SECRET"),
        ({"BOT_MODE": "webhook", "BOT_WEBHOOK_SECRET": SECRET}, "PUBLIC_URL"),
        ({"DATABASE_URL": "mysql://localhost/zveno"}, "DATABASE_URL"),
        ({"ADMIN_IDS": "1001,anna"}, "ADMIN_IDS"),
        ({"HTTP_LISTEN": "8080"}, "HTTP_LISTEN"),
        ({"DEFAULT_TIMEZONE": "Mars/Olympus"}, "DEFAULT_TIMEZONE"),
        ({"MAIL_POLL_SECONDS": "often"}, "MAIL_POLL_SECONDS"),
        ({"BOT_API_URL": "", "CLOCK_FILE": "clock"}, "CLOCK_FILE"),
        ({"BOT_API_URL": "", "FAILPOINT": "update_stored"}, "FAILPOINT"),
    ],
)
async def test_a_wrong_setting_ends_the_start_with_one_line_that_names_it(
    settings: dict[str, str], named: str, tmp_path: Path, nursery: Nursery
) -> None:
    async with open_house(tmp_path, sqlite(tmp_path), [], nursery=nursery) as house:
        finished = await house.zveno("run", **settings)
    assert (finished.status, finished.stdout) == (2, "")
    (line,) = finished.stderr.splitlines()
    assert named in line
    assert "nonsense" not in line, "a secret is not repeated"


async def test_an_unknown_name_in_the_env_file_ends_the_installed_command(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_TOCKEN=1:a\n", encoding="utf-8")
    async with open_house(tmp_path, sqlite(tmp_path), []) as house:
        finished = await house.zveno("export", "interactions")
    assert finished == (2, "", "BOT_TOCKEN: there is no such setting\n")


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
async def test_postgresql_without_the_schema_asks_for_migrate(
    empty_database_url: str, tmp_path: Path, nursery: Nursery
) -> None:
    async with open_house(tmp_path, empty_database_url, [], nursery=nursery) as house:
        finished = await house.zveno("run")
        assert finished.status == 1
        assert "zveno migrate" in finished.stderr
        await house.done("migrate")
        await house.start()
        assert house.running is not None
        assert await house.running.stop() == 0


# -- servers that are away


async def test_telegram_out_of_reach_at_the_start_is_said_and_waited_for(
    tmp_path: Path, nursery: Nursery
) -> None:
    async with open_house(tmp_path, sqlite(tmp_path), [], nursery=nursery, ADMIN_IDS=str(ANNA)) as house:
        port = house.telegram.port
        await house.telegram.stop()
        running = await house.start()
        await running.logged("telegram_away")
        assert await house.health() == (503, {"status": "down", "down": ["bot"]})
        await house.telegram.start(port=port)
        await running.logged("bot_prepared")
        anna = await join(house)
        assert "Recorded" in await anna.write("/call John: at last")
        status, _ = await house.health()
        assert status == 200


async def test_telegram_that_goes_away_and_comes_back_loses_nothing(tmp_path: Path, nursery: Nursery) -> None:
    async with open_house(tmp_path, sqlite(tmp_path), [], nursery=nursery, ADMIN_IDS=str(ANNA)) as house:
        running = await house.start()
        anna = await join(house)
        await house.people.add_fault("5xx", times=6)
        await anna.send("/call John: one")
        await anna.send("/call John: two")
        await running.logged("polling_recovered")
        await anna.see("two")
        await house.wait_idle()
        assert await texts(house) == {"one": 1, "two": 1}


async def test_a_wrong_mailbox_password_stops_that_mailbox_alone_and_its_owner_is_told(
    tmp_path: Path, nursery: Nursery
) -> None:
    async with open_house(
        tmp_path, sqlite(tmp_path), [MAILBOX, BORIS], nursery=nursery, ADMIN_IDS=str(ANNA)
    ) as house:
        await house.start()
        anna = await join(house)
        wrong = await add_mailbox(house, MAILBOX, "wrong")
        right = await add_mailbox(house, BORIS, BORIS.password)
        told = await anna.see(f"/m{wrong}")
        assert "A mailbox has stopped" in told
        assert MAILBOX.address in told
        letter = write_letter(
            "one@acme.example",
            "Offer",
            "An offer.",
            "From: John <john@acme.example>",
            f"To: {BORIS.address}",
            date="Tue, 24 Nov 2026 12:00:00 +0300",
        )
        await house.mail.deliver(letter, BORIS.address)
        await anna.see("An offer.")
        lines = [line.split("\t") for line in (await house.done("mailbox", "list")).splitlines()]
        assert [(line[0], line[3]) for line in lines] == [(wrong, "stopped"), (right, "active")]
        status, _ = await house.health()
        assert status == 200, "one mailbox is no part of the process"
        refused = await house.zveno("mailbox", "check", wrong)
        assert refused.status == 1
        assert "FAILED" in refused.stdout


# -- signals


async def test_sigterm_drains_and_stops_in_order(tmp_path: Path, nursery: Nursery) -> None:
    async with open_house(tmp_path, sqlite(tmp_path), [], nursery=nursery, ADMIN_IDS=str(ANNA)) as house:
        running = await house.start()
        anna = await join(house)
        for number in range(10):
            await anna.send(f"/call John: talk {number}")
        await anna.see("talk 0")
        assert await running.stop() == 0
        stopped = [line["part"] for line in running.lines() if line.get("event") == "part_stopped"]
        assert stopped == ["bot", "scheduler", "mail", "outbox", "http"]
        assert running.events()[-1] == "product_stopped"
        recorded = await texts(house)
        answered = [one["text"] for one in await house.people.bot_messages(ANNA)]
        for text in recorded:
            assert any(text in answer for answer in answered), "what was recorded was also confirmed"
        await house.start()
        await house.wait_idle()
        assert await texts(house) == {f"talk {number}": 1 for number in range(10)}
        assert await house.people.violations() == []


async def test_a_second_sigterm_leaves_at_once_and_nothing_is_lost(tmp_path: Path, nursery: Nursery) -> None:
    async with open_house(tmp_path, sqlite(tmp_path), [], nursery=nursery, ADMIN_IDS=str(ANNA)) as house:
        running = await house.start()
        anna = await join(house)
        await house.people.add_fault("slow", method="sendMessage", times=1, seconds=60)
        await anna.send("/call John: slowly")

        async def recorded() -> bool:
            return await texts(house) == {"slowly": 1}

        await until(recorded)
        running.process.send_signal(signal.SIGTERM)
        await running.until(lambda: running.events().count("part_stopped") == 3, "waited for the outbox")

        async def left() -> bool:
            running.process.send_signal(signal.SIGTERM)
            return running.returncode is not None

        await until(left)
        assert running.returncode == 1
        assert "product_stopped" not in running.events()
        await house.start()
        await anna.see("slowly")
        assert await texts(house) == {"slowly": 1}


# -- parts


async def test_parts_run_in_processes_of_their_own(tmp_path: Path, nursery: Nursery) -> None:
    async with open_house(tmp_path, sqlite(tmp_path), [BORIS], nursery=nursery, ADMIN_IDS=str(ANNA)) as house:
        chat = await house.start("--only", "bot,outbox")
        house.running = None
        rest = await house.start("--only", "mail,scheduler,http")
        try:
            assert await house.health() == (200, {"status": "ok", "parts": ["scheduler", "mail", "http"]})
            anna = await join(house)
            await add_mailbox(house, BORIS, BORIS.password)
            letter = write_letter(
                "one@acme.example",
                "Offer",
                "An offer.",
                "From: j@acme.example",
                f"To: {BORIS.address}",
                date="",
            )
            await house.mail.deliver(letter, BORIS.address)
            await anna.see("An offer.")
            again = await house.zveno("run", "--only", "bot")
            assert again.status == 1
            assert "bot" in again.stderr
            assert "http_started" not in chat.events()
        finally:
            assert await _stop_all(chat, rest) == [0, 0]


async def _stop_all(*running: Running) -> list[int]:
    return [await one.stop() for one in running]


@pytest.mark.parametrize("parts", ["nonsense", "bot,nonsense", ","])
async def test_unknown_parts_are_wrong_use(parts: str, tmp_path: Path, nursery: Nursery) -> None:
    async with open_house(tmp_path, sqlite(tmp_path), [], nursery=nursery) as house:
        finished = await house.zveno("run", "--only", parts)
    assert finished.status == 2
    assert "--only" in finished.stderr


# -- the webhook


@pytest.fixture
def webhook_settings() -> dict[str, Any]:
    port = reserve_port()
    return {
        "ADMIN_IDS": str(ANNA),
        "BOT_MODE": "webhook",
        "BOT_WEBHOOK_SECRET": SECRET,
        "HTTP_LISTEN": f"127.0.0.1:{port}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


async def test_by_webhook_from_end_to_end(
    webhook_settings: dict[str, Any], tmp_path: Path, nursery: Nursery
) -> None:
    async with open_house(tmp_path, sqlite(tmp_path), [], nursery=nursery, **webhook_settings) as house:
        await house.start()
        anna = await join(house)
        assert "Recorded" in await anna.write("/call John: by webhook")
        url = webhook_settings["PUBLIC_URL"] + webhook_path(TOKEN)
        message = {
            "message_id": 999,
            "date": 0,
            "chat": {"id": ANNA, "type": "private"},
            "text": "/call X: forged",
        }
        update = {
            "update_id": 10**9,
            "message": {**message, "from": {"id": ANNA, "is_bot": False, "first_name": "A"}},
        }
        async with aiohttp.ClientSession() as session:
            for headers, status in (({}, 401), ({SECRET_HEADER: "wrong"}, 401)):
                async with session.post(url, json=update, headers=headers) as answer:
                    assert answer.status == status
            async with session.post(url, data=b"{", headers={SECRET_HEADER: SECRET}) as answer:
                assert answer.status == 400
            async with session.post(f"{url}x", json=update, headers={SECRET_HEADER: SECRET}) as answer:
                assert answer.status == 404
        await house.wait_idle()
        assert await texts(house) == {"by webhook": 1}
        assert await house.people.violations() == []


async def test_killed_before_the_webhook_is_answered_the_update_comes_again_and_counts_once(
    webhook_settings: dict[str, Any], tmp_path: Path, nursery: Nursery
) -> None:
    async with open_house(tmp_path, sqlite(tmp_path), [], nursery=nursery, **webhook_settings) as house:
        running = await house.start()
        anna = await join(house)
        await running.stop()
        dying = await house.start(settings={"FAILPOINT": "update_stored"})
        await anna.send("/call John: by webhook")
        assert await dying.ended() == -signal.SIGKILL
        await house.start()
        await anna.see("by webhook")
        await house.wait_idle()
        assert await texts(house) == {"by webhook": 1}


# -- beside the running process


async def test_an_option_switched_off_beside_the_running_process_is_gone_at_once_and_comes_back(
    tmp_path: Path, nursery: Nursery
) -> None:
    async with open_house(tmp_path, sqlite(tmp_path), [], nursery=nursery, ADMIN_IDS=str(ANNA)) as house:
        await house.start()
        anna = await join(house)
        await anna.write("/call John: twenty pallets")
        await anna.write("/deal i1", "Created")
        deal = ref_of(anna.text, "d")
        await house.done("option", "deals", "off")
        assert "deal_management\toff" in await house.done("option", "list"), "O1: it needs deals"
        assert "There is no such command" in await anna.write(f"/won d{deal}")
        await anna.write("/i1", "/i1")
        assert "💼" not in str(anna.message)
        assert [one["id"] for one in await house.export("deals")] == [deal], "O2: data is kept, and exported"
        await house.done("option", "deals", "on")
        assert "twenty pallets" in await anna.write(f"/d{deal}")


async def test_the_clock_moved_forward_fires_the_reminder_once(tmp_path: Path, nursery: Nursery) -> None:
    async with open_house(
        tmp_path, sqlite(tmp_path), [], at=BEGIN, nursery=nursery, ADMIN_IDS=str(ANNA)
    ) as house:
        await house.start()
        anna = await join(house)
        await anna.write("/plan tomorrow 15:00 John: a demo", "Recorded")
        last = int((anna.message or {})["message_id"])
        await house.wait_idle()
        assert [one["state"] for one in await house.export("reminders")] == ["waiting"]
        assert house.calendar is not None
        house.calendar.set(datetime(2026, 11, 25, 11, 44, 59, tzinfo=UTC) + timedelta(seconds=1))
        assert "a demo" in await anna.see("⏰ Reminder", after=last)
        await house.wait_idle()
        (reminder,) = await house.export("reminders")
        assert reminder["state"] == "sent"
        assert reminder["due_at"] == "2026-11-25T11:45:00+00:00"
        assert reminder["sent_at"] >= reminder["due_at"]
        told = await house.people.bot_messages(ANNA, after=last)
        reminded = [one for one in told if one["text"].startswith("⏰ Reminder")]
        assert len(reminded) == 1
