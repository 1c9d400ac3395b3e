import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest

from app.logs import redact, set_up_logs


@pytest.fixture
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    for name in ("app", "bot", "core", "mail", "scheduler", "simulator", "migrations"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def logged(form: Literal["text", "json"]) -> str:
    stream = io.StringIO()
    set_up_logs("INFO", form, stream)
    logger = logging.getLogger("mail.watcher")
    logger.info("Stored %d letters", 3, extra={"event": "mail_captured", "mailbox_id": 7})
    logger.debug("not shown")
    logging.getLogger("aiogram.event").info("somebody else's chatter")
    return stream.getvalue()


@pytest.mark.usefixtures("restored_logging")
def test_json_lines_carry_the_event_and_its_ids() -> None:
    [line] = logged("json").splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["mailbox_id"]) == ("mail_captured", 7)
    assert (entry["message"], entry["level"], entry["logger"]) == ("Stored 3 letters", "info", "mail.watcher")


@pytest.mark.usefixtures("restored_logging")
def test_text_lines_are_for_people() -> None:
    [line] = logged("text").splitlines()
    assert "Stored 3 letters" in line
    assert "mailbox_id=7" in line


@pytest.mark.usefixtures("restored_logging")
def test_an_exception_is_logged_whole_but_without_personal_data() -> None:
    stream = io.StringIO()
    set_up_logs("INFO", "json", stream)
    try:
        raise LookupError("nobody@example.com at +44 20 7946 0958")  # noqa: TRY301 - the traceback is the point
    except LookupError:
        logging.getLogger("core.x").exception("failed")
    entry = json.loads(stream.getvalue())
    assert "LookupError" in entry["exception"]
    assert "nobody" not in entry["exception"]
    assert "7946" not in entry["exception"]


@pytest.mark.parametrize(
    "secret",
    [
        "john.smith@acme.example",
        "+7 916 123-45-67",
        "123456789:AAF_abcdefghijklmnop",
        "[SQL: INSERT INTO interactions VALUES (?)]",
        "[parameters: ('the text of a letter',)]",
        "input_value='private words', input_type=str",
    ],
)
def test_personal_data_is_cut(secret: str) -> None:
    assert secret not in redact(f"failed: {secret}\n")
