"""The providers that most people have: where they are, how one logs in there, whose mail they take."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.enums import MailAuth, MailSecurity
from core.queries.connecting import ServerGuess

_TLS, _STARTTLS = MailSecurity.TLS, MailSecurity.STARTTLS


@dataclass(frozen=True, slots=True)
class MailProvider:
    """A provider.

    Attributes:
        guess: What its mailboxes have in common.
        domains: Those of addresses that are its own.
        exchangers: Ends of the names of its mail exchangers; who names one as theirs has their mail there.
    """

    guess: ServerGuess
    domains: frozenset[str]
    exchangers: tuple[str, ...]


PROVIDERS: Sequence[MailProvider] = (
    MailProvider(
        ServerGuess(
            "Gmail",
            "imap.gmail.com",
            993,
            _TLS,
            MailAuth.OAUTH_GOOGLE,
            "https://myaccount.google.com/apppasswords",
            smtp=("smtp.gmail.com", 465, _TLS),
        ),
        frozenset({"gmail.com", "googlemail.com"}),
        (".google.com", ".googlemail.com"),
    ),
    MailProvider(
        ServerGuess(
            "Microsoft 365",
            "outlook.office365.com",
            993,
            _TLS,
            MailAuth.OAUTH_MICROSOFT,
            smtp=("smtp.office365.com", 587, _STARTTLS),
        ),
        frozenset({"outlook.com", "hotmail.com", "live.com", "msn.com", "live.ru", "hotmail.co.uk"}),
        (".protection.outlook.com", ".mx.microsoft", ".olc.protection.outlook.com"),
    ),
    MailProvider(
        ServerGuess(
            "Yandex",
            "imap.yandex.ru",
            993,
            _TLS,
            login_help="https://id.yandex.ru/security/app-passwords",
            smtp=("smtp.yandex.ru", 465, _TLS),
        ),
        frozenset(
            {
                "yandex.ru",
                "ya.ru",
                "yandex.com",
                "yandex.by",
                "yandex.kz",
                "yandex.ua",
                "yandex.uz",
                "narod.ru",
            }
        ),
        (".yandex.net", ".yandex.ru"),
    ),
    MailProvider(
        ServerGuess(
            "Mail.ru",
            "imap.mail.ru",
            993,
            _TLS,
            login_help="https://account.mail.ru/user/2-step-auth/passwords",
            smtp=("smtp.mail.ru", 465, _TLS),
        ),
        frozenset({"mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru", "xmail.ru", "vk.com"}),
        (".mail.ru",),
    ),
    MailProvider(
        ServerGuess(
            "iCloud",
            "imap.mail.me.com",
            993,
            _TLS,
            login_help="https://account.apple.com/account/manage",
            smtp=("smtp.mail.me.com", 587, _STARTTLS),
        ),
        frozenset({"icloud.com", "me.com", "mac.com"}),
        (".mail.icloud.com",),
    ),
    MailProvider(
        ServerGuess(
            "Fastmail",
            "imap.fastmail.com",
            993,
            _TLS,
            login_help="https://app.fastmail.com/settings/security/apps",
            smtp=("smtp.fastmail.com", 465, _TLS),
        ),
        frozenset({"fastmail.com", "fastmail.fm", "fastmail.net", "sent.com"}),
        (".messagingengine.com",),
    ),
)


def find_by_domain(domain: str) -> ServerGuess | None:
    """The provider whose own addresses have this domain."""
    return next((one.guess for one in PROVIDERS if domain.lower() in one.domains), None)


def find_by_exchangers(hosts: Sequence[str]) -> ServerGuess | None:
    """The provider that a domain's mail exchangers are of, the most wanted exchanger first."""
    for host in hosts:
        name = "." + host.lower().rstrip(".")
        for one in PROVIDERS:
            if name.endswith(one.exchangers):
                return one.guess
    return None
