"""What else there is of a deal: stages, files of all its interactions, merging and splitting."""

from bot.formats import format_size
from bot.html import esc, fill, join, lines, shorten
from bot.outgoing_files import plain_name
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, go, numbered, pager, rows
from bot.screens.deal_lines import load_deal, of_deal
from bot.screens.interaction_line import interaction_line
from bot.screens.listing import back_row, number_row, numbered_lines, title
from bot.screens.subject_lines import TITLE_LIMIT
from core.enums import FunctionalOption
from core.values import DealId, SubjectId

screens = ScreenTable()

DEALS = FunctionalOption.DEALS
NAME_LIMIT = 80
PICKS = 4
"""Interactions that leave for another deal at once by buttons; more can be typed."""

DIGITS = 8
"""Of the number of such an interaction, so that all of them fit into a button."""


@screens.screen("deal_more", option=DEALS)
async def show_more(reader: Reader, address: Address) -> Screen:
    """The rarer ways on from a deal."""
    card = await load_deal(reader, address)
    deal, is_open = f"d{card.id}", card.closed_at is None
    buttons = [
        go(reader._("📶 Stages"), f"deal_stages:{card.id}") if card.process.stages else None,
        go(reader._("☑️ Tasks"), f"deal_tasks:{card.id}") if card.process.tasks else None,
        go(reader._("📎 Files"), f"deal_files:{card.id}:1"),
        go(reader._("❔ Why so"), f"deal_why:{card.id}"),
        go(reader._("👤 Hand over"), f"assign:{deal}") if is_open else None,
        go(reader._("💬 Room"), f"room:{card.id}") if await reader.services.rooms.groups.is_on() else None,
        act(reader._("🔀 Merge with…"), "pick", "s", "merge", deal) if is_open else None,
        go(reader._("✂️ Split off…"), f"deal_split:{card.id}:1") if is_open and card.subject.recent else None,
    ]
    first = card.first_contact_at
    text = lines(
        of_deal(card, "💼 <b>{title}</b> · /{ref}"),
        fill(reader._("Kind: {kind}"), kind=esc(card.kind)),
        fill(reader._("First contact {when}"), when=reader.when(first)) if first is not None else None,
        fill(reader._("Opened {when}"), when=reader.when(card.opened_at)),
    )
    return Screen(text, (*rows(buttons), back_row(reader, deal)))


@screens.screen("deal_files", option=DEALS)
async def show_files(reader: Reader, address: Address) -> Screen:
    """The files of all interactions of a deal; a number leads to where one is sent from."""
    deal_id = DealId(address.number())
    page = await reader.services.deal_views.files(reader.caller, deal_id, address.number(1))
    row, choices = number_row([go(plain_name(one.name), f"files:{one.interaction_id}") for one in page.rows])
    entries = [
        join(
            " · ",
            esc(shorten(plain_name(one.name), NAME_LIMIT)),
            esc(format_size(one.size, reader.tr)),
            reader.when(one.happened_at),
            fill("/{ref}", ref=esc(f"i{one.interaction_id}")),
        )
        for one in page.rows
    ]
    text = lines(
        title("📎", reader._("Files"), page.total, more=page.more),
        *(numbered_lines(entries) or [esc(reader._("No files yet."))]),
    )
    keyboard = (row, pager(f"deal_files:{deal_id}", page.number, page.pages), back_row(reader, f"d{deal_id}"))
    return Screen(text, keyboard, choices)


@screens.screen("deal_split", option=DEALS)
async def show_splitting(reader: Reader, address: Address) -> Screen:
    """``deal_split:3:1:5.8``: which interactions leave for a deal of their own; those after the page are chosen."""
    card = await load_deal(reader, address)
    chosen = _read_chosen(address)
    name, page = await reader.services.views.subject_history(
        reader.caller, SubjectId(card.subject.id), address.number(1)
    )
    buttons = []
    for one in page.rows:
        picked = [*chosen, one.id] if one.id not in chosen else [each for each in chosen if each != one.id]
        sign = "☑" if one.id in chosen else "☐"
        buttons.append(
            go(
                f"{sign} {', '.join(one.who) or one.title}",
                f"deal_split:{card.id}:{page.number}:{'.'.join(map(str, picked[-PICKS:]))}",
            )
        )
    keyboard, choices = numbered(buttons)
    text = lines(
        fill(
            reader._("✂️ What of <b>{title}</b> is a deal of its own?"), title=esc(shorten(name, TITLE_LIMIT))
        ),
        *numbered_lines([interaction_line(reader, one) for one in page.rows]),
        fill(
            reader._("Typed: {how}"),
            how=esc(reader._("/split d3 i5 i6 Title").replace("d3", f"d{card.id}")),
        ),
    )
    onward = act(
        reader._("✂️ Split off {n}").format(n=len(chosen)),
        "ask",
        "split",
        f"d{card.id}",
        *(f"i{one}" for one in chosen),
    )
    kept = ".".join(map(str, chosen))
    return Screen(
        text,
        (
            *keyboard,
            pager(f"deal_split:{card.id}", page.number, page.pages, kept),
            (onward,) if chosen else (),
            back_row(reader, f"d{card.id}"),
        ),
        choices,
    )


def _read_chosen(address: Address) -> list[int]:
    words = address.words[2].split(".") if address.words[2:] else []
    return [int(one) for one in words if one.isascii() and one.isdecimal() and len(one) <= DIGITS][:PICKS]
