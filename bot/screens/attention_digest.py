"""What digests tell of what must not be forgotten: promises, answers that did not come, silence, missing next steps."""

from collections.abc import Sequence

from bot.html import Html, esc, fill, join
from bot.reader import Reader
from bot.screens.listing import count_word
from core.enums import FunctionalOption
from core.queries.attention_counts import AttentionCounts


async def morning_lines(reader: Reader) -> Sequence[Html]:
    """Promises that are due, what was not answered in time, who is quieter than usual."""
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return ()
    return _morning(reader, await reader.services.attention_views.counts(reader.caller))


def _morning(reader: Reader, counts: AttentionCounts) -> tuple[Html, ...]:
    promises = join(
        ", ",
        fill(reader._("ours due: {count}"), count=counts.ours_due) if counts.ours_due else None,
        fill(reader._("theirs due: {count}"), count=counts.theirs_due) if counts.theirs_due else None,
    )
    return tuple(
        one
        for one in (
            fill(reader._("🤝 Promises {counts} · /promises"), counts=promises) if promises else None,
            _counted(reader._("⏳ Without an answer: {count}"), counts.unanswered),
            _counted(reader._("🔕 Quieter than usual: {count} · /silence"), counts.silent),
        )
        if one is not None
    )


async def weekly_lines(reader: Reader) -> Sequence[Html]:
    """What a morning tells, and in what nothing is planned."""
    if reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        return ()
    counts = await reader.services.attention_views.counts(reader.caller)
    steps = join(
        ", ",
        _counted(reader._("deals: {count}"), counts.deals_without_step),
        _counted(reader._("chains: {count}"), counts.chains_without_step),
    )
    without = fill(reader._("🪧 No next step in {counts} · /nonext"), counts=steps) if steps else None
    return (*_morning(reader, counts), *([without] if without is not None else []))


def _counted(template: str, count: int) -> Html | None:
    if not count:
        return None
    return fill(template, count=esc(count_word(count)))
