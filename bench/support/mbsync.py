"""The peer of imports: mbsync of isync, the quickest that there is, writing each letter durably (FSync yes)."""

import resource
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

PROGRAM: Final = shutil.which("mbsync")

_CONFIG: Final = """
FSync yes

IMAPAccount bench
Host 127.0.0.1
Port {port}
User {login}
Pass {password}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account bench

MaildirStore near
Path {folder}/mail/
Inbox {folder}/mail/INBOX
SubFolders Verbatim

Channel bench
Far :far:
Near :near:
Patterns INBOX
Create Near
Sync Pull
SyncState *
"""


class MbsyncFailed(Exception):
    """It did not take what there is; the message is what it said."""


class Pulled(NamedTuple):
    """How many letters it took, and its processor time."""

    letters: int
    cpu_seconds: float


def pull(port: int, login: str, password: str, folder: Path) -> Pulled:
    """Take a whole inbox into a Maildir in an empty folder.

    Raises:
        MbsyncFailed: It ended with an error.
    """
    assert PROGRAM is not None
    (folder / "mail").mkdir(parents=True)
    config = folder / "mbsyncrc"
    config.write_text(_CONFIG.format(port=port, login=login, password=password, folder=folder))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [PROGRAM, "-q", "-c", str(config), "-a"], capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise MbsyncFailed(done.stderr.strip())
    inbox = folder / "mail" / "INBOX"
    letters = sum(1 for name in ("cur", "new") for _ in (inbox / name).iterdir())
    return Pulled(letters, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
