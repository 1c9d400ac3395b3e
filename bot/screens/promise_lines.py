"""How promises are said on cards and in lists."""

from bot.formats import format_ordinal
from bot.html import Html, esc, fill, join, shorten
from bot.promising import propose
from bot.reader import Reader
from bot.screens.base import Button, act, go
from core.enums import FunctionalOption, PromiseSide, PromiseState
from core.queries.interaction_card import InteractionCard
from core.queries.promises import PromiseRecord, PromiseView
from core.rules.promises import FoundPromise, Tally

TEXT_LIMIT = 80
LABEL_LIMIT = 34
QUOTE_LIMIT = 200


def promise_line(reader: Reader, one: PromiseView) -> Html:
    """Whose promise it is, by when, what, and what became of it."""
    ours = one.side is PromiseSide.US
    template = (
        reader._("🤝 We promised by {time}: {text}")
        if ours
        else reader._("🤝 They promised by {time}: {text}")
    )
    said = fill(template, time=due_words(reader, one), text=esc(shorten(one.text, TEXT_LIMIT)))
    return join(" · ", said, state_words(reader, one))


def due_words(reader: Reader, one: PromiseView | FoundPromise) -> Html:
    """By when."""
    if isinstance(one, FoundPromise):
        return reader.day(one.when.due_on) if one.when.due_on is not None else reader.when(one.when.at)
    return reader.day(one.due_on) if one.due_on is not None else reader.when(one.due_at)


def state_words(reader: Reader, one: PromiseView) -> Html | None:
    """What became of it; late while it is open and its time is over."""
    if one.state is PromiseState.KEPT:
        by = fill(" /{ref}", ref=esc(f"i{one.settled_by_id}")) if one.settled_by_id is not None else Html("")
        return fill("{word}{by}", word=esc(reader._("kept")), by=by)
    if one.state is PromiseState.BROKEN:
        return esc(reader._("broken"))
    return esc(reader._("late")) if one.late else None


def promise_lines(reader: Reader, card: InteractionCard) -> tuple[Html, ...]:
    """What was promised in an interaction, withdrawn ones apart."""
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return ()
    shown = (one for one in card.promises if one.state is not PromiseState.WITHDRAWN)
    return tuple(promise_line(reader, one) for one in shown)


def promise_buttons(reader: Reader, card: InteractionCard) -> list[list[Button | None]]:
    """Note what the words promise, settle what is open, say that this interaction kept an earlier one; a row each."""
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return []
    rows: list[list[Button | None]] = []
    for found in propose(reader, card):
        template = (
            reader._("🤝 We promise: {text}?")
            if found.side is PromiseSide.US
            else reader._("🤝 They promise: {text}?")
        )
        label = template.format(text=shorten(found.text, LABEL_LIMIT))
        rows.append([act(label, "promise", f"i{card.id}", "take", found.mark)])
    for one in card.closable:
        label = reader._("🤝 Kept: {text}?").format(text=shorten(one.text, LABEL_LIMIT))
        rows.append([act(label, "kept", one.id, f"i{card.id}")])
    still_open = [one for one in card.promises if one.state is PromiseState.OPEN]
    rows.extend(
        [go(reader._("🤝 {text}…").format(text=shorten(one.text, LABEL_LIMIT)), f"promise:{one.id}")]
        for one in still_open
    )
    return rows


def record_line(reader: Reader, record: PromiseRecord | None) -> Html | None:
    """How both sides keep what they promise; nothing while nothing has come due."""
    if record is None:
        return None
    words = join(
        ", ",
        _kept(reader._("they kept {kept} of {count}"), record.theirs),
        _kept(reader._("we kept {kept} of {count}"), record.ours),
    )
    return fill("🤝 {words}", words=words) if words else None


def _kept(template: str, tally: Tally) -> Html | None:
    return fill(template, kept=tally.kept, count=tally.come) if tally.come else None


def open_lines(reader: Reader, record: PromiseRecord | None) -> list[Html]:
    """What is promised and open, with where it was said."""
    if record is None:
        return []
    return [
        join(" · ", promise_line(reader, one), fill("/{ref}", ref=esc(f"i{one.interaction_id}")))
        for one in record.open
    ]


def visit_lines(reader: Reader, card: InteractionCard) -> tuple[Html, ...]:
    """Before a visit: which contact it is, what is waited for since when, who keeps what they promise."""
    visit = card.visit
    if visit is None or reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return ()
    number = (
        fill(
            reader._("{ordinal} contact in this chain"),
            ordinal=esc(format_ordinal(visit.number, reader.tr)),
        )
        if visit.number > 1
        else None
    )
    record = visit.record
    waiting = [_waiting(reader, one) for one in record.open] if record is not None else []
    kept = record_line(reader, record)
    return tuple(one for one in (number, *waiting, kept) if one)


def _waiting(reader: Reader, one: PromiseView) -> Html:
    theirs = one.side is PromiseSide.THEM
    template = reader._("waiting since {day}: {text}") if theirs else reader._("we owe since {day}: {text}")
    said = fill(template, day=reader.when(one.said_at), text=esc(shorten(one.text, TEXT_LIMIT)))
    return join(" · ", said, state_words(reader, one))
