"""The command line as people call it, on a database of its own."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main


@dataclass
class Console:
    """Calls `zveno` in this process."""

    def __call__(self, *arguments: str, stdin: str | None = None, status: int = 0) -> Result:
        """Call; the exit status must be as expected."""
        result = CliRunner().invoke(main, list(arguments), input=stdin)
        assert result.exit_code == status, result.output
        return result

    def lines(self, *arguments: str) -> list[list[str]]:
        """Standard output as lines of fields."""
        return [line.split("\t") for line in self(*arguments).stdout.splitlines()]

    def objects(self, *arguments: str) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self(*arguments).stdout.splitlines()]


@pytest.fixture
def console() -> Iterator[Console]:
    """A console; logging is put back as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield Console()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
