"""Mailboxes from the command line, against a mail server of our own."""

import asyncio
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from sqlalchemy import update

from app.bootstrap import open_core
from app.settings import load_settings
from core.enums import MailFate
from core.models import MailUid
from simulator.mail_server import LocalMail, MailAccount
from tests.app.cli.conftest import Console
from tests.app.server_thread import call_in_thread_of, running_in_thread

ANNA = MailAccount("anna@zveno.example", "anna", "сезам", "Anna")


@pytest.fixture
def mail() -> Iterator[LocalMail]:
    with running_in_thread(LocalMail([ANNA])) as server:
        yield server


@pytest.fixture
def department(console: Console) -> str:
    """A department to own the mailboxes, with somebody in it."""
    department_id = console("department", "add", "Sales").stdout.strip()

    async def hire() -> None:
        async with open_core(load_settings()) as core:
            await core.services.people.ensure_administrators([77])

    asyncio.run(hire())
    console("user", "set", "u1", "--department", "Sales", "--name", "Ada", "--timezone", "Europe/London")
    assert console.lines("user", "list") == [
        ["1", "Ada", "administrator", "Sales", "active", "77", "ru", "Europe/London"]
    ]
    return department_id


def add(console: Console, mail: LocalMail, *more: str, password: str = ANNA.password, status: int = 0) -> str:
    result = console(
        "mailbox", "add", "--department", "Sales", "--address", ANNA.address,
        "--imap-host", "127.0.0.1", "--imap-port", str(mail.imap_port), "--imap-security", "none",
        "--login", ANNA.login, "--password-stdin", *more,
        stdin=f"{password}\n", status=status,
    )  # fmt: skip
    return result.stdout.strip()


def letter(topic: str) -> bytes:
    message = EmailMessage()
    message["From"] = "John <john@acme.example>"
    message["To"] = ANNA.address
    message["Subject"] = topic
    message["Message-ID"] = f"<{topic}@acme.example>"
    message.set_content("Hello")
    return message.as_bytes()


@pytest.mark.usefixtures("department")
def test_adding_prints_the_id_alone_and_the_list_shows_it(console: Console, mail: LocalMail) -> None:
    assert add(console, mail) == "1"
    assert console.lines("mailbox", "list") == [["1", ANNA.address, "Sales", "active", ""]]


@pytest.mark.usefixtures("department")
def test_a_check_goes_from_the_connection_to_the_folders(console: Console, mail: LocalMail) -> None:
    mailbox_id = add(
        console,
        mail,
        "--smtp-host",
        "127.0.0.1",
        "--smtp-port",
        str(mail.smtp_port),
        "--smtp-security",
        "none",
    )
    lines = console.lines("mailbox", "check", mailbox_id)
    assert [(line[0], line[1]) for line in lines] == [
        ("ok", "connect"),
        ("ok", "login"),
        ("ok", "folders"),
        ("ok", "clock"),
        ("ok", "smtp"),
    ]


@pytest.mark.usefixtures("department")
def test_a_wrong_password_fails_the_check_and_is_not_repeated(console: Console, mail: LocalMail) -> None:
    mailbox_id = add(console, mail, password="wrong-word")
    result = console("mailbox", "check", mailbox_id, status=1)
    assert "FAILED\tlogin" in result.stdout
    assert "wrong-word" not in result.output
    assert console("mailbox", "sync", mailbox_id, "--once", status=1).stderr


@pytest.mark.usefixtures("department")
def test_a_new_password_makes_the_check_pass(console: Console, mail: LocalMail) -> None:
    mailbox_id = add(console, mail, password="wrong-word")
    result = console("mailbox", "password", mailbox_id, "--password-stdin", stdin=f"{ANNA.password}\n")
    assert result.output == ""
    console("mailbox", "check", mailbox_id)
    console("mailbox", "password", mailbox_id, status=2)
    console("mailbox", "password", "m9", "--password-stdin", stdin="x\n", status=1)


@pytest.mark.usefixtures("department")
def test_sync_takes_what_is_there_and_the_report_accounts_for_it(console: Console, mail: LocalMail) -> None:
    mailbox_id = add(console, mail)
    for topic in ("first", "second"):
        call_in_thread_of(mail, mail.deliver(letter(topic), ANNA.address))
    assert {line[0] for line in console.lines("mailbox", "sync", mailbox_id)} == {"INBOX", "Sent"}
    console("mailbox", "sync", f"m{mailbox_id}", "--once")
    [report] = console.objects("mailbox", "report", mailbox_id, "--json")
    assert (report["address"], report["state"]) == (ANNA.address, "active")
    inbox = next(folder for folder in report["folders"] if folder["name"] == "INBOX")
    assert (inbox["server"], inbox["stored"], inbox["known"], inbox["gap"]) == (2, 2, 0, 0)
    assert (inbox["excluded"], inbox["quarantined"]) == ({}, 0)
    assert inbox["last_success_at"]
    assert {one["topic"] for one in console.objects("export", "interactions")} == {"first", "second"}
    assert "stored 2" in console("mailbox", "report").stdout


@pytest.mark.usefixtures("department")
def test_idle_means_that_every_letter_was_taken(console: Console, mail: LocalMail) -> None:
    mailbox_id = add(console, mail)
    call_in_thread_of(mail, mail.deliver(letter("first"), ANNA.address))
    result = console("wait-idle", "--timeout", "0.2", status=1)
    assert result.stderr.startswith(f"still open: mailbox {mailbox_id}: ")
    console("mailbox", "sync", mailbox_id)
    result = console("wait-idle", "--timeout", "0.2", status=1)
    assert result.stderr == "still open: 1 outbox rows\n", (
        "the card for its owner, which nobody delivers here"
    )


@pytest.mark.usefixtures("department")
def test_a_letter_that_is_too_large_waits_in_quarantine(
    console: Console, mail: LocalMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_MAX_BYTES", "1024")
    mailbox_id = add(console, mail)
    call_in_thread_of(mail, mail.deliver(letter("large") + b"x" * 4096, ANNA.address))
    console("mailbox", "sync", mailbox_id)
    [line] = console.lines("mailbox", "quarantine", "list")
    assert line[1:3] == [mailbox_id, "INBOX"]
    assert "only the size" in console("mailbox", "quarantine", "show", line[0], "--raw", status=1).stderr
    assert "no letter 999" in console("mailbox", "quarantine", "show", "999", status=1).stderr


@pytest.mark.usefixtures("department")
def test_pause_resume_and_remove(console: Console, mail: LocalMail) -> None:
    mailbox_id = add(console, mail)
    console("mailbox", "pause", mailbox_id)
    assert console.lines("mailbox", "list")[0][3] == "paused"
    console("mailbox", "resume", mailbox_id)
    assert console.lines("mailbox", "list")[0][3] == "active"
    console("mailbox", "remove", mailbox_id)
    assert console("mailbox", "list").stdout == ""
    assert f"m{mailbox_id}" in console("mailbox", "check", mailbox_id, status=1).stderr


@pytest.mark.usefixtures("department")
def test_wrong_use_is_told_before_anything_happens(console: Console, mail: LocalMail) -> None:
    port = str(mail.imap_port)
    server = ("--address", ANNA.address, "--imap-host", "127.0.0.1", "--imap-port", port, "--login", "anna")
    console("mailbox", "add", *server, "--password-stdin", status=2)
    console("mailbox", "add", *server, "--department", "Sales", "--owner", "1", "--password-stdin", status=2)
    console("mailbox", "add", *server, "--department", "Sales", status=2)
    console("mailbox", "add", *server, "--department", "Nowhere", "--password-stdin", stdin="x\n", status=2)
    assert (
        "empty"
        in console(
            "mailbox", "add", *server, "--department", "Sales", "--password-stdin", stdin="\n", status=2
        ).stderr
    )
    assert console("mailbox", "list").stdout == ""


@pytest.mark.usefixtures("department")
def test_the_password_may_come_from_the_environment(
    console: Console, mail: LocalMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNAS_PASSWORD", ANNA.password)
    result = console(
        "mailbox", "add", "--department", "Sales", "--address", ANNA.address, "--imap-host", "127.0.0.1",
        "--imap-port", str(mail.imap_port), "--imap-security", "none", "--login", ANNA.login,
        "--password-env", "ANNAS_PASSWORD", "--folders", "INBOX", "--since", "2026-01-31",
    )  # fmt: skip
    assert [line[1] for line in console.lines("mailbox", "check", result.stdout.strip())][:2] == [
        "connect",
        "login",
    ]


def test_a_doctor_looks_at_every_mailbox(console: Console, mail: LocalMail, department: str) -> None:
    assert department
    add(console, mail)
    names = [line.split("\t")[1] for line in console("doctor", status=1).stdout.splitlines()]
    assert {
        "mail tallies",
        "mailbox 1 letters",
        "mailbox 1 connect",
        "mailbox 1 login",
        "mailbox 1 folders",
        "mailbox 1 clock",
    } <= set(names)


@pytest.mark.usefixtures("department")
def test_a_doctor_names_what_is_in_quarantine(
    console: Console, mail: LocalMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_MAX_BYTES", "1024")
    mailbox_id = add(console, mail)
    call_in_thread_of(mail, mail.deliver(letter("large") + b"x" * 4096, ANNA.address))
    console("mailbox", "sync", mailbox_id)
    findings = [line.split("\t") for line in console("doctor", status=1).stdout.splitlines()]
    assert ["ok", "mailbox 1 letters", "backlog 0, missing 0, in quarantine 1"] in findings
    assert ["ok", "mail tallies", ""] in findings


@pytest.mark.usefixtures("department")
def test_a_letter_in_quarantine_is_shown_and_dismissed(
    console: Console, mail: LocalMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_MAX_BYTES", "1024")
    mailbox_id = add(console, mail)
    call_in_thread_of(mail, mail.deliver(letter("large") + b"x" * 4096, ANNA.address))
    console("mailbox", "sync", mailbox_id)
    [line] = console.lines("mailbox", "quarantine", "list", mailbox_id)
    shown = dict(one for one in console.lines("mailbox", "quarantine", "show", line[0]) if len(one) == 2)
    assert (shown["reason"], shown["folder"], shown["on server"], shown["raw"]) == (
        "too_large",
        "INBOX",
        "yes",
        "",
    )
    assert "--any-size" in console("mailbox", "quarantine", "retry", line[0], status=1).stderr
    console("mailbox", "quarantine", "dismiss", line[0])
    assert console("mailbox", "quarantine", "list").stdout == ""
    [report] = console.objects("mailbox", "report", mailbox_id, "--json")
    inbox = next(folder for folder in report["folders"] if folder["name"] == "INBOX")
    assert (inbox["server"], inbox["excluded"], inbox["gap"]) == (1, {"dismissed": 1}, 0)
    assert "excluded 1 (dismissed 1)" in console("mailbox", "report").stdout
    console("mailbox", "quarantine", "dismiss", line[0], status=1)
    console("mailbox", "quarantine", "retry", "999", status=1)


@pytest.mark.usefixtures("department")
def test_a_letter_too_large_is_taken_when_the_operator_says_so(
    console: Console, mail: LocalMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_MAX_BYTES", "1024")
    mailbox_id = add(console, mail)
    for topic in ("large", "larger"):
        call_in_thread_of(mail, mail.deliver(letter(topic) + b"x" * 4096, ANNA.address))
    console("mailbox", "sync", mailbox_id)
    first, second = console.lines("mailbox", "quarantine", "list")
    console("mailbox", "quarantine", "retry", first[0], "--any-size")
    console("mailbox", "sync", mailbox_id)
    assert console.lines("mailbox", "quarantine", "list") == [second]
    assert [one["topic"] for one in console.objects("export", "interactions")] == ["large"]


@pytest.mark.usefixtures("department")
def test_the_header_of_a_letter_is_shown_without_what_steers_a_terminal(
    console: Console, mail: LocalMail
) -> None:
    raw = b"From: John <john@acme.example>\r\nSubject: Price \x1b[31m\r\n\r\nThe body\x1b[0m\r\n"
    mailbox_id = add(console, mail)
    call_in_thread_of(mail, mail.deliver(raw, ANNA.address))
    console("mailbox", "sync", mailbox_id)
    quarantine_everything()
    [line] = console.lines("mailbox", "quarantine", "list")
    shown = console("mailbox", "quarantine", "show", line[0]).stdout
    assert "from\tJohn john@acme.example" in shown
    assert "  Subject: Price \u00b7[31m" in shown
    assert "\x1b" not in shown
    assert "The body" not in shown
    assert line[6] in shown
    assert console("mailbox", "quarantine", "show", line[0], "--raw").stdout_bytes == raw


def quarantine_everything() -> None:
    """As if no letter had been readable."""

    async def change() -> None:
        async with open_core(load_settings()) as core, core.database.transaction() as session:
            await session.execute(update(MailUid).values(fate=MailFate.QUARANTINED, rule="unparsable"))

    asyncio.run(change())


@pytest.mark.usefixtures("department")
def test_the_mark_of_read_letters_is_switched(console: Console, mail: LocalMail) -> None:
    mailbox_id = add(console, mail)
    for word, expected in (("on", True), ("off", False)):
        console("mailbox", "set", mailbox_id, "--mirror-seen", word)
        [report] = console.objects("mailbox", "report", mailbox_id, "--json")
        assert report["mirror_seen"] is expected
    console("mailbox", "set", mailbox_id, status=2)
    console("mailbox", "set", "m9", "--mirror-seen", "on", status=1)


@pytest.mark.usefixtures("department")
def test_a_certificate_that_is_not_verified_is_shown_everywhere(console: Console, mail: LocalMail) -> None:
    mailbox_id = add(console, mail)
    console("mailbox", "set", mailbox_id, "--verify-certificate", "off")
    [report] = console.objects("mailbox", "report", mailbox_id, "--json")
    assert report["verify_certificate"] is False
    assert console.lines("mailbox", "list")[0][-1] == "certificate not verified"
    assert "certificate not verified" in console("mailbox", "check", mailbox_id).stdout
    console("mailbox", "set", mailbox_id, "--verify-certificate", "on", "--mirror-seen", "on")
    [report] = console.objects("mailbox", "report", mailbox_id, "--json")
    assert (report["verify_certificate"], report["mirror_seen"]) == (True, True)
