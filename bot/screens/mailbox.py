"""Mailboxes: the card of one with what became of its letters, and the lists of them (domain.md M4, U3)."""

from collections.abc import Sequence

from bot.html import Html, bold, code, esc, fill, join, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Button, Row, Screen, ScreenTable, act, go, pager, rows
from bot.screens.listing import cut, number_row, numbered_lines, title
from bot.screens.mailbox_places import below, mailbox_at, page_and_list, rest_of
from bot.texts.mailboxes import (
    COMMANDS,
    CONSEQUENCES,
    EXCLUDED,
    OTHER_REASON,
    PASSWORD_HELPS,
    REASONS,
    RECONNECTING_HELPS,
    REMEDIES,
    STATES,
)
from core.enums import FunctionalOption, MailAuth, MailboxState, Role
from core.errors import NotFound
from core.queries.mailboxes import FolderReport, MailboxReport
from core.values import MailboxId, Ref, RefKind

screens = ScreenTable()

MAIL = FunctionalOption.MAIL_CLIENT
FOLDERS = 5
"""On one page of a card."""

NAME_LIMIT = 60


@screens.screen("m", option=MAIL)
async def show_mailbox(reader: Reader, address: Address) -> Screen:
    """``m3``: the card of a mailbox; ``m:3:2``: with the second page of its folders."""
    number = address.number(0, default=0)
    if number == 0:
        raise NotFound(Ref(RefKind.MAILBOX, 0))
    (mailbox,) = await reader.services.mailboxes.report(reader.caller, MailboxId(number))
    asked, opened_from = page_and_list(address)
    shown, page, pages = cut(mailbox.folders, asked, FOLDERS)
    rest = rest_of(page, opened_from)
    text = lines(
        fill("📮 {address} · /m{id}", address=bold(esc(mailbox.address)), id=mailbox.id),
        _whose(mailbox),
        _state_line(reader, mailbox),
        *_trouble(reader, mailbox),
        esc(reader._("⚠️ The server's certificate is not checked."))
        if not mailbox.verify_certificate
        else None,
        esc(reader._("Reviewed letters are marked as read on the server.")) if mailbox.mirror_seen else None,
        *(line for folder in shown for line in (Html(""), *_folder_lines(reader, folder))),
    )
    keyboard = (
        pager(f"m:{mailbox.id}", page, pages, opened_from),
        *rows(
            [
                *_repairs(reader, mailbox),
                _quarantine(reader, mailbox, rest),
                *_switches(reader, mailbox, rest),
            ]
        ),
        _way_back(reader, mailbox, opened_from),
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
    by_link = mailbox.auth is not MailAuth.PASSWORD and reason in RECONNECTING_HELPS
    remedy = "token" if by_link else reason
    if mailbox.state is MailboxState.STOPPED and remedy in REMEDIES:
        command = code(esc(COMMANDS[remedy].format(id=mailbox.id)))
        told.append(fill(reader._(REMEDIES[remedy]), command=command))
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
        fill(reader._("on their way {count}"), count=folder.gap - folder.missing)
        if folder.gap > folder.missing
        else None,
        fill(reader._("missing {count}"), count=folder.missing),
    )
    left = fill(reader._("left the server: {count}"), count=folder.left) if folder.left else None
    return tuple(line for line in (heading, fates, left) if line is not None)


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


def _is_mine_to_change(reader: Reader, mailbox: MailboxReport) -> bool:
    """Owners and administrators; others are shown the card alone."""
    return reader.user.role is Role.ADMINISTRATOR or mailbox.owner_id == reader.user.id


def _repairs(reader: Reader, mailbox: MailboxReport) -> list[Button | None]:
    """What may put trouble right: another password, another try."""
    reason = mailbox.state_reason
    if not _is_mine_to_change(reader, mailbox) or reason is None or mailbox.state is MailboxState.PAUSED:
        return []
    ref = f"m{mailbox.id}"
    if mailbox.auth is not MailAuth.PASSWORD:
        right = act(reader._("🔗 Reconnect"), "reconnect", ref) if reason in RECONNECTING_HELPS else None
    else:
        right = act(reader._("🔑 Enter the password"), "password", ref) if reason in PASSWORD_HELPS else None
    return [
        right,
        act(reader._("🔄 Try again"), "retry", ref),
    ]


def _quarantine(reader: Reader, mailbox: MailboxReport, rest: str) -> Button | None:
    count = sum(folder.quarantined for folder in mailbox.folders)
    label = reader._("🛡 Quarantine {n}").format(n=count)
    return go(label, below(f"quarantine:{mailbox.id}:1", rest)) if count else None


def _switches(reader: Reader, mailbox: MailboxReport, rest: str) -> list[Button | None]:
    """Pause or Resume, and whether the server is told what was reviewed."""
    if not _is_mine_to_change(reader, mailbox):
        return []
    ref = f"m{mailbox.id}"
    if mailbox.state is MailboxState.PREPARING:
        return [
            act(reader._("Go on ›"), "mailbox", ref, "continue"),
            act(reader._("✖️ Cancel"), "mailbox", ref, "discard"),
        ]
    if mailbox.state is MailboxState.ACTIVE:
        switch = act(reader._("⏸ Pause"), "pause", ref)
    else:
        switch = act(reader._("▶️ Resume"), "resume", ref)
    is_on = mailbox.mirror_seen
    mark = reader._("👁 Mark as read: on") if is_on else reader._("👁 Mark as read: off")
    return [
        switch,
        act(mark, "mirror", ref, "off" if is_on else "on"),
        _certificate(reader, mailbox),
        go(reader._("📏 Rules"), below(f"rules:{mailbox.id}:1", rest))
        if _has_rules_for(reader, mailbox)
        else None,
        go(reader._("👥 Sharing"), below(f"shares:{mailbox.id}", rest))
        if mailbox.owner_id == reader.user.id
        else None,
        act(reader._("🗑 Disconnect"), "mailbox", ref, "remove"),
    ]


def _certificate(reader: Reader, mailbox: MailboxReport) -> Button | None:
    """The switch of the certificate's check, where it is off or is what stopped the mailbox."""
    ref = f"m{mailbox.id}"
    if not mailbox.verify_certificate:
        return act(reader._("🔒 Check the certificate"), "certificate", ref, "on")
    if mailbox.state_reason == "certificate":
        return act(reader._("⚠️ Do not check it…"), "certificate", ref)
    return None


def _has_rules_for(reader: Reader, mailbox: MailboxReport) -> bool:
    """Rules of a private mailbox are its owner's alone (domain.md U2)."""
    return mailbox.owner_id in {None, reader.user.id}


def _way_back(reader: Reader, mailbox: MailboxReport, opened_from: str) -> Row:
    foreign = reader.user.role is Role.ADMINISTRATOR and mailbox.owner_id != reader.user.id
    return (go(reader._("‹ Mailboxes"), opened_from or ("all_mailboxes" if foreign else "mailboxes")),)


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
    shown, page, pages = cut(found, address.number())
    row, choices = number_row(
        [go(one.address, mailbox_at(one.id, rest_of(1, f"{address.name}:{page}"))) for one in shown]
    )
    text = lines(
        title("📮", reader._("Mailboxes"), len(found)),
        *(numbered_lines([_entry(reader, one) for one in shown]) or [esc(reader._("No mailboxes yet."))]),
    )
    add = act(reader._("➕ Add a mailbox"), "mailbox", "add")
    return Screen(text, (row, pager(address.name, page, pages), (add,), (back,)), choices)


def _entry(reader: Reader, mailbox: MailboxReport) -> Html:
    return join(
        " · ",
        esc(shorten(mailbox.address, NAME_LIMIT)),
        esc(shorten(mailbox.owner or mailbox.department or "", NAME_LIMIT)),
        esc(reader._(STATES[mailbox.state])),
        fill("/m{id}", id=mailbox.id),
    )
