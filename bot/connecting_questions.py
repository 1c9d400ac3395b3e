"""The questions of connecting a mailbox, up to its working login: each says itself and has the dialog wait for its answer."""

from bot.connecting_answers import ConnectingAnswers
from bot.errors import UsageWrong
from bot.html import Html, bold, esc, fill, lines
from bot.i18n import N_
from bot.screens.base import Button, Row, act, rows
from bot.texts.mailboxes import OTHER_REASON, PROVIDERS, REASONS, SECURITIES
from bot.turn import Reply, Say, Turn
from bot.typed_secrets import please_delete
from core.enums import MailSecurity, Role
from core.values import DialogState

FLOW = "connect"
SECRET_FLOW = "connect_password"  # noqa: S105 - the name of a dialog
SERVER = "server"
CANCEL = N_("✖️ Cancel")
HOST_LIMIT = 40
"""Characters of a host that fit behind a button."""

PORTS = {MailSecurity.TLS: 993, MailSecurity.STARTTLS: 143, MailSecurity.NONE: 143}


def ask_next(turn: Turn, answers: ConnectingAnswers) -> Reply:
    """The next question: what neither the domain nor the person has told."""
    if not answers.host:
        return ask_server(turn, answers)
    return _ask_way(turn, answers) if answers.oauth else ask_password(turn, answers)


def _ask_way(turn: Turn, answers: ConnectingAnswers) -> Reply:
    """In the browser, or with a password for programs."""
    turn.set_dialog(DialogState(FLOW, "way", answers.dump()))
    text = lines(
        fill(turn._("How to log in to {address}?"), address=bold(esc(answers.address))),
        esc(turn._("In the browser no password is typed here.")),
    )
    in_browser = turn._("🔗 In the browser: {provider}").format(provider=_provider(turn, answers))
    keyboard = (
        (act(in_browser, "mailbox", "browser"),),
        (act(turn._("🔑 With an app password"), "mailbox", "password"),),
        (_server_button(turn), *_whose_button(turn)),
        cancel_row(turn),
    )
    return Say(text, keyboard)


def _provider(turn: Turn, answers: ConnectingAnswers) -> str:
    return turn._(PROVIDERS.get(answers.provider, answers.provider))


def ask_server(turn: Turn, answers: ConnectingAnswers) -> Reply:
    """The server, with its likely names, and how the connection is protected."""
    turn.set_dialog(DialogState(FLOW, SERVER, answers.dump()))
    domain = answers.address.rpartition("@")[2]
    likely = [f"{first}.{domain}" for first in ("imap", "mail") if len(domain) <= HOST_LIMIT]
    text = lines(
        fill(turn._("Where is the mail of {address}?"), address=bold(esc(answers.address))),
        esc(turn._("Tap the name of the IMAP server, or write it, for example imap.acme.example:993")),
        fill(
            turn._("Server: {server}, {protection}"),
            server=esc(answers.server),
            protection=_protection(turn, answers),
        )
        if answers.host
        else None,
        esc(turn._("⚠️ Without encryption everybody on the way reads the password and the letters."))
        if answers.security == MailSecurity.NONE
        else None,
    )
    security = [
        act(f"{PORTS[kind]} · {turn._(name)}", "mailbox", "security", kind)
        for kind, name in SECURITIES.items()
    ]
    keyboard = (
        *rows([act(host, "mailbox", "server", host) for host in likely]),
        *(rows([*security, act(turn._("Next ›"), "mailbox", "password")]) if answers.host else ()),
        cancel_row(turn),
    )
    return Say(text, keyboard)


def _protection(turn: Turn, answers: ConnectingAnswers) -> Html:
    return esc(turn._(SECURITIES[MailSecurity(answers.security)]))


def ask_password(turn: Turn, answers: ConnectingAnswers, reason: str = "", *, hidden: bool = True) -> Reply:
    """The password; after one that did not do, what was wrong, and what could be."""
    turn.set_dialog(DialogState(SECRET_FLOW, data=answers.dump()))
    text = lines(
        *_trouble(turn, answers, reason),
        None if hidden else please_delete(turn),
        fill(turn._("Password of {address}?"), address=bold(esc(answers.address))),
        fill(
            turn._("Server: {server}, {protection}"),
            server=esc(answers.server),
            protection=_protection(turn, answers),
        ),
        fill(
            turn._("{provider} wants one made for programs, it is made here: {link}"),
            provider=esc(_provider(turn, answers)),
            link=esc(answers.login_help),
        )
        if answers.login_help
        else None,
        esc(
            turn._(
                "It is tried with the mail server at once and kept sealed. "
                "Your message is deleted from this chat."
            )
        ),
        esc(turn._("⚠️ The server's certificate will not be checked.")) if not answers.verified else None,
    )
    repairs: list[Button | None] = [
        act(turn._("👤 Another login"), "mailbox", "login") if reason == "auth" else None,
        act(turn._("⚠️ Do not check the certificate"), "mailbox", "trust")
        if reason == "certificate"
        else None,
        _server_button(turn),
        *_whose_button(turn),
    ]
    return Say(text, (*rows(repairs), cancel_row(turn)), new=bool(reason))


def _trouble(turn: Turn, answers: ConnectingAnswers, reason: str) -> tuple[Html, ...]:
    if not reason:
        return ()
    if reason == "unreachable":
        said = fill(turn._("No mail server answers at {server}."), server=bold(esc(answers.server)))
    else:
        said = esc(turn._(REASONS.get(reason, OTHER_REASON)))
    return said, esc(turn._("Nothing was saved, the password was not kept."))


def _server_button(turn: Turn) -> Button:
    return act(turn._("⚙️ Server"), "mailbox", "server")


def _whose_button(turn: Turn) -> tuple[Button, ...]:
    is_administrator = turn.user.role is Role.ADMINISTRATOR
    return (act(turn._("👤 Whose it is"), "mailbox", "whose"),) if is_administrator else ()


def cancel_row(turn: Turn) -> Row:
    """The button that ends it; nothing was saved by then."""
    return (act(turn._(CANCEL), "cancel", "mailboxes"),)


def answers_of(turn: Turn) -> ConnectingAnswers:
    """What was said so far.

    Raises:
        UsageWrong: The dialog is over: it begins with an address.
    """
    answers = ConnectingAnswers.of(turn.answers)
    if answers is None:
        raise UsageWrong(N_("/mailbox add anna@acme.example"))
    return answers
