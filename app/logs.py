"""What the product says about itself, on standard error: text for people, JSON lines for machines.

Everything is logged through the standard library; structlog only gives it form. Personal data stays out
(architecture.md rule 10): loggers pass ids, and what libraries put in their messages and tracebacks about
values is cut here, as the last of several doors.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog

_OWN = ("app", "bot", "core", "mail", "scheduler", "simulator", "migrations")
_TOKEN = re.compile(r"\b\d{3,}:[A-Za-z0-9_-]{6,}")
_ADDRESS = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[^\s@<>\"'(),;:]+")
_NUMBER = re.compile(r"\+\d[\d ()-]{6,}\d")
_PARAMETERS = re.compile(r"\[(?:SQL|parameters): .*?\]\s*(?=\n|$)", re.DOTALL)
_INPUT_VALUE = re.compile(r"input_value=.*?(?=, input_type=|\]|$)", re.DOTALL)

_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def redact(text: str) -> str:
    """The text without tokens, addresses, phone numbers, SQL parameters and rejected input."""
    text = _PARAMETERS.sub("[SQL cut]", text)
    text = _INPUT_VALUE.sub("input_value=…", text)
    text = _TOKEN.sub("…token…", text)
    text = _ADDRESS.sub("…address…", text)
    return _NUMBER.sub("…number…", text)


def _redact_event(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
    return event


def _move_message(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """In JSON the name of the event is `event` and the sentence `message`; without a name only the sentence."""
    record: logging.LogRecord = event["_record"]
    event["message"] = event.pop("event")
    if (name := getattr(record, "event", None)) is not None:
        event["event"] = name
    return event


def _add_extra(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    record: logging.LogRecord = event["_record"]
    for key, value in vars(record).items():
        if key not in _STANDARD_FIELDS and key != "event" and not key.startswith("_"):
            event[key] = value
    return event


def set_up_logs(
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    form: Literal["text", "json"],
    stream: TextIO | None = None,
) -> None:
    """Send everything that is logged to one stream in one form; replaces what was set up before."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_extra,
        structlog.processors.format_exc_info,
    ]
    last: list[Any] = [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)]
    if form == "json":
        last = [_move_message, structlog.stdlib.ProcessorFormatter.remove_processors_meta]
        last.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    else:
        last.insert(0, structlog.stdlib.ProcessorFormatter.remove_processors_meta)
    cut = [_redact_event]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[*last[:-1], *cut, last[-1]]
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING if level != "DEBUG" else logging.INFO)
    for name in _OWN:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)
