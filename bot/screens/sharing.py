"""With whom a private mailbox, or the thread of a letter, is shared (domain.md U2)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.html import Html, bold, code, esc, fill, lines, shorten
from bot.reader import Reader
from bot.screens.base import Address, Button, Row, Screen, ScreenTable, act, go, numbered, pager, rows
from bot.screens.listing import back_row, back_to, cut, numbered_lines, title
from bot.screens.mailbox_places import mailbox_at
from core.enums import FunctionalOption
from core.errors import Invalid, NotFound
from core.values import InteractionId, MailboxId, Ref, RefKind

if TYPE_CHECKING:
    from core.services.sharing import ShareView

screens = ScreenTable()

MAIL = FunctionalOption.MAIL_CLIENT
NAME_LIMIT = 60


@screens.screen("shares", option=MAIL)
async def show_shares(reader: Reader, address: Address) -> Screen:
    """``shares:3``: with whom a private mailbox is shared."""
    mailbox_id = MailboxId(address.number(0, default=0))
    (mailbox,) = await reader.services.mailboxes.report(reader.caller, mailbox_id)
    if mailbox.owner_id != reader.user.id:
        raise Invalid("mailbox", f"m{mailbox_id}")
    shares = await reader.services.sharing.list_shares(reader.caller, mailbox_id)
    ref = Ref(RefKind.MAILBOX, mailbox_id)
    text = lines(
        title("👥", reader._("Shared with"), len(shares)),
        fill("📮 {address} · /{ref}", address=esc(shorten(mailbox.address, NAME_LIMIT)), ref=esc(str(ref))),
        *(_entries(reader, shares) or [esc(reader._("Nobody: its letters are yours alone."))]),
        Html(""),
        *_hints(reader, ref),
        esc(reader._("Letters among colleagues are never shared with a mailbox.")),
    )
    back = go(reader._("‹ Mailbox"), mailbox_at(mailbox_id, back_to(address, 1)))
    return Screen(text, (*_buttons(reader, ref, shares), (back,)))


@screens.screen("sharing", option=MAIL)
async def show_thread_sharing(reader: Reader, address: Address) -> Screen:
    """``sharing:12``: with whom the thread of a letter is shared."""
    interaction_id = InteractionId(address.number(0, default=0))
    card = await reader.services.views.interaction_card(reader.caller, interaction_id)
    shares = await reader.services.sharing.list_thread_shares(reader.caller, interaction_id)
    ref = Ref(RefKind.INTERACTION, card.id)
    text = lines(
        bold(fill(reader._("👥 Share the thread of /{ref}"), ref=esc(str(ref)))),
        esc(reader._("Its letters, and what will come in it, are seen by the others too.")),
        *(_entries(reader, shares) or [esc(reader._("Now by nobody: its letters are yours alone."))]),
        Html(""),
        *_hints(reader, ref),
    )
    return Screen(text, (*_buttons(reader, ref, shares), (go(reader._("‹ Back"), f"care:{card.id}"),)))


def _entries(reader: Reader, shares: "Sequence[ShareView]") -> list[Html]:
    return numbered_lines(
        [
            fill(reader._("Those who lead you, and the team of its deal: letters {count}"), count=one.letters)
            if one.user_id is None
            else fill(
                reader._("{name} /u{id}: letters {count}"),
                name=esc(shorten(one.name or "", NAME_LIMIT)),
                id=one.user_id,
                count=one.letters,
            )
            for one in shares
        ]
    )


def _hints(reader: Reader, ref: Ref) -> tuple[Html, Html]:
    return (
        esc(reader._("With those who lead you goes the team of the deal, where there is one.")),
        fill(reader._("With one colleague: {command}"), command=code(esc(f"/share {ref} u2"))),
    )


def _buttons(reader: Reader, ref: Ref, shares: "Sequence[ShareView]") -> tuple[Row, ...]:
    led = any(one.user_id is None for one in shares)
    buttons: list[Button | None] = [
        None if led else act(reader._("👥 With my managers"), "share", ref),
        go(reader._("👤 With a colleague…"), f"share_with:{ref}"),
        act(reader._("🔒 Make private"), "unshare", ref) if shares else None,
    ]
    return rows(buttons)


@screens.screen("share_with", option=MAIL)
async def show_colleagues(reader: Reader, address: Address) -> Screen:
    """``share_with:i12:2``: the second page of the colleagues with whom a thread or a mailbox may be shared."""
    ref = Ref.parse(address.words[0] if address.words else "")
    if ref is None or ref.kind not in {RefKind.INTERACTION, RefKind.MAILBOX}:
        raise NotFound(address.rest)
    found = [one for one in await reader.services.people.list_colleagues() if one.id != reader.user.id]
    shown, page, pages = cut(found, address.number(1))
    keyboard, choices = numbered([act(f"👤 {one.name}", "share", ref, f"u{one.id}") for one in shown])
    text = lines(
        fill(reader._("With whom is /{ref} to be shared?"), ref=esc(str(ref))),
        esc(reader._("There is nobody else yet.")) if not found else None,
    )
    back = f"sharing:{ref.id}" if ref.kind is RefKind.INTERACTION else f"shares:{ref.id}"
    turning = pager(f"share_with:{ref}", page, pages)
    return Screen(text, (*keyboard, *((turning,) if turning else ()), back_row(reader, back)), choices)
