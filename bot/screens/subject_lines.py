"""Lines that the cards of deals, chains, claims and events share."""

from collections.abc import Sequence

from bot.html import Html, esc, fill, join, shorten
from bot.reader import Reader
from bot.screens.base import Button, act, go
from bot.screens.interaction_line import interaction_line, row_time
from bot.texts.deal_roles import role_word
from bot.texts.kinds import TYPE_SIGNS
from core.enums import FunctionalOption
from core.queries.subject_card import SubjectCard, SubjectPerson

PEOPLE_LIMIT = 6
NAME_LIMIT = 40
TITLE_LIMIT = 200


def people_line(people: Sequence[SubjectPerson], reader: Reader) -> Html | None:
    """Who takes part, and as what; None for nobody."""
    if not people:
        return None
    named = [_person(reader, one) for one in people[:PEOPLE_LIMIT]]
    others = len(people) - len(named)
    if others > 0:
        named.append(esc(reader.ngettext("{n} more", "{n} more", others).format(n=others)))
    return join(" · ", *named)


def _person(reader: Reader, person: SubjectPerson) -> Html:
    return join(" ", esc(shorten(person.name, NAME_LIMIT)), esc(role_word(reader, person.role)))


def contact_line(reader: Reader, card: SubjectCard) -> Html:
    """The next plan and the last contact."""
    plan = card.next_plan
    if plan is None:
        coming = esc(reader._("No next step"))
    else:
        coming = fill(
            reader._("Next: {sign} {when} · /{ref}"),
            sign=esc(TYPE_SIGNS[plan.type]),
            when=row_time(reader, plan),
            ref=esc(f"i{plan.id}"),
        )
    last = card.last_interaction_at
    if last is None:
        return coming
    return join(" · ", coming, fill(reader._("last contact {when}"), when=reader.when(last)))


def team_line(reader: Reader, card: SubjectCard) -> Html | None:
    """The team; None for nobody."""
    if not card.team:
        return None
    names = ", ".join(shorten(one.name, NAME_LIMIT) for one in card.team[:PEOPLE_LIMIT])
    return fill(reader._("Team: {names}"), names=esc(names))


def recent_lines(reader: Reader, card: SubjectCard) -> list[Html]:
    """The latest interactions, under a blank line."""
    return [esc(""), *(interaction_line(reader, row) for row in card.recent)] if card.recent else []


def care_buttons(reader: Reader, card: SubjectCard) -> list[Button | None]:
    """The next step after its latest interaction, and undo while the reader's last change was made here."""
    latest = card.recent[0] if card.recent else card.next_plan
    plans = not reader.lacks(FunctionalOption.OTHER_INTERACTIONS)
    return [
        go(reader._("🗓 Next step"), f"next:{latest.id}") if latest is not None and plans else None,
        undo_button(reader, card.undo_step),
    ]


def undo_button(reader: Reader, step: int | None) -> Button | None:
    """Undo of one step; it names the step, so that it acts once."""
    return act(reader._("↩️ Undo"), "undo", step) if step is not None else None


def count_line(reader: Reader, card: SubjectCard) -> Html:
    """How many interactions, and how many of them wait for review."""
    total = reader.ngettext("{n} interaction", "{n} interactions", card.interactions).format(
        n=card.interactions
    )
    if not card.unreviewed:
        return esc(total)
    waiting = reader.ngettext("{n} unreviewed", "{n} unreviewed", card.unreviewed).format(n=card.unreviewed)
    return esc(f"{total} · {waiting}")
