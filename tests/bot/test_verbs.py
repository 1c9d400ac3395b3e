"""Commands and buttons taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageWrong
from bot.verbs import Arguments, Command, parse_command
from core.values import Ref, RefKind


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/snooze i5 tomorrow 15:00", Command("snooze", "", "i5 tomorrow 15:00")),
        ("/Help@zveno_bot", Command("help", "zveno_bot", "")),
        ("/call John, Acme:\nagreed", Command("call", "", "John, Acme:\nagreed")),
        ("  /i12  ", Command("i12", "", "")),
        ("/1", Command("1", "", "")),
        ("/etc/passwd is gone", None),
        ("/ nothing", None),
        ("just words", None),
        ("/звонок", None),
    ],
)
def test_commands_are_told_from_text(text: str, command: Command | None) -> None:
    assert parse_command(text) == command


@given(st.text())
def test_any_text_is_a_command_or_not(text: str) -> None:
    command = parse_command(text)
    assert command is None or text.strip().lower().startswith(f"/{command.name}")


def test_typed_and_tapped_arguments_read_alike() -> None:
    for arguments in (Arguments("i5 7 word"), Arguments("i5:7:word", separator=":")):
        assert arguments.ref(RefKind.INTERACTION) == Ref(RefKind.INTERACTION, 5)
        assert arguments.integer() == 7
        assert arguments.text() == "word"
        assert not arguments


def test_the_rest_keeps_its_line_breaks() -> None:
    arguments = Arguments("i5  first line\nsecond  line")
    arguments.ref(RefKind.INTERACTION)
    assert arguments.text() == "first line\nsecond  line"


@pytest.mark.parametrize("text", ["", "x5", "d5", "i0", "i-1", "i99999999999999999999", "i5; drop"])
def test_a_wrong_reference_is_a_wrong_usage(text: str) -> None:
    with pytest.raises(UsageWrong):
        Arguments(text, separator=":").ref(RefKind.INTERACTION)


def test_an_optional_reference_is_left_when_it_is_another() -> None:
    arguments = Arguments("d5 rest")
    assert arguments.optional_ref(RefKind.INTERACTION) is None
    assert arguments.rest == "d5 rest"


@given(st.text(), st.sampled_from([None, ":"]))
def test_hostile_arguments_are_refused_or_read(text: str, separator: str | None) -> None:
    arguments = Arguments(text, separator=separator)
    for read in (arguments.ref, arguments.integer, arguments.word, arguments.text):
        try:
            read(*([RefKind.DEAL] if read == arguments.ref else []))
        except UsageWrong:
            continue
