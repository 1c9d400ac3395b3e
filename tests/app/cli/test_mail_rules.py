"""`zveno mailbox rules`, `share` and routing on the command line, against a mail server of our own."""

import pytest

from simulator.mail_server import LocalMail
from tests.app.cli.conftest import Console
from tests.app.cli.test_mailbox import ANNA, add, department, letter, mail
from tests.app.server_thread import call_in_thread_of

__all__ = ["department", "mail"]


@pytest.fixture
def mailbox(console: Console, mail: LocalMail, department: str) -> str:
    """A department's mailbox."""
    assert department
    return add(console, mail)


def deliver(mail: LocalMail, *topics: str) -> None:
    for topic in topics:
        call_in_thread_of(mail, mail.deliver(letter(topic), ANNA.address))


def test_rules_are_added_listed_moved_and_removed(console: Console, mailbox: str) -> None:
    rules = ("mailbox", "rules", mailbox)
    assert console(*rules, "add", "family", "--domain", "home.example", "--exclude").stdout == "1\n"
    console(*rules, "add", "prices", "--topic", "price", "--unknown", "--tag", "price", "--reviewed")
    when = '{"not": {"internal": false}}'
    console("mailbox", "rules", "all", "add", "ours", "--when", when, "--exclude")
    console(*rules, "move", "2", "1")
    assert console.lines(*rules, "list") == [
        ["3", "1", "all", "ours", "not not internal", "exclude", ""],
        ["2", "1", "own", "prices", "(topic=price and not known)", "tags=['price'] reviewed", ""],
        ["1", "2", "own", "family", "domain=home.example", "exclude", ""],
    ]
    console(*rules, "remove", "2")
    assert [one["name"] for one in console.objects(*rules, "list", "--json")] == ["ours", "family"]


def test_a_rule_is_previewed_and_then_excludes(console: Console, mail: LocalMail, mailbox: str) -> None:
    rules = ("mailbox", "rules", mailbox)
    deliver(mail, "lunch-1", "offer-1")
    console("mailbox", "sync", mailbox)
    preview = console.lines(*rules, "preview", "--topic", "lunch")
    assert preview[:2] == [["matching", "1"], ["looked at", "2"]]
    assert preview[2][2:] == ["john@acme.example", "lunch-1"]
    console(*rules, "add", "lunches", "--topic", "lunch", "--exclude")
    deliver(mail, "lunch-2")
    console("mailbox", "sync", mailbox)
    (report,) = console.objects("mailbox", "report", mailbox, "--json")
    (inbox,) = [one for one in report["folders"] if one["name"] == "INBOX"]
    assert (inbox["stored"], inbox["excluded"]) == (2, {"lunches": 1})
    assert console.lines(*rules, "apply") == [["looked at", "2"], ["changed", "0"], ["excluded", "1"]]


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "x", "--domain", "home.example"),
        ("add", "x", "--exclude"),
        ("add", "x", "--when", "{", "--exclude"),
        ("add", "x", "--when", '{"weather": 1}', "--exclude"),
        ("add", "since", "--list", "--exclude"),
        ("add", "x", "--list", "--exclude", "--tag", "t"),
        ("add", "x", "--list", "--subject", "i5"),
        ("add", "x", "--list", "--responsible", "u99"),
    ],
)
def test_what_is_no_rule_is_wrong_use(console: Console, mailbox: str, arguments: tuple[str, ...]) -> None:
    assert console("mailbox", "rules", mailbox, *arguments, status=2).stderr
    assert console.lines("mailbox", "rules", mailbox, "list") == []


def test_a_rule_that_excludes_everything_wants_force(console: Console, mail: LocalMail, mailbox: str) -> None:
    deliver(mail, *(f"t{number}" for number in range(12)))
    console("mailbox", "sync", mailbox)
    rule = ("mailbox", "rules", mailbox, "add", "all", "--sender", "*", "--exclude")
    assert "--force" in console(*rule, status=1).stderr
    console(*rule, "--force")


def test_a_private_mailbox_is_shared_and_taken_back(
    console: Console, mail: LocalMail, department: str
) -> None:
    assert department
    own = console(
        "mailbox", "add", "--owner", "u1", "--address", ANNA.address, "--imap-host", "127.0.0.1",
        "--imap-port", str(mail.imap_port), "--imap-security", "none", "--login", ANNA.login,
        "--password-stdin", stdin=f"{ANNA.password}\n",
    ).stdout.strip()  # fmt: skip
    deliver(mail, "offer")
    console("mailbox", "sync", own)
    assert console.lines("mailbox", "share", own) == []
    assert console("mailbox", "share", own, "--all").stdout == "1\n"
    assert console.lines("mailbox", "share", own) == [["managers", "", "1"]]
    assert console("mailbox", "share", own, "--off").stdout == "1\n"
    assert console("mailbox", "share", own, "--thread", "i1").stdout == "1\n"
    assert console("mailbox", "share", own, "--thread", "i1", "--off").stdout == "1\n"
    assert console("mailbox", "share", own, "--with", "u99", status=1).stderr
    assert console("mailbox", "share", own, "--all", "--thread", "i1", status=2).stderr


def test_routing_is_set(console: Console, mailbox: str) -> None:
    console("mailbox", "set", mailbox, "--routing", "round_robin")
    assert console("mailbox", "share", mailbox, "--all", status=1).stderr
    assert console("mailbox", "set", mailbox, status=2).stderr
