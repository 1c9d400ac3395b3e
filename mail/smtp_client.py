"""The raw door to an SMTP server, and the only importer of aiosmtplib."""

import ssl
from datetime import timedelta

import aiosmtplib

from core.enums import MailSecurity
from mail.connections import Endpoint, translate_connect_errors
from mail.errors import (
    AuthenticationRefused,
    ConnectionLost,
    ConnectionRefused,
    EncryptionMissing,
    ServerSays,
    ServerTimeout,
)

SMTP_PATIENCE = timedelta(seconds=20)


async def verify(
    endpoint: Endpoint,
    login: str,
    secret: str,
    tls: ssl.SSLContext | None = None,
    *,
    with_token: bool = False,
) -> None:
    """Show that letters could be sent: connect, protect the connection, log in, leave.

    Args:
        endpoint: The server.
        login: As whom.
        secret: The password, or the access token.
        tls: What certificates are verified with; None: the system's authorities.
        with_token: Whether it is a token (XOAUTH2).

    Raises:
        ConnectionRefused, ServerTimeout, ConnectionLost, CertificateRefused, EncryptionMissing,
        AuthenticationRefused, ServerSays
    """
    client = aiosmtplib.SMTP(
        hostname=endpoint.host,
        port=endpoint.port,
        use_tls=endpoint.security is MailSecurity.TLS,
        start_tls=False,
        tls_context=tls,
        timeout=SMTP_PATIENCE.total_seconds(),
    )
    try:
        await _connect(client, endpoint)
        if endpoint.security is MailSecurity.STARTTLS:
            await _start_tls(client)
        await (client.auth_xoauth2(login, secret) if with_token else client.login(login, secret))
        await client.quit()
    except aiosmtplib.SMTPAuthenticationError as error:
        raise AuthenticationRefused(error.message) from error
    except aiosmtplib.SMTPServerDisconnected as error:
        raise ConnectionLost from error
    except aiosmtplib.SMTPTimeoutError as error:
        raise ServerTimeout from error
    except aiosmtplib.SMTPResponseException as error:
        raise ServerSays("SMTP", str(error.code), error.message) from error
    except aiosmtplib.SMTPException as error:
        raise ConnectionRefused from error
    finally:
        client.close()


async def _connect(client: aiosmtplib.SMTP, endpoint: Endpoint) -> None:
    """Connect; the library wraps what the socket raised, so it is unwrapped before it is translated."""
    with translate_connect_errors():
        try:
            await client.connect()
        except aiosmtplib.SMTPConnectError as error:
            if isinstance(error.__cause__, OSError):
                raise error.__cause__ from error
            raise ConnectionRefused from error
        if endpoint.security is not MailSecurity.TLS:
            await client.ehlo()


async def _start_tls(client: aiosmtplib.SMTP) -> None:
    if not client.supports_extension("starttls"):
        raise EncryptionMissing
    with translate_connect_errors():
        await client.starttls()
