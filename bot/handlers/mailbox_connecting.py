"""Connecting a mailbox, up to the working login: whose address, which server, which way in (pains.md 25).

    /mailbox add ─▶ address ─▶ [way in] ─▶ password ─▶ connect:3 (bot.handlers.mailbox_choices)
                       └─ domain unknown ─▶ server ─┘

The password is typed once, its message deleted before anything else, and it is in no dialog: a wrong one is forgotten.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.connecting_answers import ConnectingAnswers, from_guess
from bot.connecting_questions import (
    FLOW,
    PORTS,
    SECRET_FLOW,
    SERVER,
    answers_of,
    ask_next,
    ask_password,
    ask_server,
    cancel_row,
)
from bot.errors import UsageWrong
from bot.html import bold, esc, fill, lines
from bot.i18n import N_
from bot.screens.base import ROWS, Button, act, go, rows
from bot.texts.errors import describe
from bot.turn import Reply, Say, Turn
from bot.typed_secrets import hide, please_delete
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, MailAuth, MailSecurity, Role
from core.errors import CoreError, Invalid, NotAllowed, NotFound
from core.rules.coordinates import parse_email
from core.values import DialogState, Ref, RefKind

verbs = VerbTable()

MAIL = FunctionalOption.MAIL_CLIENT
ADDRESS, LOGIN = "address", "login"
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
        return Say(esc(question), (cancel_row(turn),))
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
    return ask_next(turn, answers)


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


async def _password(turn: Turn, _arguments: Arguments) -> Reply | None:
    return ask_password(turn, answers_of(turn))


async def _browser(turn: Turn, _arguments: Arguments) -> Reply | None:
    """The link; what comes of it is told when the person is back (mail.oauth_flow)."""
    answers = answers_of(turn)
    draft = answers.draft(auth=MailAuth(answers.oauth or MailAuth.PASSWORD))
    link = await turn.services.connecting_door.begin_oauth(turn.caller, draft)
    text = lines(
        fill(turn._("Log in to {address} in the browser."), address=bold(esc(answers.address))),
        esc(turn._("The link is for you alone, good once, for 15 minutes. Afterwards it goes on here.")),
    )
    open_it = Button(turn._("🔗 Open the page"), link, is_link=True)
    return Say(text, ((open_it,), cancel_row(turn)))


async def _server(turn: Turn, arguments: Arguments) -> Reply | None:
    """``server``: ask; ``server imap.acme.example:143 starttls``: take it."""
    answers = answers_of(turn)
    if not arguments:
        return ask_server(turn, answers)
    return ask_next(turn, _with_server(answers, arguments.text().replace(":", " ")))


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
    return ask_server(turn, replace(answers_of(turn), port=PORTS[kind], security=kind.value))


async def _login(turn: Turn, arguments: Arguments) -> Reply | None:
    answers = answers_of(turn)
    if arguments:
        return ask_password(turn, replace(answers, login=arguments.text().strip()))
    turn.set_dialog(DialogState(FLOW, LOGIN, answers.dump()))
    question = turn._("Which login does the server know? Often it is the part before the @.")
    return Say(esc(question), (cancel_row(turn),))


async def _trust(turn: Turn, _arguments: Arguments) -> Reply | None:
    """Do without the certificate, warned (the same as /certificate m3 off later)."""
    return ask_password(turn, replace(answers_of(turn), verified=False))


async def _whose(turn: Turn, arguments: Arguments) -> Reply | None:
    """``whose``: colleagues and departments; ``whose page 2``; ``whose u5``; ``whose department 2``."""
    answers = answers_of(turn)
    if arguments and arguments.peek() != "page":
        return ask_next(turn, await _of_somebody(turn, answers, arguments))
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
    return Say(question, (*rows(shown, width=1), *((turning,) if turning else ()), cancel_row(turn)))


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
    return ask_next(turn, answers_of(turn))


@verbs.flow(SECRET_FLOW, secret=True)
async def take_password(turn: Turn) -> Reply | None:
    """Try the password; a mailbox is kept only of one that works."""
    hidden = await hide(turn)
    answers = answers_of(turn)
    draft = answers.draft(turn.said.strip())
    found = await turn.services.connecting_door.try_draft(draft)
    if isinstance(found, str):
        return ask_password(turn, answers, found, hidden=hidden)
    turn.set_dialog(None)
    try:
        await turn.services.connecting.prepare(turn.caller, draft, found)
    except CoreError as error:  # Answered here, so that the dialog does not go on taking texts for passwords.
        return Say(describe(error, turn), ((go(turn._("‹ Mailboxes"), "mailboxes"),),), new=True)
    return None if hidden else Say(please_delete(turn), new=True)
