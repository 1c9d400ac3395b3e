"""Connecting a mailbox, up to the working login: whose address, which server, which way in (pains.md 25).

    /mailbox add ─▶ address ─▶ [way in] ─▶ password ─▶ connect:3 (bot.handlers.mailbox_choices)
                       └─ domain unknown ─▶ server ─┘

The password is typed once, its message deleted before anything else, and it is in no dialog: a wrong one is forgotten.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.connecting_answers import ConnectingAnswers, from_guess
from bot.errors import UsageWrong
from bot.html import Html, bold, esc, fill, lines
from bot.i18n import N_
from bot.screens.base import ROWS, Button, Row, act, go, rows
from bot.texts.errors import describe
from bot.texts.mailboxes import OTHER_REASON, PROVIDERS, REASONS, SECURITIES
from bot.turn import Reply, Say, Turn
from bot.typed_secrets import hide, please_delete
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, MailAuth, MailSecurity, Role
from core.errors import CoreError, Invalid, NotAllowed, NotFound
from core.rules.coordinates import parse_email
from core.values import DialogState, Ref, RefKind

verbs = VerbTable()

MAIL = FunctionalOption.MAIL_CLIENT
FLOW = "connect"
SECRET_FLOW = "connect_password"  # noqa: S105 - the name of a dialog
ADDRESS, SERVER, LOGIN = "address", "server", "login"
CANCEL = N_("✖️ Cancel")
HOST_LIMIT = 40
"""Characters of a host that fit behind a button."""

PORTS = {MailSecurity.TLS: 993, MailSecurity.STARTTLS: 143, MailSecurity.NONE: 143}
DEPARTMENT_WORDS = frozenset({"department", "отдел"})


@verbs.verb("mailbox", option=MAIL, usage=N_("/mailbox add anna@acme.example"))
async def connect(turn: Turn, arguments: Arguments) -> Reply | None:
    """What is said of a mailbox that is not there yet; without a word its address is asked for."""
    step = arguments.optional_word().casefold() or "add"
    take = _STEPS.get(step)
    if take is None:
        raise UsageWrong
    return await take(turn, arguments)


async def _add(turn: Turn, arguments: Arguments) -> Reply | None:
    if not arguments:
        turn.set_dialog(DialogState(FLOW, ADDRESS))
        question = turn._("Which address? For example anna@acme.example")
        return Say(esc(question), (_cancel_row(turn),))
    address = arguments.word()
    return await _begin(turn, address, arguments)


async def _begin(turn: Turn, text: str, arguments: Arguments) -> Reply | None:
    """From an address to the next question: what its domain does not tell."""
    address = parse_email(text)
    if address is None:
        raise Invalid("email", text)
    guess = await turn.services.connecting_door.guess(address.value)
    answers = from_guess(address.value, guess, turn.user.id)
    if arguments:
        answers = await _of_somebody(turn, answers, arguments)
    return _ask_next(turn, answers)


async def _of_somebody(turn: Turn, answers: ConnectingAnswers, arguments: Arguments) -> ConnectingAnswers:
    """Whose it is to be: ``u5``, ``department 2`` or ``department Sales``; for administrators."""
    if turn.user.role is not Role.ADMINISTRATOR:
        raise NotAllowed("add_mailbox")
    ref = arguments.optional_ref(RefKind.USER)
    if ref is not None:
        return replace(answers, owner=ref.id, department=None)
    if arguments.word().casefold() not in DEPARTMENT_WORDS:
        raise UsageWrong
    wanted = arguments.text().strip().casefold()
    for one in await turn.services.departments.list_departments():
        if wanted in {str(one.id), one.name.casefold()}:
            return replace(answers, owner=None, department=one.id)
    raise NotFound(f"department {wanted}")


def _ask_next(turn: Turn, answers: ConnectingAnswers) -> Reply:
    if not answers.host:
        return _ask_server(turn, answers)
    return _ask_way(turn, answers) if answers.oauth else _ask_password(turn, answers)


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
        _cancel_row(turn),
    )
    return Say(text, keyboard)


def _provider(turn: Turn, answers: ConnectingAnswers) -> str:
    return turn._(PROVIDERS.get(answers.provider, answers.provider))


def _ask_server(turn: Turn, answers: ConnectingAnswers) -> Reply:
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
        _cancel_row(turn),
    )
    return Say(text, keyboard)


def _protection(turn: Turn, answers: ConnectingAnswers) -> Html:
    return esc(turn._(SECURITIES[MailSecurity(answers.security)]))


def _ask_password(turn: Turn, answers: ConnectingAnswers, reason: str = "", *, hidden: bool = True) -> Reply:
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
    return Say(text, (*rows(repairs), _cancel_row(turn)), new=bool(reason))


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


def _cancel_row(turn: Turn) -> Row:
    return (act(turn._(CANCEL), "cancel", "mailboxes"),)


def _answers(turn: Turn) -> ConnectingAnswers:
    """What was said so far.

    Raises:
        UsageWrong: The dialog is over: it begins with an address.
    """
    answers = ConnectingAnswers.of(turn.answers)
    if answers is None:
        raise UsageWrong(N_("/mailbox add anna@acme.example"))
    return answers


async def _password(turn: Turn, _arguments: Arguments) -> Reply | None:
    return _ask_password(turn, _answers(turn))


async def _browser(turn: Turn, _arguments: Arguments) -> Reply | None:
    """The link; what comes of it is told when the person is back (mail.oauth_flow)."""
    answers = _answers(turn)
    draft = answers.draft(auth=MailAuth(answers.oauth or MailAuth.PASSWORD))
    link = await turn.services.connecting_door.begin_oauth(turn.caller, draft)
    text = lines(
        fill(turn._("Log in to {address} in the browser."), address=bold(esc(answers.address))),
        esc(turn._("The link is for you alone, good once, for 15 minutes. Afterwards it goes on here.")),
    )
    open_it = Button(turn._("🔗 Open the page"), link, is_link=True)
    return Say(text, ((open_it,), _cancel_row(turn)))


async def _server(turn: Turn, arguments: Arguments) -> Reply | None:
    """``server``: ask; ``server imap.acme.example:143 starttls``: take it."""
    answers = _answers(turn)
    if not arguments:
        return _ask_server(turn, answers)
    return _ask_next(turn, _with_server(answers, arguments.text().replace(":", " ")))


def _with_server(answers: ConnectingAnswers, text: str) -> ConnectingAnswers:
    """Host, port and protection as they were written; what was not said is the usual.

    Raises:
        Invalid: One of them makes no sense.
    """
    host, *more = text.split()
    ports = [int(one) for one in more if one.isdecimal() and len(one) <= len("65535")]
    named = [one.lower() for one in more if not one.isdecimal()]
    unknown = [one for one in named if one not in set(MailSecurity)]
    if unknown:
        raise Invalid("security", unknown[0])
    port = ports[0] if ports else None
    usual = MailSecurity.STARTTLS if port == PORTS[MailSecurity.STARTTLS] else MailSecurity.TLS
    security = MailSecurity(named[0]) if named else usual
    port = PORTS[security] if port is None else port
    if not 0 < port < 65536:
        raise Invalid("port", str(port))
    return replace(
        answers, host=host.lower(), port=port, security=security.value, oauth="", login_help="", smtp=None
    )


async def _security(turn: Turn, arguments: Arguments) -> Reply | None:
    word = arguments.word()
    if word not in set(MailSecurity):
        raise UsageWrong
    kind = MailSecurity(word)
    return _ask_server(turn, replace(_answers(turn), port=PORTS[kind], security=kind.value))


async def _login(turn: Turn, arguments: Arguments) -> Reply | None:
    answers = _answers(turn)
    if arguments:
        return _ask_password(turn, replace(answers, login=arguments.text().strip()))
    turn.set_dialog(DialogState(FLOW, LOGIN, answers.dump()))
    question = turn._("Which login does the server know? Often it is the part before the @.")
    return Say(esc(question), (_cancel_row(turn),))


async def _trust(turn: Turn, _arguments: Arguments) -> Reply | None:
    """Do without the certificate, warned (the same as /certificate m3 off later)."""
    return _ask_password(turn, replace(_answers(turn), verified=False))


async def _whose(turn: Turn, arguments: Arguments) -> Reply | None:
    """``whose``: colleagues and departments; ``whose page 2``; ``whose u5``; ``whose department 2``."""
    answers = _answers(turn)
    if arguments and arguments.peek() != "page":
        return _ask_next(turn, await _of_somebody(turn, answers, arguments))
    if turn.user.role is not Role.ADMINISTRATOR:
        raise NotAllowed("add_mailbox")
    page = 1
    if arguments.optional_word():
        page = arguments.integer()
    buttons = [
        act(f"👤 {one.name}", "mailbox", "whose", Ref(RefKind.USER, one.id))
        for one in await turn.services.people.list_colleagues()
    ] + [
        act(f"🏢 {one.name}", "mailbox", "whose", "department", one.id)
        for one in await turn.services.departments.list_departments()
    ]
    pages = max(1, -(-len(buttons) // ROWS))
    page = min(max(page, 1), pages)
    shown = buttons[(page - 1) * ROWS : page * ROWS]
    turning = tuple(
        act(sign, "mailbox", "whose", "page", page + step)
        for sign, step in (("‹", -1), ("›", 1))
        if 0 < page + step <= pages
    )
    question = fill(turn._("Whose mailbox is {address}?"), address=bold(esc(answers.address)))
    turn.set_dialog(DialogState(FLOW, "whose", answers.dump()))
    return Say(question, (*rows(shown, width=1), *((turning,) if turning else ()), _cancel_row(turn)))


_STEPS: dict[str, Callable[[Turn, Arguments], Awaitable[Reply | None]]] = {
    "add": _add,
    "добавить": _add,
    "password": _password,
    "browser": _browser,
    "server": _server,
    "security": _security,
    "login": _login,
    "trust": _trust,
    "whose": _whose,
}


@verbs.flow(FLOW)
async def take_answer(turn: Turn) -> Reply | None:
    """An address, a server or a login that was asked for."""
    said = Arguments(turn.said)
    step = turn.dialog.step if turn.dialog is not None else ""
    if step == ADDRESS:
        return await _begin(turn, said.word(), said)
    if step == LOGIN:
        return await _login(turn, said)
    if step == SERVER:
        return await _server(turn, said)
    return _ask_next(turn, _answers(turn))


@verbs.flow(SECRET_FLOW, secret=True)
async def take_password(turn: Turn) -> Reply | None:
    """Try the password; a mailbox is kept only of one that works."""
    hidden = await hide(turn)
    answers = _answers(turn)
    draft = answers.draft(turn.said.strip())
    found = await turn.services.connecting_door.try_draft(draft)
    if isinstance(found, str):
        return _ask_password(turn, answers, found, hidden=hidden)
    turn.set_dialog(None)
    try:
        await turn.services.connecting.prepare(turn.caller, draft, found)
    except CoreError as error:  # Answered here, so that the dialog does not go on taking texts for passwords.
        return Say(describe(error, turn), ((go(turn._("‹ Mailboxes"), "mailboxes"),),), new=True)
    return None if hidden else Say(please_delete(turn), new=True)
