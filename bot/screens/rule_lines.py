"""What a rule of letters does and what it would touch, in words: for its card, and before it is added."""

from typing import TYPE_CHECKING

from bot.html import Html, esc, fill, join, shorten
from bot.reader import Reader
from core.rules.mail_rules import RuleActions

if TYPE_CHECKING:
    from core.services.mail_rules import RulePreview

NAME_LIMIT = 60


def told_actions(reader: Reader, actions: RuleActions) -> list[Html]:
    """What is done with the letters, a line each."""
    told = [
        esc(reader._("They are left out.")) if actions.exclude else None,
        fill(reader._("They get: {tags}"), tags=esc(" ".join(f"#{tag}" for tag in actions.tags)))
        if actions.tags
        else None,
        fill(reader._("Who answers for them: /u{id}"), id=actions.responsible_id)
        if actions.responsible_id
        else None,
        fill(reader._("They belong to /s{id}"), id=actions.subject_id) if actions.subject_id else None,
        esc(reader._("They start reviewed.")) if actions.reviewed else None,
        esc(reader._("They are shared with the team.")) if actions.share else None,
    ]
    return [one for one in told if one is not None]


def preview_lines(reader: Reader, preview: "RulePreview", *, excludes: bool) -> list[Html]:
    """How many letters of those that are there a rule would leave out, or hold for, with some of them."""
    count = (
        reader._("Of the latest {looked} letters here it would have left out {count}.")
        if excludes
        else reader._("Of the latest {looked} letters here it holds for {count}.")
    )
    counted = fill(count, looked=preview.looked_at, count=preview.matching)
    examples = [
        join(
            " · ",
            reader.when(one.happened_at),
            esc(shorten(", ".join(one.others), NAME_LIMIT)),
            esc(shorten(one.topic, NAME_LIMIT)),
        )
        for one in preview.examples
    ]
    warning = (
        [esc(reader._("⚠️ That is every letter that is there: nothing would be left."))]
        if excludes and preview.is_everything
        else []
    )
    return [counted, *warning, *examples]
