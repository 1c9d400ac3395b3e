"""Letters in quarantine: the list, one letter, its bytes as a file, on their way again, dismissed."""

from bot.i18n import N_
from bot.outgoing_files import UPLOAD_LIMIT
from bot.turn import Reply, SendFile, Show, Toast, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption
from core.errors import NotFound, StateForbids
from core.services.quarantine import TOO_LARGE
from core.values import RefKind

verbs = VerbTable()

MAIL = FunctionalOption.MAIL_CLIENT


@verbs.verb("quarantine", option=MAIL, usage=N_("/quarantine m3"))
async def show_quarantine(_turn: Turn, arguments: Arguments) -> Reply:
    """The quarantine of a mailbox, or one letter by its number."""
    ref = arguments.optional_ref(RefKind.MAILBOX)
    return Show(f"quarantine:{ref.id}" if ref is not None else f"letter:{arguments.integer()}")


@verbs.verb("open", option=MAIL, usage=N_("/open 17"))
async def open_letter(turn: Turn, arguments: Arguments) -> Reply:
    """Send the bytes of a letter as a file, for a mail program to open."""
    letter_id = arguments.integer()
    page = await turn.services.quarantine.find(turn.caller, letter_id)
    if page.readable and page.letters[0].raw_sha256 is None:
        return Toast(turn._("Only its size was fetched; the letter is on the mail server."), alert=True)
    if (page.letters[0].size or 0) > UPLOAD_LIMIT:
        return Toast(turn._("This file is too big for Telegram."), alert=True)
    try:
        _, content = await turn.services.quarantine.open(turn.caller, letter_id)
    except NotFound:
        return Toast(turn._("Its bytes are no longer here; try to fetch it again."), alert=True)
    if len(content) > UPLOAD_LIMIT:
        return Toast(turn._("This file is too big for Telegram."), alert=True)
    return SendFile(f"letter-{letter_id}.eml", content)


@verbs.verb("retry", option=MAIL, usage=N_("/retry 17"))
async def retry(turn: Turn, arguments: Arguments) -> Reply | None:
    """Send a letter on its way again; what forbids it is said in words."""
    letter_id = arguments.integer()
    try:
        await turn.services.quarantine.retry(turn.caller, letter_id)
    except StateForbids as error:
        if error.state == TOO_LARGE:
            text = turn._("It is larger than is allowed here. An administrator can let it in on the server.")
        else:
            text = turn._("It has left the mail server, and its bytes were never fetched.")
        return Toast(text, alert=True)
    return None


@verbs.verb("dismiss", option=MAIL, usage=N_("/dismiss 17"))
async def dismiss(turn: Turn, arguments: Arguments) -> None:
    """Want nothing of a letter."""
    await turn.services.quarantine.dismiss(turn.caller, arguments.integer())
