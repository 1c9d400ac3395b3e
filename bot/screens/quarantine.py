"""Letters in quarantine: the list of a mailbox, and one of them (domain.md M4).

Those who see a mailbox and may not read its letters see reasons and sizes, nothing of what the letters say.
"""

from bot.formats import format_size
from bot.html import Html, bold, code, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.base import ROWS, Address, Button, Screen, ScreenTable, act, go, pager, rows
from bot.screens.listing import back_to, number_row, numbered_lines, title
from bot.screens.mailbox_places import below, mailbox_at
from bot.texts.mailboxes import OTHER_QUARANTINE, QUARANTINE
from core.enums import FunctionalOption, Role
from core.queries.quarantine import Quarantined, QuarantinePage
from core.values import MailboxId

screens = ScreenTable()

MAIL = FunctionalOption.MAIL_CLIENT
TEXT_LIMIT = 120
TOO_LARGE = "too_large"
WAIVE = "zveno mailbox quarantine retry {id} --any-size"


@screens.screen("quarantine", option=MAIL)
async def show_quarantine(reader: Reader, address: Address) -> Screen:
    """``quarantine:3:2``: the second page of a mailbox's letters in quarantine, the latest first."""
    mailbox_id = MailboxId(address.number(0, default=0))
    number = max(1, address.number(1))
    page = await reader.services.quarantine.list_page(
        reader.caller, mailbox_id, offset=(number - 1) * ROWS, limit=ROWS
    )
    pages = max(1, -(-page.total // ROWS))
    shown, rest = min(number, pages), back_to(address, 2)
    row, choices = number_row(
        [go(str(one.id), below(f"letter:{one.id}:{shown}", rest)) for one in page.letters]
    )
    entries = [_entry(reader, one) for one in page.letters]
    text = lines(
        title("🛡", reader._("Quarantine"), page.total),
        _mailbox_line(page),
        *(numbered_lines(entries) or [esc(reader._("Nothing is in quarantine."))]),
    )
    back = go(reader._("‹ Mailbox"), mailbox_at(mailbox_id, rest))
    return Screen(text, (row, pager(f"quarantine:{mailbox_id}", shown, pages, rest), (back,)), choices)


def _mailbox_line(page: QuarantinePage) -> Html:
    return fill("📮 {address} · /m{id}", address=esc(shorten(page.address, TEXT_LIMIT)), id=page.mailbox_id)


def _entry(reader: Reader, letter: Quarantined) -> Html:
    return join(" · ", _reason(reader, letter), *_figures(reader, letter))


def _reason(reader: Reader, letter: Quarantined) -> Html:
    return esc(reader._(QUARANTINE.get(letter.reason, OTHER_QUARANTINE)))


def _figures(reader: Reader, letter: Quarantined) -> tuple[Html | None, ...]:
    size = esc(format_size(letter.size, reader.tr)) if letter.size is not None else None
    return size, reader.when(letter.internal_date or letter.seen_at)


@screens.screen("letter", option=MAIL)
async def show_letter(reader: Reader, address: Address) -> Screen:
    """``letter:17``: one letter in quarantine with why, from whom, and what can be done."""
    page = await reader.services.quarantine.find(reader.caller, address.number(0, default=0))
    (letter,) = page.letters
    text = lines(
        bold(fill(reader._("🛡 Letter {id} in quarantine"), id=letter.id)),
        _reason(reader, letter),
        *await _head_lines(reader, page),
        join(" · ", *_figures(reader, letter)),
        fill(
            "{mailbox} · {folder}",
            mailbox=_mailbox_line(page),
            folder=esc(shorten(letter.folder, TEXT_LIMIT)),
        ),
        *_remarks(reader, letter),
    )
    keyboard = (
        *rows(_buttons(reader, page)),
        (
            go(
                reader._("‹ Quarantine"),
                below(f"quarantine:{page.mailbox_id}:{address.number(1)}", back_to(address, 2)),
            ),
        ),
    )
    return Screen(text, keyboard)


async def _head_lines(reader: Reader, page: QuarantinePage) -> tuple[Html | None, ...]:
    """Sender and topic, where the reader may know them and they can be read."""
    raw = await reader.services.quarantine.open_head(reader.caller, page.letters[0].id)
    if not raw:
        return ()
    head = await reader.services.mail_door.read_head(raw)
    return (
        esc(shorten(head.sender, TEXT_LIMIT)) if head.sender else None,
        bold(esc(shorten(head.topic, TEXT_LIMIT))) if head.topic else None,
    )


def _remarks(reader: Reader, letter: Quarantined) -> list[Html]:
    told = []
    if letter.gone:
        told.append(esc(reader._("It has left the mail server.")))
    elif letter.raw_sha256 is None:
        told.append(esc(reader._("Only its size was fetched; the letter is on the mail server.")))
    if _needs_waiver(letter) and reader.user.role is Role.ADMINISTRATOR:
        command = code(esc(WAIVE.format(id=letter.id)))
        told.append(fill(reader._("To let it in all the same, on the server: {command}"), command=command))
    return told


def _needs_waiver(letter: Quarantined) -> bool:
    return letter.reason == TOO_LARGE and letter.raw_sha256 is None


def _buttons(reader: Reader, page: QuarantinePage) -> list[Button | None]:
    (letter,) = page.letters
    opens = page.readable and letter.raw_sha256 is not None
    retries = (
        page.changeable and not _needs_waiver(letter) and not (letter.gone and letter.raw_sha256 is None)
    )
    return [
        act(reader._("📄 Open"), "open", letter.id) if opens else None,
        act(reader._("🔄 Try again"), "retry", letter.id) if retries else None,
        act(reader._("🗑 Dismiss"), "dismiss", letter.id) if page.changeable else None,
    ]
