"""The whole way from the outside world to a deal, from the first start on; compared with domain.md, field by field."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import JsonObject
from tests.acceptance.expected import Expected, differences
from tests.acceptance.house import House, open_house
from tests.acceptance.letters import ANSWER, MAILBOX, QUESTION, REMINDER, THREAD
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import Person, labels_of
from tests.acceptance.ways import WORDS, ByButtons, Typed, Way

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

NOON_IN_MOSCOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KINDS = (
    "interactions",
    "subjects",
    "deals",
    "contacts",
    "users",
    "mailboxes",
    "outbox",
    "audit",
    "reminders",
)


async def _invite(house: House, way: Way, person: Person) -> None:
    link = await house.done("user", "invite", "--role", "rep", "--name", "Anna Petrova")
    assert link.startswith("https://t.me/zveno_demo_bot?start=")
    await person.join()
    await person.start(link.partition("start=")[2])
    await way.introduce(person)


async def _refuse_stranger(house: House, language: str) -> None:
    eve = Person(house, 666, "Eve", language)
    await eve.join()
    assert WORDS[language]["refused"] in await eve.start()
    await eve.send("/i1")
    await eve.send("hello?")
    await house.wait_idle()
    assert len(await house.people.bot_messages(666)) == 1, "U1: refused once in 24 hours, and nothing else"


async def _add_mailbox(house: House) -> None:
    place = ["--imap-host", "127.0.0.1", "--imap-port", str(house.mail.imap_port), "--imap-security", "none"]
    whose = ["--owner", "2", "--address", MAILBOX.address, "--login", MAILBOX.login]
    added = await house.done("mailbox", "add", *whose, *place, "--password-env", "PW", PW=MAILBOX.password)
    assert added == "1"


async def _deliver_thread(house: House, way: Way, anna: Person) -> None:
    """The child before its parent; then the answer, which the mail program has put into Sent."""
    words = WORDS[anna.language]
    await house.mail.deliver(THREAD[REMINDER], MAILBOX.address)
    await anna.see("And what is the price?")
    assert anna.text.startswith(words["letter"])
    assert "/i4" in anna.text.splitlines()[0]
    await house.mail.deliver(THREAD[QUESTION], MAILBOX.address)
    await house.wait_idle()  # those of the minute after the first are told at its end, or then
    await anna.see("We need 20 pallets.")
    assert "/i5" in anna.text.splitlines()[0]
    await way.review(anna, "/i5")
    await house.mail.deliver(THREAD[ANSWER], MAILBOX.address, "Sent", seen=True)
    await house.wait_idle()
    assert "/i6" not in "".join(one["text"] for one in await house.people.bot_messages(anna.account_id))


@pytest.mark.parametrize(
    ("empty_database_url", "way", "language", "installed"),
    [
        pytest.param("sqlite", ByButtons(), "ru", True, id="sqlite-buttons-ru"),
        pytest.param("postgresql", Typed(), "en", True, id="postgresql-typed-en"),
        pytest.param("sqlite", Typed(), "ru", False, id="sqlite-typed-ru-forked"),
        pytest.param("postgresql", ByButtons(), "en", False, id="postgresql-buttons-en-forked"),
    ],
    indirect=["empty_database_url"],
)
async def test_from_an_invitation_to_a_deal(
    empty_database_url: str, way: Way, language: str, installed: bool, tmp_path: Path, nursery: Nursery
) -> None:
    settings = {"ADMIN_IDS": "1001", "DEFAULT_LANGUAGE": language}
    async with open_house(
        tmp_path, empty_database_url, [MAILBOX], at=NOON_IN_MOSCOW, nursery=nursery, **settings
    ) as house:
        house.installed = installed
        if not empty_database_url.startswith("sqlite"):
            await house.done("migrate")
        await house.start()
        vera, anna = Person(house, 1001, "Vera", language), Person(house, 1002, "Anna", language)
        await vera.join()
        await vera.start()
        await way.introduce(vera)
        await _invite(house, way, anna)
        await _refuse_stranger(house, language)
        await way.record(anna)
        await _add_mailbox(house)
        await _deliver_thread(house, way, anna)
        await way.make_company(anna)
        await way.link(anna)
        await way.promote(anna)
        first = await house.export("deals")
        await way.undo(anna)
        assert await house.export("deals") == []
        await way.promote(anna)
        await house.wait_idle()

        assert await house.people.violations() == []
        found = await house.exports(*KINDS)
        expected = Expected(house, language, found["deals"][0]["subject_id"], found["deals"][0]["id"])
        _compare(found, expected, way.makes_company)
        _check_numbers(first[0], found["deals"][0])
        _check_bytes(tmp_path, found["interactions"])
        _check_deal_card(anna, found["deals"][0])
        report = await house.done("mailbox", "report", "1", "--json")
        assert [report] == [line for line in report.splitlines() if '"gap": 0' in line]
        assert await house.health() == (200, {"status": "ok", "parts": list(_parts(house))})
        assert house.running is not None
        assert await house.running.stop() == 0


def _parts(house: House) -> list[str]:
    assert house.running is not None
    started = next(line for line in house.running.lines() if line.get("event") == "product_started")
    return str(started["message"]).removeprefix("Zveno runs: ").split(", ")


def _compare(found: dict[str, list[JsonObject]], expected: Expected, makes_company: str) -> None:
    for one in found["mailboxes"]:
        one["folders"].sort(key=lambda folder: folder["name"])
    demanded = {
        "interactions": expected.interactions(),
        "subjects": expected.subjects(),
        "deals": expected.deals(),
        "contacts": expected.contacts(),
        "users": expected.users(),
        "mailboxes": expected.mailboxes(),
        "reminders": [],
    }
    assert differences({kind: found[kind] for kind in demanded}, demanded) == []
    assert expected.faults_of_outbox(found["outbox"]) == []
    assert expected.faults_of_audit(found["audit"], makes_company) == []


def _check_numbers(first: JsonObject, second: JsonObject) -> None:
    """What was taken back keeps its number: a card of it that is still in the chat names nothing else."""
    assert first["id"] != second["id"]
    assert first["subject_id"] != second["subject_id"]
    assert {**first, "id": 0, "subject_id": 0, "opened_at": 0} == {
        **second,
        "id": 0,
        "subject_id": 0,
        "opened_at": 0,
    }


def _check_bytes(folder: Path, interactions: list[JsonObject]) -> None:
    """The bytes of every letter are kept as they were on the server."""
    kept = {path.name: path.read_bytes() for path in (folder / "blobs").rglob("*") if path.is_file()}
    for one in interactions:
        mail: dict[str, Any] | None = one["mail"]
        if mail is not None:
            raw = THREAD[mail["message_id"]]
            assert mail["raw_sha256"] == hashlib.sha256(raw).hexdigest()
            assert raw in kept.values()


def _check_deal_card(anna: Person, deal: JsonObject) -> None:
    assert f"/d{deal['id']}" in anna.text.splitlines()[0]
    assert "🏢 Acme" in anna.text
    assert WORDS[anna.language]["undo"] in labels_of(anna.message or {})
