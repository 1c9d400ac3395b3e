"""A mailbox on its way in: since when, which folders, what that brings; and how far its import is (pains.md 25)."""

from datetime import datetime

from bot.formats import format_number
from bot.html import Html, bold, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, pager, rows
from bot.texts.mailboxes import STATES
from core.enums import FunctionalOption, MailboxState
from core.errors import NotFound
from core.queries.connecting import ConnectingMailbox, ImportPreview
from core.queries.mailboxes import MailboxReport
from core.rules.user_day import user_day
from core.values import MailboxId, Ref, RefKind

screens = ScreenTable()

MAIL = FunctionalOption.MAIL_CLIENT
FOLDERS = 8
"""On one page."""

NAME_LIMIT = 40
FOLDER_STEP = "folders"


@screens.screen("connect", option=MAIL)
async def show_connecting(reader: Reader, address: Address) -> Screen:
    """``connect:3``: since when; ``connect:3:folders:2``: which folders, the second page."""
    mailbox = await reader.services.connecting.find(reader.caller, _mailbox_id(address))
    if address.words[1:2] == (FOLDER_STEP,):
        return _ask_folders(reader, mailbox, address.number(2))
    return ask_since(reader, mailbox)


def _mailbox_id(address: Address) -> MailboxId:
    number = address.number(0, default=0)
    if number == 0:
        raise NotFound(Ref(RefKind.MAILBOX, 0))
    return MailboxId(number)


def ask_since(reader: Reader, mailbox: ConnectingMailbox) -> Screen:
    """The question from when on letters are wanted."""
    ref = f"m{mailbox.id}"
    text = lines(
        heading(mailbox.address),
        esc(reader._("The login works. Nothing has been taken yet.")),
        bold(esc(reader._("Letters since when?"))),
    )
    keyboard = rows(
        [
            act(reader._("A month"), "mailbox", ref, "since", "month"),
            act(reader._("Today"), "mailbox", ref, "since", "today"),
            act(reader._("A year"), "mailbox", ref, "since", "year"),
            act(reader._("Everything"), "mailbox", ref, "since", "all"),
            act(reader._("📅 Another day"), "mailbox", ref, "since"),
            give_up(reader, mailbox.id),
        ]
    )
    return Screen(text, keyboard)


def _ask_folders(reader: Reader, mailbox: ConnectingMailbox, page: int) -> Screen:
    ref = f"m{mailbox.id}"
    pages = max(1, -(-len(mailbox.folders) // FOLDERS))
    page = min(page, pages)
    first = (page - 1) * FOLDERS
    buttons: list[Button | None] = [
        act(
            f"{'✅' if one.name in mailbox.wanted else '▫️'} {shorten(one.name, NAME_LIMIT)}",
            "mailbox",
            ref,
            "folder",
            number,
            page,
        )
        for number, one in enumerate(mailbox.folders[first : first + FOLDERS], start=first + 1)
    ]
    text = lines(
        heading(mailbox.address),
        since_line(reader, mailbox.since),
        bold(fill(reader._("Which folders? Chosen: {count}"), count=len(mailbox.wanted))),
        None
        if mailbox.has_sent
        else esc(
            reader._(
                "⚠️ The server has no folder of sent mail that I know: what is answered from elsewhere "
                "will not be seen unless you choose its folder here."
            )
        ),
    )
    keyboard = (
        *rows(buttons),
        pager(f"connect:{mailbox.id}:{FOLDER_STEP}", page, pages),
        (act(reader._("Next ›"), "mailbox", ref, "preview"),),
        (go(reader._("‹ Back"), f"connect:{mailbox.id}"), give_up(reader, mailbox.id)),
    )
    return Screen(text, tuple(row for row in keyboard if row))


def show_preview(reader: Reader, mailbox: ConnectingMailbox, preview: ImportPreview) -> Screen:
    """What the import would bring, with the button that begins it."""
    least = not preview.is_whole
    counted = join(
        ", ",
        fill(
            reader.ngettext("{count} letter", "{count} letters", preview.letters),
            count=number(reader, preview.letters),
        ),
        fill(reader._("{count} with people you know"), count=number(reader, preview.known)),
        fill(
            reader.ngettext("{count} newsletter", "{count} newsletters", preview.newsletters),
            count=number(reader, preview.newsletters),
        ),
    )
    text = lines(
        heading(mailbox.address),
        since_line(reader, mailbox.since),
        esc(", ".join(shorten(one, NAME_LIMIT) for one in mailbox.wanted[:FOLDERS])),
        bold(fill(reader._("At least {counted}"), counted=counted) if least else counted),
        fill(
            reader._("Only the latest {count} were looked at; the rest was counted, or not even that."),
            count=number(reader, preview.looked_at),
        )
        if least
        else None,
        fill(
            reader._("The server does not open: {folders}"),
            folders=esc(", ".join(shorten(one, NAME_LIMIT) for one in preview.missing)),
        )
        if preview.missing
        else None,
        esc(reader._("Nothing has been taken yet.")),
    )
    keyboard = (
        (act(reader._("▶️ Start"), "mailbox", f"m{mailbox.id}", "start"),),
        (
            go(reader._("‹ Back"), f"connect:{mailbox.id}:{FOLDER_STEP}"),
            give_up(reader, mailbox.id),
        ),
    )
    return Screen(text, keyboard)


@screens.screen("import", option=MAIL)
async def show_import(reader: Reader, address: Address) -> Screen:
    """``import:3``: how far the first import is, and what it has brought; this message is edited as it goes on.

    It has no buttons that lead elsewhere: the next number would take their screen away.
    """
    (mailbox,) = await reader.services.mailboxes.report(reader.caller, _mailbox_id(address))
    server = sum(one.server for one in mailbox.folders)
    looked_at = server - sum(one.gap for one in mailbox.folders)
    text = lines(
        heading(mailbox.address, f"/m{mailbox.id}"),
        _progress(reader, mailbox, looked_at, server),
        _brought(reader, mailbox) if looked_at else None,
        esc(reader._("New letters come by themselves from now on.")) if not mailbox.importing else None,
    )
    return Screen(text, _pause_buttons(reader, mailbox))


def _progress(reader: Reader, mailbox: MailboxReport, looked_at: int, server: int) -> Html:
    if not mailbox.importing:
        return bold(esc(reader._("✅ The import is done")))
    state = None if mailbox.state is MailboxState.ACTIVE else esc(reader._(STATES[mailbox.state]))
    if not server:
        return join(" · ", bold(esc(reader._("⏳ Looking at the mailbox…"))), state)
    counted = fill(
        reader._("⏳ {count} of {total}"), count=number(reader, looked_at), total=number(reader, server)
    )
    return join(" · ", bold(counted), state)


def _brought(reader: Reader, mailbox: MailboxReport) -> Html:
    """What became of the letters so far (domain.md M4)."""
    folders = mailbox.folders
    quarantined = sum(one.quarantined for one in folders)
    return join(
        " · ",
        fill(reader._("stored {count}"), count=number(reader, sum(one.stored for one in folders))),
        fill(reader._("known {count}"), count=number(reader, sum(one.known for one in folders))),
        fill(
            reader._("excluded {count}"),
            count=number(reader, sum(sum(one.excluded.values()) for one in folders)),
        ),
        fill(reader._("in quarantine {count}"), count=number(reader, quarantined)) if quarantined else None,
    )


def _pause_buttons(reader: Reader, mailbox: MailboxReport) -> tuple[tuple[Button, ...], ...]:
    if not mailbox.importing:
        return ((go(reader._("📮 The mailbox"), f"m{mailbox.id}"),),)
    ref = f"m{mailbox.id}"
    if mailbox.state is MailboxState.ACTIVE:
        return ((act(reader._("⏸ Pause"), "mailbox", ref, "pause"),),)
    return ((act(reader._("▶️ Resume"), "mailbox", ref, "resume"),),)


def heading(address: str, ref: str = "") -> Html:
    """The first line of every screen on the way in."""
    return join(" · ", fill("📮 {address}", address=bold(esc(address))), esc(ref) if ref else None)


def since_line(reader: Reader, since: datetime | None) -> Html:
    """From when on letters are wanted."""
    if since is None:
        return esc(reader._("All letters, however old"))
    return fill(reader._("Letters since {time}"), time=reader.day(user_day(since, reader.user.timezone)))


def number(reader: Reader, count: int) -> Html:
    """A count as the reader's language writes it: "1 200"."""
    return esc(format_number(count, reader.tr))


def give_up(reader: Reader, mailbox_id: MailboxId) -> Button:
    """The button that forgets the password, and all that was said."""
    return act(reader._("✖️ Cancel"), "mailbox", f"m{mailbox_id}", "discard")
