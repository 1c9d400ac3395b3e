"""Mailboxes: the card of one with what became of its letters, and the lists of them (domain.md M4, U3)."""

from collections.abc import Sequence

from bot.html import Html, bold, code, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.base import ROWS, Address, Button, Row, Screen, ScreenTable, act, go, pager
from bot.screens.listing import number_row, numbered_lines, title
from bot.texts.mailboxes import COMMANDS, CONSEQUENCES, EXCLUDED, OTHER_REASON, REASONS, REMEDIES, STATES
from core.enums import FunctionalOption, MailboxState, Role
from core.errors import NotFound
from core.queries.mailboxes import FolderReport, MailboxReport
from core.values import MailboxId, Ref, RefKind

screens = ScreenTable()

MAIL = FunctionalOption.MAIL_CLIENT
FOLDERS = 5
"""On one page of a card."""

NAME_LIMIT = 60
ADD = "zveno mailbox add"


@screens.screen("m", option=MAIL)
async def show_mailbox(reader: Reader, address: Address) -> Screen:
    """``m3``: the card of a mailbox; ``m:3:2``: with the second page of its folders."""
    number = address.number(0, default=0)
    if number == 0:
        raise NotFound(Ref(RefKind.MAILBOX, 0))
    (mailbox,) = await reader.services.mailboxes.report(reader.caller, MailboxId(number))
    pages = max(1, -(-len(mailbox.folders) // FOLDERS))
    page = min(address.number(1), pages)
    shown = mailbox.folders[(page - 1) * FOLDERS : page * FOLDERS]
    text = lines(
        fill("📮 {address} · /m{id}", address=bold(esc(mailbox.address)), id=mailbox.id),
        _whose(mailbox),
        _state_line(reader, mailbox),
        *_trouble(reader, mailbox),
        *(line for folder in shown for line in (Html(""), *_folder_lines(reader, folder))),
    )
    switch = _switch(reader, mailbox)
    keyboard = (
        pager(f"m:{mailbox.id}", page, pages),
        (switch,) if switch is not None else (),
        _way_back(reader, mailbox),
    )
    return Screen(text, tuple(row for row in keyboard if row))


def _whose(mailbox: MailboxReport) -> Html | None:
    if mailbox.owner is not None:
        return fill(
            "👤 {name} /u{id}", name=esc(shorten(mailbox.owner, NAME_LIMIT)), id=mailbox.owner_id or 0
        )
    return fill("🏢 {name}", name=esc(shorten(mailbox.department or "", NAME_LIMIT)))


def _state_line(reader: Reader, mailbox: MailboxReport) -> Html:
    last = mailbox.last_success_at
    seen = (
        fill(reader._("last look {time}"), time=reader.when(last))
        if last is not None
        else esc(reader._("not looked at yet"))
    )
    return join(" · ", esc(reader._(STATES[mailbox.state])), seen)


def _trouble(reader: Reader, mailbox: MailboxReport) -> list[Html]:
    """What is wrong, what it means for the letters, and what to do next; nothing while all is well."""
    reason = mailbox.state_reason
    if mailbox.state is MailboxState.ACTIVE and reason is None:
        return []
    told = []
    if reason is not None:
        told.append(esc(reader._(REASONS.get(reason, OTHER_REASON))))
    told.append(esc(reader._(CONSEQUENCES[mailbox.state])))
    if mailbox.state is MailboxState.STOPPED and reason in REMEDIES:
        command = code(esc(COMMANDS[reason].format(id=mailbox.id)))
        told.append(fill(reader._(REMEDIES[reason]), command=command))
    return told


def _folder_lines(reader: Reader, folder: FolderReport) -> tuple[Html, ...]:
    """A folder: what the server has, and the fate of every letter (domain.md M4)."""
    heading = join(
        " · ",
        bold(esc(shorten(folder.name, NAME_LIMIT))),
        fill(reader._("on the server: {count}"), count=folder.server),
        reader.when(folder.last_success_at) if folder.last_success_at is not None else None,
    )
    fates = join(
        " · ",
        fill(reader._("stored {count}"), count=folder.stored),
        fill(reader._("known {count}"), count=folder.known),
        _excluded(reader, folder),
        fill(reader._("in quarantine {count}"), count=folder.quarantined),
        fill(reader._("missing {count}"), count=folder.gap),
    )
    return heading, fates


def _excluded(reader: Reader, folder: FolderReport) -> Html:
    count = fill(reader._("excluded {count}"), count=sum(folder.excluded.values()))
    rules = join(
        ", ",
        *(
            fill("{rule} {count}", rule=esc(reader._(EXCLUDED.get(rule, rule))), count=number)
            for rule, number in sorted(folder.excluded.items())
        ),
    )
    return fill("{count} ({rules})", count=count, rules=rules) if rules else count


def _switch(reader: Reader, mailbox: MailboxReport) -> Button | None:
    """Pause or Resume, for the owner and for administrators; others are shown the card alone."""
    if reader.user.role is not Role.ADMINISTRATOR and mailbox.owner_id != reader.user.id:
        return None
    ref = f"m{mailbox.id}"
    if mailbox.state is MailboxState.ACTIVE:
        return act(reader._("⏸ Pause"), "pause", ref)
    return act(reader._("▶️ Resume"), "resume", ref)


def _way_back(reader: Reader, mailbox: MailboxReport) -> Row:
    foreign = reader.user.role is Role.ADMINISTRATOR and mailbox.owner_id != reader.user.id
    return (go(reader._("‹ Mailboxes"), "all_mailboxes" if foreign else "mailboxes"),)


@screens.screen("mailboxes", option=MAIL)
async def show_mailboxes(reader: Reader, address: Address) -> Screen:
    """The reader's own mailboxes, and those of departments that they look after."""
    found = await reader.services.mailboxes.list_kept(reader.caller)
    return _list(reader, address, found, go(reader._("‹ Settings"), "settings"))


@screens.screen("all_mailboxes", option=MAIL, roles=(Role.ADMINISTRATOR,))
async def show_all_mailboxes(reader: Reader, address: Address) -> Screen:
    """Every mailbox of the organisation."""
    found = await reader.services.mailboxes.list_all(reader.caller)
    return _list(reader, address, found, go(reader._("‹ Organisation"), "admin"))


def _list(reader: Reader, address: Address, found: Sequence[MailboxReport], back: Button) -> Screen:
    pages = max(1, -(-len(found) // ROWS))
    page = min(address.number(), pages)
    shown = found[(page - 1) * ROWS : page * ROWS]
    row, choices = number_row([go(one.address, f"m{one.id}") for one in shown])
    text = lines(
        title("📮", reader._("Mailboxes"), len(found)),
        *(numbered_lines([_entry(reader, one) for one in shown]) or [esc(reader._("No mailboxes yet."))]),
        Html(""),
        fill(
            reader._(
                "An administrator adds mailboxes on the server: {command}; in the chat it cannot be done yet."
            ),
            command=code(esc(ADD)),
        ),
    )
    return Screen(text, (row, pager(address.name, page, pages), (back,)), choices)


def _entry(reader: Reader, mailbox: MailboxReport) -> Html:
    return join(
        " · ",
        esc(shorten(mailbox.address, NAME_LIMIT)),
        esc(shorten(mailbox.owner or mailbox.department or "", NAME_LIMIT)),
        esc(reader._(STATES[mailbox.state])),
        fill("/m{id}", id=mailbox.id),
    )
