from app.cli.entry import main
from tests.app.cli.conftest import Console


def test_every_command_is_there_and_explains_itself(console: Console) -> None:
    listed = console("--help").stdout
    for name in main.list_commands(None):  # type: ignore[arg-type] # the table needs no context
        assert name in listed
        assert console(name, "--help").stdout.startswith("Usage: ")
    console("no-such-command", status=2)


def test_departments_are_added_listed_and_changed(console: Console) -> None:
    assert console("department", "add", "Sales").stdout == "1\n"
    assert console("department", "add", "North", "--parent", "sales").stdout == "2\n"
    console("department", "set", "North", "--name", "Far North")
    assert console.lines("department", "list") == [["1", "Sales", "", ""], ["2", "Far North", "1", ""]]
    console("department", "set", "2", "--parent", "none")
    assert console.lines("department", "list")[1][2] == ""


def test_an_unknown_department_is_named_with_status_2(console: Console) -> None:
    result = console("department", "set", "Nowhere", "--name", "x", status=2)
    assert "Nowhere" in result.stderr
    assert result.stdout == ""


def test_o1_options_are_listed_and_switched_with_what_needs_them(console: Console) -> None:
    assert console.lines("option", "list")[0] == ["mail_client", "on"]
    console("option", "deals", "off")
    assert dict(console.lines("option", "list")) == {
        "mail_client": "on",
        "other_interactions": "on",
        "review_flags": "on",
        "deals": "off",
        "deal_management": "off",
    }


def test_an_unknown_option_or_position_is_wrong_use(console: Console) -> None:
    console("option", "coffee", "on", status=2)
    console("option", "deals", "sideways", status=2)
    console("option", "deals", status=2)


def test_an_invitation_needs_a_bot(console: Console) -> None:
    assert "BOT_TOKEN" in console("user", "invite", "--role", "rep", status=2).stderr


def test_an_unknown_user_fails_and_nothing_to_set_is_wrong_use(console: Console) -> None:
    assert "u99" in console("user", "set", "99", "--language", "ru", status=1).stderr
    console("user", "set", "99", status=2)
    console("user", "set", "x5", "--language", "ru", status=2)
    console("user", "deactivate", "1", "--hand-over-to", ",", status=2)


def test_the_export_of_an_empty_organisation_is_empty(console: Console) -> None:
    assert console("export", "interactions").stdout == ""
    console("export", "everything", status=2)
    assert "2026-13-45" in console("export", "audit", "--since", "2026-13-45", status=2).stderr


def test_the_audit_of_a_command_is_exported(console: Console) -> None:
    console("department", "add", "Sales")
    [change] = console.objects("export", "audit")
    assert (change["action"], change["by"], change["entity"]) == ("add_department", None, "departments")
