"""The command line, `zveno` (interface.md, Command line)."""

from app.cli.entry import main

__all__ = ["main"]
