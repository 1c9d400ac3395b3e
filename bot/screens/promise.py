"""Promises: one of them, the lists, whose it is."""

from bot.html import Html, esc, fill, join, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, pager, rows
from bot.screens.card_questions import asked
from bot.screens.listing import back_row, back_to, number_row, numbered_lines, title
from bot.screens.promise_lines import QUOTE_LIMIT, due_words, promise_line, state_words
from core.enums import FunctionalOption, PromiseSide, PromiseState
from core.queries.promises import PromiseList, PromiseView
from core.values import InteractionId

screens = ScreenTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
WHO_LIMIT = 40
TEXT_LIMIT = 70
LISTS = {
    PromiseList.OURS: N_("We promised"),
    PromiseList.THEIRS: N_("They promised"),
    PromiseList.BROKEN: N_("Broken"),
}


@screens.screen("promising", option=OTHER)
async def show_sides(reader: Reader, address: Address) -> Screen:
    """``promising:5``: who promised something there."""
    card = await reader.services.views.interaction_card(reader.caller, InteractionId(address.number()))
    ref = f"i{card.id}"
    buttons = (
        act(reader._("🫵 We promised"), "promise", ref, PromiseSide.US),
        act(reader._("👤 They promised"), "promise", ref, PromiseSide.THEM),
    )
    return Screen(asked(reader, card, reader._("Who promised?")), (buttons, back_row(reader, ref)))


@screens.screen("promise", option=OTHER)
async def show_promise(reader: Reader, address: Address) -> Screen:
    """``promise:12``: a promise with its source, and what became of it."""
    one = await reader.services.attention_views.promise(reader.caller, address.number())
    quote = fill("<i>«{quote}»</i>", quote=esc(shorten(one.quote, QUOTE_LIMIT))) if one.quote else None
    said = fill(
        reader._("said {when} /{ref}"), when=reader.when(one.said_at), ref=esc(f"i{one.interaction_id}")
    )
    who = esc(", ".join(one.who)) if one.who else None
    still_open = one.state is PromiseState.OPEN
    buttons: list[Button | None] = [
        act(reader._("✅ Kept"), "kept", one.id) if one.state is not PromiseState.KEPT else None,
        act(reader._("❌ Broken"), "broken", one.id) if one.state is not PromiseState.BROKEN else None,
        act(reader._("📅 Later"), "ask", "postpone", one.id) if still_open else None,
        act(reader._("✖️ Counts no more"), "withdraw", one.id) if still_open else None,
        go(reader._("‹ Card"), f"i{one.interaction_id}"),
    ]
    text = lines(promise_line(reader, one), quote, join(" · ", who, said))
    return Screen(text, (*rows(buttons), back_row(reader, back_to(address, 1))))


@screens.screen("promises", option=OTHER)
async def show_promises(reader: Reader, address: Address) -> Screen:
    """``promises:theirs:1``: open promises of ours, of theirs, or broken ones."""
    words = address.words
    which = PromiseList(words[0]) if words[:1] and words[0] in set(PromiseList) else PromiseList.OURS
    page = await reader.services.attention_views.promises(reader.caller, which, address.number(1))
    here = f"promises:{which}:{page.number}"
    row, choices = number_row([go(one.text, f"promise:{one.id}:{here}") for one in page.rows])
    heading = title("🤝", reader._(LISTS[which]), page.total, more=page.more)
    entries = numbered_lines([_entry(reader, one) for one in page.rows])
    tabs = tuple(go(reader._(name), f"promises:{one}:1") for one, name in LISTS.items() if one is not which)
    keyboard = (
        row,
        pager(f"promises:{which}", page.number, page.pages),
        tabs,
        (go(reader._("‹ More"), "more"),),
    )
    empty = esc(reader._("Nothing here. Promises are noted from the card of an interaction."))
    return Screen(lines(heading, *(entries or [empty])), tuple(one for one in keyboard if one), choices)


def _entry(reader: Reader, one: PromiseView) -> Html:
    return join(
        " · ",
        esc(shorten(", ".join(one.who), WHO_LIMIT)) if one.who else None,
        esc(shorten(one.text, TEXT_LIMIT)),
        due_words(reader, one),
        state_words(reader, one),
        fill("/{ref}", ref=esc(f"i{one.interaction_id}")),
    )
