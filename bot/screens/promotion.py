"""What making a deal, claim or event of a chain would come to, before it is done (domain.md S6)."""

from bot.html import Html, bold, esc, fill, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable, act, numbered, rows
from bot.screens.listing import back_row
from bot.texts.kinds import SUBJECT_SIGNS
from core.enums import FunctionalOption, SubjectKind
from core.errors import Invalid
from core.values import ContactId, InteractionId

screens = ScreenTable()

NAME_LIMIT = 40
PEOPLE_LIMIT = 8
COMPANIES_LIMIT = 8
TITLE_LIMIT = 200

QUESTIONS = {
    SubjectKind.DEAL: N_("A new deal?"),
    SubjectKind.CLAIM: N_("A new claim?"),
    SubjectKind.EVENT: N_("A new event?"),
}


@screens.screen("promote")
async def show_preview(reader: Reader, address: Address) -> Screen:
    """``promote:deal:12``: title, company, people and count, with Create.

    The buttons name the subject that was previewed, so that a second tap makes nothing more.
    """
    kind = _read_kind(reader, address)
    interaction_id = InteractionId(address.number(1))
    ref = f"i{interaction_id}"
    preview = await reader.services.promotion.preview(reader.caller, interaction_id, kind)
    subject_id = await reader.services.views.subject_of(reader.caller, interaction_id)
    lead = (kind, ref, f"s{subject_id}")
    companies = await company_names(reader, preview.partner_ids) if kind is SubjectKind.DEAL else {}
    text = lines(
        fill("{sign} {question}", sign=esc(SUBJECT_SIGNS[kind]), question=esc(reader._(QUESTIONS[kind]))),
        bold(esc(shorten(preview.title, TITLE_LIMIT))),
        _companies(reader, list(companies.values())) if kind is SubjectKind.DEAL else None,
        _people(reader, preview.people),
        esc(
            reader.ngettext(
                "{n} interaction goes along", "{n} interactions go along", preview.interactions
            ).format(n=preview.interactions)
        ),
    )
    creating = (
        [act(f"✅ {name}", "make", *lead, f"c{one}") for one, name in companies.items()]
        if len(companies) > 1
        else [act(reader._("✅ Create"), "make", *lead)]
    )
    keyboard, choices = numbered(creating) if len(creating) > 1 else (rows(creating), (creating[0].data,))
    other = act(reader._("✏️ Another title"), "make_titled", kind, ref)
    return Screen(text, (*keyboard, (other,), back_row(reader, ref)), choices)


def _read_kind(reader: Reader, address: Address) -> SubjectKind:
    word = address.words[0] if address.words else ""
    if word not in {kind.value for kind in QUESTIONS}:
        raise Invalid("kind", word)
    kind = SubjectKind(word)
    if kind is SubjectKind.DEAL and reader.lacks(FunctionalOption.DEALS):
        raise Invalid("kind", word)
    return kind


async def company_names(reader: Reader, ids: tuple[ContactId, ...]) -> dict[ContactId, str]:
    """The names of the first few companies."""
    return {one: (await reader.services.contacts.get(one)).name for one in ids[:COMPANIES_LIMIT]}


def _companies(reader: Reader, names: list[str]) -> Html:
    if not names:
        return esc(reader._("Company: not known yet"))
    if len(names) == 1:
        return fill(reader._("Company: {name}"), name=esc(shorten(names[0], NAME_LIMIT)))
    return esc(reader._("Several companies take part. Who is the client?"))


def _people(reader: Reader, people: tuple[str, ...]) -> Html | None:
    if not people:
        return None
    named = ", ".join(shorten(one, NAME_LIMIT) for one in people[:PEOPLE_LIMIT])
    more = " …" if len(people) > PEOPLE_LIMIT else ""
    return fill(reader._("People: {names}"), names=esc(named + more))
