"""`zveno` with its modules imported, waiting for the word: so that imports are not taken for work.

    python -m bench.support.ready_zveno PHASES ARGUMENTS…

It imports what this command needs and nothing else, prints a line once it is ready, runs the command after one line
on its standard input, as the installed `zveno` would, and leaves the time by phase in the file PHASES.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

from app.cli import main as zveno
from bench.support.phases import PhaseSampler

_MODULES: Final = {"run": "app.run", "mailbox": "app.cli.mailbox"}
"""By command, the module that brings all others with it."""


def main() -> None:
    """Wait, run, write the phases; the exit status is the command's."""
    phases = Path(sys.argv[1])
    sys.argv = ["zveno", *sys.argv[2:]]
    import_module(_MODULES[sys.argv[1]])
    print("ready", flush=True)
    sys.stdin.readline()
    sampler = PhaseSampler()
    try:
        with sampler.sampling():
            zveno()
    finally:
        phases.write_text(json.dumps(sampler.summary()), encoding="utf-8")


if __name__ == "__main__":
    main()
