"""Where is the mail of an address? The providers that most people have, by domain."""

from core.enums import MailAuth, MailSecurity
from core.queries.connecting import ServerGuess

_GMAIL = ServerGuess(
    "Gmail",
    "imap.gmail.com",
    993,
    MailSecurity.TLS,
    MailAuth.OAUTH_GOOGLE,
    "https://myaccount.google.com/apppasswords",
)
_MICROSOFT = ServerGuess(
    "Microsoft 365", "outlook.office365.com", 993, MailSecurity.TLS, MailAuth.OAUTH_MICROSOFT
)
_YANDEX = ServerGuess(
    "Yandex",
    "imap.yandex.ru",
    993,
    MailSecurity.TLS,
    login_help="https://id.yandex.ru/security/app-passwords",
)
_MAIL_RU = ServerGuess(
    "Mail.ru",
    "imap.mail.ru",
    993,
    MailSecurity.TLS,
    login_help="https://account.mail.ru/user/2-step-auth/passwords",
)
_ICLOUD = ServerGuess(
    "iCloud",
    "imap.mail.me.com",
    993,
    MailSecurity.TLS,
    login_help="https://account.apple.com/account/manage",
)
_FASTMAIL = ServerGuess(
    "Fastmail",
    "imap.fastmail.com",
    993,
    MailSecurity.TLS,
    login_help="https://app.fastmail.com/settings/security/apps",
)

_BY_DOMAIN = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), _GMAIL),
    **dict.fromkeys(("outlook.com", "hotmail.com", "live.com", "msn.com"), _MICROSOFT),
    **dict.fromkeys(("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "narod.ru"), _YANDEX),
    **dict.fromkeys(("mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru", "vk.com"), _MAIL_RU),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), _ICLOUD),
    **dict.fromkeys(("fastmail.com", "fastmail.fm"), _FASTMAIL),
}


def guess_server(address: str) -> ServerGuess | None:
    """The provider of an address by its domain; None where only its owner knows."""
    return _BY_DOMAIN.get(address.rpartition("@")[2].lower())
