"""What of a mailbox is wanted, and its beginning and end: since when, which folders, start, pause, remove.

Every button is typed, too: ``/mailbox m3 since month``, ``/mailbox m3 preview``, ``/mailbox m3 remove``.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.days import read_day
from bot.errors import UsageWrong
from bot.html import bold, esc, fill, lines
from bot.i18n import N_
from bot.screens.base import act, go
from bot.screens.mailbox_connecting import FOLDER_STEP, heading, show_preview
from bot.texts.errors import describe
from bot.texts.mailboxes import OTHER_REASON, REASONS
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, InteractionState
from core.errors import MailboxTaken
from core.rules.user_day import day_bounds
from core.values import DialogState, MailboxId, RefKind

verbs = VerbTable()

MAIL = FunctionalOption.MAIL_CLIENT
SINCE_FLOW = "connect_since"
MAILBOX = "mailbox"
SPANS = {"today": 0, "month": 30, "year": 365}
"""Days back from today."""

EVERYTHING = frozenset({"all", "everything", "всё", "все"})


@verbs.variant("mailbox", RefKind.MAILBOX, option=MAIL, usage=N_("/mailbox m3 since month"))
async def choose(turn: Turn, arguments: Arguments) -> Reply | None:
    """What is wanted of a mailbox; without a word it is shown."""
    mailbox_id = MailboxId(arguments.ref(RefKind.MAILBOX).id)
    word = arguments.optional_word().casefold()
    if not word:
        return Show(f"m{mailbox_id}")
    take = _CHOICES.get(word)
    if take is None:
        raise UsageWrong
    return await take(turn, mailbox_id, arguments)


async def _go_on(turn: Turn, mailbox_id: MailboxId, _arguments: Arguments) -> Reply | None:
    """On with the questions; a mailbox that was logged in to in the browser is asked for its folders first."""
    mailbox = await turn.services.connecting.find(turn.caller, mailbox_id)
    if not mailbox.folders:
        found = await turn.services.connecting_door.list_folders(mailbox_id)
        if isinstance(found, str):
            return _try_again(turn, mailbox_id, found, "continue")
        await turn.services.connecting.offer(mailbox_id, found)
    return Show(f"connect:{mailbox_id}")


async def _since(turn: Turn, mailbox_id: MailboxId, arguments: Arguments) -> Reply | None:
    """``since month``, ``since all``, ``since 2026-01-31``; without more the day is asked for."""
    await turn.services.connecting.find(turn.caller, mailbox_id)
    if not arguments:
        turn.set_dialog(DialogState(SINCE_FLOW, data={MAILBOX: mailbox_id}))
        question = turn._("Letters since which day? For example 2026-01-31, or “1 September”.")
        return Say(esc(question), ((go(turn._("‹ Back"), f"connect:{mailbox_id}"),),))
    await turn.services.connecting.choose_since(
        turn.caller, mailbox_id, _moment(turn, arguments.text()), show=f"connect:{mailbox_id}:{FOLDER_STEP}"
    )
    return None


def _moment(turn: Turn, said: str) -> datetime | None:
    """The beginning of a day in the reader's zone; None: everything."""
    word = said.strip().casefold()
    if word in EVERYTHING:
        return None
    if word in SPANS:
        day = turn.today - timedelta(days=SPANS[word])
    else:
        day = read_day(turn, said, InteractionState.DONE)
    return day_bounds(day, turn.user.timezone).start


@verbs.flow(SINCE_FLOW)
async def take_since(turn: Turn) -> Reply | None:
    """The day that was asked for."""
    mailbox_id = MailboxId(int(str(turn.answers.get(MAILBOX, 0))))
    moment = _moment(turn, turn.said)
    turn.set_dialog(None)
    show = f"connect:{mailbox_id}:{FOLDER_STEP}"
    await turn.services.connecting.choose_since(turn.caller, mailbox_id, moment, show=show)
    return None


async def _folder(turn: Turn, mailbox_id: MailboxId, arguments: Arguments) -> Reply | None:
    """``folder 2``: want the second folder, or no longer; a second number is the page it is shown on."""
    number = arguments.integer()
    page = arguments.integer() if arguments else 1
    show = f"connect:{mailbox_id}:{FOLDER_STEP}:{page}"
    await turn.services.connecting.choose_folder(turn.caller, mailbox_id, number, show=show)
    return None


async def _preview(turn: Turn, mailbox_id: MailboxId, _arguments: Arguments) -> Reply | None:
    """Count what the import would bring; nothing is taken."""
    mailbox = await turn.services.connecting.find(turn.caller, mailbox_id)
    found = await turn.services.connecting_door.preview(mailbox_id, mailbox.wanted, mailbox.since)
    if isinstance(found, str):
        return _try_again(turn, mailbox_id, found, "preview")
    screen = show_preview(turn, mailbox, found)
    return Say(screen.text, screen.keyboard)


def _try_again(turn: Turn, mailbox_id: MailboxId, reason: str, what: str) -> Reply:
    """The server could not be asked: what is wrong, and what was not lost."""
    ref = f"m{mailbox_id}"
    text = lines(
        esc(turn._(REASONS.get(reason, OTHER_REASON))),
        esc(turn._("Nothing is lost: what you have chosen is kept, nothing has been taken yet.")),
    )
    keyboard = (
        (act(turn._("🔄 Try again"), "mailbox", ref, what),),
        (act(turn._("✖️ Cancel"), "mailbox", ref, "discard"),),
    )
    return Say(text, keyboard)


async def _start(turn: Turn, mailbox_id: MailboxId, _arguments: Arguments) -> Reply | None:
    try:
        await turn.services.connecting.start(turn.caller, mailbox_id)
    except MailboxTaken as error:
        give_up = act(turn._("✖️ Cancel"), "mailbox", f"m{mailbox_id}", "discard")
        return Say(describe(error, turn), ((give_up,),))
    return None


async def _discard(turn: Turn, mailbox_id: MailboxId, _arguments: Arguments) -> Reply | None:
    if turn.flow == SINCE_FLOW:
        turn.set_dialog(None)
    await turn.services.connecting.discard(turn.caller, mailbox_id)
    return None


async def _pause(turn: Turn, mailbox_id: MailboxId, _arguments: Arguments) -> Reply | None:
    """From the message that tells how far the import is: it stays that message."""
    turn.then_show(f"import:{mailbox_id}")
    await turn.services.mailboxes.pause(turn.caller, mailbox_id)
    return None


async def _resume(turn: Turn, mailbox_id: MailboxId, _arguments: Arguments) -> Reply | None:
    turn.then_show(f"import:{mailbox_id}")
    await turn.services.mailboxes.resume(turn.caller, mailbox_id)
    return None


async def _remove(turn: Turn, mailbox_id: MailboxId, arguments: Arguments) -> Reply | None:
    """``remove``: say what stays, and ask; ``remove yes``: do it."""
    mailbox = await turn.services.mailboxes.check_may_change(turn.caller, mailbox_id)
    if arguments.optional_word() == "yes":
        await turn.services.mailboxes.remove(turn.caller, mailbox_id)
        return None
    ref = f"m{mailbox_id}"
    text = lines(
        heading(mailbox.address, f"/{ref}"),
        bold(esc(turn._("Disconnect this mailbox?"))),
        esc(
            turn._(
                "The password is forgotten, and no more letters are taken. What was captured stays here, "
                "and everything stays on the mail server."
            )
        ),
    )
    confirm = act(turn._("🗑 Disconnect"), "mailbox", ref, "remove", "yes")
    return Say(text, ((confirm,), (go(turn._("‹ Back"), ref),)))


_CHOICES: dict[str, Callable[[Turn, MailboxId, Arguments], Awaitable[Reply | None]]] = {
    "continue": _go_on,
    "since": _since,
    "folder": _folder,
    "preview": _preview,
    "start": _start,
    "discard": _discard,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
}


@verbs.verb("certificate", option=MAIL, usage=N_("/certificate m3 off"))
async def verify_certificate(turn: Turn, arguments: Arguments) -> Reply | None:
    """Have a mailbox's servers prove who they are, or not; without a word warn and ask."""
    mailbox_id = MailboxId(arguments.ref(RefKind.MAILBOX).id)
    word = arguments.optional_word().lower()
    mailbox = await turn.services.mailboxes.check_may_change(turn.caller, mailbox_id)
    ref = f"m{mailbox_id}"
    if word in {"on", "off"}:
        await turn.services.mailboxes.set_verify_certificate(turn.caller, mailbox_id, is_on=word == "on")
        return None
    text = lines(
        heading(mailbox.address, f"/{ref}"),
        bold(esc(turn._("Do without the check of the certificate?"))),
        fill(
            turn._(
                "Whoever is between us and the mail server could then pass for it and read the password and "
                "every letter. This makes sense only for a server of your own in a network you trust."
            )
        ),
    )
    keyboard = (
        (act(turn._("⚠️ Do not check it"), "certificate", ref, "off"),),
        (act(turn._("🔒 Check it"), "certificate", ref, "on"), go(turn._("‹ Back"), ref)),
    )
    return Say(text, keyboard)
