"""Where a mail server is, and what the attempt to reach it can end in: the same for IMAP and SMTP."""

import socket
import ssl
from asyncio import sslproto
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.enums import MailSecurity
from mail.errors import CertificateRefused, ConnectionRefused, ServerTimeout

TLS_BUFFER_BYTES = 32 * 1024


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server's address and how the connection to it is protected."""

    host: str
    port: int
    security: MailSecurity


@contextmanager
def translate_connect_errors() -> Iterator[None]:
    """Turn what sockets and TLS raise while connecting into this package's errors.

    Raises:
        CertificateRefused: The certificate is not to be trusted.
        ServerTimeout: Nobody answered in time.
        ConnectionRefused: Anything else: no such host, port closed, handshake failed.
    """
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise CertificateRefused from error
    except TimeoutError as error:
        raise ServerTimeout from error
    except (OSError, UnicodeError) as error:
        raise ConnectionRefused from error


def trim_tls_buffers() -> None:
    """Let connections under TLS that are opened from now on read 32 KiB at once instead of 256.

    asyncio keeps that buffer for every connection as long as it lives: 200 mailboxes that wait for news would hold
    60 MB of it. Reading large letters through the smaller one costs no more.
    """
    sslproto.SSLProtocol.max_size = TLS_BUFFER_BYTES


def keep_alive(connection: socket.socket) -> None:
    """Let the system ask a silent peer whether it is there: after a minute, and then every 15 seconds.

    A connection that a router forgot is noticed within two minutes, and routers that forget silent ones do not.
    """
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):  # Not every system lets a program choose.
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
