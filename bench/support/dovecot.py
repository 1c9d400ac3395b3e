"""A real Dovecot on loopback, as an ordinary user: for benchmarks, and for the tests of the mail door."""

import grp
import os
import pwd
import shutil
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bench.support.certificates import make_certificate
from bench.support.ports import reserve_port

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
PASSWORD = "secret"

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 0
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
auth_mechanisms = plain login{token_mechanism}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
{token_database}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u allow_all_users=yes
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Verschickt {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
"""

TOKEN_DATABASE = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
"""
TOKENS = """
introspection_mode = get
introspection_url = {url}
username_attribute = email
active_attribute = active
active_value = true
"""
"""Whose token it is, Dovecot asks a server (RFC 7662, by GET)."""


class StoredLetter(NamedTuple):
    """A letter as it lies in a Maildir: with line feeds alone, or as it came; and its INTERNALDATE."""

    raw: bytes
    arrived_at: datetime


@dataclass(frozen=True)
class Dovecot:
    """Where it listens, where it keeps mail, and what its certificate is verified with."""

    imap: int
    imaps: int
    lmtp: int
    trusting: ssl.SSLContext
    folder: Path

    def deliver(self, raw: bytes, to: str) -> None:
        """Hand a letter over as a mail server does; users appear with their first letter."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as door:
            door.sendmail("sender@acme.example", [to], raw)

    def fill(self, login: str, letters: Iterable[StoredLetter], folder: str = "INBOX") -> int:
        """Lay read letters into somebody's empty folder, past the server, which finds them at the next look.

        A thousand times as quick as delivering them. They get their UIDs in this order.

        Returns:
            Their bytes.
        """
        home = self.folder / "mail" / login
        place = home if folder == "INBOX" else home / f".{folder}"
        for name in ("cur", "new", "tmp"):
            (place / name).mkdir(parents=True, exist_ok=True)
        total = 0
        for number, letter in enumerate(letters, 1):
            size, lines = len(letter.raw), letter.raw.count(b"\n") - letter.raw.count(b"\r\n")
            path = place / "cur" / f"{1_000_000_000 + number}.M0P1.filled,S={size},W={size + lines}:2,S"
            path.write_bytes(letter.raw)
            at = letter.arrived_at.timestamp()
            os.utime(path, (at, at))
            total += size
        _give_to(home, *_owner())
        return total


@contextmanager
def run_dovecot(tokens_url: str | None = None) -> Iterator[Dovecot]:
    """Start it in a folder of its own and stop it after.

    Args:
        tokens_url: What is asked whose access token it is, with the token at the end; None: only passwords open.
    """
    assert PROGRAM is not None
    folder = Path(tempfile.mkdtemp(prefix="zveno-dovecot-"))
    try:
        user, group = _owner()
        ports = [reserve_port() for _ in range(3)]
        certificate = make_certificate(folder)
        config = folder / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                folder=folder,
                user=user,
                group=group,
                password=PASSWORD,
                imap=ports[0],
                imaps=ports[1],
                lmtp=ports[2],
                token_mechanism=" xoauth2" if tokens_url else "",
                token_database=TOKEN_DATABASE.format(folder=folder) if tokens_url else "",
            )
        )
        if tokens_url:
            (folder / "oauth2.conf").write_text(TOKENS.format(url=tokens_url))
        for name in ("run", "state", "mail"):
            (folder / name).mkdir()
        _give_to(folder, user, group)
        process = subprocess.Popen(
            [PROGRAM, "-F", "-c", str(config)], user=user, group=group, extra_groups=[]
        )
        try:
            _wait_for(ports, process)
            yield Dovecot(ports[0], ports[1], ports[2], certificate.trusting, folder)
        finally:
            process.terminate()
            process.wait(timeout=20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> tuple[str, str]:
    """Dovecot refuses to run as root alone: root lends it an account without rights."""
    if os.geteuid() == 0:
        return "nobody", "nogroup"
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


def _give_to(folder: Path, user: str, group: str) -> None:
    """Let the account that Dovecot runs as have a folder; only root needs to."""
    folder.chmod(0o755)
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user, group)


def _wait_for(ports: list[int], process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 20
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
