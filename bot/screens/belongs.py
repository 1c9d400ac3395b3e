"""What an interaction may belong to: candidates with their reasons, a chain of its own, a search."""

from bot.html import Html, esc, fill, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, numbered, rows
from bot.screens.listing import back_row
from bot.texts.kinds import SUBJECT_NAMES, SUBJECT_SIGNS
from core.enums import FunctionalOption, SubjectKind
from core.queries.candidates import Candidate, CandidateReason
from core.queries.interaction_card import InteractionCard, SubjectView
from core.values import InteractionId

screens = ScreenTable()

TITLE_LIMIT = 60

REASONS = {
    CandidateReason.SAME_CONTACT: N_("same contact"),
    CandidateReason.SAME_COORDINATE: N_("same phone or e-mail"),
    CandidateReason.RECENT: N_("recent"),
}


@screens.screen("belongs")
async def show_candidates(reader: Reader, address: Address) -> Screen:
    """``belongs:12``: deals and chains that the interaction may belong to; each is one tap away."""
    interaction_id = InteractionId(address.number())
    card = await reader.services.views.interaction_card(reader.caller, interaction_id)
    found = await reader.services.views.candidates(reader.caller, interaction_id)
    ref = f"i{card.id}"
    buttons = [
        act(_label(reader, one), "subject", ref, f"s{one.subject_id}")
        for one in found
        if not (one.kind is SubjectKind.DEAL and reader.lacks(FunctionalOption.DEALS))
    ]
    is_single = _is_alone(card) and card.subject.interactions <= 1
    if not _is_alone(card):
        buttons.append(act(reader._("➕ A chain of its own"), "subject", ref, "none"))
    keyboard, choices = numbered(buttons)
    text = lines(
        fill(reader._("🔗 What does /{ref} belong to?"), ref=esc(ref)),
        None if is_single else fill(reader._("Now: {subject}"), subject=subject_words(reader, card.subject)),
        None if found else esc(reader._("Nothing alike is open; a search finds the rest.")),
    )
    return Screen(text, (*keyboard, *rows(_others(reader, ref)), back_row(reader, ref)), choices)


def _others(reader: Reader, ref: str) -> list[Button | None]:
    number = ref[1:]
    return [
        act(reader._("🔎 Search"), "pick", "s", "subject", ref),
        None
        if reader.lacks(FunctionalOption.DEALS)
        else go(reader._("💼 New deal"), f"promote:deal:{number}"),
        go(reader._("⚠️ New claim"), f"promote:claim:{number}"),
        go(reader._("📣 New event"), f"promote:event:{number}"),
    ]


def subject_words(reader: Reader, subject: SubjectView) -> Html:
    """A subject in words: "Chain: Price request (4)", with the reference of a deal, claim or event."""
    ref = f"d{subject.deal_id}" if subject.deal_id is not None else f"s{subject.id}"
    words = f"{SUBJECT_SIGNS[subject.kind]} {reader._(SUBJECT_NAMES[subject.kind])}: "
    return fill(
        "{words}{title} ({count}) /{ref}",
        words=esc(words),
        title=esc(shorten(subject.title, TITLE_LIMIT)),
        count=subject.interactions,
        ref=esc(ref),
    )


def _label(reader: Reader, candidate: Candidate) -> str:
    count = f" ({candidate.interactions})" if candidate.kind is SubjectKind.CHAIN else ""
    reasons = ", ".join(reader._(REASONS[one]) for one in candidate.reasons)
    title = shorten(candidate.title, TITLE_LIMIT // 2)
    return f"{SUBJECT_SIGNS[candidate.kind]} {title}{count} · {reasons}"


def _is_alone(card: InteractionCard) -> bool:
    """Whether it heads a chain, so that "none" would change nothing (domain.md S4)."""
    return card.is_head and not card.subject.kind.is_real
